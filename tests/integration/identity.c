/* identity: what stands in the tokens of known people, and what forged tickets come to. */
#include "integration/fixture.h"
#include "support/suite.h"

#include <string.h>

enum { ROUNDS = 20 };

static struct fixture fixture;

static const struct {
    enum fixture_person person;
    const char *target;
    const char *expected;
} contents[] = {
    {ALICE, "/token",
     "{\"user\": {\"sid\": \"" FIXTURE_DOMAIN "-1104\", \"name\": \"MINT\\\\alice\", \"attributes\": []},"
     "\"names\": {\"account\": \"alice\", \"domain\": \"MINT\", \"upn\": \"alice@mint.test\","
     " \"principal\": \"alice@MINT.TEST\"},"
     "\"groups\": {\"$has\": ["
     "{\"sid\": \"" FIXTURE_DOMAIN
     "-513\", \"attributes\": [\"MANDATORY\", \"ENABLED_BY_DEFAULT\", \"ENABLED\"]},"
     "{\"sid\": \"" FIXTURE_DOMAIN "-1601\"},"
     "{\"sid\": \"S-1-1-0\", \"name\": \"Everyone\"},"
     "{\"sid\": \"S-1-5-2\", \"name\": \"NT AUTHORITY\\\\NETWORK\"},"
     "{\"sid\": \"S-1-5-11\", \"name\": \"NT AUTHORITY\\\\Authenticated Users\"},"
     "{\"sid\": \"S-1-5-15\"}, {\"sid\": \"S-1-18-1\"},"
     "{\"sid\": \"S-1-5-32-545\", \"name\": \"BUILTIN\\\\Users\"}]},"
     "\"integrityLevel\": {\"sid\": \"S-1-16-8192\"},"
     "\"type\": \"impersonation\", \"authentication\": \"Kerberos\", \"logonType\": \"network\","
     "\"mandatoryPolicy\": {\"$has\": [\"NO_WRITE_UP\"]}, \"expiresAt\": {\"$any\": true},"
     "\"claims\": {\"user\": [{\"name\": \"ad://ext/department\", \"type\": \"string\", \"values\": [\"eng\", \"ops\"]}],"
     " \"device\": [], \"local\": []},"
     "\"deviceGroups\": {\"$has\": [{\"sid\": \"" FIXTURE_DOMAIN "-515\"}]},"
     "\"restrictingSids\": [], \"writeRestricted\": false}"},
    {BOB, "/token",
     "{\"user\": {\"sid\": \"" FIXTURE_DOMAIN
     "-1105\"}, \"names\": {\"account\": \"bob\", \"upn\": {\"$absent\": true}},"
     "\"claims\": {\"user\": []}, \"deviceGroups\": []}"},
    {ADMIN, "/token",
     "{\"groups\": {\"$has\": [{\"sid\": \"S-1-5-32-544\", \"name\": \"BUILTIN\\\\Administrators\"}]},"
     "\"privileges\": {\"$has\": [{\"name\": \"SeBackupPrivilege\"}, {\"name\": \"SeSecurityPrivilege\"}]}}"},
    {ALICE, "/privileges",
     "{\"privileges\": {\"$has\": [{\"name\": \"SeChangeNotifyPrivilege\", \"luid\": \"0x17\","
     " \"displayName\": \"Bypass traverse checking\", \"attributes\": [\"ENABLED_BY_DEFAULT\", \"ENABLED\"]}]}}"},
    {ADMIN, "/token/primary",
     "{\"type\": \"primary\", \"impersonationLevel\": {\"$absent\": true}, \"user\": {\"sid\": {\"$starts\": \"S-1-\"}}}"},
};

START_TEST(content_row)
{
    json_auto_t *expected = json_loads(contents[_i].expected, 0, NULL);
    AUTO_ANSWER answer;
    ck_assert_ptr_nonnull(expected);
    fixture_get(&fixture, contents[_i].person, contents[_i].target, &answer);
    fixture_expect(contents[_i].target, &answer, 200, expected);
}
END_TEST

/* Nobody is a member of what the ticket does not say. */
START_TEST(alice_is_no_administrator)
{
    AUTO_ANSWER answer;
    fixture_get(&fixture, ALICE, "/token", &answer);
    ck_assert_int_eq(answer.status, 200);
    ck_assert_ptr_null(strstr(answer.body, "S-1-5-32-544"));
    ck_assert_ptr_null(strstr(answer.body, "SeBackupPrivilege"));
}
END_TEST

/* The identity is the request's, never the connection's. */
START_TEST(two_on_one_connection_never_mix)
{
    static const char *const sids[] = {FIXTURE_DOMAIN "-1104", FIXTURE_DOMAIN "-1105"};
    for (size_t i = 0; i < ROUNDS; i++) {
        enum fixture_person person = i % 2 == 0 ? ALICE : BOB;
        AUTO_ANSWER answer;
        fixture_get(&fixture, person, "/token", &answer);
        ck_assert_int_eq(answer.status, 200);
        const json_t *user = json_object_get(answer.json, "user");
        ck_assert_str_eq(json_string_value(json_object_get(user, "sid")), sids[i % 2]);
        AUTO_ANSWER nobody;
        const struct client_request request = {.method = "GET", .target = "/token"};
        ck_assert(client_send(&fixture.client, &request, &nobody));
        ck_assert_int_eq(nobody.status, 401);
    }
}
END_TEST

static const struct {
    const char *name;
    struct mint_order order;
} forged[] = {
    {"no-pac", {.flaw = MINT_NO_PAC}},
    {"altered-pac", {.flaw = MINT_ALTERED_PAC}},
    {"unsigned-pac", {.flaw = MINT_UNSIGNED_PAC}},
    {"other-key-pac", {.flaw = MINT_OTHER_KEY_PAC}},
    {"other-name-pac", {.flaw = MINT_OTHER_NAME_PAC}},
    {"other-time-pac", {.flaw = MINT_OTHER_TIME_PAC}},
    {"truncated-pac", {.flaw = MINT_TRUNCATED_PAC}},
    {"truncated-authdata", {.flaw = MINT_TRUNCATED_AUTHDATA}},
    {"foreign-key", {.foreign_key = true}},
    {"expired", {.starts_in = -7200, .ends_in = -3600}},
    {"not-yet", {.starts_in = 3600, .ends_in = 7200}},
    {"unknown-kvno", {.kvno = 9, .keep_keytab = true}},
};

/* 401, and every one with the same words: why is for the log alone. */
START_TEST(forged_row)
{
    const char *ccache = fixture_forge(&fixture, ALICE, &forged[_i].order, "forged.ccache");
    const struct client_request request = {.method = "GET", .target = "/token", .ccache = ccache};
    const struct client_request bare = {.method = "GET", .target = "/token"};
    AUTO_ANSWER answer;
    AUTO_ANSWER nobody;
    ck_assert(client_send(&fixture.client, &request, &answer));
    ck_assert(client_send(&fixture.client, &bare, &nobody));
    ck_assert_msg(answer.status == 401, "%s: %ld %s", forged[_i].name, answer.status, answer.body);
    ck_assert_str_eq(answer.body, nobody.body);
    ck_assert_str_eq(client_header(&answer, "www-authenticate"), "Negotiate");
}
END_TEST

/* As big as tickets become; all of it arrives. */
START_TEST(a_thousand_groups)
{
    const struct client_request request = {
        .method = "GET", .target = "/token", .ccache = fixture_big(&fixture, FIXTURE_BIG_MAX)};
    AUTO_ANSWER answer;
    ck_assert(client_send(&fixture.client, &request, &answer));
    ck_assert_msg(answer.status == 200, "%ld %.500s", answer.status, answer.body);
    ck_assert(json_array_size(json_object_get(answer.json, "groups")) > FIXTURE_BIG_MAX);
    ck_assert_ptr_nonnull(strstr(answer.body, FIXTURE_BIG_DOMAIN "-1000\""));
    ck_assert_ptr_nonnull(strstr(answer.body, FIXTURE_BIG_DOMAIN "-1999\""));
}
END_TEST

START_TEST(the_log_keeps_secrets)
{
    ck_assert(service_logged(&fixture.service, "authentication-refused", 0));
    ck_assert(!service_log_has(&fixture.service, "Negotiate Y"));
}
END_TEST

START_TEST(service_ends_well)
{
    ck_assert(fixture_close(&fixture));
}
END_TEST

int main(void)
{
    static const char *const options[] = {"--domain-sid", FIXTURE_DOMAIN, "--machine-sid", FIXTURE_MACHINE,
                                          NULL};
    fixture_open(&fixture, "identity", options);
    Suite *suite = suite_create("identity");
    TCase *tests = tcase_create("identity");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, content_row, 0, (int)(sizeof contents / sizeof contents[0]));
    tcase_add_test(tests, alice_is_no_administrator);
    tcase_add_test(tests, two_on_one_connection_never_mix);
    tcase_add_loop_test(tests, forged_row, 0, (int)(sizeof forged / sizeof forged[0]));
    tcase_add_test(tests, a_thousand_groups);
    tcase_add_test(tests, the_log_keeps_secrets);
    tcase_add_test(tests, service_ends_well);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
