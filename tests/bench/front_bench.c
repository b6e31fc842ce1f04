/* front_bench: the HTTP side against floors and peers, in alternated rounds, and its limits. tests/bench/front starts the servers.
 *
 *     front_bench [--rounds N] [--connections N] --ccache FILE --bearer TOKEN --bearer-aces TOKEN [--bearer-small TOKEN] --cookie TEXT --body FILE
 *         --body-aces FILE --body-batch FILE --body-shared FILE [--memory PORT:PID] NAME=PORT:PID[,PID...]... [-- COMMAND ARGUMENT...]
 *
 * NAME is one of those below; who is not there is not measured. COMMAND is the service with PORT 0, whose start is measured. */
#include "front.h"

#include "load.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

enum { BODY_MAX = 1 << 20, ROUNDS_STANDARD = 9, ROUNDS_LEAST = 7 };

static const char *const server_names[SERVER_COUNT] = {
    [SERVER_STATIC] = "static",
    [SERVER_JANSSON] = "jansson",
    [SERVER_JANSSON_LARGE] = "jansson-large",
    [SERVER_JANSSON_ACES] = "jansson-aces",
    [SERVER_GSS] = "gss",
    [SERVER_NTOKEND] = "ntokend",
    [SERVER_NTOKEND_SMALL] = "ntokend-small",
    [SERVER_APACHE] = "apache",
};

static void refuse(const char *what, const char *value)
{
    (void)fprintf(stderr, "front_bench: %s: %s\n", what, value);
    exit(2);
}

/* Lives until the end of the process. */
static const char *read_file(const char *path)
{
    FILE *file = fopen(path, "rbe");
    char *text = calloc(1, BODY_MAX);
    if (file == NULL || text == NULL) {
        refuse("cannot read", path);
        return NULL;
    }
    if (fread(text, 1, BODY_MAX - 1, file) == 0)
        refuse("there is nothing in", path);
    (void)fclose(file);
    return text;
}

/* NAME=PORT:PID[,PID...] */
static void add_server(struct front *front, char *text)
{
    char *equals = strchr(text, '=');
    char *at = NULL;
    struct front_server *server = NULL;
    if (equals != NULL)
        *equals = '\0';
    for (int i = 0; equals != NULL && i < SERVER_COUNT; i++)
        if (strcmp(server_names[i], text) == 0)
            server = &front->servers[i];
    if (server == NULL) {
        refuse("cannot take the server", text);
        return;
    }
    server->port = (unsigned)strtoul(equals + 1, &at, 10);
    while (*at != '\0' && server->process_count < FRONT_PROCESSES_MAX) {
        if (clock_getcpuclockid((pid_t)strtol(at + 1, &at, 10), &server->cpu[server->process_count++]) != 0)
            refuse("no such process of", text);
    }
}

static void take_option(struct front *front, int option)
{
    switch (option) {
    case 'r':
        front->rounds = rounds_wanted(optarg, ROUNDS_STANDARD);
        break;
    case 'c':
        front->connections = (unsigned)strtoul(optarg, NULL, 10);
        break;
    case 'k':
        front->ccache = optarg;
        break;
    case 't':
        front->bearer = optarg;
        break;
    case 'T':
        front->bearer_aces = optarg;
        break;
    case 's':
        front->bearer_small = optarg;
        break;
    case 'C':
        front->cookie = optarg;
        break;
    case 'b':
        front->body = read_file(optarg);
        break;
    case 'B':
        front->body_aces = read_file(optarg);
        break;
    case 'm':
        front->body_batch = read_file(optarg);
        break;
    case 'S':
        front->body_shared = read_file(optarg);
        break;
    case 'M':
        front->memory = optarg;
        break;
    default:
        exit(2);
    }
}

static void read_arguments(struct front *front, int argc, char **argv)
{
    static const struct option options[] = {{"rounds", required_argument, NULL, 'r'},
                                            {"connections", required_argument, NULL, 'c'},
                                            {"ccache", required_argument, NULL, 'k'},
                                            {"bearer", required_argument, NULL, 't'},
                                            {"bearer-aces", required_argument, NULL, 'T'},
                                            {"bearer-small", required_argument, NULL, 's'},
                                            {"cookie", required_argument, NULL, 'C'},
                                            {"body", required_argument, NULL, 'b'},
                                            {"body-aces", required_argument, NULL, 'B'},
                                            {"body-batch", required_argument, NULL, 'm'},
                                            {"body-shared", required_argument, NULL, 'S'},
                                            {"memory", required_argument, NULL, 'M'},
                                            {NULL, 0, NULL, 0}};
    for (int option; (option = getopt_long(argc, argv, "+", options, NULL)) != -1;)
        take_option(front, option);
    while (optind < argc && strcmp(argv[optind], "--") != 0)
        add_server(front, argv[optind++]);
    if (optind < argc)
        front->start = argv + optind + 1;
    if (front->ccache == NULL || front->bearer == NULL || front->bearer_aces == NULL || front->body == NULL ||
        front->body_aces == NULL || front->body_batch == NULL || front->body_shared == NULL ||
        front->servers[SERVER_NTOKEND].port == 0 || front->connections == 0 ||
        front->connections > LOAD_CONNECTIONS_MAX)
        refuse(
            "wants",
            "--ccache --bearer --bearer-aces --body --body-aces --body-batch --body-shared ntokend=PORT:PID");
    if ((front->servers[SERVER_APACHE].port != 0 && front->cookie == NULL) ||
        (front->servers[SERVER_NTOKEND_SMALL].port != 0 && front->bearer_small == NULL))
        refuse("wants", "--cookie and --bearer-small");
}

int main(int argc, char **argv)
{
    static struct front front = {.rounds = ROUNDS_STANDARD, .connections = 32};
    static struct front_rounds rounds;
    static struct front_limits limits;
    read_arguments(&front, argc, argv);
    if (front.rounds < ROUNDS_LEAST)
        front.rounds = ROUNDS_LEAST;
    front_race_all(&front, &rounds);
    front_limits_all(&front, &limits);
    front_print(&front, &rounds, &limits);
    return 0;
}
