#include "front.h"

#include "load.h"
#include "tokens.h"

#include "base/base64.h"

#include <stdio.h>
#include <stdlib.h>

enum { REQUEST_ROOM = 1 << 15, PACED_PERCENT = 80 };

enum proof { PROOF_BEARER, PROOF_BEARER_SMALL, PROOF_BEARER_ACES, PROOF_COOKIE, PROOF_NEGOTIATE };
enum what { BODY_SMALL, BODY_ACES, BODY_BATCH, BODY_SHARED, BODY_NONE };

static const struct race {
    const char *name;
    enum front_server_kind server;
    enum proof proof;
    enum what body;
    const char *path;
    size_t requests; /* in a round */
    size_t checks;   /* in a request */
    bool delays;     /* are measured too */
} races[RACE_COUNT] = {
    [RACE_STATIC] = {"libmicrohttpd, a static answer", SERVER_STATIC, PROOF_BEARER, BODY_SMALL,
                     "POST /access-check", 10000, 1, false},
    [RACE_JANSSON] = {"libmicrohttpd and jansson", SERVER_JANSSON, PROOF_BEARER, BODY_SMALL,
                      "POST /access-check", 10000, 1, true},
    [RACE_JANSSON_LARGE] = {"libmicrohttpd and jansson, 104 KB a connection", SERVER_JANSSON_LARGE,
                            PROOF_BEARER, BODY_SMALL, "POST /access-check", 10000, 1, false},
    [RACE_SESSION_SMALL] = {"ntokend, session, header_bytes_max = 24576", SERVER_NTOKEND_SMALL,
                            PROOF_BEARER_SMALL, BODY_SMALL, "POST /access-check", 10000, 1, true},
    [RACE_SESSION] = {"ntokend, session", SERVER_NTOKEND, PROOF_BEARER, BODY_SMALL, "POST /access-check",
                      10000, 1, true},
    [RACE_JANSSON_ACES] = {"libmicrohttpd and jansson, 20 ACEs", SERVER_JANSSON_ACES, PROOF_BEARER_ACES,
                           BODY_ACES, "POST /access-check", 10000, 1, false},
    [RACE_SESSION_ACES] = {"ntokend, session, 20 ACEs, 100 groups", SERVER_NTOKEND, PROOF_BEARER_ACES,
                           BODY_ACES, "POST /access-check", 10000, 1, false},
    [RACE_BATCH] = {"ntokend, session, batches of 1,000 (checks)", SERVER_NTOKEND, PROOF_BEARER, BODY_BATCH,
                    "POST /access-check/batch", 60, BATCH_CHECKS, false},
    [RACE_SHARED] = {"ntokend, session, batches of 1,000 about one descriptor (checks)", SERVER_NTOKEND,
                     PROOF_BEARER, BODY_SHARED, "POST /access-check/batch", 60, BATCH_CHECKS, false},
    [RACE_GSS] = {"libmicrohttpd, jansson and GSSAPI", SERVER_GSS, PROOF_NEGOTIATE, BODY_SMALL,
                  "POST /access-check", 1500, 1, false},
    [RACE_NEGOTIATE] = {"ntokend, Negotiate", SERVER_NTOKEND, PROOF_NEGOTIATE, BODY_SMALL,
                        "POST /access-check", 1500, 1, false},
    [RACE_APACHE_NEGOTIATE] = {"Apache, Negotiate, a static file", SERVER_APACHE, PROOF_NEGOTIATE, BODY_NONE,
                               "GET /negotiate/answer.json", 1500, 1, false},
    [RACE_APACHE_SESSION] = {"Apache, session cookie, a static file", SERVER_APACHE, PROOF_COOKIE, BODY_NONE,
                             "GET /session/answer.json", 4000, 1, false},
};

struct bytes front_request(struct arena *arena, const char *method_and_path, const char *proof,
                           const char *body)
{
    const char *rest =
        body == NULL ? "\r\n"
                     : arena_printf(arena, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                                    strlen(body), body);
    const char *request = rest == NULL ? NULL
                                       : arena_printf(arena, "%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n%s",
                                                      method_and_path, proof, rest);
    if (request == NULL)
        abort();
    return bytes_of_string(request);
}

const char *front_negotiate(struct arena *arena, struct tokens *tokens)
{
    const char *token = base64_encode(arena, tokens_next(tokens));
    const char *header = token == NULL ? NULL : arena_printf(arena, "Authorization: Negotiate %s", token);
    if (header == NULL)
        abort();
    return header;
}

double front_now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static double cpu_seconds(const struct front_server *server)
{
    double sum = 0;
    for (size_t i = 0; i < server->process_count; i++) {
        struct timespec at = {0};
        (void)clock_gettime(server->cpu[i], &at);
        sum += (double)at.tv_sec + (double)at.tv_nsec / 1e9;
    }
    return sum;
}

static const char *proof_of(const struct front *front, enum proof proof, struct arena *arena,
                            struct tokens *tokens)
{
    const char *header = NULL;
    if (proof == PROOF_NEGOTIATE)
        return front_negotiate(arena, tokens);
    if (proof == PROOF_COOKIE)
        header = arena_printf(arena, "Cookie: %s", front->cookie);
    else
        header = arena_printf(arena, "Authorization: Bearer %s",
                              proof == PROOF_BEARER         ? front->bearer
                              : proof == PROOF_BEARER_SMALL ? front->bearer_small
                                                            : front->bearer_aces);
    if (header == NULL)
        abort();
    return header;
}

/* All but those with a ticket send the same bytes again and again. */
static struct bytes *make_requests(const struct front *front, const struct race *race, struct arena *arena,
                                   struct tokens *tokens)
{
    const char *const bodies[] = {[BODY_SMALL] = front->body,
                                  [BODY_ACES] = front->body_aces,
                                  [BODY_BATCH] = front->body_batch,
                                  [BODY_SHARED] = front->body_shared,
                                  NULL};
    struct bytes *requests = arena_alloc_array(arena, race->requests, sizeof *requests);
    if (requests == NULL)
        abort();
    for (size_t i = 0; i < race->requests; i++) {
        requests[i] = requests[0];
        if (i == 0 || race->proof == PROOF_NEGOTIATE)
            requests[i] = front_request(arena, race->path, proof_of(front, race->proof, arena, tokens),
                                        bodies[race->body]);
    }
    return requests;
}

static void give_up(const struct race *race, size_t good, size_t count)
{
    (void)fprintf(stderr, "front_bench: %s: %zu good answers of %zu\n", race->name, good, count);
    exit(1);
}

static void measure_delays(enum front_race which, const struct load *load, double peak,
                           struct front_rounds *ret)
{
    const size_t round = ret->races[which].count - 1;
    struct load_times times;
    if (!load_paced(load, peak * PACED_PERCENT / 100, &times) || times.good != load->count)
        give_up(&races[which], times.good, load->count);
    ret->p50_us[which][round] = times.p50_us;
    ret->p99_us[which][round] = times.p99_us;
}

static void run_race(const struct front *front, enum front_race which, struct tokens *tokens,
                     struct front_rounds *ret)
{
    const struct race *race = &races[which];
    const struct front_server *server = &front->servers[race->server];
    struct rounds *rounds = &ret->races[which];
    rounds->name = race->name;
    if (server->port == 0)
        return;
    AUTO_ARENA arena;
    arena_init(&arena, race->requests * REQUEST_ROOM + (1 << 20));
    const struct bytes *requests = make_requests(front, race, &arena, tokens);
    const struct load load = {server->port, front->connections, requests, race->requests, 0};
    struct load_result result;
    double cpu = cpu_seconds(server);
    if (!load_run(&load, &result) || result.good != race->requests)
        give_up(race, result.good, race->requests);
    rounds_add(rounds, (double)(race->requests * race->checks), result.seconds, cpu_seconds(server) - cpu);
    ret->request_bytes[which] = requests[0].size;
    ret->answer_bytes[which] = result.answer_bytes / result.good;
    if (race->delays)
        measure_delays(which, &load, (double)race->requests / result.seconds, ret);
}

void front_race_all(const struct front *front, struct front_rounds *ret)
{
    struct tokens *tokens = tokens_open(front->ccache);
    for (size_t round = 0; round < front->rounds; round++)
        for (int i = 0; i < RACE_COUNT; i++)
            run_race(front, (enum front_race)i, tokens, ret);
    tokens_close(tokens);
}
