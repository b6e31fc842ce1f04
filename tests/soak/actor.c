#include "actor.h"

#include "base/base64.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* Connections of one source address: fewer than the service's bound for one client. */
enum { TOKEN_ROOM = 1 << 18, ADDRESSES = 248, PER_ADDRESS = 400, WAIT_S = 60, SHOWN = 20 };

int64_t actor_now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int actor_connect(unsigned port, unsigned number)
{
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in from = {.sin_family = AF_INET,
                               .sin_addr.s_addr =
                                   htonl(INADDR_LOOPBACK + 1 + number / PER_ADDRESS % ADDRESSES)};
    const struct timeval wait = {.tv_sec = WAIT_S};
    int yes = 1;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool good = fd >= 0 && setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof yes) == 0 &&
                setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait) == 0 &&
                setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) == 0 &&
                setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0 &&
                bind(fd, (const struct sockaddr *)(const void *)&from, sizeof from) == 0 &&
                connect(fd, (const struct sockaddr *)(const void *)&to, sizeof to) == 0;
    if (good)
        return fd;
    (void)fprintf(stderr, "soak: cannot connect: %s\n", strerror(errno));
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

size_t actor_answer_size(const char *text, size_t size, struct answer *ret)
{
    const char *end = strstr(text, "\r\n\r\n");
    if (end == NULL)
        return 0;
    const char *length = strcasestr(text, "\r\nContent-Length:");
    *ret = (struct answer){.head = text, .body = end + 4};
    ret->status = strncmp(text, "HTTP/1.1 ", 9) == 0 ? (int)strtol(text + 9, NULL, 10) : 0;
    ret->body_size = length != NULL && length < end ? strtoul(length + 17, NULL, 10) : 0;
    size_t whole = (size_t)(ret->body - text) + ret->body_size;
    return size >= whole ? whole : 0;
}

void actor_add(struct actor *actor, const char *text)
{
    size_t size = strlen(text);
    if (size >= ACTOR_REQUEST_MAX - actor->request_size)
        abort();
    memcpy(actor->request + actor->request_size, text, size + 1);
    actor->request_size += size;
}

void actor_put(struct actor *actor, const char *line, const char *headers, const char *body)
{
    actor->request_size = 0;
    actor->ending = ENDING_ANSWER;
    actor_add(actor, line);
    actor_add(actor, " HTTP/1.1\r\nHost: localhost\r\n");
    actor_add(actor, headers);
    if (body != NULL) {
        char length[96];
        (void)snprintf(length, sizeof length, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                       strlen(body));
        actor_add(actor, length);
    }
    actor_add(actor, "\r\n");
    actor_add(actor, body == NULL ? "" : body);
}

const char *actor_bearer(const struct actor *actor)
{
    static char header[ACTOR_BEARER_MAX + 64];
    (void)snprintf(header, sizeof header, "Authorization: Bearer %s\r\n", actor->bearer);
    return header;
}

const char *actor_ticket(struct tokens *of)
{
    static char header[TOKEN_ROOM];
    AUTO_ARENA arena;
    arena_init(&arena, TOKEN_ROOM);
    const char *token = base64_encode(&arena, tokens_next(of));
    if (token == NULL)
        abort();
    (void)snprintf(header, sizeof header, "Authorization: Negotiate %s\r\n", token);
    return header;
}

static void disconnect(struct actor *actor)
{
    const struct linger rude = {.l_onoff = 1};
    if (actor->ending == ENDING_RESET)
        (void)setsockopt(actor->fd, SOL_SOCKET, SO_LINGER, &rude, sizeof rude);
    if (actor->fd >= 0)
        (void)close(actor->fd);
    actor->fd = -1;
    actor->received_size = 0;
}

static bool connect_again(struct actor *actor)
{
    actor->fd = actor_connect(actor->stage->port, actor->number);
    if (actor->fd < 0)
        return false;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = actor};
    return epoll_ctl(actor->stage->epoll, EPOLL_CTL_ADD, actor->fd, &event) == 0;
}

/* The server reads whatever comes, or closes: so a write that blocks ends. */
static bool send_all(const struct actor *actor)
{
    for (size_t at = 0; at < actor->request_size;) {
        ssize_t sent = send(actor->fd, actor->request + at, actor->request_size - at, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        at += (size_t)sent;
    }
    return true;
}

static void lose(struct actor *actor, const char *why)
{
    if (actor->stage->lost++ < SHOWN)
        (void)fprintf(stderr, "soak: %s %u, step %u: no answer: %s: %.200s\n", actor->role->name,
                      actor->number, actor->step, why, actor->request);
    actor->waiting = false;
    disconnect(actor);
}

static void complain(const struct actor *actor, const char *why, const struct answer *answer)
{
    if (actor->stage->wrong++ < SHOWN)
        (void)fprintf(stderr, "soak: %s %u, step %u: %s: %.200s\nsoak: %d %.1000s\n", actor->role->name,
                      actor->number, actor->step, why, actor->request, answer->status,
                      answer->body == NULL ? "" : answer->body);
}

/* The next request leaves. Who vanished, or lost an answer, asks again when actor_watch comes by. */
static void ask(struct actor *actor)
{
    if (actor->stage->closing)
        return;
    if (actor->fd < 0 && !connect_again(actor)) {
        lose(actor, "no connection");
        return;
    }
    actor->role->ask(actor);
    bool sent = send_all(actor);
    actor->asked_ms = actor_now_ms();
    if (actor->ending == ENDING_VANISH || actor->ending == ENDING_RESET) {
        actor->stage->vanished++;
        actor->step++;
        disconnect(actor);
    } else if (sent || actor->ending == ENDING_CLOSE) {
        actor->waiting = true;
    } else {
        lose(actor, strerror(errno));
    }
}

static void judge(struct actor *actor, const struct answer *answer)
{
    actor->waiting = false;
    actor->answered++;
    actor->stage->answered++;
    const char *wrong = actor->role->judge(actor, answer);
    if (wrong != NULL)
        complain(actor, wrong, answer);
    actor->step++;
    actor->received_size = 0;
    ask(actor);
}

/* All that came before the server closed. */
static void judge_closed(struct actor *actor)
{
    struct answer answer = {0};
    if (actor->received_size != 0 && actor_answer_size(actor->received, actor->received_size, &answer) == 0)
        answer.status = -1;
    disconnect(actor);
    judge(actor, &answer);
}

void actor_ready(struct actor *actor)
{
    size_t room = ACTOR_ANSWER_MAX - 1 - actor->received_size;
    ssize_t got = recv(actor->fd, actor->received + actor->received_size, room, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got <= 0) {
        if (actor->waiting && actor->ending == ENDING_CLOSE)
            judge_closed(actor);
        else
            lose(actor, got == 0 ? "closed" : strerror(errno));
        return;
    }
    actor->received_size += (size_t)got;
    actor->received[actor->received_size] = '\0';
    actor->stage->bytes += (size_t)got;
    if (actor->ending == ENDING_CLOSE)
        return;
    struct answer answer = {.body = NULL};
    size_t size = actor_answer_size(actor->received, actor->received_size, &answer);
    if (size == 0 && room > (size_t)got)
        return;
    if (size != actor->received_size || !actor->waiting) {
        complain(actor, "more than the answer came", &answer);
        lose(actor, "the connection is of no use");
        return;
    }
    judge(actor, &answer);
}

void actor_start(struct actor *actor)
{
    actor->fd = -1;
    ask(actor);
}

void actor_watch(struct actor *actor, int64_t now_ms)
{
    if (actor->waiting && now_ms - actor->asked_ms > ACTOR_LOST_MS)
        lose(actor, "in time");
    if (!actor->waiting)
        ask(actor);
}

void actor_stop(struct actor *actor)
{
    disconnect(actor);
}
