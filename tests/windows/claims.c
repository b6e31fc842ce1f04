/* The claims of a token, as GetTokenInformation gives them: each kind of value, and answers that point outside of themselves. Wine has
 * no such class. */
#include "base/utf16.h"
#include "platform/windows/snapshot_claims.h"
#include "support/suite.h"
#include "windows/double.h"

#include <inttypes.h>

enum { KINDS = 6, TEXT_UNITS = 8, SPARE = 64 };

/* One buffer, in which everything points at what is behind it. */
struct answer {
    CLAIM_SECURITY_ATTRIBUTES_INFORMATION head;
    CLAIM_SECURITY_ATTRIBUTE_V1 claims[KINDS];
    DWORD64 numbers[2];
    PWSTR strings[2];
    CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE octets[2];
    wchar_t names[KINDS][TEXT_UNITS];
    wchar_t texts[2][TEXT_UNITS];
    uint8_t sid[SID_SIZE_MAX];
    uint8_t bytes[4];
};

/* What is behind the answer, and not part of it. */
static struct {
    struct answer answer;
    uint8_t spare[SPARE];
} room;

static void add(struct answer *answer, size_t index, WORD type, DWORD count, void *values)
{
    static const wchar_t *const names[] = {L"int", L"uint", L"bool", L"text", L"sid", L"octets"};
    (void)wcscpy(answer->names[index], names[index]);
    answer->claims[index] =
        (CLAIM_SECURITY_ATTRIBUTE_V1){.Name = answer->names[index], .ValueType = type, .ValueCount = count};
    answer->claims[index].Values.pUint64 = values;
}

static void fill(struct answer *answer)
{
    struct sid_buffer sid;
    *answer = (struct answer){.head = {.Version = CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1,
                                       .AttributeCount = KINDS,
                                       .Attribute = {answer->claims}},
                              .numbers = {1, UINT64_MAX},
                              .strings = {answer->texts[0], answer->texts[1]},
                              .texts = {L"eng", L""},
                              .bytes = {1, 2, 3, 4}};
    ck_assert_int_eq(sid_parse(bytes_of_string("S-1-5-21-1-2-3-4"), &sid), ERR_NONE);
    memcpy(answer->sid, sid.bytes, sid_size(sid_of(&sid)));
    answer->octets[0] = (CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE){
        .pValue = answer->sid, .ValueLength = (DWORD)sid_size(sid_of(&sid))};
    answer->octets[1] =
        (CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE){.pValue = answer->bytes, .ValueLength = 4};
    add(answer, 0, CLAIM_SECURITY_ATTRIBUTE_TYPE_INT64, 2, answer->numbers);
    add(answer, 1, CLAIM_SECURITY_ATTRIBUTE_TYPE_UINT64, 2, answer->numbers);
    add(answer, 2, CLAIM_SECURITY_ATTRIBUTE_TYPE_BOOLEAN, 1, answer->numbers);
    add(answer, 3, CLAIM_SECURITY_ATTRIBUTE_TYPE_STRING, 2, answer->strings);
    add(answer, 4, CLAIM_SECURITY_ATTRIBUTE_TYPE_SID, 1, answer->octets);
    add(answer, 5, CLAIM_SECURITY_ATTRIBUTE_TYPE_OCTET_STRING, 2, answer->octets);
    answer->claims[3].Flags = CLAIM_SECURITY_ATTRIBUTE_CUSTOM_FLAGS | CLAIM_SECURITY_ATTRIBUTE_DISABLED;
}

static const char *say_value(struct arena *arena, const struct claim *claim, const struct claim_value *value)
{
    char text[SID_TEXT_MAX];
    const struct sid *sid;
    struct bytes utf8;
    switch (claim->type) {
    case CLAIM_STRING:
        ck_assert_int_eq(utf16_to_utf8(arena, value->data, &utf8), ERR_NONE);
        return arena_printf(arena, "'%s'", (const char *)utf8.data);
    case CLAIM_SID:
        ck_assert_int_eq(sid_view(value->data, &sid), ERR_NONE);
        (void)sid_format(sid, text);
        return arena_printf(arena, "%s", text);
    case CLAIM_OCTETS:
        return arena_printf(arena, "%zu bytes", value->data.size);
    case CLAIM_INT64:
        return arena_printf(arena, "%" PRId64, (int64_t)value->number);
    default:
        return arena_printf(arena, "%" PRIu64, value->number);
    }
}

static const char *say(struct arena *arena, const struct claim_set *set)
{
    const char *text = "";
    for (size_t i = 0; i < set->count; i++) {
        const struct claim *claim = &set->claims[i];
        struct bytes name;
        ck_assert_int_eq(utf16_to_utf8(arena, claim->name, &name), ERR_NONE);
        text = arena_printf(arena, "%s%s/%" PRIx32 "=", text, (const char *)name.data, claim->flags);
        for (size_t j = 0; j < claim->value_count; j++)
            text = arena_printf(arena, "%s%s%s", text, j == 0 ? "" : ",",
                                say_value(arena, claim, &claim->values[j]));
        text = arena_printf(arena, "%s ", text);
    }
    return text;
}

#define ALL                                                                                                  \
    "int/0=1,-1 uint/0=1,18446744073709551615 bool/0=1 text/10='eng','' sid/0=S-1-5-21-1-2-3-4 "             \
    "octets/0=28 bytes,4 bytes "

static void as_it_is(struct answer *answer)
{
    (void)answer;
}

static void none(struct answer *answer)
{
    answer->head = (CLAIM_SECURITY_ATTRIBUTES_INFORMATION){0};
}

static void another_version(struct answer *answer)
{
    answer->head.Version = 2;
}

static void too_many(struct answer *answer)
{
    answer->head.AttributeCount = 4097;
}

static void more_than_there_are(struct answer *answer)
{
    answer->head.AttributeCount = 64;
}

static void claims_before(struct answer *answer)
{
    answer->head.Attribute.pAttributeV1 = NULL;
}

static void claims_behind(struct answer *answer)
{
    answer->head.Attribute.pAttributeV1 = (CLAIM_SECURITY_ATTRIBUTE_V1 *)(void *)room.spare;
}

static void a_kind_for_files(struct answer *answer)
{
    answer->claims[1].ValueType = CLAIM_SECURITY_ATTRIBUTE_TYPE_FQBN;
}

static void no_name(struct answer *answer)
{
    answer->claims[0].Name = NULL;
}

static void a_name_that_does_not_end(struct answer *answer)
{
    answer->claims[0].Name = (PWSTR)(void *)answer->bytes;
}

static void values_behind(struct answer *answer)
{
    answer->claims[0].Values.pUint64 = (PDWORD64)(void *)room.spare;
}

static void more_values_than_there_are(struct answer *answer)
{
    answer->claims[0].ValueCount = 1000;
}

static void very_many_values(struct answer *answer)
{
    answer->claims[0].ValueCount = 65537;
}

static void no_values(struct answer *answer)
{
    answer->claims[0].ValueCount = 0;
    answer->claims[0].Values.pUint64 = NULL;
}

static void a_boolean_of_two(struct answer *answer)
{
    answer->numbers[0] = 2;
}

static void a_text_outside(struct answer *answer)
{
    answer->strings[1] = (PWSTR)(void *)room.spare;
}

static void a_sid_that_is_none(struct answer *answer)
{
    answer->sid[0] = 2;
}

static void a_sid_cut_off(struct answer *answer)
{
    answer->octets[0].ValueLength = 27;
}

static void octets_past_the_end(struct answer *answer)
{
    answer->octets[1].ValueLength = 5;
}

static void no_octets(struct answer *answer)
{
    answer->octets[1] = (CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE){0};
}

static const struct row {
    const char *what;
    void (*change)(struct answer *answer);
    enum err err;
    const char *said;
} rows[] = {
    {"all kinds", as_it_is, ERR_NONE, ALL},
    {"none", none, ERR_NONE, ""},
    {"another version", another_version, ERR_MALFORMED, NULL},
    {"too many", too_many, ERR_TOO_LARGE, NULL},
    {"more than there are", more_than_there_are, ERR_MALFORMED, NULL},
    {"claims at NULL", claims_before, ERR_MALFORMED, NULL},
    {"claims behind the answer", claims_behind, ERR_MALFORMED, NULL},
    {"a kind that no condition can use is left out", a_kind_for_files, ERR_NONE,
     "int/0=1,-1 bool/0=1 text/10='eng','' sid/0=S-1-5-21-1-2-3-4 octets/0=28 bytes,4 bytes "},
    {"no name", no_name, ERR_MALFORMED, NULL},
    {"a name that does not end", a_name_that_does_not_end, ERR_MALFORMED, NULL},
    {"values behind the answer", values_behind, ERR_MALFORMED, NULL},
    {"more values than there are", more_values_than_there_are, ERR_MALFORMED, NULL},
    {"very many values", very_many_values, ERR_TOO_LARGE, NULL},
    {"no values, and nowhere", no_values, ERR_NONE,
     "int/0= uint/0=1,18446744073709551615 bool/0=1 text/10='eng','' sid/0=S-1-5-21-1-2-3-4 "
     "octets/0=28 bytes,4 bytes "},
    {"a boolean of two", a_boolean_of_two, ERR_MALFORMED, NULL},
    {"a text outside", a_text_outside, ERR_MALFORMED, NULL},
    {"a SID that is none", a_sid_that_is_none, ERR_INVALID_SID, NULL},
    {"a SID cut off", a_sid_cut_off, ERR_INVALID_SID, NULL},
    {"octets past the end", octets_past_the_end, ERR_MALFORMED, NULL},
    {"no octets, and nowhere", no_octets, ERR_NONE,
     "int/0=1,-1 uint/0=1,18446744073709551615 bool/0=1 text/10='eng','' sid/0=S-1-5-21-1-2-3-4 "
     "octets/0=28 bytes,0 bytes "},
};

START_TEST(claims_row)
{
    AUTO_ARENA arena;
    struct claim_set set = {.count = 99};
    const struct row *row = &rows[_i];
    arena_init(&arena, 16 << 20);
    fill(&room.answer);
    row->change(&room.answer);
    const enum err err = snapshot_claims(&arena, bytes_of((uint8_t *)&room.answer, sizeof room.answer), &set);
    ck_assert_msg(err == row->err, "%s: error %d", row->what, (int)err);
    if (err == ERR_NONE)
        ck_assert_str_eq(say(&arena, &set), row->said);
    else
        ck_assert_uint_eq(set.count, 99);
}
END_TEST

/* Of an answer that ends too early nothing is read that is not there. */
START_TEST(cut_off)
{
    AUTO_ARENA arena;
    struct claim_set set;
    arena_init(&arena, 16 << 20);
    fill(&room.answer);
    ck_assert_int_eq(snapshot_claims(&arena, (struct bytes){0}, &set), ERR_NONE);
    ck_assert_uint_eq(set.count, 0);
    for (size_t size = 1; size < sizeof room.answer; size += 8)
        ck_assert_int_ne(snapshot_claims(&arena, bytes_of((uint8_t *)&room.answer, size), &set), ERR_NONE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-claims");
    TCase *tcase = tcase_create("claims");
    tcase_add_loop_test(tcase, claims_row, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(tcase, cut_off);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
