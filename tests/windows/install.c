/* Registering the service and taking it out again: what Windows is asked, and what is left when it refuses. */
#include "windows/install.h"

#include "base/log.h"
#include "support/suite.h"
#include "windows/double_scm.h"
#include "windows/report.h"
#include "windows/service_state.h"

#include <stdio.h>
#include <string.h>

#define KEY "SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\ntokend"
#define CREATED(account, command)                                                                            \
    "OpenSCManager here access=2\n"                                                                          \
    "CreateService ntokend ntokend access=10012 type=10 start=2 errors=1 account=" account "\n"              \
    "  \"C:\\Program Files\\ntokend\\ntokend.exe\" \"--service\"" command "\n"
#define PROPERTIES                                                                                           \
    "ChangeServiceConfig2 32: description=some\n"                                                            \
    "ChangeServiceConfig2 32: reset=86400 1:5000 1:30000 1:60000\n"                                          \
    "ChangeServiceConfig2 32: also-errors=1\n"                                                               \
    "ChangeServiceConfig2 32: sid=1\n"                                                                       \
    "ChangeServiceConfig2 32: SeAuditPrivilege SeChangeNotifyPrivilege SeImpersonatePrivilege\n"             \
    "ChangeServiceConfig2 32: preshutdown=60000\n"
#define SOURCE                                                                                               \
    "RegCreateKey HKLM " KEY " options=0 access=2\n"                                                         \
    "RegSetValue EventMessageFile=%SystemRoot%\\System32\\EventCreate.exe type=2 size=76\n"                  \
    "RegSetValue TypesSupported=7\n"
#define RIGHTS(account)                                                                                      \
    "LookupAccountName " account " room=256/256\n"                                                           \
    "LsaOpenPolicy access=810\n"                                                                             \
    "LsaAddAccountRights SeAuditPrivilege SeImpersonatePrivilege\n"                                          \
    "LsaClose 64\n"
#define CLOSED "CloseServiceHandle 32\nCloseServiceHandle 16\n"
#define UNDONE "DeleteService 32\nRegDeleteKey \\ntokend\n" CLOSED
#define OWN    "NT SERVICE\\ntokend"

static const struct install_row {
    const char *what;
    const char *arguments[5]; /* NULL-terminated */
    const char *call;         /* that fails */
    DWORD level;
    DWORD code;
    int status;
    const char *record; /* what it starts with, for those that end in the middle */
} install_rows[] = {
    {.what = "an account of its own", .record = CREATED(OWN, "") PROPERTIES SOURCE RIGHTS(OWN) CLOSED},
    {.what = "settings, with what a command line takes apart",
     .arguments = {"--config", "C:\\a b\\", "--package", "a\\\"b"},
     .record = CREATED(OWN, " \"--config\" \"C:\\a b\\\\\" \"--package\" \"a\\\\\\\"b\"")
         PROPERTIES SOURCE RIGHTS(OWN) CLOSED},
    {.what = "a gMSA",
     .arguments = {"--account", "CORP\\web$", "--config", "x"},
     .record = CREATED("CORP\\web$", " \"--config\" \"x\"") PROPERTIES SOURCE RIGHTS("CORP\\web$") CLOSED},
    {.what = "the system, which needs no rights",
     .arguments = {"--account", "LocalSystem"},
     .record = CREATED("LocalSystem", "") PROPERTIES SOURCE CLOSED},
    {.what = "nobody may",
     .call = "OpenSCManager",
     .code = ERROR_ACCESS_DENIED,
     .status = 1,
     .record = "OpenSCManager here access=2\n"},
    {.what = "it is there already",
     .call = "CreateService",
     .code = ERROR_SERVICE_EXISTS,
     .status = 1,
     .record = CREATED(OWN, "") "CloseServiceHandle 16\n"},
    {.what = "no name of its own",
     .call = "GetModuleFileName",
     .code = ERROR_NOT_ENOUGH_MEMORY,
     .status = 1,
     .record = ""},
    {.what = "a property that cannot be set",
     .call = "ChangeServiceConfig2",
     .level = SERVICE_CONFIG_DESCRIPTION,
     .code = ERROR_ACCESS_DENIED,
     .status = 1,
     .record = CREATED(OWN, "") "ChangeServiceConfig2 32: description=some\n" UNDONE},
    {.what = "a property that cannot be set, without a word",
     .call = "ChangeServiceConfig2",
     .level = SERVICE_CONFIG_DESCRIPTION,
     .status = 1,
     .record = CREATED(OWN, "") "ChangeServiceConfig2 32: description=some\n" UNDONE},
    {.what = "a property that the system does not know",
     .call = "ChangeServiceConfig2",
     .level = SERVICE_CONFIG_REQUIRED_PRIVILEGES_INFO,
     .code = ERROR_INVALID_LEVEL,
     .record = CREATED(OWN, "") PROPERTIES SOURCE RIGHTS(OWN) CLOSED},
    {.what = "no source of messages",
     .call = "RegCreateKey",
     .code = ERROR_ACCESS_DENIED,
     .status = 1,
     .record = CREATED(OWN, "") PROPERTIES "RegCreateKey HKLM " KEY " options=0 access=2\n" UNDONE},
    {.what = "a source that cannot be described",
     .call = "RegSetValue",
     .code = ERROR_ACCESS_DENIED,
     .status = 1,
     .record = CREATED(OWN, "") PROPERTIES
     "RegCreateKey HKLM " KEY " options=0 access=2\n"
     "RegSetValue EventMessageFile=%SystemRoot%\\System32\\EventCreate.exe type=2 size=76\n" UNDONE},
    {.what = "an account that nobody knows",
     .arguments = {"--account", "CORP\\nobody"},
     .call = "LookupAccountName",
     .code = ERROR_NONE_MAPPED,
     .status = 1,
     .record = CREATED("CORP\\nobody", "") PROPERTIES SOURCE
     "LookupAccountName CORP\\nobody room=256/256\n" UNDONE},
    {.what = "no policy to open",
     .call = "LsaOpenPolicy",
     .code = 1,
     .status = 1,
     .record = CREATED(OWN, "") PROPERTIES SOURCE "LookupAccountName " OWN
                                                  " room=256/256\nLsaOpenPolicy access=810\n" UNDONE},
    {.what = "rights that are not given",
     .call = "LsaAddAccountRights",
     .code = 1,
     .status = 1,
     .record = CREATED(OWN, "") PROPERTIES SOURCE RIGHTS(OWN) UNDONE},
};

START_TEST(test_install)
{
    const struct install_row *row = &install_rows[_i];
    char texts[4][64];
    char *arguments[5] = {0};
    int count = 0;
    for (; row->arguments[count] != NULL; count++) {
        ck_assert_uint_lt(strlen(row->arguments[count]), sizeof texts[count]);
        (void)snprintf(texts[count], sizeof texts[count], "%s", row->arguments[count]);
        arguments[count] = texts[count];
    }
    double_scm_reset(row->call, row->level, row->code);
    ck_assert_msg(install_service(&double_scm, count, arguments) == row->status, "%s: status", row->what);
    ck_assert_msg(strcmp(double_scm_record, row->record) == 0, "%s: got\n%s\nwanted\n%s", row->what,
                  double_scm_record, row->record);
}
END_TEST

#define STOPPED                                                                                              \
    "OpenSCManager here access=1\nOpenService ntokend access=10020\nControlService 1\nDeleteService 32\n"

static const struct uninstall_row {
    const char *what;
    const char *call;
    DWORD code;
    int status;
    const char *record;
} uninstall_rows[] = {
    {.what = "stopped and taken out", .record = STOPPED CLOSED "RegDeleteKey \\ntokend\n"},
    {.what = "it does not run",
     .call = "ControlService",
     .code = ERROR_SERVICE_NOT_ACTIVE,
     .record = STOPPED CLOSED "RegDeleteKey \\ntokend\n"},
    {.what = "it is not there, and its source may be",
     .call = "OpenService",
     .code = ERROR_SERVICE_DOES_NOT_EXIST,
     .status = 1,
     .record =
         "OpenSCManager here access=1\nOpenService ntokend access=10020\nCloseServiceHandle 16\nRegDeleteKey \\ntokend\n"},
    {.what = "it cannot be removed",
     .call = "DeleteService",
     .code = ERROR_ACCESS_DENIED,
     .status = 1,
     .record = STOPPED CLOSED "RegDeleteKey \\ntokend\n"},
    {.what = "nobody may",
     .call = "OpenSCManager",
     .code = ERROR_ACCESS_DENIED,
     .status = 1,
     .record = "OpenSCManager here access=1\n"},
    {.what = "no source is no mistake",
     .call = "RegDeleteKey",
     .code = ERROR_FILE_NOT_FOUND,
     .record = STOPPED CLOSED "RegDeleteKey \\ntokend\n"},
    {.what = "a source that stays is one",
     .call = "RegDeleteKey",
     .code = ERROR_ACCESS_DENIED,
     .status = 1,
     .record = STOPPED CLOSED "RegDeleteKey \\ntokend\n"},
};

START_TEST(test_uninstall)
{
    const struct uninstall_row *row = &uninstall_rows[_i];
    double_scm_reset(row->call, 0, row->code);
    ck_assert_msg(uninstall_service(&double_scm) == row->status, "%s: status", row->what);
    ck_assert_msg(strcmp(double_scm_record, row->record) == 0, "%s: got\n%s", row->what, double_scm_record);
}
END_TEST

START_TEST(test_report)
{
    static char long_text[20000];
    memset(long_text, 'x', sizeof long_text - 1);
    double_scm_reset(NULL, 0, 0);
    report_open(&double_scm);
    report_news("The service answers.");
    LOG(LOG_LEVEL_INFO, "listening", LOG_NUMBER("port", 1));
    LOG(LOG_LEVEL_WARNING, "slow", LOG_NUMBER("ms", 1));
    LOG(LOG_LEVEL_ERROR, "failed", LOG_NUMBER("code", 1));
    LOG(LOG_LEVEL_ERROR, "long", LOG_STRING("text", long_text));
    log_set_listener(NULL);
    const char *expected[] = {"RegisterEventSource here ntokend\n",
                              "ReportEvent 80 type=4 category=0 event=1 20:The service answers.\n",
                              "ReportEvent 80 type=2 category=0 event=2 ",
                              "ReportEvent 80 type=1 category=0 event=3 ",
                              "ReportEvent 80 type=1 category=0 event=3 8"};
    const char *at = double_scm_record;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        ck_assert_msg(strncmp(at, expected[i], strlen(expected[i])) == 0, "%zu: got %s", i, at);
        at = strchr(at, '\n') + 1;
    }
    ck_assert_msg(*at == '\0', "and nothing else: %s", at);
}
END_TEST

/* Event Viewer would put the message's strings in place of %1, and messages in place of %%1: a caller's words would say what they
 * like. In JSON there is another way to write the sign. */
START_TEST(test_percent)
{
    static char signs[8001];
    memset(signs, '%', sizeof signs - 1);
    double_scm_reset(NULL, 0, 0);
    report_open(&double_scm);
    report_news("%1 of %%2");
    report_news(signs);
    log_set_listener(NULL);
    ck_assert_str_eq(
        double_scm_record,
        "RegisterEventSource here ntokend\n"
        "ReportEvent 80 type=4 category=0 event=1 24:\\u00251 of \\u0025\\u00252\n"
        "ReportEvent 80 type=4 category=0 event=1 31836:\\u0025\\u0025\\u0025\\u0025\\u0025\\u0025\\u00\n");
}
END_TEST

/* Without a source there is the log alone. */
START_TEST(test_no_source)
{
    double_scm_reset("RegisterEventSource", 0, ERROR_ACCESS_DENIED);
    report_open(&double_scm);
    report_news("The service answers.");
    LOG(LOG_LEVEL_ERROR, "failed", LOG_NUMBER("code", 1));
    ck_assert_str_eq(double_scm_record, "RegisterEventSource here ntokend\n");
}
END_TEST

#define TOLD(state, accepts, codes, point, wait)                                                             \
    "SetServiceStatus 96 type=10 state=" state " accepts=" accepts " code=" codes " checkpoint=" point       \
    " wait=" wait "\n"
#define STARTING TOLD("2", "0", "0 own=0", "1", "30000")
#define RUNS     TOLD("4", "109", "0 own=0", "0", "0")

/* What the manager hears of what is told, from threads that do not wait for each other. */
static const struct state_row {
    const char *what;
    struct {
        DWORD state;
        DWORD status;
        DWORD wait_ms;
    } told[6];
    const char *heard;
} state_rows[] = {
    {"a life",
     {{SERVICE_START_PENDING, 0, 30000},
      {SERVICE_RUNNING, 0, 0},
      {SERVICE_STOP_PENDING, 0, 10000},
      {SERVICE_STOP_PENDING, 0, 40000},
      {SERVICE_STOPPED, 0, 0}},
     STARTING RUNS TOLD("3", "0", "0 own=0", "2", "10000") TOLD("3", "0", "0 own=0", "3", "40000")
         TOLD("1", "0", "0 own=0", "0", "0")},
    {"reloaded",
     {{SERVICE_START_PENDING, 0, 30000}, {SERVICE_RUNNING, 0, 0}, {SERVICE_RUNNING, 0, 0}},
     STARTING RUNS RUNS},
    {"a start that fails",
     {{SERVICE_START_PENDING, 0, 30000}, {SERVICE_STOPPED, 2, 0}},
     STARTING TOLD("1", "0", "1066 own=2", "0", "0")},
    {"asked to stop while it reloads: it does not run again",
     {{SERVICE_START_PENDING, 0, 30000},
      {SERVICE_RUNNING, 0, 0},
      {SERVICE_STOP_PENDING, 0, 10000},
      {SERVICE_RUNNING, 0, 0}},
     STARTING RUNS TOLD("3", "0", "0 own=0", "2", "10000")},
    {"asked to stop when it has stopped: nothing is pending",
     {{SERVICE_START_PENDING, 0, 30000}, {SERVICE_STOPPED, 1, 0}, {SERVICE_STOP_PENDING, 0, 10000}},
     STARTING TOLD("1", "0", "1066 own=1", "0", "0")},
};

START_TEST(test_state)
{
    const struct state_row *row = &state_rows[_i];
    double_scm_reset(NULL, 0, 0);
    service_state_open(&double_scm, NULL);
    service_state_tell(SERVICE_RUNNING, 0, 0);
    ck_assert_str_eq(double_scm_record, ""); /* a console */
    service_state_open(&double_scm, (SERVICE_STATUS_HANDLE)0x60);
    for (size_t i = 0; row->told[i].state != 0; i++)
        service_state_tell(row->told[i].state, row->told[i].status, row->told[i].wait_ms);
    ck_assert_msg(strcmp(double_scm_record, row->heard) == 0, "%s: got\n%s", row->what, double_scm_record);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-install");
    TCase *cases = tcase_create("install");
    tcase_add_loop_test(cases, test_install, 0, sizeof install_rows / sizeof *install_rows);
    tcase_add_loop_test(cases, test_uninstall, 0, sizeof uninstall_rows / sizeof *uninstall_rows);
    tcase_add_loop_test(cases, test_state, 0, sizeof state_rows / sizeof *state_rows);
    tcase_add_test(cases, test_report);
    tcase_add_test(cases, test_percent);
    tcase_add_test(cases, test_no_source);
    suite_add_tcase(suite, cases);
    return suite_run(suite);
}
