/* The access check that audits: which events come of it, and every field of them. Reference 5.2, 5.4 and 5.5. */
#include "support/audit_desk.h"
#include "support/suite.h"

#define N "\\n\\t\\t\\t\\t" /* behind each entry of a list */
#define T "\\t"
#define WHO                                                                                                  \
    "\nSubjectUserSid S-1-5-21-1-2-3-1104\nSubjectUserName alice\nSubjectDomainName CORP\n"                  \
    "SubjectLogonId $LOGON\nObjectServer build\nObjectType File\nObjectName C:\\drop\\a.txt\nHandleId "
#define PROCESS        "ProcessId $PID\nProcessName $EXE"
#define NO_TRANSACTION "\nTransactionId {00000000-0000-0000-0000-000000000000}\n"
#define OPENED_WITH(head, handle, list, reason, mask, privileges, attributes)                                \
    head WHO handle NO_TRANSACTION "AccessList " list "\nAccessReason " reason "\nAccessMask " mask          \
                                   "\nPrivilegeList " privileges "\nRestrictedSidCount 0\n" PROCESS          \
                                   "\nResourceAttributes " attributes
#define GRANTED(task, list, reason, mask)                                                                    \
    OPENED_WITH("4656 v1 " task " success", "0x1f4", list, reason, mask, "-", "-")
#define REFUSED(task, list, reason, mask)                                                                    \
    OPENED_WITH("4656 v1 " task " failure", "0x0", list, reason, mask, "-", "-")
#define ACCOUNT(head, handle, list, mask)                                                                    \
    head WHO handle NO_TRANSACTION "AccessList " list "\nAccessMask " mask                                   \
                                   "\nPrivilegeList -\nProperties -\nRestrictedSidCount 0\n" PROCESS
#define PRIVILEGE(head, handle, mask, privileges)                                                            \
    head WHO handle "\nAccessMask " mask "\nPrivilegeList " privileges "\n" PROCESS

static const struct audit_object door = {
    .subsystem = "build", .type_name = "File", .name = "C:\\drop\\a.txt", .handle_id = 0x1f4};

static const struct {
    const char *what;
    const char *type; /* securable; NULL: not known */
    const char *sddl;
    uint32_t desired;
    bool administrator; /* alice is one */
    bool generate_on_close;
    const char *events;
} rows[] = {
    {"granted", "file", "O:BAG:BAD:(A;;FR;;;WD)S:(AU;SAFA;FA;;;WD)", 0x120089, false, true,
     GRANTED("12800", "%%1538" N "%%1541" N "%%4416" N "%%4419" N "%%4423" N,
             "%%1538: %%1801" T "D:(A;;FR;;;WD)" N "%%1541: %%1801" T "D:(A;;FR;;;WD)" N "%%4416: %%1801" T
             "D:(A;;FR;;;WD)" N "%%4419: %%1801" T "D:(A;;FR;;;WD)" N "%%4423: %%1801" T "D:(A;;FR;;;WD)" N,
             "0x120089")},
    {"nobody wants to know of a success", "file", "O:BAG:BAD:(A;;FR;;;WD)S:(AU;FA;FA;;;WD)", 0x120089, false,
     false, ""},
    {"for heirs only", "file", "O:BAG:BAD:(A;;FR;;;WD)S:(AU;OIIOSA;FA;;;WD)", 0x1, false, false, ""},
    {"for others", "file", "O:BAG:BAD:(A;;FR;;;WD)S:(AU;SA;FA;;;BA)", 0x1, false, false, ""},
    {"the check ends at a denial", "file",
     "O:BAG:BAD:(A;;0x80;;;WD)(D;;0x2;;;WD)(A;;FR;;;WD)S:(AU;SAFA;FA;;;WD)", 0x20087, false, false,
     REFUSED("12800", "%%1538" N "%%4416" N "%%4417" N "%%4418" N "%%4423" N,
             "%%1538: %%1809" N "%%4416: %%1809" N "%%4417: %%1802" T "D:(D;;DC;;;WD)" N "%%4418: %%1809" N
             "%%4423: %%1801" T "D:(A;;LO;;;WD)" N,
             "0x20087")},
    {"nobody denies it, nobody grants it", "device", "O:BAG:BAD:(A;;0x1;;;WD)S:(AU;FA;0x2;;;WD)", 0x3, false,
     false,
     REFUSED("12802", "%%4352" N "%%4353" N, "%%4352: %%1801" T "D:(A;;CC;;;WD)" N "%%4353: %%1805" N,
             "0x3")},
    {"to the owner, with attributes", "registry-key",
     "O:S-1-5-21-1-2-3-1104G:BAD:(A;;0x1;;;WD)S:(AU;SA;KA;;;WD)(RA;;;;;WD;(\"dept\",TS,0,\"eng\"))", 0x60001,
     false, true,
     OPENED_WITH("4656 v1 12801 success", "0x1f4", "%%1538" N "%%1539" N "%%4432" N,
                 "%%1538: %%1804" N "%%1539: %%1804" N "%%4432: %%1801" T "D:(A;;CC;;;WD)" N, "0x60001", "-",
                 "S:(RA;;;;;WD;(\"dept\",TS,0x0,\"eng\"))")},
    {"by privileges", "process", "O:BAG:BAD:S:(AU;SA;0x1000000;;;WD)", 0x1080000, true, true,
     OPENED_WITH("4656 v1 12802 success", "0x1f4", "%%1540" N "%%1542" N,
                 "%%1540: %%1801" T "SeTakeOwnershipPrivilege" N "%%1542: %%1801" T "SeSecurityPrivilege" N,
                 "0x1080000", "SeSecurityPrivilege\\n\\t\\t\\tSeTakeOwnershipPrivilege",
                 "-") "\n\n" PRIVILEGE("4674 v0 13056 success", "0x1f4", "17301504",
                                       "SeSecurityPrivilege\\n\\t\\t\\tSeTakeOwnershipPrivilege")},
    {"a privilege is missing", "process", "O:BAG:BAD:S:(AU;FA;0x1000000;;;WD)", 0x1000001, false, false,
     REFUSED("12802", "%%1542" N "%%4480" N, "%%1542: %%1810" T "SeSecurityPrivilege" N "%%4480: %%1809" N,
             "0x1000001") "\n\n" PRIVILEGE("4674 v0 13056 failure", "0x0", "16777217",
                                           "SeSecurityPrivilege")},
    {"a privilege is used, and the SACL is silent", "service", "O:BAG:BAD:", 0x80000, true, false,
     PRIVILEGE("4674 v0 13056 success", "0x1f4", "524288", "SeTakeOwnershipPrivilege")},
    {"below the label", "file", "O:BAG:BAD:(A;;FA;;;WD)S:(ML;;NW;;;SI)(AU;FA;FA;;;WD)", 0x3, false, false,
     REFUSED("12800", "%%4416" N "%%4417" N,
             "%%4416: %%1801" T "D:(A;;FA;;;WD)" N "%%4417: %%1803" T "S:(ML;;NW;;;SI)" N, "0x3")},
    {"below a trust label", "section", "O:BAG:BAD:(A;;0x7;;;WD)S:(TL;;0x4;;;S-1-19-512-4096)(AU;FA;0x1;;;WD)",
     0x5, false, false,
     REFUSED("12802", "%%4512" N "%%4514" N,
             "%%4512: %%1841" T "S:(TL;;LC;;;S-1-19-512-4096)" N "%%4514: %%1801" T "D:(A;;CCDCLC;;;WD)" N,
             "0x5")},
    {"a NULL DACL", "service-manager", "O:BAG:BAD:NO_ACCESS_CONTROLS:(AU;SA;0x1;;;WD)", 0x1, false, true,
     GRANTED("12804", "%%7168" N, "%%7168: %%1806" N, "0x1")},
    {"an empty DACL", "printer", "O:BAG:BAD:S:(AU;FA;0x8;;;WD)", 0x8, false, false,
     REFUSED("12804", "%%6931" N, "%%6931: %%1807" N, "0x8")},
    {"a maximum", "thread", "O:BAG:BAD:(A;;0x3;;;WD)S:(AU;SA;0x1;;;WD)", 0x2000000, false, true,
     GRANTED("12802", "%%4560" N "%%4561" N,
             "%%4560: %%1801" T "D:(A;;CCDC;;;WD)" N "%%4561: %%1801" T "D:(A;;CCDC;;;WD)" N, "0x3")},
    {"a maximum of nothing", "token", "O:BAG:BAD:(A;;0x3;;;BA)S:(AU;FA;0x1;;;WD)", 0x2000000, false, false,
     REFUSED("12802", "%%1543" N, "%%1543: %%1809" N, "0x2000000")},
    {"of a type that is not known", NULL, "O:BAG:BAD:(A;;0x8001;;;WD)S:(AU;SA;0x1;;;WD)", 0x8001, false, true,
     GRANTED("12804", "%%1552" N "%%1567" N,
             "%%1552: %%1801" T "D:(A;;0x8001;;;WD)" N "%%1567: %%1801" T "D:(A;;0x8001;;;WD)" N, "0x8001")},
    {"of the accounts", "sam-user", "O:BAG:BAD:(A;;0x4;;;WD)S:(AU;SA;0x4;;;WD)", 0x4, false, true,
     ACCOUNT("4661 v0 12803 success", "0x1f4", "%%5442" N, "0x4")},
    {"of the directory", "ds-object", "O:BAG:BAD:S:(AU;FA;0x1;;;WD)", 0x1, false, false,
     ACCOUNT("4661 v0 14080 failure", "0x0", "%%7680" N, "0x1")},
};

START_TEST(row)
{
    struct audit_desk desk;
    struct access_answer answer;
    struct audit_object object = door;
    bool generate_on_close = true;
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = rows[_i].administrator});
    object.securable = rows[_i].type != NULL ? securable_find(bytes_of_string(rows[_i].type)) : NULL;
    const struct generic_mapping mapping =
        object.securable != NULL ? object.securable->mapping : (struct generic_mapping){.all = 0xF801F};
    const struct access_request request = {.descriptor = audit_desk_descriptor(&desk, rows[_i].sddl),
                                           .desired = rows[_i].desired,
                                           .mapping = mapping};
    ck_assert_int_eq(platform_access_check_and_audit(desk.token, &request, &object, &desk.trail, &answer,
                                                     &generate_on_close),
                     ERR_NONE);
    ck_assert_msg(strcmp(audit_desk_trail(&desk), rows[_i].events) == 0, "%s: got\n%s\nnot\n%s",
                  rows[_i].what, audit_desk_trail(&desk), rows[_i].events);
    ck_assert(generate_on_close == rows[_i].generate_on_close);
    audit_desk_close(&desk);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit_access");
    TCase *tests = tcase_create("rows");
    tcase_add_checked_fixture(tests, audit_desk_setup, audit_desk_teardown);
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
