/* http_bench: POST /access-check with a fresh Negotiate token for every request, or with the token of a session, against
 * several servers in turn.
 *
 *     http_bench [--rounds N] [--requests N] [--connections N] --ccache FILE | --bearer TOKEN --body FILE NAME=PORT:PID...
 *
 * The first server is the one that the others are compared with. All get the same bytes, tokens apart. */
#include "load.h"
#include "rounds.h"
#include "tokens.h"

#include "base/base64.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { SERVERS_MAX = 8, BODY_MAX = 1 << 16, REQUEST_BYTES = 1 << 14, ROUNDS_STANDARD = 9 };

struct server {
    const char *name;
    unsigned port;
    clockid_t cpu;
};

struct bench {
    const char *ccache;
    const char *bearer;
    char body[BODY_MAX];
    size_t requests;
    unsigned connections;
    size_t rounds;
    struct server servers[SERVERS_MAX];
    size_t server_count;
};

static void refuse(const char *what, const char *value)
{
    (void)fprintf(stderr, "http_bench: %s: %s\n", what, value);
    exit(2);
}

static void read_body(struct bench *bench, const char *path)
{
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        refuse("cannot read", path);
        return;
    }
    size_t size = fread(bench->body, 1, BODY_MAX - 1, file);
    bench->body[size] = '\0';
    (void)fclose(file);
}

/* NAME=PORT:PID */
static void add_server(struct bench *bench, char *text)
{
    struct server *server = &bench->servers[bench->server_count];
    char *equals = strrchr(text, '=');
    char *colon = equals != NULL ? strchr(equals, ':') : NULL;
    if (colon == NULL || bench->server_count == SERVERS_MAX) {
        refuse("cannot take the server", text);
        return;
    }
    *equals = '\0';
    server->name = text;
    server->port = (unsigned)strtoul(equals + 1, NULL, 10);
    if (clock_getcpuclockid((pid_t)strtol(colon + 1, NULL, 10), &server->cpu) != 0)
        refuse("no such process", colon + 1);
    bench->server_count++;
}

static double cpu_seconds(const struct server *server)
{
    struct timespec at = {0};
    (void)clock_gettime(server->cpu, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static const char *authorization(const struct bench *bench, struct arena *arena, struct tokens *tokens)
{
    if (bench->bearer != NULL)
        return arena_printf(arena, "Bearer %s", bench->bearer);
    const char *token = base64_encode(arena, tokens_next(tokens));
    return token == NULL ? NULL : arena_printf(arena, "Negotiate %s", token);
}

static struct bytes make_request(const struct bench *bench, struct arena *arena, struct tokens *tokens)
{
    const char *proof = authorization(bench, arena, tokens);
    char *request = proof == NULL ? NULL
                                  : arena_printf(arena,
                                                 "POST /access-check HTTP/1.1\r\nHost: localhost\r\n"
                                                 "Authorization: %s\r\nContent-Type: application/json\r\n"
                                                 "Content-Length: %zu\r\n\r\n%s",
                                                 proof, strlen(bench->body), bench->body);
    if (request == NULL)
        abort();
    return bytes_of_string(request);
}

static void race(const struct bench *bench, const struct server *server, struct tokens *tokens,
                 struct rounds *rounds)
{
    AUTO_ARENA arena;
    arena_init(&arena, bench->requests * REQUEST_BYTES);
    struct bytes *requests = arena_alloc_array(&arena, bench->requests, sizeof *requests);
    if (requests == NULL)
        abort();
    for (size_t i = 0; i < bench->requests; i++)
        requests[i] = make_request(bench, &arena, tokens);
    const struct load load = {server->port, bench->connections, requests, bench->requests, 0};
    struct load_result result;
    double cpu = cpu_seconds(server);
    if (!load_run(&load, &result) || result.good != bench->requests) {
        (void)fprintf(stderr, "http_bench: %s: %zu good answers of %zu\n", server->name, result.good,
                      bench->requests);
        exit(1);
    }
    rounds->name = server->name;
    rounds_add(rounds, (double)bench->requests, result.seconds, cpu_seconds(server) - cpu);
    if (rounds->count == 1 && result.good != 0)
        (void)printf("%s: a request of %zu bytes, an answer of %zu\n", server->name, requests[0].size,
                     result.answer_bytes / result.good);
}

static void take_option(struct bench *bench, int option)
{
    switch (option) {
    case 'r':
        bench->rounds = rounds_wanted(optarg, ROUNDS_STANDARD);
        break;
    case 'n':
        bench->requests = (size_t)strtoul(optarg, NULL, 10);
        break;
    case 'c':
        bench->connections = (unsigned)strtoul(optarg, NULL, 10);
        break;
    case 'k':
        bench->ccache = optarg;
        break;
    case 't':
        bench->bearer = optarg;
        break;
    case 'b':
        read_body(bench, optarg);
        break;
    default:
        exit(2);
    }
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"rounds", required_argument, NULL, 'r'},
                                            {"requests", required_argument, NULL, 'n'},
                                            {"connections", required_argument, NULL, 'c'},
                                            {"ccache", required_argument, NULL, 'k'},
                                            {"bearer", required_argument, NULL, 't'},
                                            {"body", required_argument, NULL, 'b'},
                                            {NULL, 0, NULL, 0}};
    static struct bench bench = {.rounds = ROUNDS_STANDARD, .requests = 3000, .connections = 32};
    for (int option; (option = getopt_long(argc, argv, "", options, NULL)) != -1;)
        take_option(&bench, option);
    for (int i = optind; i < argc; i++)
        add_server(&bench, argv[i]);
    if ((bench.ccache == NULL) == (bench.bearer == NULL) || bench.server_count == 0 || bench.requests == 0 ||
        bench.connections == 0 || bench.connections > LOAD_CONNECTIONS_MAX)
        refuse("wants", "--ccache FILE or --bearer TOKEN, --body FILE NAME=PORT:PID...");
    static struct rounds rounds[SERVERS_MAX];
    struct tokens *tokens = bench.ccache == NULL ? NULL : tokens_open(bench.ccache);
    for (size_t round = 0; round < bench.rounds; round++)
        for (size_t i = 0; i < bench.server_count; i++)
            race(&bench, &bench.servers[i], tokens, &rounds[i]);
    rounds_print(rounds, bench.server_count, "requests");
    if (bench.server_count > 2) /* and the rest beside the second, which does the same cryptography */
        rounds_print(rounds + 1, bench.server_count - 1, "requests");
    if (tokens != NULL)
        tokens_close(tokens);
    return 0;
}
