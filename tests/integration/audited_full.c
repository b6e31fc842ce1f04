/* The disk of the log is full while 64 clients audit: no decision leaves, the service says that it is not ready, and both mend by
 * themselves once there is room. In a mount namespace of its own: root only. */
#include "audited.h"

#include "eventlog/store.h"
#include "support/pause.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

enum { BALLAST_BYTES = 12 << 20 };

static struct folder folder;
static struct auditors *const auditors = &audited.auditors;
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

static void holds(const char *when)
{
    struct event_verdict verdict = {.sound = false};
    const char *problem = NULL;
    ck_assert_uint_eq(auditors->wrong, 0);
    size_t missing = auditors_missing(auditors, path);
    ck_assert_msg(missing == 0, "%s: %zu of %zu are missing or twice", when, missing, auditors->count);
    ck_assert_int_eq(event_store_verify(url, &verdict, &problem), ERR_NONE);
    ck_assert_msg(verdict.sound, "%s: %s", when, verdict.problem);
}

START_TEST(no_decision_leaves_while_the_disk_is_full)
{
    audited_wait_ready(200, "ok");
    audited_start();
    audited_wait_ready(503, "failing");
    audited_expect_closed();
    unsigned answered = auditors->answered;
    unsigned refused = auditors->refused;
    pause_ms(500);
    ck_assert_uint_gt(auditors->refused, refused);
    ck_assert_int_eq(unlink(ballast), 0);
    audited_wait_ready(200, "ok");
    pause_ms(300);
    auditors_stop(auditors);
    ck_assert_uint_gt(auditors->answered, answered);
    AUTO_ANSWER answer;
    fixture_get(&audited.fixture, ALICE, "/token", &answer);
    ck_assert_int_eq(answer.status, 200);
    holds("with room again");
    printf("# %u answers before it was full, %u after, %u refused\n", answered, auditors->answered - answered,
           auditors->refused);
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
    const char *const options[] = {"--audit", url, NULL};
    int status = audited_run("audited_full", no_decision_leaves_while_the_disk_is_full, options);
    (void)umount(folder.path);
    folder_remove(&folder);
    return status;
}
