/* alarms FILE: what is told to the security log or checked under its eyes, and the events that come of it. A row of the table is
 * a request as in cases.c, with "events" for those that its answer names, as GET /audit gives them. */
#include "integration/fixture.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = 200 };

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
                 (const char *const[]){"--audit", url, "--audit-privilege", privilege, "--domain-sid",
                                       FIXTURE_DOMAIN, NULL});
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
    json_auto_t *ids = json_array();
    collect_ids(answer, ids);
    ck_assert_msg(json_array_size(ids) == json_array_size(expected), "%s: %zu events", name,
                  json_array_size(ids));
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
    suite_add_tcase(suite, privileged);
    TCase *unprivileged = tcase_create("unprivileged");
    tcase_add_unchecked_fixture(unprivileged, start_unprivileged, close_service);
    tcase_add_loop_test(unprivileged, unprivileged_row, 0, row_count);
    suite_add_tcase(suite, unprivileged);
    int status = suite_run(suite);
    json_decref(file);
    return status;
}
