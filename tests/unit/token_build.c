#include "support/logon.h"
#include "support/suite.h"

#define DOMAIN    LOGON_DOMAIN
#define MACHINE   LOGON_MACHINE
#define BIT(luid) (UINT64_C(1) << (luid))

static const char *const plain_expected[] = {
    "S-1-1-0",      "S-1-5-2",  "S-1-5-11",   "S-1-5-15", "S-1-5-21-1-2-3-513",
    "S-1-5-32-545", "S-1-18-1", "S-1-5-5-1-2"};

START_TEST(plain_user)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct token token = {0};
    struct token_refused refused;
    const struct logon logon = {.groups = DOMAIN "-513", .extra = "S-1-18-1"};
    ck_assert_int_eq(logon_build(&arena, &logon, &token, &refused), ERR_NONE);
    ck_assert_uint_eq(token.groups.count, sizeof plain_expected / sizeof plain_expected[0]);
    for (size_t i = 0; i < token.groups.count; i++) {
        const struct sid_and_attributes *group = sids_find(token.groups, plain_expected[i]);
        ck_assert_msg(group != NULL, "%s", plain_expected[i]);
        ck_assert_uint_eq(group->attributes, i == 7 ? 0xC0000007 : 7);
    }
    ck_assert(sid_equal(token.user, sids_one(&arena, DOMAIN "-1104")));
    ck_assert_int_eq(token.type, TOKEN_IMPERSONATION);
    ck_assert_int_eq(token.level, SECURITY_IMPERSONATION);
    ck_assert_uint_eq(token.integrity_level, INTEGRITY_MEDIUM);
    ck_assert_uint_eq(token.mandatory_policy, 3);
    /* ChangeNotify (Everyone, Users) and IncreaseWorkingSet (Users), on from the start: reference 4.3 and Q4 */
    ck_assert_uint_eq(token.privileges.present, BIT(23) | BIT(33));
    ck_assert_uint_eq(token.privileges.enabled, token.privileges.present);
    ck_assert_uint_eq(token.privileges.enabled_by_default, token.privileges.present);
    ck_assert_uint_eq(refused.count, 0);
}
END_TEST

#define V    "[Version]\nsignature=\"$CHICAGO$\"\n"
#define R    V "[Privilege Rights]\n"
#define G    V "[Group Membership]\n"
#define HELP DOMAIN "-1601"

/* BUILTIN\Users and Everyone; BUILTIN\Administrators with those. Reference 4.3, column M */
#define OF_USERS (BIT(23) | BIT(33))
#define OF_ADMINISTRATORS                                                                                    \
    (BIT(5) | BIT(8) | BIT(9) | BIT(10) | BIT(11) | BIT(12) | BIT(13) | BIT(14) | BIT(15) | BIT(17) |        \
     BIT(18) | BIT(19) | BIT(20) | BIT(22) | BIT(23) | BIT(24) | BIT(25) | BIT(28) | BIT(29) | BIT(30) |     \
     BIT(33) | BIT(34) | BIT(35) | BIT(36))

static const struct {
    const char *name;
    struct logon logon;
    const char *with; /* a SID in the token */
    const char *without;
    privilege_set present;
    uint32_t attributes; /* of the SID in the token */
    uint32_t integrity;
} rows[] = {
    {"domain admin",
     {.groups = DOMAIN "-512"},
     "S-1-5-32-544",
     "S-1-5-4",
     OF_ADMINISTRATORS,
     0xF,
     INTEGRITY_HIGH},
    {"another domain's admin",
     {.groups = "S-1-5-21-4-5-6-512"},
     "S-1-5-32-545",
     "S-1-5-32-544",
     OF_USERS,
     7,
     INTEGRITY_MEDIUM},
    {"own domain not known",
     {.groups = DOMAIN "-512", .foreign = true},
     DOMAIN "-512",
     "S-1-5-32-544",
     OF_USERS,
     7,
     INTEGRITY_MEDIUM},
    {"domain guests",
     {.groups = DOMAIN "-514"},
     "S-1-5-32-546",
     "S-1-5-32-544",
     OF_USERS,
     7,
     INTEGRITY_MEDIUM},
    {"the Guest account", {.user = DOMAIN "-501"}, "S-1-5-2", "S-1-5-11", BIT(23), 7, INTEGRITY_LOW},
    {"logged on as a guest", {.user_flags = 1}, "S-1-5-2", "S-1-5-11", BIT(23), 7, INTEGRITY_LOW},
    {"a guest loses what needs High",
     {.user_flags = 1, .template = R "SeDebugPrivilege=*S-1-1-0\nSeSecurityPrivilege=*S-1-1-0"},
     "S-1-5-2",
     "S-1-5-11",
     BIT(8) | BIT(23),
     7,
     INTEGRITY_LOW},
    {"another organization",
     {.extra = "S-1-5-1000"},
     "S-1-5-1000",
     "S-1-5-15",
     OF_USERS,
     7,
     INTEGRITY_MEDIUM},
    {"another organization that says this one too",
     {.extra = "S-1-5-1000 S-1-5-15"},
     "S-1-5-1000",
     "S-1-5-15",
     OF_USERS,
     7,
     INTEGRITY_MEDIUM},
    {"resource group", {.resource = HELP}, HELP, "S-1-5-32-544", OF_USERS, 0x20000007, INTEGRITY_MEDIUM},
    {"twice: attributes of both",
     {.groups = HELP "/3", .extra = HELP "/8"},
     HELP,
     "S-1-5-32-544",
     OF_USERS,
     0xF,
     INTEGRITY_MEDIUM},
    {"mandatory and for deny only",
     {.groups = HELP "/11"},
     HELP,
     "S-1-5-32-544",
     OF_USERS,
     0x11,
     INTEGRITY_MEDIUM},
    {"for deny only though it is enabled",
     {.groups = DOMAIN "-512/17"},
     "S-1-5-32-544",
     "S-1-5-4",
     OF_USERS,
     0x10,
     INTEGRITY_MEDIUM},
    {"twice: deny-only stays",
     {.groups = HELP, .extra = HELP "/10"},
     HELP,
     "S-1-5-32-544",
     OF_USERS,
     0x17,
     INTEGRITY_MEDIUM},
    {"mandatory is enabled", {.groups = HELP "/1"}, HELP, "S-1-5-32-544", OF_USERS, 5, INTEGRITY_MEDIUM},
    {"neither enabled nor deny-only",
     {.groups = HELP "/0"},
     HELP,
     "S-1-5-32-544",
     OF_USERS,
     0,
     INTEGRITY_MEDIUM},
    {"attributes that are not the KDC's to set",
     {.groups = HELP "/C0000067"},
     HELP,
     "S-1-5-32-544",
     OF_USERS,
     7,
     INTEGRITY_MEDIUM},
    {"deny-only admins bring deny-only",
     {.groups = DOMAIN "-512/10"},
     "S-1-5-32-544",
     "S-1-5-32-546",
     OF_USERS,
     0x10,
     INTEGRITY_MEDIUM},
    {"deny-only beside one in full",
     {.groups = DOMAIN "-512/10 " HELP, .template = G "*S-1-5-32-544__Members=*" HELP ",*" DOMAIN "-512\n"},
     "S-1-5-32-544",
     "S-1-5-32-546",
     OF_ADMINISTRATORS,
     0xF,
     INTEGRITY_HIGH},
    {"members replaced",
     {.groups = DOMAIN "-512", .template = G "*S-1-5-32-544__Members=\n"},
     "S-1-5-32-545",
     "S-1-5-32-544",
     OF_USERS,
     7,
     INTEGRITY_MEDIUM},
    {"member of",
     {.groups = HELP, .template = G "*" HELP "__Memberof=*S-1-5-32-551\n"},
     "S-1-5-32-551",
     "S-1-5-32-544",
     BIT(17) | BIT(18) | BIT(19) | OF_USERS,
     7,
     INTEGRITY_HIGH},
    {"the machine's groups first, then BUILTIN over them",
     {.groups = HELP,
      .template = G "*" MACHINE "-1010__Members=*" HELP "\n*S-1-5-32-551__Members=*" MACHINE "-1010\n"},
     "S-1-5-32-551",
     "S-1-5-32-544",
     BIT(17) | BIT(18) | BIT(19) | OF_USERS,
     7,
     INTEGRITY_HIGH},
    {"no group of BUILTIN in another",
     {.groups = HELP,
      .template = G "*S-1-5-32-556__Members=*" HELP "\n*S-1-5-32-551__Members=*S-1-5-32-556\n"},
     "S-1-5-32-556",
     "S-1-5-32-551",
     OF_USERS,
     7,
     INTEGRITY_HIGH},
    {"no group of the machine in another",
     {.groups = HELP,
      .template = G "*" MACHINE "-1010__Members=*" HELP "\n*" MACHINE "-1011__Members=*" MACHINE "-1010\n"},
     MACHINE "-1010",
     MACHINE "-1011",
     OF_USERS,
     7,
     INTEGRITY_MEDIUM},
    {"the user is a member",
     {.template = G "*S-1-5-32-551__Members=*" DOMAIN "-1104\n"},
     "S-1-5-32-551",
     "S-1-5-32-544",
     BIT(17) | BIT(18) | BIT(19) | OF_USERS,
     7,
     INTEGRITY_HIGH},
    {"a right of the user",
     {.template = R "SeSecurityPrivilege=*" DOMAIN "-1104\n"},
     "S-1-5-32-545",
     "S-1-5-32-544",
     BIT(8) | OF_USERS,
     7,
     INTEGRITY_MEDIUM},
    {"a sensitive right",
     {.template = R "SeDebugPrivilege=*" DOMAIN "-1104\n"},
     "S-1-5-32-545",
     "S-1-5-32-544",
     BIT(20) | OF_USERS,
     7,
     INTEGRITY_HIGH},
    {"a right of a group for deny only",
     {.groups = HELP "/10", .template = R "SeDebugPrivilege=*" HELP "\n"},
     HELP,
     "S-1-5-32-544",
     OF_USERS,
     0x10,
     INTEGRITY_MEDIUM},
    {"nobody",
     {.template = R "SeChangeNotifyPrivilege=\n"},
     "S-1-5-32-545",
     "S-1-5-32-544",
     BIT(33),
     7,
     INTEGRITY_MEDIUM},
};

START_TEST(row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct token token = {0};
    struct token_refused refused;
    ck_assert_int_eq(logon_build(&arena, &rows[_i].logon, &token, &refused), ERR_NONE);
    const struct sid_and_attributes *with = sids_find(token.groups, rows[_i].with);
    ck_assert_msg(with != NULL, "%s: %s is missing", rows[_i].name, rows[_i].with);
    ck_assert_msg(with->attributes == rows[_i].attributes, "%s: attributes 0x%x", rows[_i].name,
                  with->attributes);
    ck_assert_msg(sids_find(token.groups, rows[_i].without) == NULL, "%s: %s is there", rows[_i].name,
                  rows[_i].without);
    ck_assert_msg(token.integrity_level == rows[_i].integrity, "%s: level 0x%x", rows[_i].name,
                  token.integrity_level);
    ck_assert_msg(token.privileges.present == rows[_i].present, "%s: privileges 0x%llx", rows[_i].name,
                  (unsigned long long)token.privileges.present);
}
END_TEST

static const struct {
    struct logon logon;
    enum err err;
} right_rows[] = {
    {{.template = R "SeNetworkLogonRight=\n"}, ERR_LOGON_TYPE_NOT_GRANTED},
    {{.template = R "SeNetworkLogonRight=*S-1-5-32-544\n"}, ERR_LOGON_TYPE_NOT_GRANTED},
    {{.groups = DOMAIN "-512", .template = R "SeNetworkLogonRight=*S-1-5-32-544\n"}, ERR_NONE},
    {{.template = R "SeNetworkLogonRight=*" DOMAIN "-1104\n"}, ERR_NONE},
    {{.template = R "SeDenyNetworkLogonRight=*" DOMAIN "-1104\n"}, ERR_LOGON_TYPE_NOT_GRANTED},
    {{.template = R "SeDenyNetworkLogonRight=*S-1-1-0\n"}, ERR_LOGON_TYPE_NOT_GRANTED},
    {{.template = R "SeDenyNetworkLogonRight=*S-1-5-2\n"}, ERR_LOGON_TYPE_NOT_GRANTED},
    {{.template = R "SeDenyInteractiveLogonRight=*S-1-1-0\n"}, ERR_NONE},
    {{.groups = HELP, .template = R "SeDenyNetworkLogonRight=*" HELP "\n"}, ERR_LOGON_TYPE_NOT_GRANTED},
    /* deny beats allow, for the same SID too */
    {{.groups = HELP, .template = R "SeNetworkLogonRight=*" HELP "\nSeDenyNetworkLogonRight=*" HELP "\n"},
     ERR_LOGON_TYPE_NOT_GRANTED},
    /* deny-only: does not let in, does keep out */
    {{.groups = HELP "/10", .template = R "SeNetworkLogonRight=*" HELP "\n"}, ERR_LOGON_TYPE_NOT_GRANTED},
    {{.groups = HELP "/10", .template = R "SeDenyNetworkLogonRight=*" HELP "\n"}, ERR_LOGON_TYPE_NOT_GRANTED},
    /* a local group brings the deny */
    {{.groups = HELP,
      .template = R "SeDenyNetworkLogonRight=*S-1-5-32-546\n" G "*S-1-5-32-546__Members=*" HELP "\n"},
     ERR_LOGON_TYPE_NOT_GRANTED},
    {{.groups = DOMAIN "-514", .template = R "SeDenyNetworkLogonRight=*S-1-5-32-546\n"},
     ERR_LOGON_TYPE_NOT_GRANTED},
};

START_TEST(logon_right_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct token token = {0};
    struct token_refused refused;
    ck_assert_int_eq(logon_build(&arena, &right_rows[_i].logon, &token, &refused), right_rows[_i].err);
    ck_assert((token.user != NULL) == (right_rows[_i].err == ERR_NONE));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("token_build");
    TCase *tests = tcase_create("token_build");
    tcase_add_test(tests, plain_user);
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tests, logon_right_row, 0, (int)(sizeof right_rows / sizeof right_rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
