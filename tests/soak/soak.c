/* soak: the built service at full load for a time, among many connections that are kept and hardly used.
 *
 *   soak [--seconds N] [--idle N] [--samples FILE]     an hour, and 10,000 */
#include "crowd.h"
#include "roles.h"
#include "sample.h"

#include "integration/fixture.h"
#include "support/pause.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    ACTORS_MAX = 64,
    EVENTS = 64,
    TICK_MS = 20,
    WATCH_MS = 40, /* a client that vanishes comes again so often */
    TIMEOUT_MAX_S =
        90, /* of the service, for connections without traffic; idle ones are used twice as often */
    TIMEOUT_PARTS = 3, /* of a short run */
    FILES_BESIDE = 512,
    SETTLE_S = 10, /* beside the timeout */
    STEP_MS = 100,
    WARM_S = 600, /* shorter runs are told and not judged where a process still warms up */
    /* Vanishing clients are there or not when a sample is taken, and so are the log's readers. */
    FILES_SLACK = 64,
    FILES_SLACK_PERCENT = 2,
    /* Growth between two medians of half an hour at some thousand requests a second: a byte lost per request is more than this. */
    MEMORY_SLACK_KB = 2048,
    MEMORY_SLACK_PERCENT = 2,
};

struct soak {
    int64_t seconds;
    int64_t timeout_s;
    size_t idle;
    struct fixture fixture;
    struct folder folder;
    struct stage stage;
    struct actor *actors[ACTORS_MAX];
    size_t actor_count;
    struct crowd crowd;
    struct samples samples;
    struct log_watch log;
    unsigned verdicts;
    unsigned failures;
};

static void verdict(struct soak *soak, bool good, const char *what)
{
    soak->failures += !good;
    (void)printf("%sok %u - %s\n", good ? "" : "not ", ++soak->verdicts, what);
}

static void make_room(size_t files)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= files)
        return;
    (void)fprintf(stderr,
                  "soak: %zu files are needed, and %llu may be open: raise the hard limit, or lower --idle\n",
                  files, (unsigned long long)limit.rlim_max);
    exit(2);
}

/* A bound for one address above what the load brings, and one of the log that it reaches within minutes. */
static void start_service(struct soak *soak)
{
    static char url[FOLDER_PATH_SIZE + 32];
    static char timeout[32];
    const char *const options[] = {"--domain_sid",
                                   FIXTURE_DOMAIN,
                                   "--audit",
                                   url,
                                   "--audit_retention_bytes",
                                   "268435456",
                                   "--failures_per_second",
                                   "0",
                                   "--connections_max",
                                   "18000",
                                   "--connections_per_ip",
                                   "6000",
                                   "--timeout",
                                   timeout,
                                   NULL};
    (void)snprintf(timeout, sizeof timeout, "%lld", (long long)soak->timeout_s);
    folder_make(&soak->folder);
    (void)snprintf(url, sizeof url, "sqlite:%s/audit.db", soak->folder.path);
    fixture_open(&soak->fixture, "soak", options);
    soak->stage.port = soak->fixture.service.port;
    soak->stage.epoll = epoll_create1(EPOLL_CLOEXEC);
    soak->stage.alice = tokens_open(fixture_ccache(&soak->fixture, ALICE));
    soak->stage.admin = tokens_open(fixture_ccache(&soak->fixture, ADMIN));
    soak->samples.pid = soak->fixture.service.pid;
    soak->log.path = soak->fixture.service.log;
}

static void start_actors(struct soak *soak)
{
    for (const struct role *const *role = roles; *role != NULL; role++) {
        for (unsigned i = 0; i < (*role)->actors && soak->actor_count < ACTORS_MAX; i++) {
            struct actor *actor = calloc(1, sizeof *actor);
            if (actor == NULL)
                abort();
            actor->stage = &soak->stage;
            actor->role = *role;
            actor->number = (unsigned)soak->actor_count;
            soak->actors[soak->actor_count++] = actor;
            actor_start(actor);
        }
    }
}

static void turn(struct soak *soak, int64_t now_ms, int64_t *watched_ms)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(soak->stage.epoll, events, EVENTS, TICK_MS);
    for (int i = 0; i < count; i++) {
        struct actor *actor = events[i].data.ptr;
        if (actor->fd >= 0)
            actor_ready(actor);
    }
    crowd_tick(&soak->crowd, now_ms);
    if (now_ms - *watched_ms < WATCH_MS)
        return;
    *watched_ms = now_ms;
    for (size_t i = 0; i < soak->actor_count; i++)
        actor_watch(soak->actors[i], now_ms);
}

static size_t unanswered(const struct soak *soak)
{
    size_t count = 0;
    for (size_t i = 0; i < soak->actor_count; i++)
        count += soak->actors[i]->waiting;
    return count;
}

/* False when the service is gone. */
static bool drive(struct soak *soak)
{
    int64_t every_ms = soak->seconds < 100 ? 500 : 5000;
    int64_t start_ms = actor_now_ms();
    int64_t watched_ms = 0;
    int64_t sampled = 0;
    bool alive = true;
    for (int64_t at_ms = 0; alive && at_ms < soak->seconds * 1000; at_ms = actor_now_ms() - start_ms) {
        turn(soak, start_ms + at_ms, &watched_ms);
        if (at_ms / every_ms < sampled)
            continue;
        sampled = at_ms / every_ms + 1;
        alive = samples_add(&soak->samples, at_ms);
        log_watch_read(&soak->log);
    }
    soak->stage.closing = true;
    while (alive && unanswered(soak) > 0)
        turn(soak, actor_now_ms(), &watched_ms); /* ends, because what takes too long is lost */
    return alive;
}

/* All clients are gone; so should be what the service held for them. */
static bool settles(struct soak *soak, uint64_t files)
{
    struct sample now = {0};
    int64_t end_ms = actor_now_ms() + (soak->timeout_s + SETTLE_S) * 1000;
    while (actor_now_ms() < end_ms) {
        if (!sample_take(soak->samples.pid, &now) || now.values[SAMPLE_FILES] <= files + FILES_SLACK)
            break;
        pause_ms(STEP_MS);
    }
    (void)printf("# files: %llu before, %llu after\n", (unsigned long long)files,
                 (unsigned long long)now.values[SAMPLE_FILES]);
    return now.values[SAMPLE_FILES] <= files + FILES_SLACK;
}

static void tell(const struct soak *soak)
{
    static const char *const names[] = {"anonymous KB", "resident KB", "files", "threads", "CPU ms"};
    for (size_t i = 0; i < soak->actor_count; i++) {
        const struct actor *actor = soak->actors[i];
        uint64_t answered = actor->answered;
        for (; i + 1 < soak->actor_count && soak->actors[i + 1]->role == actor->role; i++)
            answered += soak->actors[i + 1]->answered;
        (void)printf("# %-9s %10llu answers\n", actor->role->name, (unsigned long long)answered);
    }
    (void)printf("# idle      %10llu answers on %zu connections\n", (unsigned long long)soak->crowd.answered,
                 soak->crowd.count);
    (void)printf("# %llu answers, %llu a second, %llu clients that vanished, %llu lines of log\n",
                 (unsigned long long)soak->stage.answered,
                 (unsigned long long)(soak->stage.answered / (uint64_t)soak->seconds),
                 (unsigned long long)soak->stage.vanished, (unsigned long long)soak->log.lines);
    for (enum sample_kind kind = 0; kind < SAMPLE_KINDS; kind++)
        (void)printf("# %-12s second quarter %llu, last %llu, most %llu\n", names[kind],
                     (unsigned long long)samples_median(&soak->samples, kind, 1),
                     (unsigned long long)samples_median(&soak->samples, kind, 3),
                     (unsigned long long)samples_max(&soak->samples, kind));
}

static bool is_flat(const struct soak *soak, enum sample_kind kind, uint64_t slack)
{
    uint64_t before = samples_median(&soak->samples, kind, 1);
    uint64_t after = samples_median(&soak->samples, kind, 3);
    return before != 0 && after <= before + slack;
}

static void flat(struct soak *soak, enum sample_kind kind, uint64_t slack, const char *what)
{
    if (soak->seconds >= WARM_S)
        verdict(soak, is_flat(soak, kind, slack), what);
    else
        (void)printf("ok %u - %s # SKIP in under ten minutes a process still warms up\n", ++soak->verdicts,
                     what);
}

static void judge(struct soak *soak)
{
    uint64_t anonymous = samples_median(&soak->samples, SAMPLE_ANONYMOUS_KB, 1);
    uint64_t files = samples_median(&soak->samples, SAMPLE_FILES, 1);
    bool answered = soak->crowd.answered > 0 || soak->idle == 0;
    for (size_t i = 0; i < soak->actor_count; i++)
        answered = answered && (soak->actors[i]->answered > 0 || soak->actors[i]->role->judge == NULL);
    verdict(soak, answered && soak->stage.vanished > 0, "every client was answered");
    verdict(soak, soak->stage.wrong == 0 && soak->crowd.wrong == 0, "no answer is wrong");
    verdict(soak, soak->stage.lost == 0 && soak->crowd.lost == 0, "no answer is lost");
    verdict(soak, soak->log.lines > 0 && soak->log.errors == 0, "the log tells of no error");
    verdict(soak, is_flat(soak, SAMPLE_THREADS, 0), "threads are flat");
    verdict(soak, is_flat(soak, SAMPLE_FILES, FILES_SLACK + files * FILES_SLACK_PERCENT / 100),
            "files are flat");
    flat(soak, SAMPLE_ANONYMOUS_KB, MEMORY_SLACK_KB + anonymous * MEMORY_SLACK_PERCENT / 100,
         "memory is flat");
}

static void stop(struct soak *soak, uint64_t files)
{
    for (size_t i = 0; i < soak->actor_count; i++) {
        actor_stop(soak->actors[i]);
        free(soak->actors[i]);
    }
    verdict(soak, settles(soak, files), "files of clients that left are closed");
    tokens_close(soak->stage.alice);
    tokens_close(soak->stage.admin);
    samples_done(&soak->samples);
    verdict(soak, fixture_close(&soak->fixture), "the service stops when it is told");
    folder_remove(&soak->folder);
    (void)close(soak->stage.epoll);
}

static void take_options(struct soak *soak, int argc, char **argv)
{
    static const struct option options[] = {{"seconds", required_argument, NULL, 's'},
                                            {"idle", required_argument, NULL, 'i'},
                                            {"samples", required_argument, NULL, 'f'},
                                            {NULL, 0, NULL, 0}};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (option == 's')
            soak->seconds = strtol(optarg, NULL, 10);
        else if (option == 'i')
            soak->idle = strtoul(optarg, NULL, 10);
        else if (option == 'f')
            soak->samples.file = fopen(optarg, "we");
        if (option == '?' || soak->seconds < 1 || (option == 'f' && soak->samples.file == NULL)) {
            (void)fprintf(stderr, "soak [--seconds N] [--idle N] [--samples FILE]\n");
            exit(2);
        }
    }
}

int main(int argc, char **argv)
{
    static struct soak soak = {.seconds = 3600, .idle = 10000};
    take_options(&soak, argc, argv);
    soak.timeout_s = 1 + soak.seconds / TIMEOUT_PARTS;
    if (soak.timeout_s > TIMEOUT_MAX_S)
        soak.timeout_s = TIMEOUT_MAX_S;
    make_room(soak.idle + FILES_BESIDE);
    start_service(&soak);
    struct sample first = {0};
    bool alive = sample_take(soak.samples.pid, &first);
    alive = crowd_open(&soak.crowd, soak.stage.port, soak.idle, soak.timeout_s * 500) && alive;
    if (alive) {
        start_actors(&soak);
        alive = drive(&soak);
    }
    crowd_close(&soak.crowd);
    log_watch_read(&soak.log);
    verdict(&soak, alive, "the service is there until the end");
    tell(&soak);
    judge(&soak);
    stop(&soak, first.values[SAMPLE_FILES]);
    (void)printf("1..%u\n", soak.verdicts);
    if (soak.samples.file != NULL)
        (void)fclose(soak.samples.file);
    return soak.failures == 0 ? 0 : 1;
}
