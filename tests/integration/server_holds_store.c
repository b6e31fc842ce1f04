/* Many clients and a real log that is slow, that fails, and that has no room to wait in: whatever is answered is in it, once, and
 * was there when the answer came. */
#include "audit_double.h"
#include "site.h"
#include "support/folder.h"
#include "support/pause.h"
#include "support/suite.h"
#include "wire.h"

#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

enum {
    CLIENTS = 64,
    EACH = 12,
    QUEUE_SMALL = 16,
    QUEUE_LARGE = 4096,
    ARENA_MAX = 1 << 20,
    BODY_MAX = 32,
    BUSY_MS = 10000
};

/* For how long another process keeps the file to itself, and how often. SQLite waits two seconds for it. */
static const struct {
    const char *name;
    size_t queue_max;
    unsigned locked_ms;
    bool some_refused;
} rows[] = {
    {"at its own pace", QUEUE_LARGE, 0, false},
    {"slow", QUEUE_LARGE, 1000, false},
    {"without room", QUEUE_SMALL, 1000, true},
    {"failing", QUEUE_LARGE, 4500, true},
};

static struct folder folder;
static struct site site;
static struct event_store *store;
static char path[FOLDER_PATH_SIZE + 16];

struct asker {
    pthread_t thread;
    unsigned number;
    unsigned answered;
    unsigned refused;
    unsigned wrong;
    char mistake[128]; /* the last one */
    bool told[EACH];
};
static struct asker askers[CLIENTS];

static void name_body(const struct asker *asker, unsigned turn, char ret[BODY_MAX])
{
    (void)snprintf(ret, BODY_MAX, "[%u]", 1000 + asker->number * 1000 + turn);
}

/* How many events are about this body; through another connection than the log's own. */
static int count_of(sqlite3_stmt *find, const char *body)
{
    (void)sqlite3_bind_text(find, 1, body, -1, SQLITE_STATIC);
    int count = sqlite3_step(find) == SQLITE_ROW ? sqlite3_column_int(find, 0) : -1;
    (void)sqlite3_reset(find);
    return count;
}

static void mistaken(struct asker *asker, const char *what, int number)
{
    asker->wrong++;
    (void)snprintf(asker->mistake, sizeof asker->mistake, "%s: %d", what, number);
}

static void ask(struct asker *asker, int fd, unsigned turn, sqlite3_stmt *find)
{
    char body[BODY_MAX];
    char request[256];
    struct wire_answer answer;
    name_body(asker, turn, body);
    (void)snprintf(request, sizeof request,
                   "POST /record HTTP/1.1\r\nHost: h\r\nAuthorization: Negotiate YWxpY2U=\r\nContent-Type: "
                   "application/json\r\nContent-Length: %zu\r\n\r\n%s",
                   strlen(body), body);
    if (!wire_send(fd, request) || !wire_read(fd, false, &answer)) {
        mistaken(asker, "no answer", errno);
        return;
    }
    asker->told[turn] = answer.status == 201 && strcmp(answer.body, body) == 0;
    int count = asker->told[turn] ? count_of(find, body) : 0;
    if (count == 1)
        asker->answered++;
    else if (answer.status == 503 && strstr(answer.body, body) == NULL)
        asker->refused++;
    else
        mistaken(asker, answer.status == 201 ? "found in the log" : "status",
                 answer.status == 201 ? count : (int)answer.status);
}

static bool open_reader(sqlite3 **ret_db, sqlite3_stmt **ret_find)
{
    /* Who opens a log while another does may find it locked for a moment. */
    return sqlite3_open_v2(path, ret_db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
           sqlite3_busy_timeout(*ret_db, BUSY_MS) == SQLITE_OK &&
           sqlite3_prepare_v2(*ret_db, "SELECT count(*) FROM event WHERE object_name = ?", -1, ret_find,
                              NULL) == SQLITE_OK;
}

static void *run(void *context)
{
    struct asker *asker = context;
    sqlite3 *db = NULL;
    sqlite3_stmt *find = NULL;
    int fd = wire_connect(site.port);
    if (!open_reader(&db, &find))
        mistaken(asker, "the log does not open", sqlite3_extended_errcode(db));
    for (unsigned turn = 0; turn < EACH && asker->wrong == 0; turn++)
        ask(asker, fd, turn, find);
    (void)sqlite3_finalize(find);
    (void)sqlite3_close(db);
    (void)close(fd);
    return NULL;
}

/* As another process does it that writes to the file. */
static sqlite3 *lock_file(void)
{
    sqlite3 *db = NULL;
    ck_assert_int_eq(sqlite3_open(path, &db), SQLITE_OK);
    (void)sqlite3_busy_timeout(db, 5000);
    ck_assert_int_eq(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
    return db;
}

static void unlock_after(sqlite3 *db, unsigned ms)
{
    pause_ms(ms);
    ck_assert_int_eq(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
    (void)sqlite3_close(db);
}

static void set_up(size_t queue_max)
{
    struct event_store_settings kept = {.queue_max = queue_max};
    struct server_settings settings = site_settings();
    char url[sizeof path + 8];
    const char *problem = NULL;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    folder_make(&folder);
    (void)snprintf(path, sizeof path, "%s/audit.db", folder.path);
    (void)snprintf(url, sizeof url, "sqlite:%s", path);
    kept.url = url;
    ck_assert_int_eq(event_store_open(&kept, &arena, &store, &problem), ERR_NONE);
    audit_double_set(AUDIT_DOUBLE_STORE, ERR_NONE, store);
    site_start(&settings, &site);
}

static void tear_down(void)
{
    site_stop(&site);
    audit_double_set(AUDIT_DOUBLE_NONE, ERR_NONE, NULL);
    event_store_close(store);
    folder_remove(&folder);
}

/* Every answer is there once; nothing is there twice. */
static void all_are_kept_once(void)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *find = NULL;
    ck_assert(open_reader(&db, &find));
    for (size_t i = 0; i < CLIENTS; i++) {
        for (unsigned turn = 0; turn < EACH; turn++) {
            char body[BODY_MAX];
            name_body(&askers[i], turn, body);
            int count = count_of(find, body);
            ck_assert_msg(askers[i].told[turn] ? count == 1 : count == 0 || count == 1, "%s: %d", body,
                          count);
        }
    }
    (void)sqlite3_finalize(find);
    (void)sqlite3_close(db);
}

START_TEST(what_is_answered_is_kept)
{
    unsigned answered = 0;
    unsigned refused = 0;
    set_up(rows[_i].queue_max);
    sqlite3 *lock = rows[_i].locked_ms != 0 ? lock_file() : NULL;
    for (unsigned i = 0; i < CLIENTS; i++) {
        askers[i] = (struct asker){.number = i};
        ck_assert_int_eq(pthread_create(&askers[i].thread, NULL, run, &askers[i]), 0);
    }
    if (lock != NULL)
        unlock_after(lock, rows[_i].locked_ms);
    for (size_t i = 0; i < CLIENTS; i++) {
        ck_assert_int_eq(pthread_join(askers[i].thread, NULL), 0);
        ck_assert_msg(askers[i].wrong == 0, "%s: client %zu: %s", rows[_i].name, i, askers[i].mistake);
        answered += askers[i].answered;
        refused += askers[i].refused;
    }
    printf("# %s: %u answered, %u refused\n", rows[_i].name, answered, refused);
    ck_assert_uint_gt(answered, 0);
    ck_assert_msg((refused != 0) == rows[_i].some_refused, "%s: %u refused", rows[_i].name, refused);
    all_are_kept_once();
    tear_down();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_holds_store");
    TCase *tests = tcase_create("server_holds_store");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, what_is_answered_is_kept, 0, (int)(sizeof rows / sizeof rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
