#include "engine/sid.h"
#include "support/suite.h"

#define COUNT(rows) (int)(sizeof(rows) / sizeof(rows)[0])

/* Reference 2.2; what Windows made of each text is in the corpora too. */
static const struct {
    const char *text;
    const char *canonical; /* NULL: ERR_INVALID_SID */
} text_rows[] = {
    {"S-1-5-32-544", "S-1-5-32-544"},
    {"s-1-1-0", "S-1-1-0"},
    {"S- 1- 2-3", "S-1-2-3"},
    {"S-0x1-20-0-579", "S-1-32-0-1401"},
    {"S-0x1-0-0-579", "S-1-0-0-1401"},
    {"S-1-0x20-3-4", "S-1-32-3-4"},
    {"S-1-3-0xffffffff-3-4", "S-1-3-4294967295-3-4"},
    {"S-1-3-4294967296-3-4", "S-1-3-4294967295-3-4"},
    {"S-1-3-0x100000000-3-4", "S-1-3-4294967295-3-4"},
    {"S-1-3-99999999999999999999999999", "S-1-3-4294967295"},
    {"S-1-2-010", "S-1-2-8"},
    {"S-1-2-0", "S-1-2-0"},
    {"S-1-4294967295-1", "S-1-4294967295-1"},
    {"S-1-5000000000-30-40", "S-1-0x12A05F200-30-40"},
    {"S-1-0x00012a05f200-30-40", "S-1-0x12A05F200-30-40"},
    {"S-1-0xffffffffffff-1", "S-1-0xFFFFFFFFFFFF-1"},
    {"S-1-281474976710655-1", "S-1-0xFFFFFFFFFFFF-1"},
    {"S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15", "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15"},
    {"S-1-281474976710656-1", NULL}, /* 49 bits */
    {"S-1-0x1000000000000-1", NULL},
    {"S-1-99999999999999999999999999-1", NULL},
    {"S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16", NULL},
    {"", NULL},
    {"S", NULL},
    {"S-", NULL},
    {"S-1", NULL},
    {"S-1-", NULL},
    {"S-0x1", NULL},
    {"S-1-1", NULL},
    {"S-1-1-", NULL},
    {"S-1-1-0x", NULL},
    {"S-1-1--1", NULL},
    {"S-1-1-+1", NULL},
    {"S-1-1-08", NULL}, /* no octal digit */
    {"S-1-1-0 ", NULL},
    {"S-1-1-0a", NULL},
    {"S-2-1-0", NULL},
    {"S-0-1-0", NULL},
    {" S-1-1-0", NULL},
    {"T-1-1-0", NULL},
    {"S1-1-0", NULL},
    {"S-1-1-0\t", NULL},
};

START_TEST(text_row)
{
    struct sid_buffer sid = {{0}};
    enum err err = sid_parse(bytes_of_string(text_rows[_i].text), &sid);
    ck_assert_int_eq(err, text_rows[_i].canonical == NULL ? ERR_INVALID_SID : ERR_NONE);
    if (err != ERR_NONE)
        return;
    char text[SID_TEXT_MAX];
    ck_assert_uint_eq(sid_format(sid_of(&sid), text), strlen(text));
    ck_assert_str_eq(text, text_rows[_i].canonical);
}
END_TEST

START_TEST(read_stops_before_the_next_part)
{
    struct sid_buffer sid;
    size_t used = 0;
    ck_assert_int_eq(sid_read(bytes_of_string("S-1-2-0x200D:"), &sid, &used), ERR_NONE);
    ck_assert_uint_eq(used, strlen("S-1-2-0x200"));
    ck_assert_uint_eq(sid_rid(sid_of(&sid)), 512);
    ck_assert_int_eq(sid_read(bytes_of_string("S-1-2-3)"), &sid, &used), ERR_NONE);
    ck_assert_uint_eq(used, strlen("S-1-2-3"));
}
END_TEST

static const struct {
    const char *data;
    size_t size;
    enum err err;
} view_rows[] = {
    {"\1\0\0\0\0\0\0\5", 8, ERR_NONE},
    {"\1\1\0\0\0\0\0\5\0\0\0\0", 12, ERR_NONE},
    {"\1\1\0\0\0\0\0\5\0\0\0\0\0", 13, ERR_NONE},
    {"\1\1\0\0\0\0\0\5\0\0\0", 11, ERR_INVALID_SID},
    {"\1\0\0\0\0\0\0", 7, ERR_INVALID_SID},
    {"\0\0\0\0\0\0\0\5", 8, ERR_INVALID_SID},
    {"\2\0\0\0\0\0\0\5", 8, ERR_INVALID_SID},
    {"\1\x10\0\0\0\0\0\5", 8, ERR_INVALID_SID},
    {NULL, 0, ERR_INVALID_SID},
};

START_TEST(view_row)
{
    const struct sid *sid = NULL;
    ck_assert_int_eq(sid_view(bytes_of(view_rows[_i].data, view_rows[_i].size), &sid), view_rows[_i].err);
    ck_assert((sid != NULL) == (view_rows[_i].err == ERR_NONE));
}
END_TEST

START_TEST(sixteen_sub_authorities_are_too_many)
{
    uint8_t bytes[SID_SIZE_MAX + 4] = {SID_REVISION, 16};
    const struct sid *sid = NULL;
    ck_assert_int_eq(sid_view(bytes_of(bytes, sizeof bytes), &sid), ERR_INVALID_SID);
    bytes[1] = 15;
    ck_assert_int_eq(sid_view(bytes_of(bytes, sizeof bytes), &sid), ERR_NONE);
    ck_assert_uint_eq(sid_size(sid), SID_SIZE_MAX);
    struct sid_buffer longer;
    ck_assert_int_eq(sid_append(&longer, sid, 1), ERR_INVALID_SID);
    ck_assert_int_eq(sid_make(&longer, 5, (const uint32_t[16]){0}, 16), ERR_INVALID_SID);
    ck_assert_int_eq(sid_make(&longer, UINT64_C(1) << 48, NULL, 0), ERR_INVALID_SID);
}
END_TEST

START_TEST(longest_text_fits)
{
    uint32_t all[SID_SUB_AUTHORITIES_MAX];
    memset(all, 0xFF, sizeof all);
    struct sid_buffer sid;
    char text[SID_TEXT_MAX];
    ck_assert_int_eq(sid_make(&sid, UINT64_C(0xFFFFFFFFFFFF), all, SID_SUB_AUTHORITIES_MAX), ERR_NONE);
    ck_assert_uint_eq(sid_format(sid_of(&sid), text),
                      strlen("S-1-0xffffffffffff") + 15 * strlen("-4294967295"));
}
END_TEST

START_TEST(domains)
{
    struct sid_buffer domain, member, again, other;
    ck_assert_int_eq(sid_parse(bytes_of_string("S-1-5-21-1-2-3"), &domain), ERR_NONE);
    ck_assert_int_eq(sid_parse(bytes_of_string("S-1-5-21-1-2-4-512"), &other), ERR_NONE);
    ck_assert_int_eq(sid_append(&member, sid_of(&domain), 512), ERR_NONE);
    ck_assert(sid_in_domain(sid_of(&member), sid_of(&domain)));
    ck_assert(!sid_in_domain(sid_of(&other), sid_of(&domain)));
    ck_assert(!sid_in_domain(sid_of(&domain), sid_of(&domain)));
    ck_assert(!sid_in_domain(sid_of(&domain), sid_of(&member)));
    ck_assert(!sid_in_domain(SID_ADMINISTRATORS, sid_of(&domain)));
    ck_assert(sid_in_domain(SID_ADMINISTRATORS, SID_BUILTIN));
    sid_copy(&again, sid_of(&member));
    ck_assert(sid_equal(sid_of(&again), sid_of(&member)));
    ck_assert(!sid_equal(sid_of(&other), sid_of(&member)));
    ck_assert_uint_eq(sid_rid(sid_of(&member)), 512);
    ck_assert_uint_eq(sid_authority(sid_of(&member)), 5);
}
END_TEST

static const struct {
    const struct sid *const *constant;
    const char *text;
    const char *name;
} name_rows[] = {
    {&SID_EVERYONE, "S-1-1-0", "Everyone"},
    {&SID_OWNER_RIGHTS, "S-1-3-4", "OWNER RIGHTS"},
    {&SID_NETWORK, "S-1-5-2", "NT AUTHORITY\\NETWORK"},
    {&SID_SERVICE, "S-1-5-6", "NT AUTHORITY\\SERVICE"},
    {&SID_ANONYMOUS, "S-1-5-7", "NT AUTHORITY\\ANONYMOUS LOGON"},
    {&SID_PRINCIPAL_SELF, "S-1-5-10", "NT AUTHORITY\\SELF"},
    {&SID_AUTHENTICATED_USERS, "S-1-5-11", "NT AUTHORITY\\Authenticated Users"},
    {&SID_THIS_ORGANIZATION, "S-1-5-15", "NT AUTHORITY\\This Organization"},
    {&SID_LOCAL_SYSTEM, "S-1-5-18", "NT AUTHORITY\\SYSTEM"},
    {&SID_OTHER_ORGANIZATION, "S-1-5-1000", "NT AUTHORITY\\Other Organization"},
    {&SID_BUILTIN, "S-1-5-32", "BUILTIN"},
    {&SID_ADMINISTRATORS, "S-1-5-32-544", "BUILTIN\\Administrators"},
    {&SID_USERS, "S-1-5-32-545", "BUILTIN\\Users"},
    {&SID_GUESTS, "S-1-5-32-546", "BUILTIN\\Guests"},
    {&SID_ALL_APP_PACKAGES, "S-1-15-2-1", "APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES"},
    {&SID_ALL_RESTRICTED_APP_PACKAGES, "S-1-15-2-2",
     "APPLICATION PACKAGE AUTHORITY\\ALL RESTRICTED APPLICATION PACKAGES"},
    {NULL, "S-1-16-12288", "Mandatory Label\\High Mandatory Level"},
    {NULL, "S-1-5-21-0-0-0-497", "Claims Valid"},
    {NULL, "S-1-5-84-0-0-0-0-0", "NT AUTHORITY\\USER MODE DRIVERS"},
    {NULL, "S-1-5-5-0-12345", "NT AUTHORITY\\Logon Session"},
    {NULL, "S-1-5-21-1-2-3-512", NULL},
    {NULL, "S-1-5-32-999", NULL},
    {NULL, "S-1-6-32-544", NULL},
    {NULL, "S-1-5-544", NULL},
};

START_TEST(name_row)
{
    struct sid_buffer sid;
    ck_assert_int_eq(sid_parse(bytes_of_string(name_rows[_i].text), &sid), ERR_NONE);
    if (name_rows[_i].constant != NULL)
        ck_assert(sid_equal(sid_of(&sid), *name_rows[_i].constant));
    ck_assert_pstr_eq(sid_well_known_name(sid_of(&sid)), name_rows[_i].name);
}
END_TEST

START_TEST(rids_have_names)
{
    ck_assert_str_eq(sid_domain_rid_name(512), "Domain Admins");
    ck_assert_ptr_null(sid_domain_rid_name(1000));
}
END_TEST

/* Whatever its length, every byte counts, the first and the last too. */
START_TEST(every_byte_counts)
{
    uint32_t numbers[SID_SUB_AUTHORITIES_MAX];
    struct sid_buffer sid;
    struct sid_buffer other;
    for (uint32_t i = 0; i < SID_SUB_AUTHORITIES_MAX; i++)
        numbers[i] = UINT32_C(0x01020304) * (i + 1);
    ck_assert_int_eq(sid_make(&sid, 5, numbers, (size_t)_i), ERR_NONE);
    other = sid;
    ck_assert(sid_equal(sid_of(&sid), sid_of(&other)));
    for (size_t i = 0; i < sid_size(sid_of(&sid)); i++) {
        other.bytes[i] ^= 1;
        ck_assert_msg(!sid_equal(sid_of(&sid), sid_of(&other)), "byte %zu", i);
        other.bytes[i] ^= 1;
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sid");
    TCase *tests = tcase_create("sid");
    tcase_add_loop_test(tests, text_row, 0, COUNT(text_rows));
    tcase_add_loop_test(tests, view_row, 0, COUNT(view_rows));
    tcase_add_loop_test(tests, name_row, 0, COUNT(name_rows));
    tcase_add_test(tests, read_stops_before_the_next_part);
    tcase_add_test(tests, sixteen_sub_authorities_are_too_many);
    tcase_add_test(tests, longest_text_fits);
    tcase_add_test(tests, domains);
    tcase_add_test(tests, rids_have_names);
    tcase_add_loop_test(tests, every_byte_counts, 0, SID_SUB_AUTHORITIES_MAX + 1);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
