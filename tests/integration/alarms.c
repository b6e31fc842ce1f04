/* alarms FILE: what is told to the security log or checked under its eyes, and the events that come of it. A row of the table is
 * a request as in cases.c, with "events" for those that its answer names, as GET /audit gives them. */
#include "integration/visitor.h"
#include "support/subset.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 200, PLACE_SIZE = 512 };

static struct folder folder;
static struct fixture fixture;
static json_t *rows[ROWS_MAX];
static int row_count;

static void open_service(const char *name, const char *privilege)
{
    static char url[SERVICE_PATH_SIZE];
    folder_make(&folder);
    (void)snprintf(url, sizeof url, "sqlite:%s/audit.db", folder.path);
    fixture_open(&fixture, name,
                 (const char *const[]){FIXTURE_AUDITORS, "--audit", url, "--audit-privilege", privilege,
                                       "--domain-sid", FIXTURE_DOMAIN, NULL});
}

static void close_service(void)
{
    ck_assert(fixture_close(&fixture));
    folder_remove(&folder);
}

static enum fixture_person person_of(const json_t *row)
{
    const char *name = json_string_value(json_object_get(row, "as"));
    return name == NULL || strcmp(name, "admin") == 0 ? ADMIN : strcmp(name, "bob") == 0 ? BOB : ALICE;
}

/* The newest events, as the one who may read them sees them. */
static void read_log(const char *target, struct client_answer *ret)
{
    fixture_get(&fixture, ADMIN, target, ret);
    fixture_expect(target, ret, 200, NULL);
}

static json_t *find_event(const struct client_answer *log, const char *id)
{
    size_t index;
    json_t *event;
    json_array_foreach (json_object_get(log->json, "events"), index, event) {
        if (strcmp(json_string_value(json_object_get(event, "id")), id) == 0)
            return event;
    }
    return NULL;
}

/* The IDs of an answer, of which some may stand in its results, in order. */
static void collect_ids(const json_t *answer, json_t *ids)
{
    size_t index;
    json_t *item;
    json_array_extend(ids, json_object_get(answer, "events"));
    json_array_foreach (json_object_get(answer, "results"), index, item) {
        collect_ids(item, ids);
    }
}

static void expect_events(const char *name, const json_t *answer, const json_t *expected)
{
    char where[PLACE_SIZE] = "";
    json_auto_t *ids = json_array();
    collect_ids(answer, ids);
    ck_assert_msg(json_array_size(ids) == json_array_size(expected), "%s: %zu events", name,
                  json_array_size(ids));
    AUTO_ANSWER log;
    read_log("/audit?limit=100", &log);
    for (size_t i = 0; i < json_array_size(expected); i++) {
        json_t *event = find_event(&log, json_string_value(json_array_get(ids, i)));
        ck_assert_msg(event != NULL, "%s: event %zu is not in the log", name, i);
        ck_assert_msg(subset_fits(json_array_get(expected, i), event, where), "%s: event %zu: %s differs: %s",
                      name, i, where, log.body);
    }
}

static void run_row(const json_t *row, struct client_answer *ret)
{
    fixture_post(&fixture, person_of(row), json_string_value(json_object_get(row, "target")),
                 json_object_get(row, "body"), ret);
}

START_TEST(alarm_row)
{
    const char *name = json_string_value(json_object_get(rows[_i], "name"));
    AUTO_ANSWER answer;
    run_row(rows[_i], &answer);
    fixture_expect(name, &answer, 200, json_object_get(rows[_i], "expect"));
    expect_events(name, answer.json, json_object_get(rows[_i], "events"));
}
END_TEST

/* An item that would be audited is a problem, the others are answered. */
static void expect_unprivileged_batch(const char *name, const struct client_answer *answer)
{
    size_t refused = 0;
    size_t index;
    json_t *item;
    json_array_foreach (json_object_get(answer->json, "results"), index, item) {
        const json_t *problem = json_object_get(item, "problem");
        const json_t *code = json_object_get(problem, "win32Error");
        ck_assert_msg(json_object_get(item, "events") == NULL, "%s: %zu", name, index);
        refused += json_integer_value(code) == 1314;
    }
    ck_assert_msg(refused > 0, "%s: %s", name, answer->body);
}

/* The route's answer to whoever may use it, in a service that may not write. */
START_TEST(unprivileged_row)
{
    const char *name = json_string_value(json_object_get(rows[_i], "name"));
    const json_t *audit = json_object_get(json_object_get(rows[_i], "body"), "audit");
    const char *target = json_string_value(json_object_get(rows[_i], "target"));
    bool lenient = json_is_true(json_object_get(audit, "allowNoPrivilege"));
    json_auto_t *expected = json_pack("{s:s, s:i, s:s}", "type", "urn:ntokend:problem:call-refused",
                                      "win32Error", 1314, "pointer", audit == NULL ? "" : "/audit");
    json_auto_t *unaudited = json_pack("{s:b, s:[]}", "generateOnClose", 0, "events");
    bool batch = strcmp(target, "/access-check/batch") == 0;
    AUTO_ANSWER answer;
    run_row(rows[_i], &answer);
    if (batch) {
        fixture_expect(name, &answer, 200, NULL);
        expect_unprivileged_batch(name, &answer);
    } else {
        fixture_expect(name, &answer, lenient ? 200 : 422, lenient ? unaudited : expected);
    }
}
END_TEST

/* However often one request asks for it. */
START_TEST(who_may_not_audit_is_one_event)
{
    static const char check[] =
        "{\"securityDescriptor\": \"O:BAG:BAD:(A;;FR;;;AU)\", \"desiredAccess\": \"FILE_READ_DATA\", "
        "\"objectType\": \"file\", \"audit\": {\"subsystem\": \"build\", \"objectTypeName\": \"File\", "
        "\"objectName\": \"x\", \"handleId\": 1}}";
    json_auto_t *item = json_loads(check, 0, NULL);
    json_auto_t *body = json_pack("{s:[O, O, O]}", "checks", item, item, item);
    json_auto_t *refused = json_loads("{\"missingAccess\": {\"rights\": [\"ROUTE_AUDIT\"]}}", 0, NULL);
    json_auto_t *expected = json_pack("{s:[{s:O}, {s:O}, {s:O}]}", "results", "problem", refused, "problem",
                                      refused, "problem", refused);
    json_auto_t *logged = json_loads("{\"eventId\": 4656, \"data\": {\"ObjectServer\": \"ntokend\", "
                                     "\"ObjectType\": \"Route\", \"AccessMask\": \"0x2\"}}",
                                     0, NULL);
    json_auto_t *only = json_pack("{s:[O]}", "events", logged);
    AUTO_ANSWER answer;
    AUTO_ANSWER log;
    fixture_post(&fixture, ALICE, "/access-check/batch", body, &answer);
    fixture_expect("three audited checks", &answer, 200, expected);
    read_log("/audit?object=/access-check/batch&outcome=failure", &log);
    fixture_expect("the guard's event", &log, 200, only);
}
END_TEST

static void patch(const char *token, const char *body)
{
    AUTO_ANSWER answer;
    const struct visit visit = {
        .by = BY_BEARER, .token = token, .method = "PATCH", .target = "/privileges", .body = body};
    visitor_send(&fixture, &visit, &answer);
    fixture_expect(body, &answer, 200, NULL);
}

/* What was really turned on and off, not what was asked for. */
START_TEST(adjusting_is_an_event)
{
    static const struct {
        const char *body;
        const char *enabled; /* NULL: no event */
        const char *disabled;
    } changes[] = {
        {"{\"disable\": [\"SeSecurityPrivilege\", \"SeBackupPrivilege\", \"SeTcbPrivilege\"]}", "-",
         "SeSecurityPrivilege\n\t\t\tSeBackupPrivilege"},
        {"{\"disable\": [\"SeSecurityPrivilege\"]}", NULL, NULL},
        {"{\"enable\": [\"SeSecurityPrivilege\"], \"remove\": [\"SeDebugPrivilege\", \"SeBackupPrivilege\"]}",
         "SeSecurityPrivilege", "SeDebugPrivilege"},
        {"{\"enable\": [\"SeBackupPrivilege\"]}", NULL, NULL},
    };
    char token[VISITOR_TOKEN_MAX];
    visitor_open(&fixture, ADMIN, token);
    size_t before = 0;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        AUTO_ANSWER log;
        patch(token, changes[i].body);
        read_log("/audit?eventId=4703", &log);
        size_t count = json_array_size(json_object_get(log.json, "events"));
        ck_assert_uint_eq(count - before, changes[i].enabled == NULL ? 0 : 1);
        before = count;
        if (changes[i].enabled == NULL)
            continue;
        json_auto_t *expected = json_pack(
            "{s:i, s:s, s:{s:s}, s:{s:s, s:s, s:s}}", "eventId", 4703, "outcome", "success", "subject", "sid",
            FIXTURE_DOMAIN "-1106", "data", "TargetUserSid", FIXTURE_DOMAIN "-1106", "EnabledPrivilegeList",
            changes[i].enabled, "DisabledPrivilegeList", changes[i].disabled);
        char where[PLACE_SIZE] = "";
        json_t *newest = json_array_get(json_object_get(log.json, "events"), 0);
        ck_assert_msg(subset_fits(expected, newest, where), "%s: %s: %s", changes[i].body, where, log.body);
    }
}
END_TEST

/* What enablePrivileges turned on for a request is told too, but the answer speaks of the check's own events alone. */
START_TEST(so_is_enabling_for_one_request)
{
    static const char body[] =
        "{\"securityDescriptor\": \"O:BAG:BAD:S:(AU;SA;0x1000000;;;WD)\", \"objectType\": \"file\","
        " \"desiredAccess\": \"ACCESS_SYSTEM_SECURITY\", \"enablePrivileges\": [\"SeSecurityPrivilege\"],"
        " \"audit\": {\"subsystem\": \"build\", \"objectTypeName\": \"File\"}}";
    static const int expected[] = {4674, 4656, 4703, 4703}; /* newest first; the last is the session's own */
    char token[VISITOR_TOKEN_MAX];
    char target[PLACE_SIZE];
    AUTO_ANSWER session;
    AUTO_ANSWER answer;
    AUTO_ANSWER log;
    visitor_open(&fixture, ADMIN, token);
    patch(token, "{\"disable\": [\"SeSecurityPrivilege\"]}");
    const struct visit ask = {
        .by = BY_BEARER, .token = token, .method = "POST", .target = "/access-check", .body = body};
    visitor_send(&fixture, &ask, &answer);
    json_auto_t *two = json_pack("{s:b, s:{s:i}}", "allowed", 1, "events", "$size", 2);
    fixture_expect("enabled for one", &answer, 200, two);
    const struct visit who = {.by = BY_BEARER, .token = token, .method = "GET", .target = "/session"};
    visitor_send(&fixture, &who, &session);
    (void)snprintf(target, sizeof target, "/audit?session=%s",
                   json_string_value(json_object_get(session.json, "logonId")));
    read_log(target, &log);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const json_t *event = json_array_get(json_object_get(log.json, "events"), i);
        ck_assert_int_eq(json_integer_value(json_object_get(event, "eventId")), expected[i]);
    }
}
END_TEST

static void start_privileged(void)
{
    open_service("alarms", "yes");
}

static void start_unprivileged(void)
{
    open_service("alarms", "no");
}

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_array(file) || json_array_size(file) > ROWS_MAX) {
        (void)fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
        exit(99);
    }
    for (size_t i = 0; i < json_array_size(file); i++)
        rows[row_count++] = json_array_get(file, i);
    return file;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 99;
    json_t *file = load(argv[1]);
    Suite *suite = suite_create("alarms");
    TCase *privileged = tcase_create("privileged");
    tcase_add_unchecked_fixture(privileged, start_privileged, close_service);
    tcase_add_loop_test(privileged, alarm_row, 0, row_count);
    tcase_add_test(privileged, who_may_not_audit_is_one_event);
    tcase_add_test(privileged, adjusting_is_an_event);
    tcase_add_test(privileged, so_is_enabling_for_one_request);
    suite_add_tcase(suite, privileged);
    TCase *unprivileged = tcase_create("unprivileged");
    tcase_add_unchecked_fixture(unprivileged, start_unprivileged, close_service);
    tcase_add_loop_test(unprivileged, unprivileged_row, 0, row_count);
    suite_add_tcase(suite, unprivileged);
    int status = suite_run(suite);
    json_decref(file);
    return status;
}
