/* Audited checks a second from 64 threads, each waiting until its event is durable, as a request does: beside the same checks when
 * the SACL asks for nothing, the plain access check, and a bare loop of SQLite inserts with the same batches.
 *
 *   audit_bench [CHECKS]     audited checks a round, 64000; logs under TMPDIR or /tmp */
#include "bench/bare_insert.h"
#include "bench/rounds.h"
#include "support/audit_desk.h"
#include "support/events.h"
#include "support/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { THREADS = 64, ROUNDS = 5, CHECKS = 64000, UNAUDITED = 64000 * 16, ARENA_MAX = 1 << 20 };

enum mode { PLAIN, SILENT, MADE, DURABLE };
static const char *const titles[] = {
    [PLAIN] = "the access check alone",
    [SILENT] = "the check that audits, and the SACL asks for nothing",
    [MADE] = "… and asks for an event, which is made and not kept",
    [DURABLE] = "… and the answer waits until it is durable",
};

struct worker {
    struct audit_desk *desk;
    const struct descriptor *descriptor;
    enum mode mode;
    size_t count;
};

static void must(bool right, const char *what)
{
    if (right)
        return;
    (void)fprintf(stderr, "audit_bench: %s failed\n", what);
    exit(1);
}

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void answered(void *context, enum err err)
{
    struct events_wait *wait = context;
    must(err == ERR_NONE, "the log");
    (void)pthread_mutex_lock(&wait->lock);
    wait->waiting--;
    (void)pthread_cond_signal(&wait->changed);
    (void)pthread_mutex_unlock(&wait->lock);
}

static void keep(struct platform *platform, const struct audit_trail *trail, struct events_wait *wait)
{
    wait->waiting = 1;
    must(platform_audit_commit(platform, trail, answered, wait) == ERR_NONE && events_join(wait) == ERR_NONE,
         "a commit");
}

static void ask(const struct worker *worker, const struct access_request *request, struct audit_trail *trail)
{
    static const struct audit_object object = {
        .subsystem = "bench", .type_name = "File", .name = "C:\\drop\\report.txt", .handle_id = 0x1f4};
    struct access_answer answer;
    bool generate = false;
    struct audit_object file = object;
    file.securable = securable_find(bytes_of_string("file"));
    if (worker->mode == PLAIN)
        must(platform_access_check(worker->desk->token, request, &answer) == ERR_NONE, "a check");
    else
        must(platform_access_check_and_audit(worker->desk->token, request, &file, trail, &answer,
                                             &generate) == ERR_NONE,
             "a check");
    must(answer.allowed && trail->count == (worker->mode >= MADE ? 1 : 0), "the answer");
}

static void *work(void *context)
{
    const struct worker *worker = context;
    const struct access_request request = {.descriptor = worker->descriptor,
                                           .desired = 0x120089,
                                           .mapping = {0x120089, 0x120116, 0x1200A0, 0x1F01FF}};
    struct events_wait wait;
    struct arena arena;
    struct audit_trail trail = {.arena = &arena};
    events_wait_init(&wait);
    arena_init(&arena, ARENA_MAX);
    for (size_t i = 0; i < worker->count; i++) {
        ask(worker, &request, &trail);
        if (worker->mode == DURABLE)
            keep(worker->desk->platform, &trail, &wait);
        if (worker->mode >= MADE) { /* a request's arena goes with the request */
            arena_done(&arena);
            trail = (struct audit_trail){.arena = &arena};
        }
    }
    arena_done(&arena);
    events_wait_done(&wait);
    return NULL;
}

static double rate(struct worker *each)
{
    pthread_t threads[THREADS];
    const double start = now();
    for (size_t i = 0; i < THREADS; i++)
        must(pthread_create(&threads[i], NULL, work, each) == 0, "a thread");
    for (size_t i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    return (double)(each->count * THREADS) / (now() - start);
}

static double bare(const struct folder *folder, size_t round, size_t count)
{
    char path[FOLDER_PATH_SIZE + 32];
    (void)snprintf(path, sizeof path, "%s/bare%zu.db", folder->path, round);
    const double start = now();
    must(bare_insert(path, count, THREADS), "the bare loop");
    return (double)count / (now() - start);
}

int main(int argc, char **argv)
{
    const size_t checks = argc > 1 ? strtoul(argv[1], NULL, 10) : CHECKS;
    struct folder folder;
    struct audit_desk desk;
    double rates[DURABLE + 1][ROUNDS];
    double inserts[ROUNDS];
    must(checks >= THREADS, "reading the arguments");
    audit_desk_setup();
    folder_make(&folder);
    audit_desk_open(&desk, &(struct audit_desk_order){.administrator = true});
    const struct descriptor *silent =
        audit_desk_descriptor(&desk, "O:BAG:BAD:(D;;FW;;;BG)(A;;FR;;;AU)(A;;FA;;;BA)S:(AU;FA;FA;;;WD)");
    const struct descriptor *loud =
        audit_desk_descriptor(&desk, "O:BAG:BAD:(D;;FW;;;BG)(A;;FR;;;AU)(A;;FA;;;BA)S:(AU;SAFA;FA;;;WD)");
    for (size_t round = 0; round < ROUNDS; round++) {
        for (unsigned mode = PLAIN; mode <= DURABLE; mode++) {
            struct worker worker = {.desk = &desk,
                                    .descriptor = mode >= MADE ? loud : silent,
                                    .mode = mode,
                                    .count = (mode == DURABLE ? checks : UNAUDITED) / THREADS};
            rates[mode][round] = rate(&worker);
        }
        inserts[round] = bare(&folder, round, checks);
    }
    for (unsigned mode = PLAIN; mode <= DURABLE; mode++)
        printf("%12.0f a second: %s\n", rounds_median(rates[mode], ROUNDS), titles[mode]);
    printf("%12.0f a second: bare inserts, 64 in a transaction\n", rounds_median(inserts, ROUNDS));
    audit_desk_close(&desk);
    folder_remove(&folder);
    audit_desk_teardown();
    return 0;
}
