#include "crowd.h"

#include "actor.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { RECEIVED_MAX = 2048, FIRST_NUMBER = 1000, EVENTS = 64, SHOWN = 5 };

struct member {
    int fd;
    bool waiting;
    size_t size;
    char received[RECEIVED_MAX];
};

static const char question[] = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";

static void lose(struct crowd *crowd, struct member *member, const char *why)
{
    if (crowd->lost++ < SHOWN)
        (void)fprintf(stderr, "soak: an idle connection: %s\n", why);
    (void)close(member->fd);
    member->fd = -1;
    member->waiting = false;
}

static void ask(struct crowd *crowd, struct member *member)
{
    crowd->asked++;
    member->size = 0;
    member->waiting = send(member->fd, question, sizeof question - 1, MSG_NOSIGNAL) == sizeof question - 1;
    if (!member->waiting)
        lose(crowd, member, "cannot be written to");
}

static void receive(struct crowd *crowd, struct member *member, int flags)
{
    struct answer answer;
    ssize_t got = recv(member->fd, member->received + member->size, RECEIVED_MAX - 1 - member->size, flags);
    if (got <= 0 || !member->waiting) {
        lose(crowd, member, member->waiting ? "closed without an answer" : "closed");
        return;
    }
    member->size += (size_t)got;
    member->received[member->size] = '\0';
    size_t size = actor_answer_size(member->received, member->size, &answer);
    if (size == 0)
        return;
    member->waiting = false;
    crowd->answered++;
    if ((size != member->size || answer.status != 200 || strstr(answer.body, "\"alive\"") == NULL) &&
        crowd->wrong++ < SHOWN)
        (void)fprintf(stderr, "soak: an idle connection: %s\n", member->received);
}

static bool enter(struct crowd *crowd, struct member *member, unsigned port, unsigned number)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = member};
    member->fd = actor_connect(port, number);
    if (member->fd < 0)
        return false;
    ask(crowd, member);
    while (member->waiting)
        receive(crowd, member, 0);
    return member->fd >= 0 && epoll_ctl(crowd->epoll, EPOLL_CTL_ADD, member->fd, &event) == 0;
}

bool crowd_open(struct crowd *crowd, unsigned port, size_t count, int64_t period_ms)
{
    *crowd = (struct crowd){.members = calloc(count + 1, sizeof *crowd->members),
                            .epoll = epoll_create1(EPOLL_CLOEXEC),
                            .period_ms = period_ms};
    bool good = crowd->members != NULL && crowd->epoll >= 0;
    for (; good && crowd->count < count; crowd->count++)
        good = enter(crowd, &crowd->members[crowd->count], port, FIRST_NUMBER + (unsigned)crowd->count);
    crowd->asked = 0;
    crowd->answered = 0;
    crowd->started_ms = actor_now_ms();
    return good;
}

static void take(struct crowd *crowd, int wait_ms)
{
    struct epoll_event events[EVENTS];
    int count = epoll_wait(crowd->epoll, events, EVENTS, wait_ms);
    for (int i = 0; i < count; i++)
        receive(crowd, events[i].data.ptr, MSG_DONTWAIT);
}

void crowd_tick(struct crowd *crowd, int64_t now_ms)
{
    uint64_t due = (uint64_t)(now_ms - crowd->started_ms) * crowd->count / (uint64_t)crowd->period_ms;
    while (crowd->asked < due) {
        struct member *member = &crowd->members[crowd->asked % crowd->count];
        if (member->fd >= 0 && member->waiting)
            lose(crowd, member, "not answered");
        if (member->fd >= 0)
            ask(crowd, member);
        else
            crowd->asked++;
    }
    take(crowd, 0);
}

static size_t unanswered(const struct crowd *crowd)
{
    size_t count = 0;
    for (size_t i = 0; i < crowd->count; i++)
        count += crowd->members[i].waiting;
    return count;
}

void crowd_close(struct crowd *crowd)
{
    int64_t end = actor_now_ms() + ACTOR_LOST_MS;
    while (unanswered(crowd) > 0 && actor_now_ms() < end)
        take(crowd, 100);
    crowd->lost += unanswered(crowd);
    for (size_t i = 0; i < crowd->count; i++) {
        if (crowd->members[i].fd >= 0)
            (void)close(crowd->members[i].fd);
    }
    (void)close(crowd->epoll);
    free(crowd->members);
}
