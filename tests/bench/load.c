#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_MAX = 1 << 14, PIECE_MAX = 1 << 16, EVENTS = 64 };

struct connection {
    int socket;
    double due;  /* when its request should have left */
    size_t used; /* of the head */
    size_t left; /* of the body; counted once the head is whole */
    bool in_body;
    char *head;
};

struct run {
    const struct load *load;
    struct load_result result;
    struct connection *connections;
    unsigned open;
    char *heads;
    int epoll;
    size_t sent;
    size_t answered;
};

struct load_held {
    struct run run;
};

static bool fail(const char *what)
{
    (void)fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    return false;
}

static double now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

/* What does not fit into the socket's buffer makes this wait until the server reads on. */
static bool send_next(struct run *run, struct connection *connection)
{
    if (run->sent == run->load->count)
        return true;
    struct bytes request = run->load->requests[run->sent++];
    connection->used = 0;
    connection->in_body = false;
    for (size_t at = 0; at < request.size;) {
        ssize_t written = send(connection->socket, request.data + at, request.size - at, MSG_NOSIGNAL);
        if (written <= 0)
            return fail("send");
        at += (size_t)written;
    }
    return true;
}

static bool connect_one(struct run *run, struct connection *connection)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)run->load->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1;
    connection->socket = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connection->socket < 0)
        return fail("socket");
    run->open++;
    if (connect(connection->socket, (const struct sockaddr *)(const void *)&to, sizeof to) != 0)
        return fail("connect");
    (void)setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    return epoll_ctl(run->epoll, EPOLL_CTL_ADD, connection->socket, &event) == 0 || fail("epoll_ctl");
}

static void run_close(struct run *run)
{
    for (unsigned i = 0; i < run->open; i++)
        (void)close(run->connections[i].socket);
    (void)close(run->epoll);
    free(run->connections);
    free(run->heads);
}

static bool run_open(struct run *run, const struct load *load)
{
    *run = (struct run){.load = load, .epoll = epoll_create1(EPOLL_CLOEXEC)};
    run->connections = calloc(load->connections, sizeof *run->connections);
    run->heads = malloc((size_t)load->connections * HEAD_MAX);
    bool good = run->epoll >= 0 && run->connections != NULL && run->heads != NULL &&
                load->connections <= LOAD_CONNECTIONS_MAX;
    for (size_t i = 0; good && i < load->connections; i++) {
        run->connections[i].head = run->heads + i * HEAD_MAX;
        good = connect_one(run, &run->connections[i]);
    }
    return good;
}

/* Content-Length is what all these servers send. Until the head is whole nothing more is known. */
static void read_head(struct run *run, struct connection *connection)
{
    connection->head[connection->used] = '\0';
    const char *end = strstr(connection->head, "\r\n\r\n");
    if (end == NULL)
        return;
    const char *length = strcasestr(connection->head, "\r\nContent-Length:");
    size_t body = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;
    size_t head = (size_t)(end - connection->head) + 4;
    connection->in_body = true;
    connection->left = body - (connection->used - head);
    run->result.answer_bytes += head + body;
    if (strncmp(connection->head, "HTTP/1.1 2", 10) == 0)
        run->result.good++;
    else if (run->result.good == run->answered)
        (void)fprintf(stderr, "load: %s\n", connection->head);
}

/* *ret_whole: an answer is complete. */
static bool receive(struct run *run, struct connection *connection, bool *ret_whole)
{
    static char piece[PIECE_MAX];
    size_t room = HEAD_MAX - 1 - connection->used;
    ssize_t got = connection->in_body
                      ? recv(connection->socket, piece, PIECE_MAX, 0)
                      : recv(connection->socket, connection->head + connection->used, room, 0);
    if (got <= 0)
        return fail("recv");
    if (connection->in_body) {
        connection->left -= (size_t)got;
    } else {
        connection->used += (size_t)got;
        read_head(run, connection);
    }
    *ret_whole = connection->in_body && connection->left == 0;
    if (*ret_whole)
        run->answered++;
    return connection->in_body || connection->used < HEAD_MAX - 1 || fail("a head too large");
}

static bool drive(struct run *run)
{
    const int stalled_ms = run->load->stalled_ms == 0 ? LOAD_STALLED_MS : run->load->stalled_ms;
    while (run->answered < run->load->count) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(run->epoll, events, EVENTS, stalled_ms);
        if (count <= 0)
            return fail("no answer");
        for (int i = 0; i < count; i++) {
            struct connection *connection = events[i].data.ptr;
            bool whole = false;
            if (!receive(run, connection, &whole) || (whole && !send_next(run, connection)))
                return false;
        }
    }
    return true;
}

static bool run_all(struct run *run, const struct load *load)
{
    bool good = run_open(run, load);
    double started = now();
    for (size_t i = 0; good && i < load->connections; i++)
        good = send_next(run, &run->connections[i]);
    good = good && drive(run);
    run->result.seconds = now() - started;
    return good;
}

bool load_run(const struct load *load, struct load_result *ret)
{
    struct run run;
    bool good = run_all(&run, load);
    *ret = run.result;
    run_close(&run);
    return good;
}

bool load_hold(const struct load *load, struct load_held **ret)
{
    struct load_held *held = calloc(1, sizeof *held);
    if (held == NULL)
        return fail("calloc");
    bool good = run_all(&held->run, load) && held->run.result.good == load->count;
    *ret = held;
    return good;
}

void load_drop(struct load_held *held)
{
    if (held != NULL)
        run_close(&held->run);
    free(held);
}

/* The connections that wait for a request, and the times of the answers. */
struct pace {
    struct run run;
    struct connection **idle;
    size_t idle_count;
    double *times;
    double started;
    double gap;
};

static double due_of(const struct pace *pace, size_t request)
{
    return pace->started + (double)request * pace->gap;
}

static bool send_due(struct pace *pace)
{
    struct run *run = &pace->run;
    while (pace->idle_count > 0 && run->sent < run->load->count && due_of(pace, run->sent) <= now()) {
        struct connection *connection = pace->idle[--pace->idle_count];
        connection->due = due_of(pace, run->sent);
        if (!send_next(run, connection))
            return false;
    }
    return true;
}

/* Until the next request is due, or something came. */
static int wait_due(struct pace *pace, struct epoll_event *events)
{
    const struct run *run = &pace->run;
    double wait = LOAD_STALLED_MS / 1e3;
    if (pace->idle_count > 0 && run->sent < run->load->count)
        wait = due_of(pace, run->sent) - now();
    wait = wait < 0 ? 0 : wait;
    struct timespec left = {.tv_sec = (time_t)wait, .tv_nsec = (long)((wait - (double)(time_t)wait) * 1e9)};
    return epoll_pwait2(run->epoll, events, EVENTS, &left, NULL);
}

static bool collect(struct pace *pace, struct connection *connection)
{
    bool whole = false;
    if (!receive(&pace->run, connection, &whole))
        return false;
    if (whole) {
        pace->times[pace->run.answered - 1] = (now() - connection->due) * 1e6;
        pace->idle[pace->idle_count++] = connection;
    }
    return true;
}

static bool keep_pace(struct pace *pace)
{
    const size_t count = pace->run.load->count;
    for (unsigned i = 0; i < pace->run.open; i++)
        pace->idle[pace->idle_count++] = &pace->run.connections[i];
    (void)prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    pace->started = now();
    while (pace->run.answered < count) {
        struct epoll_event events[EVENTS];
        if (!send_due(pace))
            return false;
        int ready = wait_due(pace, events);
        const bool had_more = pace->idle_count > 0 && pace->run.sent < count;
        if (ready < 0 || (ready == 0 && !had_more))
            return fail("no answer");
        for (int i = 0; i < ready; i++)
            if (!collect(pace, events[i].data.ptr))
                return false;
    }
    return true;
}

static int compare(const void *a, const void *b)
{
    double left = *(const double *)a;
    double right = *(const double *)b;
    return (left > right) - (left < right);
}

bool load_paced(const struct load *load, double per_second, struct load_times *ret)
{
    struct pace pace = {.gap = 1 / per_second};
    pace.idle = calloc(load->connections, sizeof(struct connection *));
    pace.times = calloc(load->count, sizeof(double));
    *ret = (struct load_times){.per_second = per_second};
    bool good = run_open(&pace.run, load) && pace.idle != NULL && pace.times != NULL && load->count > 0 &&
                keep_pace(&pace);
    if (good) {
        qsort(pace.times, load->count, sizeof pace.times[0], compare);
        ret->p50_us = pace.times[load->count / 2];
        ret->p99_us = pace.times[load->count * 99 / 100];
        ret->max_us = pace.times[load->count - 1];
        ret->good = pace.run.result.good;
    }
    run_close(&pace.run);
    free(pace.idle);
    free(pace.times);
    return good;
}
