#include "engine/claim.h"
#include "support/suite.h"

#define COUNT(rows) (int)(sizeof(rows) / sizeof(rows)[0])

/* Resource attributes in their wire form: one value, and the ways to spoil it. */
#define CLAIM(type, count) "\x14\0\0\0" type "\0\0\0\0\0\0\0" count "\0\0\0\x18\0\0\0a\0\0\0"

static const struct {
    const char *data;
    size_t size;
    enum err err;
} claim_rows[] = {
#define CLAIM_ROW(text, err)                                                                                 \
    {                                                                                                        \
        text, sizeof(text) - 1, err                                                                          \
    }
    CLAIM_ROW(CLAIM("\1", "\1") "\1\0\0\0\0\0\0\0", ERR_NONE),
    CLAIM_ROW(CLAIM("\2", "\1") "\1\0\0\0\0\0\0\0", ERR_NONE),
    CLAIM_ROW(CLAIM("\3", "\1") "x\0\0\0", ERR_NONE),
    CLAIM_ROW(CLAIM("\5", "\1") "\x0c\0\0\0\1\1\0\0\0\0\0\1\0\0\0\0", ERR_NONE),
    CLAIM_ROW(CLAIM("\6", "\1") "\1\0\0\0\0\0\0\0", ERR_NONE),
    CLAIM_ROW(CLAIM("\x10", "\1") "\1\0\0\0x", ERR_NONE),
    CLAIM_ROW("\x10\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0a\0\0", ERR_MALFORMED), /* half a NUL */
    CLAIM_ROW("\x10\0\0\0I\0\0\0\0\0\0\0\0\0\0\0a\0\0\0",
              ERR_MALFORMED), /* no such type, and no value of it */
    CLAIM_ROW("", ERR_MALFORMED),
    CLAIM_ROW("\x10\0\0\0\1\0\0\0\0\0\0\0\0\0\0", ERR_MALFORMED),
    CLAIM_ROW("\x10\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0", ERR_MALFORMED), /* no name */
    CLAIM_ROW("\x10\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0a\0", ERR_MALFORMED),  /* no NUL */
    CLAIM_ROW("\xff\xff\xff\xff\1\0\0\0\0\0\0\0\0\0\0\0a\0\0\0", ERR_MALFORMED),
    CLAIM_ROW("\x10\0\0\0\1\0\0\0\0\0\0\0\xff\xff\xff\xff\x61\0\0\0", ERR_MALFORMED), /* too many values */
    /* one value more than there are offsets, all of which lead to one */
    CLAIM_ROW("\x10\0\0\0\3\0\0\0\0\0\0\0\3\0\0\0\x10\0\0\0\x10\0\0\0", ERR_MALFORMED),
    CLAIM_ROW(CLAIM("\4", "\1") "\1\0\0\0\0\0\0\0", ERR_MALFORMED),
    CLAIM_ROW(CLAIM("\1", "\1") "\1\0\0\0\0\0\0", ERR_MALFORMED),
    CLAIM_ROW(CLAIM("\3", "\1") "x\0", ERR_MALFORMED),
    CLAIM_ROW(CLAIM("\5", "\1") "\x0b\0\0\0\1\1\0\0\0\0\0\1\0\0\0", ERR_MALFORMED),
    CLAIM_ROW(CLAIM("\5", "\1") "\x0d\0\0\0\1\1\0\0\0\0\0\1\0\0\0\0\0", ERR_MALFORMED),
    CLAIM_ROW(CLAIM("\6", "\1") "\2\0\0\0\0\0\0\0", ERR_MALFORMED),
    CLAIM_ROW(CLAIM("\x10", "\1") "\2\0\0\0x", ERR_MALFORMED),
};

START_TEST(claim_row)
{
    struct claim_entry entry;
    ck_assert_int_eq(claim_entry_parse(bytes_of(claim_rows[_i].data, claim_rows[_i].size), &entry),
                     claim_rows[_i].err);
    if (claim_rows[_i].err != ERR_NONE)
        return;
    struct claim_value value;
    claim_entry_value(&entry, 0, &value);
    ck_assert(bytes_equal(entry.name, bytes_of("a", 2)));
    ck_assert_uint_eq(entry.value_count, 1);
    ck_assert(value.number == 1 || value.data.data[0] == 'x' || entry.type == CLAIM_SID);
}
END_TEST

/* Values that overlap would make a small attribute stand for a large one. */
START_TEST(values_do_not_overlap)
{
    static const char data[] =
        "\x18\0\0\0\x10\0\0\0\0\0\0\0\2\0\0\0\x1c\0\0\0\x1c\0\0\0a\0\0\0\x10\0\0\0xxxxxxxxxxxxxxxx";
    struct claim_entry entry;
    ck_assert_int_eq(claim_entry_parse(bytes_of(data, sizeof data - 1), &entry), ERR_NONE);
    static const char thrice[] = "\x1c\0\0\0\x10\0\0\0\0\0\0\0\3\0\0\0\x20\0\0\0\x20\0\0\0\x20\0\0\0"
                                 "a\0\0\0\x10\0\0\0xxxxxxxxxxxxxxxx";
    ck_assert_int_eq(claim_entry_parse(bytes_of(thrice, sizeof thrice - 1), &entry), ERR_MALFORMED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("claim");
    TCase *tests = tcase_create("claim");
    tcase_add_loop_test(tests, claim_row, 0, COUNT(claim_rows));
    tcase_add_test(tests, values_do_not_overlap);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
