/* A disk that is really full: a small tmpfs in a mount namespace of its own. */
#include "support/events.h"
#include "support/folder.h"
#include "support/pause.h"
#include "support/suite.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

enum { QUEUE = 1000, EVENTS = 60000 };

static struct folder folder;
static char url[FOLDER_PATH_SIZE + 32];
static struct event_store *store;

static bool mount_small(void)
{
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("tmpfs", folder.path, "tmpfs", 0, "size=32m") == 0;
}

static void open_store(enum event_store_policy policy)
{
    struct event_store_settings settings = {.url = url, .queue_max = QUEUE, .policy = policy};
    (void)snprintf(url, sizeof url, "sqlite:%s/audit.db", folder.path);
    store = events_open(&settings);
}

static uint64_t fill(void)
{
    uint64_t number = 1;
    while (number < EVENTS && events_append(store, number, 200) == ERR_NONE)
        number += 200;
    return number - 1;
}

static void put_ballast(char *ret, size_t size)
{
    (void)snprintf(ret, size, "%s/ballast", folder.path);
    int file = open(ret, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(posix_fallocate(file, 0, 16 << 20), 0);
    (void)close(file);
}

START_TEST(fails_closed_until_there_is_room)
{
    char ballast[FOLDER_PATH_SIZE + 16];
    put_ballast(ballast, sizeof ballast);
    open_store(EVENT_FAIL_CLOSED);
    uint64_t kept = fill();
    ck_assert_uint_lt(kept, EVENTS);
    ck_assert(!events_health(store).writable);
    ck_assert_int_eq(unlink(ballast), 0);
    for (unsigned i = 0; i < 50 && !events_health(store).writable; i++)
        pause_ms(100);
    ck_assert(events_health(store).writable);
    ck_assert_int_eq(events_append(store, EVENTS + 1000, 200), ERR_NONE);
    struct event_verdict verdict = events_verify(url);
    ck_assert(verdict.sound);
    ck_assert_uint_eq(verdict.count, events_health(store).written);
    ck_assert_uint_ge(verdict.count, kept + 200);
    event_store_close(store);
}
END_TEST

START_TEST(overwrites_the_oldest)
{
    open_store(EVENT_OVERWRITE);
    ck_assert_uint_eq(fill(), EVENTS);
    ck_assert_uint_gt(events_health(store).overwritten, 0);
    ck_assert_uint_eq(events_health(store).written, EVENTS);
    struct event_verdict verdict = events_verify(url);
    ck_assert(verdict.sound);
    ck_assert_uint_eq(verdict.last_record_id, EVENTS);
    ck_assert_uint_eq(verdict.count, EVENTS - events_health(store).overwritten);
    event_store_close(store);
}
END_TEST

static void set_up(void)
{
    ck_assert_int_eq(mount("tmpfs", folder.path, "tmpfs", 0, "size=32m"), 0);
}

static void tear_down(void)
{
    (void)umount2(folder.path, MNT_DETACH);
}

int main(void)
{
    folder_make(&folder);
    bool can = mount_small();
    (void)umount2(folder.path, MNT_DETACH);
    if (!can) {
        folder_remove(&folder);
        return suite_skip("store_disk", "a tmpfs can be mounted by root only");
    }
    Suite *suite = suite_create("store_disk");
    TCase *tests = tcase_create("store_disk");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, fails_closed_until_there_is_room);
    tcase_add_test(tests, overwrites_the_oldest);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    folder_remove(&folder);
    return status;
}
