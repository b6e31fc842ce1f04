/* The functions that write to the Security log: every argument, and every way in which they can fail. */
#include "platform/audit.h"
#include "support/decide_row.h"
#include "support/suite.h"
#include "windows/double.h"

#include <stdio.h>

enum alarm {
    CHECK,
    CHECK_SELF,
    CHECK_SERVICE,
    CHECK_LENIENT,
    CHECK_LIST,
    CHECK_RESULTS,
    OPEN,
    OPEN_PLAIN,
    CLOSE,
    GONE,
    PRIVILEGE,
    SERVICE
};

#define SET      "SetThreadToken thread=this token=77\n"
#define PRECHECK "AccessCheck token=77 desired=1 sd=0180 map=1/2/4/7 room=788\n"
#define PRETYPE                                                                                              \
    "AccessCheckByType token=77 desired=1 self=none types=3(0 61)(1 62)(1 63) sd=0180 map=1/2/4/7 room=788\n"
#define PRERESULT                                                                                            \
    "AccessCheckByTypeResultList token=77 desired=1 self=none types=3(0 61)(1 62)(1 63) sd=0180 map=1/2/4/7 room=788\n"
#define CHECKED                                                                                              \
    "AccessCheckAndAuditAlarmW files handle=123456789a File C:\\a desired=1 creation=1 sd=0180 map=1/2/4/7\n"
#define TYPED(self, kind, flags, types)                                                                      \
    "AccessCheckByTypeAndAuditAlarmW files handle=123456789a File C:\\a desired=1 kind=" kind                \
    " flags=" flags " creation=1 self=" self " types=" types " sd=0180 map=1/2/4/7\n"
#define SELF  "S-1-5-21-1-2-3-1105"
#define THREE "3(0 61)(1 62)(1 63)"
#define GRANTED                                                                                              \
    .done = TRUE, .granted = {1, 1, 1}, .status = TRUE, .generate = TRUE, .set_thread = TRUE,                \
    .revert_self = TRUE

static const struct row {
    const char *what;
    enum alarm alarm;
    struct double_script said;
    bool lacks_privilege;
    const char *record;
    enum err err;
    bool allowed;
    bool generate;
} rows[] = {
    {"granted, to be audited when it is closed",
     CHECK,
     {GRANTED},
     false,
     PRECHECK SET CHECKED "RevertToSelf\n",
     ERR_NONE,
     true,
     true},
    {"no privilege", CHECK, {GRANTED}, true, "", ERR_PRIVILEGE_NOT_HELD, false, false},
    {"no privilege, and none wanted", CHECK_LENIENT, {GRANTED}, true, PRECHECK, ERR_NONE, true, false},
    {"no impersonation",
     CHECK,
     {GRANTED, .set_thread = FALSE},
     false,
     PRECHECK SET,
     ERR_ACCESS_DENIED,
     false,
     false},
    {"no way back",
     CHECK,
     {GRANTED, .revert_self = FALSE},
     false,
     PRECHECK SET CHECKED "RevertToSelf\nTerminateProcess 71\n",
     ERR_FAILED,
     false,
     false},
    {"no way back, and no end at once",
     CHECK,
     {GRANTED, .revert_self = FALSE, .deathless = 2},
     false,
     PRECHECK SET CHECKED "RevertToSelf\nTerminateProcess 71\nTerminateProcess 71\nTerminateProcess 71\n",
     ERR_FAILED,
     false,
     false},
    {"a principal self",
     CHECK_SELF,
     {GRANTED},
     false,
     "AccessCheckByType token=77 desired=1 self=" SELF
     " types=0 sd=0180 map=1/2/4/7 room=788\n" SET TYPED(SELF, "0", "0", "0") "RevertToSelf\n",
     ERR_NONE,
     true,
     true},
    {"of the directory service",
     CHECK_SERVICE,
     {GRANTED},
     false,
     PRECHECK SET TYPED("none", "1", "0", "0") "RevertToSelf\n",
     ERR_NONE,
     true,
     true},
    {"lenient",
     CHECK_LENIENT,
     {GRANTED},
     false,
     PRECHECK SET TYPED("none", "0", "1", "0") "RevertToSelf\n",
     ERR_NONE,
     true,
     true},
    {"a list",
     CHECK_LIST,
     {GRANTED},
     false,
     PRETYPE SET TYPED("none", "0", "0", THREE) "RevertToSelf\n",
     ERR_NONE,
     true,
     true},
    {"a result list, by handle",
     CHECK_RESULTS,
     {GRANTED},
     false,
     PRERESULT
     "ResultListAndAuditAlarmByHandleW files handle=123456789a File C:\\a token=77 desired=1 kind=0 flags=0 creation=1 self=none types=" THREE
     " sd=0180 map=1/2/4/7\n",
     ERR_NONE,
     true,
     true},
    {"the plain check fails",
     CHECK,
     {.done = FALSE, .code = ERROR_INVALID_PARAMETER, .status = TRUE, .generate = TRUE},
     false,
     PRECHECK,
     ERR_INVALID_PARAMETER,
     false,
     false},
    {"refused",
     CHECK,
     {.done = TRUE, .code = ERROR_ACCESS_DENIED, .set_thread = TRUE, .revert_self = TRUE},
     false,
     PRECHECK SET CHECKED "RevertToSelf\n",
     ERR_NONE,
     false,
     false},
    {"open",
     OPEN,
     {GRANTED},
     false,
     "ObjectOpenAuditAlarmW files handle=123456789a File C:\\a token=77 desired=3 granted=1 creation=1 access=1 sd=0180 privileges=8,17/0\n",
     ERR_NONE,
     true,
     true},
    {"open, no privileges used",
     OPEN_PLAIN,
     {GRANTED},
     false,
     "ObjectOpenAuditAlarmW files handle=123456789a File C:\\a token=77 desired=3 granted=1 creation=1 access=1 sd=0180 privileges=none\n",
     ERR_NONE,
     true,
     true},
    {"open fails with an output set",
     OPEN,
     {.done = FALSE, .code = ERROR_PRIVILEGE_NOT_HELD, .generate = TRUE},
     false,
     "ObjectOpenAuditAlarmW files handle=123456789a File C:\\a token=77 desired=3 granted=1 creation=1 access=1 sd=0180 privileges=8,17/0\n",
     ERR_PRIVILEGE_NOT_HELD,
     true,
     false},
    {"open without the privilege", OPEN, {GRANTED}, true, "", ERR_PRIVILEGE_NOT_HELD, true, false},
    {"close",
     CLOSE,
     {.done = TRUE},
     false,
     "ObjectCloseAuditAlarmW files handle=123456789a generate=1\n",
     ERR_NONE,
     true,
     false},
    {"close fails",
     CLOSE,
     {.code = ERROR_INVALID_HANDLE},
     false,
     "ObjectCloseAuditAlarmW files handle=123456789a generate=1\n",
     ERR_INVALID_HANDLE,
     true,
     false},
    {"delete",
     GONE,
     {.done = TRUE},
     false,
     "ObjectDeleteAuditAlarmW files handle=123456789a generate=1\n",
     ERR_NONE,
     true,
     false},
    {"delete without the privilege", GONE, {.done = TRUE}, true, "", ERR_PRIVILEGE_NOT_HELD, true, false},
    {"privilege",
     PRIVILEGE,
     {.done = TRUE},
     false,
     "ObjectPrivilegeAuditAlarmW files handle=123456789a token=77 desired=3 access=0 privileges=8/0\n",
     ERR_NONE,
     true,
     false},
    {"service",
     SERVICE,
     {.done = TRUE},
     false,
     "PrivilegedServiceAuditAlarmW files Backup token=77 access=1 privileges=17/0\n",
     ERR_NONE,
     true,
     false},
    {"service fails",
     SERVICE,
     {.code = ERROR_ACCESS_DENIED},
     false,
     "PrivilegedServiceAuditAlarmW files Backup token=77 access=1 privileges=17/0\n",
     ERR_ACCESS_DENIED,
     true,
     false},
};

static enum err check(enum alarm alarm, const struct platform_token *token, const struct audit_object *object,
                      const struct descriptor *descriptor, bool *ret_allowed, bool *ret_generate)
{
    struct object_node nodes[DECIDE_ROW_NODES_MAX];
    struct sid_buffer self;
    struct access_answer answer = {.allowed = true};
    struct audit_trail trail = {0};
    struct access_request request = {.descriptor = descriptor, .desired = 1, .mapping = {1, 2, 4, 7}};
    ck_assert_int_eq(sid_parse(bytes_of_string(SELF), &self), ERR_NONE);
    request.principal_self = alarm == CHECK_SELF ? sid_of(&self) : NULL;
    request.nodes = nodes;
    request.node_count =
        alarm == CHECK_LIST || alarm == CHECK_RESULTS ? decide_row_nodes("0a 1b 1c", nodes) : 0;
    request.result_list = alarm == CHECK_RESULTS;
    enum err err = platform_access_check_and_audit(token, &request, object, &trail, &answer, ret_generate);
    *ret_allowed = answer.allowed;
    ck_assert_uint_eq(trail.count, 0);
    return err;
}

static enum err call(enum alarm alarm, const struct platform_token *token,
                     const struct descriptor *descriptor, bool *ret_allowed, bool *ret_generate)
{
    struct audit_trail trail = {0};
    const struct audit_object object = {.subsystem = "files",
                                        .type_name = "File",
                                        .name = "C:\\a",
                                        .handle_id = 0x123456789a,
                                        .creation = true,
                                        .directory_service = alarm == CHECK_SERVICE,
                                        .allow_no_privilege = alarm == CHECK_LENIENT};
    const struct audit_open open = {
        .descriptor = descriptor,
        .desired = 3,
        .granted = 1,
        .privileges = alarm == OPEN ? privilege_bit(SE_SECURITY) | privilege_bit(SE_BACKUP) : 0,
        .access_granted = true};
    switch (alarm) {
    case OPEN:
    case OPEN_PLAIN:
        return platform_audit_object_open(token, &object, &open, &trail, ret_generate);
    case CLOSE:
        return platform_audit_object_close(token, "files", object.handle_id, true, &trail);
    case GONE:
        return platform_audit_object_delete(token, "files", object.handle_id, true, &trail);
    case PRIVILEGE:
        return platform_audit_object_privilege(token, &object, 3, privilege_bit(SE_SECURITY), false, &trail);
    case SERVICE:
        return platform_audit_privileged_service(token, "files", "Backup", privilege_bit(SE_BACKUP), true,
                                                 &trail);
    default:
        return check(alarm, token, &object, descriptor, ret_allowed, ret_generate);
    }
}

START_TEST(alarm_row)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct descriptor descriptor;
    struct bytes bytes;
    struct sddl_error error;
    bool allowed = true;
    bool generate = false;
    const struct row *row = &rows[_i];
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script = row->said;
    double_stage_init(&stage);
    stage.platform.may_audit = !row->lacks_privilege;
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string("O:BAG:BAD:S:(AU;SA;1;;;WD)"), NULL, &bytes, &error),
                     ERR_NONE);
    ck_assert_int_eq(descriptor_parse(bytes, &descriptor), ERR_NONE);
    ck_assert_int_eq(call(row->alarm, &stage.token, &descriptor, &allowed, &generate), row->err);
    ck_assert_str_eq(double_record, row->record);
    ck_assert_int_eq(allowed, row->allowed);
    ck_assert_int_eq(generate, row->generate);
    double_stage_done(&stage);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-alarm");
    TCase *tcase = tcase_create("alarm");
    tcase_add_loop_test(tcase, alarm_row, 0, sizeof rows / sizeof rows[0]);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
