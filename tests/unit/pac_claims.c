#include "platform/posix/pac_claims.h"

#include "support/ndr_build.h"
#include "support/pac_build.h"
#include "support/suite.h"
#include "support/xpress_build.h"

enum { ARENA = 64 << 20 };

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

/* What a CLAIMS_SET_METADATA says, right or wrong. 0 takes the true value. */
struct metadata {
    uint16_t compression;
    uint32_t size;
    uint32_t conformance;
    uint32_t plain_size;
    uint32_t reserved_size;
    bool null_set;
    bool null_all;
    bool no_set; /* a size of 0, whatever there is */
};

static struct bytes metadata_of(struct arena *arena, struct metadata say, struct bytes set, size_t plain_size)
{
    struct ndr_build ndr;
    ndr_build_init(&ndr, arena);
    ndr_build_pointer(&ndr, !say.null_all);
    if (say.null_all)
        return ndr_build_serialized(&ndr);
    if (say.no_set)
        set.size = 0;
    ndr_build_u32(&ndr, say.size != 0 ? say.size : (uint32_t)set.size);
    ndr_build_pointer(&ndr, !say.null_set);
    ndr_build_u16(&ndr, say.compression);
    ndr_build_u32(&ndr, say.plain_size != 0 ? say.plain_size : (uint32_t)plain_size);
    ndr_build_u16(&ndr, 0);
    ndr_build_counted(&ndr, say.reserved_size);
    if (!say.null_set) {
        ndr_build_u32(&ndr, say.conformance != 0 ? say.conformance : (uint32_t)set.size);
        ndr_build_raw(&ndr, set.data, set.size);
    }
    if (say.reserved_size != 0) {
        ndr_build_u32(&ndr, say.reserved_size);
        ndr_build_zero(&ndr, say.reserved_size);
    }
    return ndr_build_serialized(&ndr);
}

/* One claim "a" of one value, or what stands in for it. */
struct shape {
    uint16_t source;      /* 1 */
    uint32_t array_count; /* 1 */
    uint32_t claim_count; /* 1 */
    uint16_t type;        /* CLAIM_UINT64 */
    uint16_t tag;         /* the type */
    uint32_t value_count; /* 1 */
    uint64_t value;
    uint32_t reserved_size;
    bool null_set, null_arrays, null_claims, null_name, null_values, null_text, empty_name, empty_text,
        surplus, anyway; /* what a NULL pointer does not lead to stands there all the same */
};

static void shape_values(struct ndr_build *ndr, struct shape shape, uint16_t type, uint32_t value_count)
{
    if (!shape.null_name || shape.anyway)
        ndr_build_wide(ndr, shape.empty_name ? "" : "a");
    if (shape.null_values)
        return;
    ndr_build_u32(ndr, value_count);
    if (type != CLAIM_STRING) {
        ndr_build_u64(ndr, shape.value);
        return;
    }
    ndr_build_pointer(ndr, !shape.null_text);
    if (!shape.null_text || shape.anyway)
        ndr_build_wide(ndr, shape.empty_text ? "" : "text");
}

static struct bytes set_of(struct arena *arena, struct shape shape)
{
    uint32_t arrays = shape.array_count != 0 ? shape.array_count : 1;
    uint32_t claims = shape.claim_count != 0 ? shape.claim_count : 1;
    uint32_t values = shape.value_count != 0 ? shape.value_count : 1;
    uint16_t type = shape.type != 0 ? shape.type : CLAIM_UINT64;
    struct ndr_build ndr;
    ndr_build_init(&ndr, arena);
    ndr_build_pointer(&ndr, !shape.null_set);
    if (shape.null_set)
        return ndr_build_serialized(&ndr);
    ndr_build_u32(&ndr, arrays);
    ndr_build_pointer(&ndr, !shape.null_arrays);
    ndr_build_u16(&ndr, 0);
    ndr_build_counted(&ndr, shape.reserved_size);
    ndr_build_u32(&ndr, arrays);
    ndr_build_u16(&ndr, shape.source != 0 ? shape.source : 1);
    ndr_build_u32(&ndr, claims);
    ndr_build_pointer(&ndr, !shape.null_claims);
    ndr_build_u32(&ndr, claims);
    ndr_build_pointer(&ndr, !shape.null_name);
    ndr_build_u16(&ndr, type);
    ndr_build_u16(&ndr, shape.tag != 0 ? shape.tag : type);
    ndr_build_u32(&ndr, values == UINT16_MAX ? 0 : values);
    ndr_build_pointer(&ndr, !shape.null_values);
    shape_values(&ndr, shape, type, values == UINT16_MAX ? 0 : values);
    if (shape.reserved_size != 0) {
        ndr_build_u32(&ndr, shape.reserved_size);
        ndr_build_zero(&ndr, shape.reserved_size);
    }
    if (shape.surplus)
        ndr_build_zero(&ndr, 8);
    return ndr_build_serialized(&ndr);
}

static const struct {
    const char *what;
    struct shape shape;
    enum err err;
} shapes[] = {
    {"sound", {0}, ERR_NONE},
    {"from a certificate", {.source = 2}, ERR_NONE},
    {"from nowhere", {.source = 3}, ERR_MALFORMED},
    {"no such type", {.type = 4}, ERR_MALFORMED},
    {"a SID, which no domain controller sends", {.type = CLAIM_SID}, ERR_MALFORMED},
    {"a tag of another type", {.tag = CLAIM_INT64}, ERR_MALFORMED},
    {"no values", {.value_count = UINT16_MAX}, ERR_MALFORMED},
    {"no values and no pointer to them", {.value_count = UINT16_MAX, .null_values = true}, ERR_MALFORMED},
    {"values without a pointer", {.null_values = true}, ERR_MALFORMED},
    {"more values than bytes", {.value_count = 3}, ERR_MALFORMED},
    {"absurd values", {.value_count = UINT32_MAX}, ERR_MALFORMED},
    {"no name", {.null_name = true}, ERR_MALFORMED},
    {"a name without a pointer", {.null_name = true, .anyway = true}, ERR_MALFORMED},
    {"an empty name", {.empty_name = true}, ERR_MALFORMED},
    {"a text", {.type = CLAIM_STRING}, ERR_NONE},
    {"an empty text", {.type = CLAIM_STRING, .empty_text = true}, ERR_NONE},
    {"no text", {.type = CLAIM_STRING, .null_text = true}, ERR_MALFORMED},
    {"a text without a pointer", {.type = CLAIM_STRING, .null_text = true, .anyway = true}, ERR_MALFORMED},
    {"true", {.type = CLAIM_BOOLEAN, .value = 1}, ERR_NONE},
    {"neither true nor false", {.type = CLAIM_BOOLEAN, .value = 2}, ERR_MALFORMED},
    {"true in the upper half", {.type = CLAIM_BOOLEAN, .value = UINT64_C(1) << 32}, ERR_MALFORMED},
    {"more claims than bytes", {.claim_count = 9}, ERR_MALFORMED},
    {"absurd claims", {.claim_count = UINT32_MAX}, ERR_MALFORMED},
    {"claims without a pointer", {.null_claims = true}, ERR_MALFORMED},
    {"more arrays than bytes", {.array_count = 40}, ERR_MALFORMED},
    {"absurd arrays", {.array_count = UINT32_MAX}, ERR_MALFORMED},
    {"arrays without a pointer", {.null_arrays = true}, ERR_MALFORMED},
    {"reserved bytes", {.reserved_size = 5}, ERR_NONE},
    {"something behind the end", {.surplus = true}, ERR_MALFORMED},
};

START_TEST(shape_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct bytes set = set_of(&arena, shapes[_i].shape);
    struct claim_set claims = {0};
    struct bytes plain = metadata_of(&arena, (struct metadata){0}, set, set.size);
    ck_assert_msg(pac_claims_decode(&arena, plain, &claims) == shapes[_i].err, "%s", shapes[_i].what);
    ck_assert_uint_eq(claims.count, shapes[_i].err == ERR_NONE ? 1 : 0);
    struct bytes packed =
        metadata_of(&arena, (struct metadata){.compression = 4}, xpress_build(&arena, set, true), set.size);
    ck_assert_msg(pac_claims_decode(&arena, packed, &claims) == shapes[_i].err, "%s", shapes[_i].what);
}
END_TEST

START_TEST(no_set_is_no_claims)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct claim_set claims = {.count = 9};
    struct bytes set = set_of(&arena, (struct shape){.null_set = true});
    ck_assert_int_eq(
        pac_claims_decode(&arena, metadata_of(&arena, (struct metadata){0}, set, set.size), &claims),
        ERR_NONE);
    ck_assert_uint_eq(claims.count, 0);
}
END_TEST

static const struct {
    const char *what;
    struct metadata say;
    bool packed; /* the set is compressed */
    enum err err;
} metadata_rows[] = {
    {"sound", {0}, false, ERR_NONE},
    {"sound and compressed", {.compression = 4}, true, ERR_NONE},
    {"no metadata", {.null_all = true}, false, ERR_NONE},
    {"a set without a pointer", {.null_set = true}, false, ERR_MALFORMED},
    {"an empty set of some plain size", {.no_set = true}, false, ERR_MALFORMED},
    {"no set of some plain size", {.no_set = true, .null_set = true}, false, ERR_MALFORMED},
    {"LZNT1", {.compression = 2}, true, ERR_MALFORMED},
    {"plain XPRESS", {.compression = 3}, true, ERR_MALFORMED},
    {"no such compression", {.compression = 5}, true, ERR_MALFORMED},
    {"compressed, but says not", {0}, true, ERR_MALFORMED},
    {"plain, but says compressed", {.compression = 4}, false, ERR_MALFORMED},
    {"another plain size", {.plain_size = 77}, false, ERR_MALFORMED},
    {"a smaller plain size", {.compression = 4, .plain_size = 20}, true, ERR_MALFORMED},
    {"a larger plain size", {.compression = 4, .plain_size = 4000}, true, ERR_MALFORMED},
    {"the largest plain size", {.compression = 4, .plain_size = PAC_CLAIMS_BYTES_MAX}, true, ERR_MALFORMED},
    {"a plain size past the limit",
     {.compression = 4, .plain_size = PAC_CLAIMS_BYTES_MAX + 1},
     true,
     ERR_TOO_LARGE},
    {"an absurd plain size", {.compression = 4, .plain_size = UINT32_MAX}, true, ERR_TOO_LARGE},
    {"a size past the end", {.size = 4000, .conformance = 4000}, false, ERR_MALFORMED},
    {"another conformance", {.conformance = 8}, false, ERR_MALFORMED},
    {"reserved bytes", {.reserved_size = 7}, false, ERR_NONE},
};

START_TEST(metadata_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct bytes plain = set_of(&arena, (struct shape){0});
    struct bytes set = metadata_rows[_i].packed ? xpress_build(&arena, plain, true) : plain;
    struct bytes input = metadata_of(&arena, metadata_rows[_i].say, set, plain.size);
    struct claim_set claims = {0};
    ck_assert_msg(pac_claims_decode(&arena, input, &claims) == metadata_rows[_i].err, "%s",
                  metadata_rows[_i].what);
}
END_TEST

/* Arrays without a claim: as many as there may be claims, and one more. */
static struct bytes empty_arrays(struct arena *arena, uint32_t count)
{
    struct ndr_build ndr;
    ndr_build_init(&ndr, arena);
    ndr_build_pointer(&ndr, true);
    ndr_build_counted(&ndr, count);
    ndr_build_u16(&ndr, 0);
    ndr_build_counted(&ndr, 0);
    ndr_build_u32(&ndr, count);
    for (uint32_t i = 0; i < count; i++) {
        ndr_build_u16(&ndr, 1);
        ndr_build_counted(&ndr, 0);
    }
    return ndr_build_serialized(&ndr);
}

START_TEST(arrays_are_bounded)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct claim_set claims = {0};
    const struct metadata as_it_is = {0};
    struct bytes set = empty_arrays(&arena, PAC_CLAIMS_MAX);
    ck_assert_int_eq(pac_claims_decode(&arena, metadata_of(&arena, as_it_is, set, set.size), &claims),
                     ERR_NONE);
    set = empty_arrays(&arena, PAC_CLAIMS_MAX + 1);
    ck_assert_int_eq(pac_claims_decode(&arena, metadata_of(&arena, as_it_is, set, set.size), &claims),
                     ERR_TOO_LARGE);
    ck_assert_int_eq(pac_claims_decode(&arena, bytes_of("claims", 6), &claims), ERR_MALFORMED);
}
END_TEST

static const struct {
    size_t claims;
    size_t values;  /* of each */
    size_t letters; /* of each; 0 for numbers */
    enum pac_build_compression compression;
    enum err err;
} bounds[] = {
    {PAC_CLAIMS_MAX, 1, 0, PAC_BUILD_PLAIN, ERR_NONE},
    {PAC_CLAIMS_MAX + 1, 1, 0, PAC_BUILD_PLAIN, ERR_TOO_LARGE},
    {1, PAC_CLAIM_VALUES_MAX, 0, PAC_BUILD_PLAIN, ERR_NONE},
    {1, PAC_CLAIM_VALUES_MAX + 1, 0, PAC_BUILD_PLAIN, ERR_TOO_LARGE},
    {PAC_CLAIMS_MAX, 16, 0, PAC_BUILD_LITERALS, ERR_NONE},
    {PAC_CLAIMS_MAX, 17, 0, PAC_BUILD_LITERALS, ERR_TOO_LARGE},
    {1, 1000, 500, PAC_BUILD_LITERALS, ERR_NONE},
    {1, 1000, 600, PAC_BUILD_LITERALS, ERR_TOO_LARGE}, /* 1.2 million bytes */
};

START_TEST(bound)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    static uint64_t numbers[PAC_CLAIM_VALUES_MAX + 1];
    static const char *strings[1000];
    static struct pac_build_claim claims[PAC_CLAIMS_MAX + 1];
    char *text = arena_alloc(&arena, bounds[_i].letters + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, 'x', bounds[_i].letters);
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++)
        strings[i] = text;
    for (size_t i = 0; i < bounds[_i].claims; i++)
        claims[i] = (struct pac_build_claim){.name = "a",
                                             .type = bounds[_i].letters != 0 ? CLAIM_STRING : CLAIM_INT64,
                                             .count = bounds[_i].values,
                                             .numbers = numbers,
                                             .strings = strings};
    const struct pac_build_claims set = {claims, bounds[_i].claims, bounds[_i].compression};
    struct bytes input = pac_build_claims_info(&arena, &set);
    struct claim_set decoded = {0};
    ck_assert_int_eq(pac_claims_decode(&arena, input, &decoded), bounds[_i].err);
    ck_assert_uint_eq(decoded.count, bounds[_i].err == ERR_NONE ? bounds[_i].claims : 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pac_claims");
    TCase *tests = tcase_create("pac_claims");
    tcase_add_loop_test(tests, shape_row, 0, COUNT(shapes));
    tcase_add_test(tests, no_set_is_no_claims);
    tcase_add_test(tests, arrays_are_bounded);
    tcase_add_loop_test(tests, metadata_row, 0, COUNT(metadata_rows));
    tcase_add_loop_test(tests, bound, 0, COUNT(bounds));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
