/* Reasons beyond the DACL: rules of central access policies, in force and staged (4818), restricting SIDs, AppContainers; and the
 * explanation that a caller wants for himself. Reference 3.11, 5.4 and 5.5. */
#include "engine/explain.h"
#include "platform/posix/token_storage.h"
#include "support/audit_desk.h"
#include "support/sids.h"
#include "support/suite.h"

#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])
#define N          "\\n\\t\\t\\t\\t"
#define T          "\\t"
#define WHO                                                                                                  \
    "\nSubjectUserSid S-1-5-21-1-2-3-1104\nSubjectUserName alice\nSubjectDomainName CORP\n"                  \
    "SubjectLogonId $LOGON\nObjectServer Security\nObjectType File\nObjectName C:\\a\nHandleId "
#define OPENED(outcome, handle, list, reason, mask, restricted)                                              \
    "4656 v1 12800 " outcome WHO handle                                                                      \
    "\nTransactionId {00000000-0000-0000-0000-000000000000}\nAccessList " list "\nAccessReason " reason      \
    "\nAccessMask " mask "\nPrivilegeList -\nRestrictedSidCount " restricted                                 \
    "\nProcessId $PID\nProcessName $EXE\nResourceAttributes -"
#define STAGED(outcome, handle, reason, staging)                                                             \
    "4818 v0 12813 " outcome WHO handle "\nProcessId $PID\nProcessName $EXE\nAccessReason " reason           \
    "\nStagingReason " staging

#define OBJECT "O:SYG:SYD:(A;;FA;;;WD)"
#define NAMED  OBJECT "S:(SP;;;;;S-1-17-1)"
#define POLICY "[policy S-1-17-1]\nrules = House rule\n[rule House rule]\n"
#define ALL    "%%4416: %%1801" T "D:(A;;FA;;;WD)" N
#define V      "[Version]\nsignature=\"$CHICAGO$\"\n"

static const struct audit_object file = {
    .subsystem = "Security", .type_name = "File", .name = "C:\\a", .handle_id = 0x64};

static void check(struct audit_desk *desk, const struct access_request *request, bool allowed,
                  const char *expected)
{
    struct access_answer answer;
    bool generate = false;
    struct audit_object object = file;
    object.securable = securable_find(bytes_of_string("file"));
    ck_assert_int_eq(
        platform_access_check_and_audit(desk->token, request, &object, &desk->trail, &answer, &generate),
        ERR_NONE);
    ck_assert(answer.allowed == allowed);
    const char *seen = audit_desk_trail(desk);
    ck_assert_msg(strcmp(seen, expected) == 0, "got\n%s\nnot\n%s", seen, expected);
}

static const struct {
    const char *what;
    const char *central;
    const char *sddl;
    uint32_t desired;
    bool allowed;
    const char *template;
    const char *events;
} rows[] = {
    {"a rule refuses", POLICY "effective = D:(A;;0x1;;;WD)\n", NAMED "(AU;FA;0x2;;;WD)", 0x3, false, NULL,
     OPENED("failure", "0x0", "%%4416" N "%%4417" N,
            "%%4416: %%1814House rule" N "%%4417: %%1814House rule" N, "0x3", "0")},
    {"a rule will refuse", POLICY "effective = D:(A;;FA;;;WD)\nstaged = D:(A;;0x1;;;WD)\n", NAMED, 0x3, true,
     NULL,
     STAGED("success", "0x64", ALL "%%4417: %%1801" T "D:(A;;FA;;;WD)" N,
            "%%4416: %%1814House rule" N "%%4417: %%1814House rule" N)},
    {"a rule will grant", POLICY "effective = D:(A;;0x2;;;WD)\nstaged = D:(A;;0x1;;;WD)\n", NAMED, 0x1, false,
     NULL, STAGED("failure", "0x0", "%%4416: %%1814House rule" N, ALL)},
    {"a maximum will be another", POLICY "effective = D:(A;;0x7;;;WD)\nstaged = D:(A;;0x3;;;WD)\n", NAMED,
     0x2000000, true, NULL,
     STAGED("failure", "0x64",
            ALL "%%4417: %%1801" T "D:(A;;FA;;;WD)" N "%%4418: %%1801" T "D:(A;;FA;;;WD)" N,
            "%%4418: %%1814House rule" N)},
    {"both, and the SACL wants to know", POLICY "effective = D:(A;;FA;;;WD)\nstaged = D:\n",
     NAMED "(AU;SA;0x1;;;WD)", 0x1, true, NULL,
     OPENED("success", "0x64", "%%4416" N, ALL, "0x1", "0") "\n\n" STAGED("success", "0x64", ALL,
                                                                          "%%4416: %%1814House rule" N)},
    {"nothing will change", POLICY "effective = D:(A;;FA;;;WD)\nstaged = D:(A;;0x3;;;WD)\n", NAMED, 0x3, true,
     NULL, ""},
    {"nothing is staged", POLICY "effective = D:(A;;FA;;;WD)\n", NAMED, 0x3, true, NULL, ""},
    {"the policy is for heirs", POLICY "effective = D:\nstaged = D:\n", OBJECT "S:(SP;IOOI;;;;S-1-17-1)", 0x3,
     true, NULL, ""},
    {"the policy is unknown", POLICY "effective = D:\nstaged = D:\n", OBJECT "S:(SP;;;;;S-1-17-2)", 0x3,
     false, NULL, ""},
    {"nobody wants to know", POLICY "effective = D:(A;;FA;;;WD)\nstaged = D:\n", NAMED, 0x3, true,
     V "[Event Audit]\nAuditObjectAccess = 0\n", ""},
};

START_TEST(row)
{
    struct audit_desk desk;
    audit_desk_open(&desk,
                    &(struct audit_desk_order){.central = rows[_i].central, .template = rows[_i].template});
    const struct access_request request = {.descriptor = audit_desk_descriptor(&desk, rows[_i].sddl),
                                           .desired = rows[_i].desired,
                                           .mapping = {0x120089, 0x120116, 0x1200A0, 0x1F01FF}};
    check(&desk, &request, rows[_i].allowed, rows[_i].events);
    audit_desk_close(&desk);
}
END_TEST

/* Each node has an answer of its own, now and then. */
START_TEST(a_result_list)
{
    struct audit_desk desk;
    struct object_node nodes[2] = {{.level = 0}, {.level = 1, .guid = {{1}}}};
    audit_desk_open(&desk, &(struct audit_desk_order){
                               .central = POLICY "effective = D:(A;;FA;;;WD)\nstaged = D:(A;;0x2;;;WD)\n"});
    const struct access_request request = {
        .descriptor = audit_desk_descriptor(
            &desk, "O:SYG:SYD:(OA;;0x1;00000001-0000-0000-0000-000000000000;;WD)S:(SP;;;;;S-1-17-1)"),
        .desired = 0x1,
        .nodes = nodes,
        .node_count = 2,
        .result_list = true};
    const char *ace = "(OA;;CC;00000001-0000-0000-0000-000000000000;;WD)";
    check(&desk, &request, true,
          arena_printf(
              &desk.arena,
              STAGED("success", "0x64", "%%%%4416: %%%%1801\\tD:%s" N, "%%%%4416: %%%%1814House rule" N),
              ace));
    ck_assert(nodes[0].allowed && nodes[1].allowed);
    audit_desk_close(&desk);
}
END_TEST

START_TEST(restricted)
{
    struct audit_desk desk;
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    struct token *view = &desk.token->view;
    const struct sid_and_attributes only = {.sid = sids_one(&desk.arena, "S-1-5-11")};
    view->restricting_sids = (struct sid_list){.items = &only, .count = 1};
    view->restricted = true;
    ck_assert_int_eq(token_index(view, &desk.arena, platform_hash_key(desk.platform)), ERR_NONE);
    const struct access_request request = {
        .descriptor = audit_desk_descriptor(&desk, OBJECT "S:(AU;FA;FA;;;WD)"), .desired = 0x1};
    check(&desk, &request, false, OPENED("failure", "0x0", "%%4416" N, "%%4416: %%1805" N, "0x1", "1"));
    audit_desk_close(&desk);
}
END_TEST

START_TEST(app_container)
{
    struct audit_desk desk;
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    struct token *view = &desk.token->view;
    view->package = sids_one(&desk.arena, "S-1-15-2-7-7-7-7-7-7-7");
    ck_assert_int_eq(token_index(view, &desk.arena, platform_hash_key(desk.platform)), ERR_NONE);
    const struct access_request request = {
        .descriptor = audit_desk_descriptor(&desk, OBJECT "S:(AU;FA;FA;;;WD)"), .desired = 0x1};
    check(&desk, &request, false, OPENED("failure", "0x0", "%%4416" N, "%%4416: %%1830" N, "0x1", "0"));
    audit_desk_close(&desk);
}
END_TEST

/* Who wants the reasons too gets them from the check that was answered; the event has the same. */
START_TEST(explained)
{
    struct audit_desk desk;
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = false});
    struct access_request request = {.descriptor = audit_desk_descriptor(&desk, OBJECT "S:(AU;SA;FA;;;WD)"),
                                     .desired = 0x1};
    request.explanation = explanation_new(&desk.arena, &request);
    check(&desk, &request, true, OPENED("success", "0x64", "%%4416" N, ALL, "0x1", "0"));
    const struct explained_right right = explanation_right(request.explanation, 0, 0x1);
    ck_assert(right.granted && right.reason == EXPLAIN_GRANTED_BY_ACE && right.ace == 0);
    audit_desk_close(&desk);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit_staging");
    TCase *tests = tcase_create("reasons");
    tcase_add_checked_fixture(tests, audit_desk_setup, audit_desk_teardown);
    tcase_add_loop_test(tests, row, 0, ROWS(rows));
    tcase_add_test(tests, a_result_list);
    tcase_add_test(tests, restricted);
    tcase_add_test(tests, app_container);
    tcase_add_test(tests, explained);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
