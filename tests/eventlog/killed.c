/* A process with 64 appending threads is killed again and again: what was answered is in the log, exactly once, and the chain holds.
 *
 *   killed [ROUNDS]     10 rounds, or as many as told */
#include "support/events.h"
#include "support/folder.h"
#include "support/pause.h"

#include <inttypes.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 64, EACH_MAX = 4096, ARENA_MAX = 1 << 20, ROUNDS = 10, OPEN_STEPS = 1000 };

/* Shared with the child that is killed: what each thread was told. */
struct ledger {
    struct event_uuid answered[THREADS][EACH_MAX];
    _Atomic size_t count[THREADS];
    _Atomic bool open;
    _Atomic bool wrong;
};

struct appender {
    struct event_store *store;
    struct ledger *ledger;
    size_t thread;
    uint64_t first;
};

static void *append(void *context)
{
    struct appender *appender = context;
    struct events_wait wait;
    struct events_text text;
    events_wait_init(&wait);
    for (size_t i = 0; i < EACH_MAX; i++) {
        struct event event = events_make(appender->first + i, &text);
        if (events_post(appender->store, &wait, &event) != ERR_NONE || events_join(&wait) != ERR_NONE) {
            appender->ledger->wrong = true;
            break;
        }
        appender->ledger->answered[appender->thread][i] = event.uuid;
        appender->ledger->count[appender->thread] = i + 1;
    }
    events_wait_done(&wait);
    return NULL;
}

/* The child: until it is killed. */
static void serve(const char *url, struct ledger *ledger, unsigned round)
{
    struct event_store_settings settings = {.url = url, .queue_max = 1000};
    struct event_store *store = NULL;
    const char *problem = NULL;
    static struct appender appenders[THREADS];
    pthread_t thread;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    if (event_store_open(&settings, &arena, &store, &problem) != ERR_NONE) {
        ledger->wrong = true;
        return;
    }
    ledger->open = true;
    for (size_t i = 0; i < THREADS; i++) {
        uint64_t first = ((uint64_t)round * THREADS + i) * EACH_MAX;
        appenders[i] = (struct appender){.store = store, .ledger = ledger, .thread = i, .first = first};
        if (pthread_create(&thread, NULL, append, &appenders[i]) != 0)
            ledger->wrong = true;
    }
    for (;;)
        (void)pause();
}

static bool count_of(sqlite3_stmt *find, const struct event_uuid *uuid)
{
    (void)sqlite3_bind_blob(find, 1, uuid->bytes, EVENT_UUID_SIZE, SQLITE_STATIC);
    bool once = sqlite3_step(find) == SQLITE_ROW && sqlite3_column_int64(find, 0) == 1;
    (void)sqlite3_reset(find);
    return once;
}

/* How many of those that were answered are not there exactly once; SIZE_MAX when the log cannot be read. */
static size_t missing_of(const char *url, const struct ledger *ledger, size_t *ret_answered)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *find = NULL;
    size_t missing = 0;
    /* The unique index on uuid is what is not to be trusted here. */
    if (sqlite3_open(url + strlen("sqlite:"), &db) != SQLITE_OK ||
        sqlite3_exec(
            db,
            "CREATE TEMP TABLE seen AS SELECT uuid FROM event NOT INDEXED; CREATE INDEX temp.s ON seen(uuid)",
            NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT count(*) FROM seen WHERE uuid = ?", -1, &find, NULL) != SQLITE_OK)
        missing = SIZE_MAX;
    for (size_t thread = 0; thread < THREADS && missing != SIZE_MAX; thread++) {
        *ret_answered += ledger->count[thread];
        for (size_t i = 0; i < ledger->count[thread]; i++)
            missing += !count_of(find, &ledger->answered[thread][i]);
    }
    (void)sqlite3_finalize(find);
    (void)sqlite3_close(db);
    return missing;
}

static bool one_round(const char *url, struct ledger *ledger, unsigned round, size_t *ret_answered)
{
    memset(ledger, 0, sizeof *ledger);
    pid_t child = fork();
    if (child == 0) {
        serve(url, ledger, round);
        _exit(1);
    }
    /* The first child makes the log; later ones may be killed while they open it. */
    for (int i = 0; round == 0 && i < OPEN_STEPS && !ledger->open && !ledger->wrong; i++)
        pause_ms(10);
    pause_ms(50 + round * 37 % 100 * 2);
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    struct event_verdict verdict = {.sound = false};
    const char *problem = NULL;
    size_t missing = missing_of(url, ledger, ret_answered);
    enum err err = event_store_verify(url, &verdict, &problem);
    if (err == ERR_NONE && verdict.sound && missing == 0 && !ledger->wrong)
        return true;
    printf("# round %u: %zu missing or twice, %s, record %" PRIu64 ": %s\n", round, missing,
           ledger->wrong ? "an append failed" : "all appends were taken", verdict.broken_record_id,
           err != ERR_NONE ? problem
           : verdict.sound ? "sound"
                           : verdict.problem);
    return false;
}

int main(int argc, char **argv)
{
    unsigned rounds = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : ROUNDS;
    struct folder folder;
    char url[FOLDER_PATH_SIZE + 32];
    size_t answered = 0;
    bool right = true;
    const size_t size = sizeof(struct ledger);
    /* cppcheck-suppress invalidFunctionArg; -1 is what MAP_ANONYMOUS asks for */
    struct ledger *ledger = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (ledger == MAP_FAILED)
        return 99;
    folder_make(&folder);
    (void)snprintf(url, sizeof url, "sqlite:%s/audit.db", folder.path);
    for (unsigned round = 0; round < rounds && right; round++)
        right = one_round(url, ledger, round, &answered);
    folder_remove(&folder);
    right = right && answered > rounds;
    printf("1..1\n%s 1 - killed %u times: %zu events answered, each in the log once\n",
           right ? "ok" : "not ok", rounds, answered);
    return 0;
}
