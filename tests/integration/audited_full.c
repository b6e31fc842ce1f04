/* The disk of the log is full while 64 clients audit: no decision leaves, the service says that it is not ready, and both mend by
 * themselves once there is room. In a mount namespace of its own: root only. */
#include "auditors.h"
#include "fixture.h"
#include "visitor.h"

#include "eventlog/store.h"
#include "support/suite.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <unistd.h>

enum { BALLAST_BYTES = 12 << 20, STEPS = 1200, STEP_MS = 50 };

static struct folder folder;
static struct fixture fixture;
static struct auditors auditors;
static char path[FOLDER_PATH_SIZE + 16];
static char url[FOLDER_PATH_SIZE + 32];
static char ballast[FOLDER_PATH_SIZE + 16];

static bool mount_small(void)
{
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", folder.path, "tmpfs", 0, "size=24m") == 0;
}

static bool put_ballast(void)
{
    int file = open(ballast, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    bool good = file >= 0 && posix_fallocate(file, 0, BALLAST_BYTES) == 0;
    if (file >= 0)
        (void)close(file);
    return good;
}

static void wait_ready(long status, const char *audit)
{
    json_auto_t *expected = json_pack("{s:{s:s}}", "checks", "audit", audit);
    const struct client_request request = {.method = "GET", .target = "/readyz"};
    for (int i = 0; i < STEPS; i++) {
        AUTO_ANSWER answer;
        ck_assert(client_send(&fixture.client, &request, &answer));
        if (answer.status == status) {
            fixture_expect(audit, &answer, status, expected);
            return;
        }
        service_sleep_ms(STEP_MS);
    }
    ck_abort_msg("/readyz never answered %ld", status);
}

static void holds(const char *when)
{
    struct event_verdict verdict = {.sound = false};
    const char *problem = NULL;
    ck_assert_uint_eq(auditors.wrong, 0);
    size_t missing = auditors_missing(&auditors, path);
    ck_assert_msg(missing == 0, "%s: %zu of %zu are missing or twice", when, missing, auditors.count);
    ck_assert_int_eq(event_store_verify(url, &verdict, &problem), ERR_NONE);
    ck_assert_msg(verdict.sound, "%s: %s", when, verdict.problem);
}

/* With a ticket: who logs on cannot be recorded either, so nobody is let in, and nothing tells who asked. */
static void is_closed_to_tickets(void)
{
    AUTO_ANSWER answer;
    fixture_get(&fixture, ALICE, "/token", &answer);
    for (int i = 0; i < STEPS && answer.status == 200; i++) { /* a last event may find a corner */
        client_answer_done(&answer);
        fixture_get(&fixture, ALICE, "/token", &answer);
    }
    ck_assert_int_eq(answer.status, 503);
    ck_assert_ptr_nonnull(client_header(&answer, "retry-after"));
    ck_assert_ptr_null(client_header(&answer, "www-authenticate"));
    ck_assert_ptr_null(strstr(answer.body, "S-1-5-"));
}

START_TEST(no_decision_leaves_while_the_disk_is_full)
{
    char bearer[VISITOR_TOKEN_MAX];
    wait_ready(200, "ok");
    visitor_open(&fixture, ADMIN, bearer);
    auditors_start(&auditors, fixture.service.port, bearer);
    wait_ready(503, "failing");
    is_closed_to_tickets();
    unsigned answered = auditors.answered;
    unsigned refused = auditors.refused;
    service_sleep_ms(500);
    ck_assert_uint_gt(auditors.refused, refused);
    ck_assert_int_eq(unlink(ballast), 0);
    wait_ready(200, "ok");
    service_sleep_ms(300);
    auditors_stop(&auditors);
    ck_assert_uint_gt(auditors.answered, answered);
    AUTO_ANSWER answer;
    fixture_get(&fixture, ALICE, "/token", &answer);
    ck_assert_int_eq(answer.status, 200);
    holds("with room again");
    printf("# %u answers before it was full, %u after, %u refused\n", answered, auditors.answered - answered,
           auditors.refused);
}
END_TEST

int main(void)
{
    folder_make(&folder);
    (void)snprintf(path, sizeof path, "%s/audit.db", folder.path);
    (void)snprintf(url, sizeof url, "sqlite:%s", path);
    (void)snprintf(ballast, sizeof ballast, "%s/ballast", folder.path);
    if (!mount_small() || !put_ballast()) {
        folder_remove(&folder);
        return suite_skip("audited_full", "needs root, to mount a small tmpfs");
    }
    Suite *suite = suite_create("audited_full");
    TCase *tests = tcase_create("audited_full");
    const char *const options[] = {"--audit", url, NULL};
    auditors_init(&auditors);
    fixture_open(&fixture, "audited_full", options);
    tcase_set_timeout(tests, 0);
    tcase_add_test(tests, no_decision_leaves_while_the_disk_is_full);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    bool good = fixture_close(&fixture);
    auditors_done(&auditors);
    (void)umount(folder.path);
    folder_remove(&folder);
    return good ? status : 1;
}
