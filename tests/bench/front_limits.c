#include "front.h"

#include "load.h"
#include "tokens.h"

#include "base/arena.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { IDLE = 10000, STALL_MS = 3000, LINE_MAX_BYTES = 4096 };
static const size_t idle_arena = (size_t)IDLE * 16384;

/* As many connections as requests: all leave before the first answer is read. */
static void try_crowds(const struct front *front, struct front_limits *ret)
{
    static const unsigned crowds[FRONT_CROWDS] = {127, 128, 129, 255, 256, 257, 384};
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const char *proof = arena_printf(&arena, "Authorization: Bearer %s", front->bearer);
    struct bytes *requests = arena_alloc_array(&arena, crowds[FRONT_CROWDS - 1], sizeof *requests);
    if (proof == NULL || requests == NULL)
        abort();
    for (unsigned i = 0; i < crowds[FRONT_CROWDS - 1]; i++)
        requests[i] = front_request(&arena, "POST /access-check", proof, front->body);
    for (size_t i = 0; i < FRONT_CROWDS; i++) {
        const struct load load = {front->servers[SERVER_NTOKEND].port, crowds[i], requests, crowds[i],
                                  STALL_MS};
        struct load_result result;
        (void)load_run(&load, &result);
        ret->crowd[i] = crowds[i];
        ret->crowd_answers[i] = result.good;
        ret->crowd_ms[i] = result.seconds * 1e3;
    }
}

static double resident_mb(long pid)
{
    char path[64];
    char line[LINE_MAX_BYTES];
    double kilobytes = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/status", pid);
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "VmRSS:", 6) == 0)
            kilobytes = strtod(line + 6, NULL);
    }
    if (file != NULL)
        (void)fclose(file);
    return kilobytes / 1024;
}

/* A connection is a file here too. */
static void make_room(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

static void fill(struct bytes *requests, struct arena *arena, const char *method_and_path, const char *proof,
                 struct tokens *tokens)
{
    for (size_t i = 0; i < IDLE; i++)
        requests[i] = front_request(arena, method_and_path,
                                    tokens == NULL ? proof : front_negotiate(arena, tokens), NULL);
}

static void measure_memory(const struct front *front, struct front_limits *ret)
{
    char *colon = NULL;
    unsigned port = (unsigned)strtoul(front->memory, &colon, 10);
    long pid = strtol(colon + 1, NULL, 10);
    AUTO_ARENA arena;
    arena_init(&arena, idle_arena);
    struct bytes *requests = arena_alloc_array(&arena, IDLE, sizeof *requests);
    struct tokens *tokens = tokens_open(front->ccache);
    struct load load = {port, 32, requests, IDLE, 0};
    struct load_result opened;
    struct load_held *held = NULL;
    if (requests == NULL)
        abort();
    make_room();
    fill(requests, &arena, "POST /session", NULL, tokens);
    bool good = load_run(&load, &opened) && opened.good == IDLE;
    tokens_close(tokens);
    fill(requests, &arena, "GET /livez", "Accept: */*", NULL);
    load.connections = IDLE;
    load.count = 0;
    if (good && load_hold(&load, &held))
        ret->idle_mb = resident_mb(pid);
    load_drop(held);
    held = NULL;
    load.count = IDLE;
    if (good && load_hold(&load, &held))
        ret->used_mb = resident_mb(pid);
    load_drop(held);
}

/* The port that the service's log tells; 0 when it ends without. */
static unsigned port_of(int fd)
{
    static const char mark[] = "\"port\":";
    char text[LINE_MAX_BYTES];
    size_t size = 0;
    while (size < sizeof text - 1) {
        ssize_t got = read(fd, text + size, sizeof text - 1 - size);
        if (got <= 0)
            return 0;
        size += (size_t)got;
        text[size] = '\0';
        const char *at = strstr(text, mark);
        if (at != NULL && strchr(at, '}') != NULL)
            return (unsigned)strtoul(at + sizeof mark - 1, NULL, 10);
    }
    return 0;
}

/* Milliseconds until the service, started now, has answered; 0 when it does not. */
static double start_once(const struct front *front, struct bytes request)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return 0;
    double started = front_now();
    pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)execv(front->start[0], front->start);
        _exit(127);
    }
    (void)close(ends[1]);
    const struct load load = {port_of(ends[0]), 1, &request, 1, 0};
    struct load_result result = {0};
    bool good = pid > 0 && load.port != 0 && load_run(&load, &result) && result.good == 1;
    double ended = front_now();
    if (pid > 0) {
        (void)kill(pid, SIGTERM);
        (void)waitpid(pid, NULL, 0);
    }
    (void)close(ends[0]);
    return good ? (ended - started) * 1e3 : 0;
}

static void measure_start(const struct front *front, struct front_limits *ret)
{
    double times[FRONT_STARTS];
    struct tokens *tokens = tokens_open(front->ccache);
    for (size_t i = 0; i < FRONT_STARTS; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, 1 << 20);
        times[i] = start_once(
            front, front_request(&arena, "POST /access-check", front_negotiate(&arena, tokens), front->body));
    }
    tokens_close(tokens);
    ret->start_ms = rounds_median(times, FRONT_STARTS);
}

void front_limits_all(const struct front *front, struct front_limits *ret)
{
    try_crowds(front, ret);
    if (front->memory != NULL)
        measure_memory(front, ret);
    if (front->start != NULL && front->start[0] != NULL)
        measure_start(front, ret);
}
