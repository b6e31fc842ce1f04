/* The object in a CLAIMS_SET by itself, without the headers and the CLAIMS_SET_METADATA around it: what is read points at sound
 * values, is read the same when it is written anew and compressed, and is the same in a finished token. */
#include "fuzz/fuzz.h"
#include "platform/posix/pac_claims.h"
#include "platform/posix/token_pack.h"
#include "support/ndr_build.h"
#include "support/pac_build.h"
#include "support/xpress_build.h"

enum { MEMORY_MAX = 1 << 24 };

/* The deferred text of a [string] wchar_t *. */
static void build_wide(struct ndr_build *ndr, struct bytes text)
{
    const uint32_t units = (uint32_t)(text.size / 2 + 1);
    ndr_build_u32(ndr, units);
    ndr_build_u32(ndr, 0);
    ndr_build_u32(ndr, units);
    ndr_build_raw(ndr, text.data, text.size);
    ndr_build_zero(ndr, 2);
}

static void build_claim(struct ndr_build *ndr, const struct claim *claim)
{
    build_wide(ndr, claim->name);
    ndr_build_u32(ndr, (uint32_t)claim->value_count);
    for (size_t i = 0; i < claim->value_count; i++) {
        if (claim->type == CLAIM_STRING)
            ndr_build_pointer(ndr, true);
        else
            ndr_build_u64(ndr, claim->values[i].number);
    }
    for (size_t i = 0; i < claim->value_count && claim->type == CLAIM_STRING; i++)
        build_wide(ndr, claim->values[i].data);
}

/* All claims in one CLAIMS_ARRAY. [MS-ADTS] 2.2.18.3 */
static struct bytes build_set(struct arena *arena, const struct claim_set *set)
{
    struct ndr_build ndr;
    pac_build_claims_open(&ndr, arena, set->count);
    for (size_t i = 0; i < set->count; i++) {
        ndr_build_pointer(&ndr, true);
        ndr_build_u16(&ndr, (uint16_t)set->claims[i].type);
        ndr_build_u16(&ndr, (uint16_t)set->claims[i].type);
        ndr_build_counted(&ndr, set->claims[i].value_count);
    }
    for (size_t i = 0; i < set->count; i++)
        build_claim(&ndr, &set->claims[i]);
    return ndr_build_serialized(&ndr);
}

static bool within(struct bytes part, struct bytes whole)
{
    return part.data >= whole.data && part.size <= whole.size &&
           (size_t)(part.data - whole.data) <= whole.size - part.size;
}

/* UTF-16 of the input, without a NUL. */
static void check_text(struct bytes text, struct bytes input)
{
    FUZZ_ASSERT(within(text, input) && text.size % 2 == 0);
    for (size_t i = 0; i < text.size; i += 2)
        FUZZ_ASSERT(le16_load(text.data + i) != 0);
}

static void check_claim(const struct claim *claim, struct bytes input)
{
    FUZZ_ASSERT(claim->flags == 0 && claim->name.size != 0 && claim->value_count != 0);
    FUZZ_ASSERT(claim->type == CLAIM_INT64 || claim->type == CLAIM_UINT64 || claim->type == CLAIM_STRING ||
                claim->type == CLAIM_BOOLEAN);
    check_text(claim->name, input);
    for (size_t i = 0; i < claim->value_count; i++) {
        const struct claim_value *value = &claim->values[i];
        FUZZ_ASSERT(claim->type != CLAIM_BOOLEAN || value->number <= 1);
        if (claim->type == CLAIM_STRING)
            check_text(value->data, input);
        else
            FUZZ_ASSERT(value->data.size == 0);
    }
}

static void same(const struct claim_set *a, const struct claim_set *b)
{
    FUZZ_ASSERT(a->count == b->count);
    for (size_t i = 0; i < a->count; i++) {
        const struct claim *one = &a->claims[i];
        const struct claim *other = &b->claims[i];
        FUZZ_ASSERT(bytes_equal(one->name, other->name) && one->type == other->type);
        FUZZ_ASSERT(one->flags == other->flags && one->value_count == other->value_count);
        for (size_t k = 0; k < one->value_count; k++)
            FUZZ_ASSERT(one->values[k].number == other->values[k].number &&
                        bytes_equal(one->values[k].data, other->values[k].data));
    }
}

static void check_written_anew(struct arena *arena, const struct claim_set *set)
{
    struct claim_set again = {0};
    const struct bytes plain = build_set(arena, set);
    const struct bytes packed = xpress_build(arena, plain, plain.size % 2 == 0 && plain.size < 512);
    const struct bytes whole = pac_build_claims_metadata(arena, packed, true, plain.size);
    FUZZ_ASSERT(pac_claims_decode(arena, whole, &again) == ERR_NONE);
    same(set, &again);
}

/* The finished token has copies of its own. */
static void check_packed(const struct claim_set *set)
{
    static const uint64_t key[2] = {1, 2};
    static const struct token_details details = {.account_name = "alice"};
    struct platform_token *packed = NULL;
    const struct token token = {.user = SID_EVERYONE, .user_claims = *set, .local_claims = *set};
    FUZZ_ASSERT(token_pack(NULL, &token, &details, key, &packed) == ERR_NONE);
    same(set, &platform_token_view(packed)->user_claims);
    same(set, &platform_token_view(packed)->local_claims);
    platform_token_free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    struct ndr_build ndr;
    struct claim_set set = {0};
    arena_init(&arena, MEMORY_MAX);
    ndr_build_init(&ndr, &arena);
    ndr_build_raw(&ndr, data, size);
    const struct bytes plain = ndr_build_serialized(&ndr);
    const struct bytes whole = pac_build_claims_metadata(&arena, plain, false, plain.size);
    /* with its end where the memory ends, for AddressSanitizer */
    uint8_t *exact = malloc(whole.size);
    FUZZ_ASSERT(exact != NULL);
    memcpy(exact, whole.data, whole.size);
    if (pac_claims_decode(&arena, bytes_of(exact, whole.size), &set) == ERR_NONE) {
        for (size_t i = 0; i < set.count; i++)
            check_claim(&set.claims[i], bytes_of(exact, whole.size));
        check_written_anew(&arena, &set);
        check_packed(&set);
    }
    free(exact);
    return 0;
}
