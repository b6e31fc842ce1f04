/* front: what front_bench measures of the HTTP side: contenders in turn, then limits; and the table of the targets. */
#ifndef NTOKEND_BENCH_FRONT_H
#define NTOKEND_BENCH_FRONT_H

#include "rounds.h"

#include "base/bytes.h"

#include <time.h>

enum { FRONT_PROCESSES_MAX = 64, BATCH_CHECKS = 1000 };

enum front_server_kind {
    SERVER_STATIC,
    SERVER_JANSSON,
    SERVER_JANSSON_LARGE,
    SERVER_JANSSON_ACES,
    SERVER_GSS,
    SERVER_NTOKEND,
    SERVER_NTOKEND_SMALL,
    SERVER_APACHE,
    SERVER_COUNT
};

/* A server may be several processes. */
struct front_server {
    unsigned port; /* 0: not there */
    clockid_t cpu[FRONT_PROCESSES_MAX];
    size_t process_count;
};

struct front {
    struct front_server servers[SERVER_COUNT];
    const char *ccache;
    const char *bearer;       /* of a session with a token of 20 groups */
    const char *bearer_aces;  /* of 100 groups */
    const char *bearer_small; /* of 20 groups, of the service for small tickets */
    const char *cookie;       /* of Apache's session */
    const char *body;
    const char *body_aces;
    const char *body_batch;
    const char *body_shared; /* a batch about one descriptor */
    size_t rounds;
    unsigned connections;
    char *const *start; /* the command that starts the service: how long until it answers? */
    const char *memory; /* PORT:PID of a service for the connections and sessions that are idle */
};

/* Each contender, a row of the table of figures. */
enum front_race {
    RACE_STATIC,
    RACE_JANSSON,
    RACE_JANSSON_LARGE,
    RACE_SESSION,
    RACE_SESSION_SMALL,
    RACE_JANSSON_ACES,
    RACE_SESSION_ACES,
    RACE_BATCH,
    RACE_SHARED,
    RACE_GSS,
    RACE_NEGOTIATE,
    RACE_APACHE_NEGOTIATE,
    RACE_APACHE_SESSION,
    RACE_COUNT
};

/* What the rounds gave. */
struct front_rounds {
    struct rounds races[RACE_COUNT];
    size_t request_bytes[RACE_COUNT];
    size_t answer_bytes[RACE_COUNT];
    double p50_us[RACE_COUNT]
                 [ROUNDS_MAX]; /* of those whose delays are measured, at 80% of the round's own peak */
    double p99_us[RACE_COUNT][ROUNDS_MAX];
};

/* Exits with words when a server fails to answer. */
void front_race_all(const struct front *front, struct front_rounds *ret);

enum { FRONT_CROWDS = 7, FRONT_STARTS = 9 };
struct front_limits {
    unsigned crowd[FRONT_CROWDS];       /* connections that ask at the same moment */
    size_t crowd_answers[FRONT_CROWDS]; /* how many of them were answered */
    double crowd_ms[FRONT_CROWDS];
    double idle_mb;  /* resident, with the sessions and the connections that never asked; 0: not measured */
    double used_mb;  /* the same when each connection has asked once */
    double start_ms; /* from exec to the answer to an authenticated check, median; 0: not measured */
};
void front_limits_all(const struct front *front, struct front_limits *ret);

/* Requests as all servers get them; in the arena, abort() without memory. */
struct arena;
struct bytes front_request(struct arena *arena, const char *method_and_path, const char *proof,
                           const char *body);
struct tokens;
const char *front_negotiate(struct arena *arena, struct tokens *tokens);
double front_now(void);

void front_print(const struct front *front, const struct front_rounds *rounds,
                 const struct front_limits *limits);

#endif
