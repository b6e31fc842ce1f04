/* Which subcategories are on while the service runs: the standard, the template's [Event Audit], audit.csv. */
#include "platform/posix/audit_policy.h"

#include "platform/process.h"
#include "support/folder.h"
#include "support/keytab_file.h"
#include "support/suite.h"

#include <stdio.h>
#include <unistd.h>

#define V "[Version]\nsignature=\"$CHICAGO$\"\n"
#define E V "[Event Audit]\n"
#define L "[Registry Values]\nMACHINE\\System\\CurrentControlSet\\Control\\Lsa\\SCENoApplyLegacyAuditPolicy="
#define H                                                                                                    \
    "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value\n"
#define S(id, on) ",System,Something,{0CCE92" id "-69AE-11D9-BED3-505054503030},,," on "\n"
#define ALL       "333333333333333"

static struct folder folder;
static char template[1024];
static char csv[1024];
static char cache[1024];

static void setup(void)
{
    folder_make(&folder);
    (void)snprintf(template, sizeof template, "%s/policy.inf", folder.path);
    (void)snprintf(csv, sizeof csv, "%s/audit.csv", folder.path);
    (void)snprintf(cache, sizeof cache, "%s/replay", folder.path);
    keytab_file_configure(folder.path, "EXAMPLE.TEST");
}

static void teardown(void)
{
    folder_remove(&folder);
}

static enum err start(const char *template_path, const char *csv_path, struct platform **ret)
{
    const struct platform_settings settings = {
        .replay_cache = cache, .policy = template_path, .audit = {.subcategories = csv_path}};
    return platform_start(&settings, ret);
}

/* In the order of the enum. */
static void check(struct platform *platform, const char *what, const char *expected)
{
    char on[AUDIT_SUBCATEGORIES + 1] = "";
    struct audit_policy policy;
    platform_audit_policy(platform, &policy);
    for (unsigned i = 0; i < AUDIT_SUBCATEGORIES; i++)
        on[i] = "0123"[policy.on[i]];
    ck_assert_msg(strcmp(on, expected) == 0, "%s: %s", what, on);
}

static const struct {
    const char *template; /* NULL: none */
    const char *csv;
    const char *on;
} rows[] = {
    {NULL, NULL, ALL},
    {V, NULL, ALL},
    {E, NULL, ALL},
    {E "AuditLogonEvents = 0\n", NULL, "000333333333333"},
    {E "AuditObjectAccess = 1\n", NULL, "333111111133333"},
    {E "AuditDSAccess = 2\n", NULL, "333333333323333"},
    {E "AuditPrivilegeUse = 4\n", NULL, "333333333330033"},
    {E "AuditPolicyChange = 1\n", NULL, "333333333333313"},
    {E "AuditProcessTracking = 0\n", NULL, "333333333333330"},
    {E "AuditSystemEvents = 0\nAuditAccountManage = 0\nAuditAccountLogon = 0\n", NULL, ALL},
    {E "auditobjectaccess=3\nAUDITDSACCESS=\"1\"\n", NULL, "333333333313333"},
    {E "AuditLogonEvents = 0\n" L "4,1\n", NULL, ALL},
    {L "4,1\n" E "AuditLogonEvents = 0\n", NULL, ALL},
    {L "4,0\n" E "AuditLogonEvents = 0\n", NULL, "000333333333333"},
    {NULL, H, ALL},
    {NULL, H S("1D", "4"), "333033333333333"},
    {E "AuditObjectAccess = 0\n", H S("1D", "2") S("1E", "0"), "333200000033333"},
    {E "AuditObjectAccess = 0\n" L "4,1\n", H S("1D", "2"), "333233333333333"},
};

START_TEST(row)
{
    struct platform *platform = NULL;
    if (rows[_i].template != NULL)
        keytab_file_put(template, rows[_i].template);
    if (rows[_i].csv != NULL)
        keytab_file_put(csv, rows[_i].csv);
    ck_assert_int_eq(
        start(rows[_i].template != NULL ? template : NULL, rows[_i].csv != NULL ? csv : NULL, &platform),
        ERR_NONE);
    check(platform, "row", rows[_i].on);
    platform_stop(platform);
}
END_TEST

static const struct {
    const char *template; /* NULL: as before */
    const char *csv;      /* NULL: as before; "-": the file goes */
    const char *state;    /* of the csv */
    const char *on;
} life_rows[] = {
    {E "AuditLogonEvents = 1\n", H S("15", "2"), "ok", "211333333333333"},
    {NULL, H S("1B", "2"), "ok", "121333333333333"},
    {NULL, H S("1B", "9"), "stale", "121333333333333"}, /* a mistake leaves the rules as they were */
    {E "AuditLogonEvents = 0\n", NULL, "stale", "020333333333333"},
    {NULL, "-", "stale", "020333333333333"},
    {NULL, H, "ok", "000333333333333"},
    {V, H S("4A", "4"), "ok", "333333333333330"},
    {E "AuditLogonEvents = 7\n", NULL, "ok", "333333333333330"},
};

START_TEST(life)
{
    struct platform *platform = NULL;
    keytab_file_put(template, V);
    keytab_file_put(csv, H);
    ck_assert_int_eq(start(template, csv, &platform), ERR_NONE);
    check(platform, "start", ALL);
    for (size_t i = 0; i < sizeof life_rows / sizeof life_rows[0]; i++) {
        struct platform_health health;
        char what[16];
        (void)snprintf(what, sizeof what, "row %zu", i);
        if (life_rows[i].template != NULL)
            keytab_file_put(template, life_rows[i].template);
        if (life_rows[i].csv != NULL && life_rows[i].csv[0] == '-')
            ck_assert_int_eq(unlink(csv), 0);
        else if (life_rows[i].csv != NULL)
            keytab_file_put(csv, life_rows[i].csv);
        platform_reload(platform, i % 2 == 0);
        platform_health(platform, &health);
        ck_assert_msg(strcmp(health.audit_policy, life_rows[i].state) == 0, "%s: %s", what,
                      health.audit_policy);
        check(platform, what, life_rows[i].on);
    }
    platform_stop(platform);
}
END_TEST

START_TEST(no_file)
{
    struct platform *platform = NULL;
    struct platform_health health;
    ck_assert_int_eq(start(NULL, NULL, &platform), ERR_NONE);
    platform_health(platform, &health);
    ck_assert_str_eq(health.audit_policy, "none");
    platform_stop(platform);
}
END_TEST

static const struct {
    const char *csv; /* NULL: there is no file */
    enum err err;
} start_rows[] = {
    {NULL, ERR_IO}, {"", ERR_MALFORMED}, {"hello", ERR_MALFORMED}, {H S("15", "7"), ERR_MALFORMED}};

START_TEST(start_row)
{
    struct platform *platform = NULL;
    if (start_rows[_i].csv != NULL)
        keytab_file_put(csv, start_rows[_i].csv);
    ck_assert_int_eq(start(NULL, csv, &platform), start_rows[_i].err);
    ck_assert_ptr_null(platform);
}
END_TEST

/* Every policy comes out of its number as it went in. */
START_TEST(packed)
{
    for (unsigned seed = 0; seed < 64; seed++) {
        struct audit_policy policy;
        struct audit_policy back;
        for (unsigned i = 0; i < AUDIT_SUBCATEGORIES; i++)
            policy.on[i] = (uint8_t)((seed + i * (seed | 1)) % 4);
        audit_policy_unpack(audit_policy_pack(&policy), &back);
        ck_assert_mem_eq(&policy, &back, sizeof policy);
    }
}
END_TEST

START_TEST(on)
{
    const struct audit_policy policy = {.on = {0, AUDIT_ON_SUCCESS, AUDIT_ON_FAILURE, 3}};
    for (unsigned i = 0; i < 4; i++) {
        ck_assert(audit_policy_on(&policy, (enum audit_subcategory)i, true) == (i == 1 || i == 3));
        ck_assert(audit_policy_on(&policy, (enum audit_subcategory)i, false) == (i == 2 || i == 3));
    }
}
END_TEST

#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

int main(void)
{
    Suite *suite = suite_create("audit_policy");
    TCase *tests = tcase_create("audit_policy");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, row, 0, ROWS(rows));
    tcase_add_test(tests, life);
    tcase_add_test(tests, no_file);
    tcase_add_loop_test(tests, start_row, 0, ROWS(start_rows));
    tcase_add_test(tests, packed);
    tcase_add_test(tests, on);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
