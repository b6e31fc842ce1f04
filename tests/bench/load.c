#include "load.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { ANSWER_MAX = 1 << 16, EVENTS = 64, STALLED_MS = 10000 };

struct connection {
    int socket;
    size_t used;
    char answer[ANSWER_MAX];
};

struct run {
    const struct load *load;
    struct load_result *result;
    struct connection *connections;
    int epoll;
    size_t sent;
    size_t answered;
};

static bool fail(const char *what)
{
    (void)fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    return false;
}

/* Requests are smaller than a socket's buffer, so that one blocking write takes all of it. */
static bool send_next(struct run *run, const struct connection *connection)
{
    if (run->sent == run->load->count)
        return true;
    struct bytes request = run->load->requests[run->sent++];
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
    if (connection->socket < 0 ||
        connect(connection->socket, (const struct sockaddr *)(const void *)&to, sizeof to) != 0)
        return fail("connect");
    (void)setsockopt(connection->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
    return epoll_ctl(run->epoll, EPOLL_CTL_ADD, connection->socket, &event) == 0 || fail("epoll_ctl");
}

/* The size of a whole answer at the start of the buffer; 0 when more must come. Content-Length is what both servers send. */
static size_t answer_size(const struct connection *connection)
{
    const char *end = strstr(connection->answer, "\r\n\r\n");
    if (end == NULL)
        return 0;
    const char *length = strcasestr(connection->answer, "\r\nContent-Length:");
    size_t body = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;
    size_t size = (size_t)(end - connection->answer) + 4 + body;
    return connection->used >= size ? size : 0;
}

static bool receive(struct run *run, struct connection *connection)
{
    ssize_t got =
        recv(connection->socket, connection->answer + connection->used, ANSWER_MAX - 1 - connection->used, 0);
    if (got <= 0)
        return fail("recv");
    connection->used += (size_t)got;
    connection->answer[connection->used] = '\0';
    size_t size = answer_size(connection);
    if (size == 0)
        return connection->used < ANSWER_MAX - 1 || fail("an answer too large");
    if (strncmp(connection->answer, "HTTP/1.1 200", 12) == 0)
        run->result->good++;
    else if (run->result->good == run->answered)
        (void)fprintf(stderr, "load: %.12s\n%.*s\n", connection->answer, (int)size, connection->answer);
    run->result->answer_bytes += size;
    run->answered++;
    connection->used = 0;
    return send_next(run, connection);
}

static bool drive(struct run *run)
{
    while (run->answered < run->load->count) {
        struct epoll_event events[EVENTS];
        int count = epoll_wait(run->epoll, events, EVENTS, STALLED_MS);
        if (count <= 0)
            return fail("no answer");
        for (int i = 0; i < count; i++)
            if (!receive(run, events[i].data.ptr))
                return false;
    }
    return true;
}

static double now(void)
{
    struct timespec at;
    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

bool load_run(const struct load *load, struct load_result *ret)
{
    *ret = (struct load_result){0};
    struct run run = {.load = load, .result = ret, .epoll = epoll_create1(EPOLL_CLOEXEC)};
    static struct connection connections[LOAD_CONNECTIONS_MAX];
    run.connections = connections;
    bool good = run.epoll >= 0 && load->connections <= LOAD_CONNECTIONS_MAX;
    for (size_t i = 0; good && i < load->connections; i++)
        good = connect_one(&run, &run.connections[i]);
    double started = now();
    for (size_t i = 0; good && i < load->connections; i++)
        good = send_next(&run, &run.connections[i]);
    good = good && drive(&run);
    ret->seconds = now() - started;
    for (size_t i = 0; i < LOAD_CONNECTIONS_MAX; i++) {
        if (connections[i].socket > 0)
            (void)close(connections[i].socket);
        connections[i].socket = 0;
        connections[i].used = 0;
    }
    (void)close(run.epoll);
    return good;
}
