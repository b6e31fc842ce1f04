#include "platform/posix/policy.h"
#include "support/logon.h"
#include "support/suite.h"

#define V          "[Version]\nsignature=\"$CHICAGO$\"\n"
#define R          V "[Privilege Rights]\n"
#define G          V "[Group Membership]\n"
#define BIT(right) (UINT64_C(1) << (right))
#define DOMAIN     LOGON_DOMAIN
#define MACHINE    LOGON_MACHINE

/* Column M of reference 4.3, read the other way round: holder, then its rights. */
#define RIGHTS_A                                                                                             \
    (BIT(5) | BIT(8) | BIT(9) | BIT(10) | BIT(11) | BIT(12) | BIT(13) | BIT(14) | BIT(15) | BIT(17) |        \
     BIT(18) | BIT(19) | BIT(20) | BIT(22) | BIT(23) | BIT(24) | BIT(25) | BIT(28) | BIT(29) | BIT(30) |     \
     BIT(34) | BIT(35) | BIT(36) | BIT(RIGHT_INTERACTIVE_LOGON) | BIT(RIGHT_NETWORK_LOGON) |                 \
     BIT(RIGHT_BATCH_LOGON) | BIT(RIGHT_REMOTE_INTERACTIVE_LOGON))
#define RIGHTS_B                                                                                             \
    (BIT(17) | BIT(18) | BIT(19) | BIT(23) | BIT(RIGHT_INTERACTIVE_LOGON) | BIT(RIGHT_NETWORK_LOGON) |       \
     BIT(RIGHT_BATCH_LOGON))
#define RIGHTS_U  (BIT(23) | BIT(33) | BIT(RIGHT_INTERACTIVE_LOGON) | BIT(RIGHT_NETWORK_LOGON))
#define RIGHTS_NS (BIT(3) | BIT(5) | BIT(21) | BIT(23) | BIT(29) | BIT(30))

static const struct {
    const char *template; /* NULL: the defaults */
    const char *sid;
    right_set rights;
} right_rows[] = {
    {NULL, "S-1-1-0", BIT(23) | BIT(RIGHT_NETWORK_LOGON)},
    {NULL, "S-1-5-32-544", RIGHTS_A},
    {NULL, "S-1-5-32-551", RIGHTS_B},
    {NULL, "S-1-5-32-545", RIGHTS_U},
    {NULL, "S-1-5-6", BIT(29) | BIT(30)},
    {NULL, "S-1-5-20", RIGHTS_NS},
    {NULL, "S-1-5-19", RIGHTS_NS | BIT(12) | BIT(34)},
    {NULL, "S-1-5-80-0", BIT(RIGHT_SERVICE_LOGON)},
    {NULL, "S-1-5-32-559", BIT(RIGHT_BATCH_LOGON)},
    {NULL, "S-1-5-32-555", BIT(RIGHT_REMOTE_INTERACTIVE_LOGON)},
    {NULL, "S-1-5-80-3139157870-2983391045-3678747466-658725712-1809340420", BIT(11)},
    {NULL, "S-1-5-18", 0},
    {NULL, "S-1-5-11", 0},
    {NULL, "S-1-5-32-546", 0},
    {NULL, DOMAIN "-512", 0},
    /* a right that is listed is replaced, the others stay */
    {R "SeBackupPrivilege=*S-1-5-11", "S-1-5-11", BIT(17)},
    {R "SeBackupPrivilege=*S-1-5-11", "S-1-5-32-551", RIGHTS_B & ~BIT(17)},
    {R "SeBackupPrivilege=*S-1-5-11", "S-1-5-32-545", RIGHTS_U},
    {R "SeBackupPrivilege=*S-1-5-11,*S-1-5-11", "S-1-5-11", BIT(17)},
    {R "SeNetworkLogonRight=", "S-1-1-0", BIT(23)},
    {R "SeTcbPrivilege=*S-1-1-0\nSeDebugPrivilege=*S-1-1-0", "S-1-1-0",
     BIT(7) | BIT(20) | BIT(23) | BIT(RIGHT_NETWORK_LOGON)},
};

START_TEST(right_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct policy *policy = logon_policy(&arena, right_rows[_i].template);
    right_set rights = policy_rights(policy, sids_one(&arena, right_rows[_i].sid));
    policy_release(policy);
    ck_assert_msg(rights == right_rows[_i].rights, "%s: 0x%llx", right_rows[_i].sid,
                  (unsigned long long)rights);
}
END_TEST

/* Every right that [MS-LSAD] defines but has no default holder: 2, 4, 6, 7, 16, 26, 27, 31, 32 and the denying ones. */
START_TEST(rights_of_nobody)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    static const char *const all[] = {"S-1-1-0",      "S-1-5-32-544", "S-1-5-32-551", "S-1-5-32-545",
                                      "S-1-5-6",      "S-1-5-19",     "S-1-5-20",     "S-1-5-80-0",
                                      "S-1-5-32-559", "S-1-5-32-555"};
    struct policy *policy = logon_policy(&arena, NULL);
    right_set held = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        held |= policy_rights(policy, sids_one(&arena, all[i]));
    policy_release(policy);
    const right_set none =
        BIT(2) | BIT(4) | BIT(6) | BIT(7) | BIT(16) | BIT(26) | BIT(27) | BIT(31) | BIT(32);
    const right_set every = BIT(SE_PRIVILEGE_LAST + 1) - BIT(SE_PRIVILEGE_FIRST);
    ck_assert_uint_eq(right_privileges(held), every & ~none);
    for (unsigned right = RIGHT_LOGON_FIRST; right < RIGHT_COUNT; right++)
        ck_assert(!right_denies(right) || (held & BIT(right)) == 0);
}
END_TEST

static const struct {
    const char *template;
    const char *member;
    const char *groups; /* RIDs of BUILTIN, or whole SIDs, each after a blank */
    bool foreign;       /* the machine's domain is not known */
} member_rows[] = {
    {NULL, "S-1-5-11", " 545", false},
    {NULL, "S-1-5-4", " 545", false},
    {NULL, "S-1-5-17", " 568", false},
    {NULL, DOMAIN "-512", " 544", false},
    {NULL, DOMAIN "-513", " 545", false},
    {NULL, DOMAIN "-514", " 546", false},
    {NULL, DOMAIN "-512", "", true},
    {NULL, "S-1-5-21-4-5-6-512", "", false},
    {NULL, DOMAIN "-500", "", false},
    {NULL, MACHINE "-500", " 544", false},
    {NULL, MACHINE "-501", " 546", false},
    {NULL, MACHINE "-512", "", false},
    {NULL, "S-1-1-0", "", false},
    {G "*S-1-5-32-544__Members=", DOMAIN "-512", "", false},
    {G "*S-1-5-32-544__Members=", MACHINE "-500", " 544", false}, /* reference 6.6: it stays */
    {G "*S-1-5-32-544__Members=", DOMAIN "-513", " 545", false},
    {G "*S-1-5-32-546__Members=", MACHINE "-501", "", false},
    {G "*S-1-5-32-544__Members=*S-1-1-0,*" DOMAIN "-512", DOMAIN "-512", " 544", false},
    {G "*S-1-5-32-544__Members=*S-1-1-0,*" DOMAIN "-512", "S-1-1-0", " 544", false},
    {G "*S-1-1-0__Memberof=*S-1-5-32-544,*S-1-5-32-551", "S-1-1-0", " 544 551", false},
    {G "*S-1-1-0__Memberof=*S-1-5-32-544", DOMAIN "-512", " 544", false}, /* adds, does not replace */
    {G "*" MACHINE "-1010__Members=*S-1-1-0", "S-1-1-0", " " MACHINE "-1010", false},
    {G "*" DOMAIN "-512__Members=*S-1-1-0", "S-1-1-0", "", false}, /* not this machine's group */
    {G "*S-1-1-0__Memberof=*" DOMAIN "-512", "S-1-1-0", "", false},
    {G "*S-1-5-18__Members=*S-1-1-0", "S-1-1-0", "", false},
    {G "*S-1-5-32__Members=*S-1-1-0", "S-1-1-0", "", false},
};

struct seen {
    struct arena *arena;
    const char *text;
};

static enum err see(void *context, const struct sid *group)
{
    struct seen *seen = context;
    char text[SID_TEXT_MAX];
    (void)sid_format(group, text);
    bool builtin = sid_in_domain(group, SID_BUILTIN);
    seen->text = builtin ? arena_printf(seen->arena, "%s %u", seen->text, sid_rid(group))
                         : arena_printf(seen->arena, "%s %s", seen->text, text);
    return seen->text != NULL ? ERR_NONE : ERR_NO_MEMORY;
}

START_TEST(member_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct seen seen = {.arena = &arena, .text = ""};
    struct policy *policy = logon_policy(&arena, member_rows[_i].template);
    const struct sid *domain = member_rows[_i].foreign ? NULL : sids_one(&arena, DOMAIN);
    enum err err = policy_groups_of(policy, sids_one(&arena, member_rows[_i].member), domain, see, &seen);
    policy_release(policy);
    ck_assert_int_eq(err, ERR_NONE);
    ck_assert_str_eq(seen.text, member_rows[_i].groups);
}
END_TEST

static enum err stop(void *context, const struct sid *group)
{
    (void)group;
    (*(int *)context)++;
    return ERR_TOO_LARGE;
}

START_TEST(visit_stops)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    int calls = 0;
    struct policy *policy = logon_policy(&arena, G "*S-1-1-0__Memberof=*S-1-5-32-544,*S-1-5-32-551");
    ck_assert_int_eq(policy_groups_of(policy, SID_EVERYONE, NULL, stop, &calls), ERR_TOO_LARGE);
    ck_assert_int_eq(calls, 1);
    policy_release(policy);
}
END_TEST

START_TEST(foreign_groups_are_counted)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const struct sid *foreign = sids_one(&arena, DOMAIN "-512");
    struct template_member members[] = {{.group = foreign, .member = SID_EVERYONE},
                                        {.group = SID_USERS, .member = SID_EVERYONE}};
    const struct template template = {.members = members, .member_count = 2};
    struct policy *policy = NULL;
    size_t ignored = 0;
    ck_assert_int_eq(policy_new(&template, NULL, &policy, &ignored), ERR_NONE);
    ck_assert_uint_eq(ignored, 1);
    policy_release(policy);
    policy_release(NULL);
}
END_TEST

#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

int main(void)
{
    Suite *suite = suite_create("policy");
    TCase *tests = tcase_create("policy");
    tcase_add_loop_test(tests, right_row, 0, ROWS(right_rows));
    tcase_add_test(tests, rights_of_nobody);
    tcase_add_loop_test(tests, member_row, 0, ROWS(member_rows));
    tcase_add_test(tests, visit_stops);
    tcase_add_test(tests, foreign_groups_are_counted);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
