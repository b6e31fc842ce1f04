/* The alarms of a server that decided by itself, the directory's events, and who may write any. Reference 5.1 to 5.6. */
#include "support/audit_desk.h"
#include "support/suite.h"

#define N "\\n\\t\\t\\t\\t"
#define SUBJECT                                                                                              \
    "\nSubjectUserSid S-1-5-21-1-2-3-1104\nSubjectUserName alice\nSubjectDomainName CORP\n"                  \
    "SubjectLogonId $LOGON\n"
#define PROCESS    "ProcessId $PID\nProcessName $EXE"
#define OBJECT     "ObjectServer build\nObjectType Share\nObjectName \\\\srv\\drop\n"
#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

static struct audit_object share(const char *type)
{
    return (struct audit_object){.subsystem = "build",
                                 .type_name = "Share",
                                 .name = "\\\\srv\\drop",
                                 .handle_id = 0x20,
                                 .securable = type != NULL ? securable_find(bytes_of_string(type)) : NULL};
}

static void check(struct audit_desk *desk, const char *expected)
{
    const char *seen = audit_desk_trail(desk);
    ck_assert_msg(strcmp(seen, expected) == 0, "got\n%s\nnot\n%s", seen, expected);
}

#define OPENED(head, handle, list, mask, privileges)                                                         \
    head SUBJECT OBJECT "HandleId " handle "\nTransactionId {00000000-0000-0000-0000-000000000000}\n"        \
                        "AccessList " list "\nAccessReason -\nAccessMask " mask                              \
                        "\nPrivilegeList " privileges "\nRestrictedSidCount 0\n" PROCESS                     \
                        "\nResourceAttributes -"

/* ObjectOpenAuditAlarm: the SACL looks at what the server says. */
static const struct {
    const char *type;
    const char *sacl;
    uint32_t desired;
    uint32_t granted;
    privilege_set privileges;
    bool access_granted;
    bool generate_on_close;
    const char *events;
} open_rows[] = {
    {"file", "S:(AU;SAFA;FA;;;WD)", 0x3, 0x1, 0, true, true,
     OPENED("4656 v1 12800 success", "0x20", "%%4416" N, "0x1", "-")},
    {"file", "S:(AU;SAFA;FA;;;WD)", 0x3, 0x1, 0, false, false,
     OPENED("4656 v1 12800 failure", "0x0", "%%4416" N "%%4417" N, "0x3", "-")},
    {"file", "S:(AU;SA;0x2;;;WD)", 0x3, 0x1, 0, true, false, ""},
    {"file", "", 0x3, 0x1, 0, true, false, ""},
    {"file", "S:(AU;SA;0x1;;;WD)", 0x1, 0x1, UINT64_C(1) << SE_BACKUP, true, true,
     OPENED("4656 v1 12800 success", "0x20", "%%4416" N, "0x1",
            "SeBackupPrivilege") "\n\n4674 v0 13056 success" SUBJECT OBJECT
                                 "HandleId 0x20\nAccessMask 1\nPrivilegeList SeBackupPrivilege\n" PROCESS},
    {NULL, "", 0x1, 0x1, UINT64_C(1) << SE_CHANGE_NOTIFY, false, false,
     "4674 v0 13057 failure" SUBJECT OBJECT
     "HandleId 0x0\nAccessMask 1\nPrivilegeList SeChangeNotifyPrivilege\n" PROCESS},
};

START_TEST(open_row)
{
    struct audit_desk desk;
    bool generate_on_close = false;
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    const struct audit_object object = share(open_rows[_i].type);
    const struct audit_open open = {.descriptor = audit_desk_descriptor(
                                        &desk, arena_printf(&desk.arena, "O:BAG:BAD:%s", open_rows[_i].sacl)),
                                    .desired = open_rows[_i].desired,
                                    .granted = open_rows[_i].granted,
                                    .privileges = open_rows[_i].privileges,
                                    .access_granted = open_rows[_i].access_granted};
    ck_assert_int_eq(platform_audit_object_open(desk.token, &object, &open, &desk.trail, &generate_on_close),
                     ERR_NONE);
    check(&desk, open_rows[_i].events);
    ck_assert(generate_on_close == open_rows[_i].generate_on_close);
    audit_desk_close(&desk);
}
END_TEST

START_TEST(handles)
{
    struct audit_desk desk;
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    ck_assert_int_eq(platform_audit_object_close(desk.token, "build", 0x20, false, &desk.trail), ERR_NONE);
    ck_assert_int_eq(platform_audit_object_delete(desk.token, "build", 0x20, false, &desk.trail), ERR_NONE);
    ck_assert_uint_eq(desk.trail.count, 0);
    ck_assert_int_eq(platform_audit_object_delete(desk.token, "build", 0x20, true, &desk.trail), ERR_NONE);
    ck_assert_int_eq(platform_audit_object_close(desk.token, "", UINT64_MAX, true, &desk.trail), ERR_NONE);
    check(&desk, "4660 v0 12804 success" SUBJECT "ObjectServer build\nHandleId 0x20\n" PROCESS
                 "\nTransactionId {00000000-0000-0000-0000-000000000000}\n\n"
                 "4658 v0 12804 success" SUBJECT "ObjectServer -\nHandleId 0xffffffffffffffff\n" PROCESS);
    audit_desk_close(&desk);
}
END_TEST

/* ObjectPrivilegeAuditAlarm and PrivilegedServiceAuditAlarm record what the server asserts. */
START_TEST(privileges)
{
    struct audit_desk desk;
    const struct audit_object object = share("file");
    const privilege_set two = privilege_bit(SE_CHANGE_NOTIFY) | privilege_bit(SE_TCB);
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    ck_assert_int_eq(platform_audit_object_privilege(desk.token, &object, 0x1000000,
                                                     privilege_bit(SE_SECURITY), false, &desk.trail),
                     ERR_NONE);
    ck_assert_int_eq(
        platform_audit_privileged_service(desk.token, "build", "publish", two, true, &desk.trail), ERR_NONE);
    ck_assert_int_eq(platform_audit_privileged_service(desk.token, "build", "", 0, false, &desk.trail),
                     ERR_NONE);
    check(&desk, "4674 v0 13056 failure" SUBJECT OBJECT
                 "HandleId 0x20\nAccessMask 16777216\nPrivilegeList SeSecurityPrivilege\n" PROCESS "\n\n"
                 "4673 v0 13056 success" SUBJECT "ObjectServer build\nService publish\n"
                 "PrivilegeList SeTcbPrivilege\\n\\t\\t\\tSeChangeNotifyPrivilege\n" PROCESS "\n\n"
                 "4673 v0 13057 failure" SUBJECT "ObjectServer build\nService -\nPrivilegeList -\n" PROCESS);
    audit_desk_close(&desk);
}
END_TEST

#define CLASS "bf967aba-0de6-11d0-a285-00aa003049e2"
#define SET   "77b5b886-944a-11d1-aebd-0000f80367c1"
#define NAME  "f3a64788-5306-11d1-a9c5-0000f80367c1"
#define OTHER "bf967950-0de6-11d0-a285-00aa003049e2"
#define OPERATION(head, handle, list, mask, properties)                                                      \
    head SUBJECT "ObjectServer DS\nObjectType %{" CLASS "}\nObjectName CN=bob\nOperationType Object "        \
                 "Access\nHandleId " handle "\nAccessList " list "\nAccessMask " mask                        \
                 "\nProperties " properties "\nAdditionalInfo -\nAdditionalInfo2 -"

/* AuditEventDirectoryServiceAccess: of a result list what was granted and what was refused are two events. */
static const struct {
    bool result_list;
    const char *sddl;
    const char *events;
} directory_rows[] = {
    {true, "O:BAG:BAD:(OA;;0x10;" NAME ";;WD)S:(AU;SAFA;0x10;;;WD)",
     OPERATION("4662 v0 14080 success", "0x20", "%%7684" N, "0x10",
               "%%7684\\n\\t\\t\\t{" NAME
               "}\\n") "\n\n" OPERATION("4662 v0 14080 failure", "0x0", "%%7684" N, "0x10",
                                        "%%7684\\n\\t\\t{" SET "}\\n\\t\\t\\t{" OTHER "}\\n\\t{" CLASS
                                        "}\\n")},
    {true, "O:BAG:BAD:(OA;;0x10;" NAME ";;WD)S:(OU;SA;0x10;" SET ";;WD)",
     OPERATION("4662 v0 14080 success", "0x20", "%%7684" N, "0x10", "%%7684\\n\\t\\t\\t{" NAME "}\\n")},
    {false, "O:BAG:BAD:(OA;;0x10;" NAME ";;WD)S:(AU;SAFA;0x10;;;WD)",
     OPERATION("4662 v0 14080 failure", "0x0", "%%7684" N, "0x10",
               "%%7684\\n\\t\\t{" SET "}\\n\\t\\t\\t{" NAME "}\\n\\t\\t\\t{" OTHER "}\\n\\t{" CLASS "}\\n")},
};

START_TEST(directory_row)
{
    static const char *const guids[] = {CLASS, SET, NAME, OTHER};
    struct audit_desk desk;
    struct object_node nodes[4];
    struct access_answer answer;
    bool generate_on_close = false;
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    for (uint16_t i = 0; i < 4; i++) {
        nodes[i] = (struct object_node){.level = i < 3 ? i : 2};
        ck_assert_int_eq(guid_parse(bytes_of_string(guids[i]), &nodes[i].guid), ERR_NONE);
    }
    const struct access_request request = {.descriptor =
                                               audit_desk_descriptor(&desk, directory_rows[_i].sddl),
                                           .desired = 0x10,
                                           .nodes = nodes,
                                           .node_count = 4,
                                           .result_list = directory_rows[_i].result_list};
    const struct audit_object object = {.subsystem = "DS",
                                        .type_name = "{" CLASS "}",
                                        .name = "CN=bob",
                                        .handle_id = 0x20,
                                        .directory_service = true,
                                        .securable = securable_find(bytes_of_string("ds-object"))};
    ck_assert_int_eq(platform_access_check_and_audit(desk.token, &request, &object, &desk.trail, &answer,
                                                     &generate_on_close),
                     ERR_NONE);
    check(&desk, directory_rows[_i].events);
    ck_assert(nodes[2].allowed == directory_rows[_i].result_list);
    ck_assert(generate_on_close == directory_rows[_i].result_list);
    audit_desk_close(&desk);
}
END_TEST

/* Every alarm by one who may not: all say the same, and nothing is written. */
static void refuse_all(struct audit_desk *desk, enum err expected)
{
    const struct audit_object object = share("file");
    const struct descriptor *descriptor =
        audit_desk_descriptor(desk, "O:BAG:BAD:(A;;FA;;;WD)S:(AU;SAFA;FA;;;WD)");
    const struct audit_open open = {.descriptor = descriptor, .desired = 1, .granted = 1};
    const struct access_request request = {.descriptor = descriptor, .desired = 1};
    struct access_answer answer = {.allowed = true, .granted = 1};
    const struct platform_token *token = desk->token;
    struct audit_trail *trail = &desk->trail;
    bool generate = false;
    ck_assert_int_eq(platform_access_check_and_audit(token, &request, &object, trail, &answer, &generate),
                     expected);
    ck_assert(!answer.allowed && answer.granted == 0);
    ck_assert_int_eq(platform_audit_object_open(token, &object, &open, trail, &generate), expected);
    ck_assert_int_eq(platform_audit_object_close(token, "build", 1, true, trail), expected);
    ck_assert_int_eq(platform_audit_object_delete(token, "build", 1, true, trail), expected);
    ck_assert_int_eq(platform_audit_object_privilege(token, &object, 1, 0, true, trail), expected);
    ck_assert_int_eq(platform_audit_privileged_service(token, "build", "", 0, true, trail), expected);
    ck_assert_uint_eq(trail->count, 0);
    /* AUDIT_ALLOW_NO_PRIVILEGE: the check is made, and not audited */
    struct audit_object guard = object;
    guard.allow_no_privilege = true;
    generate = true;
    ck_assert_int_eq(platform_access_check_and_audit(token, &request, &guard, trail, &answer, &generate),
                     ERR_NONE);
    ck_assert(answer.allowed && answer.granted == 1 && !generate && trail->count == 0);
}

START_TEST(without_privilege)
{
    struct audit_desk desk;
    struct platform_token *own = NULL;
    audit_desk_open(&desk, &(struct audit_desk_order){.no_privilege = true});
    ck_assert(platform_audit_available(desk.platform));
    refuse_all(&desk, ERR_PRIVILEGE_NOT_HELD);
    ck_assert_int_eq(platform_token_open_process(desk.platform, &own), ERR_NONE);
    ck_assert_uint_eq(privilege_attributes(&platform_token_view(own)->privileges, SE_AUDIT), 0);
    platform_token_free(own);
    audit_desk_close(&desk);
}
END_TEST

START_TEST(with_privilege)
{
    struct audit_desk desk;
    struct platform_token *own = NULL;
    audit_desk_open(&desk, &(struct audit_desk_order){.no_privilege = false});
    ck_assert_int_eq(platform_token_open_process(desk.platform, &own), ERR_NONE);
    ck_assert_uint_eq(privilege_attributes(&platform_token_view(own)->privileges, SE_AUDIT),
                      SE_PRIVILEGE_ENABLED | SE_PRIVILEGE_ENABLED_BY_DEFAULT);
    platform_token_free(own);
    audit_desk_close(&desk);
}
END_TEST

START_TEST(without_log)
{
    struct audit_desk desk;
    struct event_page page;
    struct event_store_health health = {.writable = true};
    uint64_t last = 0;
    audit_desk_open(&desk, &(struct audit_desk_order){.no_log = true});
    ck_assert(!platform_audit_available(desk.platform));
    refuse_all(&desk, ERR_NOT_SUPPORTED);
    const struct event_filter all = {.since_ns = 0};
    ck_assert_int_eq(platform_audit_commit(desk.platform, &desk.trail, NULL, NULL), ERR_NOT_SUPPORTED);
    ck_assert_int_eq(platform_audit_read(desk.platform, &all, NULL, 1, &desk.arena, &page),
                     ERR_NOT_SUPPORTED);
    ck_assert_int_eq(platform_audit_read_after(desk.platform, &all, 0, 1, &desk.arena, &page, &last),
                     ERR_NOT_SUPPORTED);
    ck_assert_int_eq(platform_audit_watch(desk.platform, NULL, NULL), ERR_NOT_SUPPORTED);
    platform_audit_health(desk.platform, &health);
    ck_assert(!health.writable);
    audit_desk_close(&desk);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit_alarm");
    TCase *tests = tcase_create("alarms");
    tcase_add_checked_fixture(tests, audit_desk_setup, audit_desk_teardown);
    tcase_add_loop_test(tests, open_row, 0, ROWS(open_rows));
    tcase_add_test(tests, handles);
    tcase_add_test(tests, privileges);
    tcase_add_loop_test(tests, directory_row, 0, ROWS(directory_rows));
    tcase_add_test(tests, without_privilege);
    tcase_add_test(tests, with_privilege);
    tcase_add_test(tests, without_log);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
