/* What is written unasked about logons and adjusted privileges, every field of it. Reference 5.4. */
#include "platform/posix/token_storage.h"
#include "support/audit_desk.h"
#include "support/sids.h"
#include "support/suite.h"

#include <inttypes.h>

#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])
#define V          "[Version]\nsignature=\"$CHICAGO$\"\n"
#define NOBODY     "\nSubjectUserSid S-1-0-0\nSubjectUserName -\nSubjectDomainName -\nSubjectLogonId 0x0\n"
#define SUBJECT                                                                                              \
    "\nSubjectUserSid S-1-5-21-1-2-3-1104\nSubjectUserName alice\nSubjectDomainName CORP\n"                  \
    "SubjectLogonId $LOGON\n"
#define TARGET                                                                                               \
    "TargetUserSid S-1-5-21-1-2-3-1104\nTargetUserName alice\nTargetDomainName CORP\n"                       \
    "TargetLogonId $LOGON\n"
#define FROM(address, port)                                                                                  \
    "TransmittedServices -\nLmPackageName -\nKeyLength 0\nProcessId 0x0\nProcessName -\nIpAddress " address  \
    "\nIpPort " port
#define PACKAGE                                                                                              \
    "LogonType 3\nLogonProcessName Kerberos\nAuthenticationPackageName Kerberos\nWorkstationName -\n"
#define LOGON(address, port, level, elevated)                                                                \
    "4624 v2 12544 success" NOBODY TARGET PACKAGE "LogonGuid {00000000-0000-0000-0000-000000000000}\n" FROM( \
        address, port) "\nImpersonationLevel " level                                                         \
                       "\nRestrictedAdminMode -\nTargetOutboundUserName -\nTargetOutboundDomainName -\n"     \
                       "VirtualAccount %%1843\nTargetLinkedLogonId 0x0\nElevatedToken " elevated
#define NEXT "\\n\\t\\t\\t"
#define SPECIAL                                                                                              \
    "4672 v0 12548 success" SUBJECT "PrivilegeList SeSecurityPrivilege" NEXT "SeTakeOwnershipPrivilege" NEXT \
    "SeLoadDriverPrivilege" NEXT "SeBackupPrivilege" NEXT "SeRestorePrivilege" NEXT "SeDebugPrivilege" NEXT  \
    "SeSystemEnvironmentPrivilege" NEXT "SeImpersonatePrivilege" NEXT                                        \
    "SeDelegateSessionUserImpersonatePrivilege"
#define GROUPS(head, groups)                                                                                 \
    "4627 v0 12554 success" NOBODY TARGET                                                                    \
    "LogonType 3\nEventIdx 1\nEventCountTotal 1\nGroupMembership " head " " groups
#define ORDINARY                                                                                             \
    GROUPS("%{S-1-5-21-1-2-3-513} %{S-1-5-21-1-2-3-512} %{S-1-1-0} %{S-1-5-2} %{S-1-5-11} %{S-1-5-15}",      \
           "$SESSION %{S-1-5-32-545} %{S-1-16-8192}")

/* The first part of a text that differs from run to run: the logon's own SID. */
static const char *without_session(struct audit_desk *desk, const char *text)
{
    const uint64_t id = platform_token_details(desk->token)->logon_id;
    const char *own = arena_printf(&desk->arena, "%%{S-1-5-5-%u-%u}", (unsigned)(id >> 32), (unsigned)id);
    const char *at = strstr(text, own);
    if (at == NULL)
        return text;
    return arena_printf(&desk->arena, "%.*s$SESSION%s", (int)(at - text), text, at + strlen(own));
}

static void check(struct audit_desk *desk, const char *expected)
{
    const char *seen = without_session(desk, audit_desk_trail(desk));
    ck_assert_msg(strcmp(seen, expected) == 0, "got\n%s\nnot\n%s", seen, expected);
}

/* By who it is, whence, and which subcategories are on ([Event Audit] knows the legacy category of logons alone). */
static const struct {
    bool administrator;
    const char *template;
    const char *address;
    unsigned port;
    const char *events;
} logon_rows[] = {
    {false, NULL, "2001:db8::7", 50123, LOGON("2001:db8::7", "50123", "%%1833", "%%1843") "\n\n" ORDINARY},
    {false, NULL, NULL, 0, LOGON("-", "-", "%%1833", "%%1843") "\n\n" ORDINARY},
    {false, V "[Event Audit]\nAuditLogonEvents = 2\n", "192.0.2.1", 1, ""},
    {false, V "[Privilege Rights]\nSeAuditPrivilege = *S-1-1-0\n", "::1", 2,
     LOGON("::1", "2", "%%1833", "%%1843") "\n\n"
                                           "4672 v0 12548 success" SUBJECT
                                           "PrivilegeList SeAuditPrivilege\n\n" ORDINARY},
};

START_TEST(logon_row)
{
    struct audit_desk desk;
    const struct audit_source source = {.address = logon_rows[_i].address, .port = logon_rows[_i].port};
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = logon_rows[_i].administrator,
                                                      .template = logon_rows[_i].template});
    ck_assert_int_eq(platform_audit_logon(desk.token, &source, &desk.trail), ERR_NONE);
    check(&desk, logon_rows[_i].events);
    audit_desk_close(&desk);
}
END_TEST

START_TEST(an_administrator)
{
    struct audit_desk desk;
    const struct audit_source source = {.address = "192.0.2.1", .port = 65535};
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = true});
    ck_assert_int_eq(platform_audit_logon(desk.token, &source, &desk.trail), ERR_NONE);
    ck_assert_uint_eq(desk.trail.count, 3);
    ck_assert_str_eq(audit_desk_event(&desk, &desk.trail.events[0]),
                     LOGON("192.0.2.1", "65535", "%%1833", "%%1842"));
    ck_assert_str_eq(audit_desk_event(&desk, &desk.trail.events[1]), SPECIAL);
    /* what the filters look at is who logged on, also where nobody is the subject */
    for (size_t i = 0; i < 3; i++) {
        const struct event *event = &desk.trail.events[i];
        ck_assert_str_eq(event->subject_sid, "S-1-5-21-1-2-3-1104");
        ck_assert_str_eq(event->subject_name, "CORP\\alice");
        ck_assert_ptr_null(event->object_name);
        ck_assert_str_eq(event->session, arena_printf(&desk.arena, "0x%" PRIx64,
                                                      platform_token_details(desk.token)->logon_id));
    }
    audit_desk_close(&desk);
}
END_TEST

static const struct {
    enum impersonation_level level;
    const char *message;
} level_rows[] = {{SECURITY_ANONYMOUS, "-"},
                  {SECURITY_IDENTIFICATION, "%%1832"},
                  {SECURITY_IMPERSONATION, "%%1833"},
                  {SECURITY_DELEGATION, "%%1840"}};

START_TEST(level_row)
{
    struct audit_desk desk;
    const struct audit_source source = {.address = NULL};
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    desk.token->view.level = level_rows[_i].level;
    ck_assert_int_eq(platform_audit_logon(desk.token, &source, &desk.trail), ERR_NONE);
    ck_assert_str_eq(desk.trail.events[0].fields[20].name, "ImpersonationLevel");
    ck_assert_str_eq(desk.trail.events[0].fields[20].value, level_rows[_i].message);
    audit_desk_close(&desk);
}
END_TEST

/* More groups than fit into one event, and the label behind the last of all. */
START_TEST(many_groups)
{
    enum { COUNT = 1025 };
    struct audit_desk desk;
    const struct audit_source source = {.address = NULL};
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    struct sid_and_attributes *groups = arena_alloc_array(&desk.arena, COUNT, sizeof *groups);
    for (unsigned i = 0; i < COUNT; i++)
        groups[i].sid = sids_one(&desk.arena, arena_printf(&desk.arena, "S-1-5-21-9-9-9-%u", i + 1000));
    desk.token->view.groups = (struct sid_list){.items = groups, .count = COUNT};
    ck_assert_int_eq(platform_audit_logon(desk.token, &source, &desk.trail), ERR_NONE);
    ck_assert_uint_eq(desk.trail.count, 4);
    for (size_t i = 1; i < 4; i++) {
        const struct event *event = &desk.trail.events[i];
        const char *list = event->fields[11].value;
        ck_assert_uint_eq(event->event_id, 4627);
        ck_assert_str_eq(event->fields[9].value, arena_printf(&desk.arena, "%zu", i));
        ck_assert_str_eq(event->fields[10].value, "3");
        const char *first = arena_printf(&desk.arena, "%%{S-1-5-21-9-9-9-%zu}", 1000 + (i - 1) * 512);
        ck_assert_int_eq(strncmp(list, first, strlen(first)), 0);
        ck_assert((strstr(list, " %{S-1-16-8192}") != NULL) == (i == 3));
    }
    ck_assert_str_eq(desk.trail.events[3].fields[11].value, "%{S-1-5-21-9-9-9-2024} %{S-1-16-8192}");
    audit_desk_close(&desk);
}
END_TEST

#define FAILED(status, reason)                                                                               \
    "4625 v0 12544 failure" NOBODY "TargetUserSid S-1-0-0\nTargetUserName -\nTargetDomainName -\n"           \
    "Status " status "\nFailureReason " reason "\nSubStatus 0x0\n" PACKAGE FROM("192.0.2.9", "4321")

static const struct {
    const char *reason;
    const char *template;
    const char *events;
} failure_rows[] = {
    {"ERROR_LOGON_TYPE_NOT_GRANTED", NULL, FAILED("0xc000015b", "%%2308")},
    {"ERROR_LOGON_FAILURE", NULL, FAILED("0xc000006d", "%%2313")},
    {"bad-binding", NULL, FAILED("0xc000035b", "%%2304")},
    {"no-binding", NULL, FAILED("0xc000035b", "%%2304")},
    {"no-channel", NULL, FAILED("0xc000035b", "%%2304")},
    {"skew", NULL, FAILED("0xc0000133", "%%2304")},
    {"not-yet-valid", NULL, FAILED("0xc0000133", "%%2304")},
    {"replay", NULL, FAILED("0xc000006d", "%%2304")},
    {"", NULL, FAILED("0xc000006d", "%%2304")},
    {"replay", V "[Event Audit]\nAuditLogonEvents = 1\n", ""},
};

START_TEST(failure_row)
{
    struct audit_desk desk;
    const struct audit_source source = {.address = "192.0.2.9", .port = 4321};
    audit_desk_open(&desk, &(struct audit_desk_order){.template = failure_rows[_i].template});
    ck_assert_int_eq(
        platform_audit_logon_failure(desk.platform, failure_rows[_i].reason, &source, &desk.trail), ERR_NONE);
    check(&desk, failure_rows[_i].events);
    audit_desk_close(&desk);
}
END_TEST

#define ADJUSTED(enabled, disabled)                                                                          \
    "4703 v0 13570 success" SUBJECT TARGET "ProcessName $EXE\nProcessId $PID\nEnabledPrivilegeList " enabled \
    "\nDisabledPrivilegeList " disabled

static const struct {
    privilege_set enabled;
    privilege_set disabled;
    const char *template;
    const char *events;
} adjusted_rows[] = {
    {UINT64_C(1) << SE_SECURITY | UINT64_C(1) << SE_DEBUG, 0, NULL,
     ADJUSTED("SeSecurityPrivilege" NEXT "SeDebugPrivilege", "-")},
    {0, UINT64_C(1) << SE_BACKUP, NULL, ADJUSTED("-", "SeBackupPrivilege")},
    {UINT64_C(1) << SE_DEBUG, UINT64_C(1) << SE_BACKUP, NULL,
     ADJUSTED("SeDebugPrivilege", "SeBackupPrivilege")},
    {0, 0, NULL, ""},
    {UINT64_C(1) << SE_DEBUG, 0, V "[Event Audit]\nAuditPolicyChange = 2\nAuditProcessTracking = 2\n", ""},
};

START_TEST(adjusted_row)
{
    struct audit_desk desk;
    audit_desk_open(&desk, &(struct audit_desk_order){.template = adjusted_rows[_i].template});
    ck_assert_int_eq(platform_audit_adjusted(desk.token, adjusted_rows[_i].enabled,
                                             adjusted_rows[_i].disabled, &desk.trail),
                     ERR_NONE);
    check(&desk, adjusted_rows[_i].events);
    audit_desk_close(&desk);
}
END_TEST

START_TEST(without_log)
{
    struct audit_desk desk;
    const struct audit_source source = {.address = "192.0.2.9", .port = 4321};
    audit_desk_open(&desk, &(struct audit_desk_order){.no_log = true});
    ck_assert_int_eq(platform_audit_logon(desk.token, &source, &desk.trail), ERR_NONE);
    ck_assert_int_eq(platform_audit_logon_failure(desk.platform, "replay", &source, &desk.trail), ERR_NONE);
    ck_assert_int_eq(platform_audit_adjusted(desk.token, 8, 0, &desk.trail), ERR_NONE);
    ck_assert_uint_eq(desk.trail.count, 0);
    audit_desk_close(&desk);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit_logon");
    TCase *tests = tcase_create("logons");
    tcase_add_checked_fixture(tests, audit_desk_setup, audit_desk_teardown);
    tcase_add_loop_test(tests, logon_row, 0, ROWS(logon_rows));
    tcase_add_test(tests, an_administrator);
    tcase_add_loop_test(tests, level_row, 0, ROWS(level_rows));
    tcase_add_test(tests, many_groups);
    tcase_add_loop_test(tests, failure_row, 0, ROWS(failure_rows));
    tcase_add_loop_test(tests, adjusted_row, 0, ROWS(adjusted_rows));
    tcase_add_test(tests, without_log);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
