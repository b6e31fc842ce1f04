/* central: an object that names a central access policy, for the caller and for a described token, while the file of policies
 * changes under the running service. */
#include "integration/fixture.h"
#include "support/pause.h"
#include "support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WAIT_STEPS = 100, STEP_MS = 100 };

#define OBJECT(attribute)                                                                                    \
    "O:BAG:BAD:(A;;FA;;;WD)S:(SP;;;;;S-1-17-1-2)(RA;;;;;WD;(\"dept\",TS,0,\"" attribute "\"))"
#define UNKNOWN "O:BAG:BAD:(A;;FA;;;WD)S:(SP;;;;;S-1-17-9)"

static const char rules[] = "# of the test\n"
                            "[rule Engineering]\n"
                            "applies_to = (@RESOURCE.dept == \"eng\")\n"
                            "effective = D:(XA;;FR;;;AU;(@USER.dept == \"eng\"))(A;;FA;;;BA)\n"
                            "[policy S-1-17-1-2]\n"
                            "name = Files\n"
                            "rules = Engineering\n";
static const char others[] = "[rule Nobody]\neffective = D:\n[policy S-1-17-1-2]\nrules = Nobody\n";

static struct folder folder;
static struct fixture fixture;
static char path[SERVICE_PATH_SIZE];

static void put(const char *text)
{
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

static void setup(void)
{
    folder_make(&folder);
    (void)snprintf(path, sizeof path, "%s/central.ini", folder.path);
    put(rules);
    fixture_open(&fixture, "central", (const char *const[]){"--central-policies", path, NULL});
}

static void teardown(void)
{
    ck_assert(fixture_close(&fixture));
    folder_remove(&folder);
}

/* A user of that department, NULL for a user without claims. */
static json_t *described(const char *department)
{
    json_t *token = json_pack("{s:s, s:[s, s]}", "user", FIXTURE_DOMAIN "-1999", "groups", "WD", "AU");
    if (department != NULL)
        (void)json_object_set_new(token, "claims",
                                  json_pack("{s:[{s:s, s:s, s:[s]}]}", "user", "name", "dept", "type",
                                            "string", "values", department));
    return json_pack("{s:o}", "token", token);
}

static const struct {
    const char *name;
    const char *object;
    const char *right;
    const char *department; /* of a described token; NULL: none … */
    bool as_caller;         /* … or bob, who has no such claim */
    bool allowed;
} rows[] = {
    {"the rule applies and grants", OBJECT("eng"), "FILE_READ_DATA", "eng", false, true},
    {"the rule does not grant that much", OBJECT("eng"), "FILE_WRITE_DATA", "eng", false, false},
    {"the rule does not grant it to others", OBJECT("eng"), "FILE_READ_DATA", "hr", false, false},
    {"nor to whom has no claim", OBJECT("eng"), "FILE_READ_DATA", NULL, false, false},
    {"the rule does not apply", OBJECT("hr"), "FILE_WRITE_DATA", NULL, false, true},
    {"the caller and the rule", OBJECT("eng"), "FILE_READ_DATA", NULL, true, false},
    {"the caller and no rule", OBJECT("hr"), "FILE_READ_DATA", NULL, true, true},
    {"an unknown policy", UNKNOWN, "FILE_READ_DATA", "eng", false, false},
    {"an unknown policy and the caller", UNKNOWN, "FILE_READ_DATA", NULL, true, false},
};

START_TEST(row)
{
    json_auto_t *body = json_pack("{s:s, s:s, s:s}", "securityDescriptor", rows[_i].object, "desiredAccess",
                                  rows[_i].right, "objectType", "file");
    if (!rows[_i].as_caller)
        (void)json_object_set_new(body, "subject", described(rows[_i].department));
    AUTO_ANSWER answer;
    fixture_post(&fixture, BOB, "/access-check", body, &answer);
    json_auto_t *expected = json_pack("{s:b}", "allowed", (int)rows[_i].allowed);
    fixture_expect(rows[_i].name, &answer, 200, expected);
}
END_TEST

static void wait_for(const char *state)
{
    json_auto_t *expected = json_pack("{s:{s:s}}", "checks", "centralPolicies", state);
    for (int i = 0; i < WAIT_STEPS; i++) {
        const struct client_request request = {.method = "GET", .target = "/readyz"};
        AUTO_ANSWER answer;
        ck_assert(client_send(&fixture.client, &request, &answer));
        json_t *said = json_object_get(json_object_get(answer.json, "checks"), "centralPolicies");
        if (strcmp(json_string_value(said), state) == 0) {
            fixture_expect(state, &answer, 200, expected);
            return;
        }
        pause_ms(STEP_MS);
    }
    ck_abort_msg("/readyz never said %s", state);
}

static void check_read(bool allowed)
{
    json_auto_t *body =
        json_pack("{s:s, s:s, s:s, s:o}", "securityDescriptor", OBJECT("eng"), "desiredAccess",
                  "FILE_READ_DATA", "objectType", "file", "subject", described("eng"));
    json_auto_t *expected = json_pack("{s:b}", "allowed", (int)allowed);
    AUTO_ANSWER answer;
    fixture_post(&fixture, BOB, "/access-check", body, &answer);
    fixture_expect("reload", &answer, 200, expected);
}

START_TEST(reload)
{
    check_read(true);
    put("[rule A]\nefective = D:\n");
    wait_for("stale"); /* nobody says SIGHUP: the file is looked for */
    ck_assert(service_logged(&fixture.service, "central-policies-refused", 1000));
    check_read(true);
    put(others);
    ck_assert_int_eq(kill(fixture.service.pid, SIGHUP), 0);
    wait_for("ok");
    check_read(false);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("central");
    TCase *tests = tcase_create("central");
    tcase_set_timeout(tests, 60);
    tcase_add_unchecked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, reload);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
