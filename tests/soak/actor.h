/* actor: clients that ask without a pause, each on a connection of its own, in one thread; what they ask and what must come is
 * their role's business. */
#ifndef NTOKEND_TESTS_ACTOR_H
#define NTOKEND_TESTS_ACTOR_H

#include "bench/tokens.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ACTOR_REQUEST_MAX = 160 << 10, /* more than the headers may have */
    ACTOR_ANSWER_MAX = 512 << 10,
    ACTOR_BEARER_MAX = 64,
    ACTOR_CURSOR_MAX = 512,
    ACTOR_LOST_MS = 60000, /* an answer that has not come then is lost */
};

/* How a request ends. */
enum actor_ending {
    ENDING_ANSWER = 0, /* an answer, and the connection is kept */
    ENDING_CLOSE,      /* whatever comes, then the server closes */
    ENDING_VANISH,     /* the client closes as soon as all is sent */
    ENDING_RESET,      /* the same, and rudely */
};

struct answer {
    int status;       /* 0: closed without one */
    const char *head; /* NUL-terminated with the body behind it */
    const char *body;
    size_t body_size;
};

struct actor;

struct role {
    const char *name;
    unsigned actors;
    /* Puts the next request into the actor. */
    void (*ask)(struct actor *actor);
    /* NULL when the answer is what it must be, or what is wrong with it. Not called for who vanishes. */
    const char *(*judge)(struct actor *actor, const struct answer *answer);
};

/* What all have in common. */
struct stage {
    unsigned port;
    struct tokens *alice;
    struct tokens *admin;
    int epoll;
    bool closing; /* nobody asks any more */
    uint64_t wrong;
    uint64_t lost;
    uint64_t vanished;
    uint64_t answered;
    uint64_t bytes;
};

struct actor {
    struct stage *stage;
    const struct role *role;
    unsigned number; /* over all roles */
    int fd;          /* -1: none */
    bool waiting;
    int64_t asked_ms;
    char request[ACTOR_REQUEST_MAX];
    size_t request_size;
    enum actor_ending ending;
    char received[ACTOR_ANSWER_MAX];
    size_t received_size;
    uint64_t answered;
    /* The role's own. */
    unsigned step;
    char bearer[ACTOR_BEARER_MAX];
    char cursor[ACTOR_CURSOR_MAX];
    uint64_t record;
};

/* Makes the next request: a head from its first line, with Host, `headers` (each ended by CR LF) and, unless it is NULL, a body of JSON. */
void actor_put(struct actor *actor, const char *line, const char *headers, const char *body);
/* Adds to what was put as it is. */
void actor_add(struct actor *actor, const char *text);
/* "Authorization: …\r\n": of the actor's session, or a fresh ticket of one of the two. A static buffer. */
const char *actor_bearer(const struct actor *actor);
const char *actor_ticket(struct tokens *of);

/* Connects and asks the first time. */
void actor_start(struct actor *actor);
/* What came, or that it can be written to no more. */
void actor_ready(struct actor *actor);
/* Counts an answer that has not come in time as lost, and connects again. */
void actor_watch(struct actor *actor, int64_t now_ms);
void actor_stop(struct actor *actor);

/* To the service, from 127.0.0.X with 2 ≤ X < 250 chosen by `number`; blocking, with a bound of time. -1, with words. */
int actor_connect(unsigned port, unsigned number);
int64_t actor_now_ms(void);
/* The size of the whole answer at the start of the text; 0 when more must come. */
size_t actor_answer_size(const char *text, size_t size, struct answer *ret);

#endif
