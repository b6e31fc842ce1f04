#include "audited.h"
#include "support/pause.h"

enum { STEPS = 1200, STEP_MS = 50, WAIT_MS = 30000 };

struct audited audited;

unsigned audited_rounds(int argc, char **argv, unsigned standard)
{
    bool told = argc == 3 && strcmp(argv[1], "--rounds") == 0;
    return told ? (unsigned)strtoul(argv[2], NULL, 10) : standard;
}

int audited_run(const char *name, const TTest *test, const char *const *options)
{
    Suite *suite = suite_create(name);
    TCase *tests = tcase_create(name);
    auditors_init(&audited.auditors);
    fixture_open(&audited.fixture, name, options);
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, test);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    bool good = fixture_close(&audited.fixture);
    auditors_done(&audited.auditors);
    return good ? status : 1;
}

void audited_start(void)
{
    char bearer[VISITOR_TOKEN_MAX];
    visitor_open(&audited.fixture, ADMIN, bearer);
    auditors_start(&audited.auditors, audited.fixture.service.port, bearer);
}

bool audited_goes_on(void)
{
    unsigned enough = audited.auditors.answered + AUDITORS;
    for (unsigned ms = 0; ms < WAIT_MS && audited.auditors.answered < enough; ms += STEP_MS)
        pause_ms(STEP_MS);
    return audited.auditors.answered >= enough;
}

void audited_wait_ready(long status, const char *audit)
{
    json_auto_t *expected = json_pack("{s:{s:s}}", "checks", "audit", audit);
    const struct client_request request = {.method = "GET", .target = "/readyz"};
    for (int i = 0; i < STEPS; i++) {
        AUTO_ANSWER answer;
        ck_assert(client_send(&audited.fixture.client, &request, &answer));
        if (answer.status == status) {
            fixture_expect(audit, &answer, status, expected);
            return;
        }
        pause_ms(STEP_MS);
    }
    ck_abort_msg("/readyz never answered %ld", status);
}

void audited_expect_closed(void)
{
    AUTO_ANSWER answer;
    fixture_get(&audited.fixture, ALICE, "/token", &answer);
    for (int i = 0; i < STEPS && answer.status == 200; i++) { /* a last event may find a corner */
        client_answer_done(&answer);
        fixture_get(&audited.fixture, ALICE, "/token", &answer);
    }
    ck_assert_int_eq(answer.status, 503);
    ck_assert_ptr_nonnull(client_header(&answer, "retry-after"));
    ck_assert_ptr_null(client_header(&answer, "www-authenticate"));
    ck_assert_ptr_null(strstr(answer.body, "S-1-5-"));
}
