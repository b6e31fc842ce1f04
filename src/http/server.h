/* server: listeners, threads, limits; from bytes on a socket to a handler's reply. */
#ifndef NTOKEND_HTTP_SERVER_H
#define NTOKEND_HTTP_SERVER_H

#include "http/admission.h"
#include "http/guard.h"
#include "http/host.h"
#include "http/metrics.h"
#include "http/origin.h"
#include "http/session.h"

enum { SERVER_LISTEN_MAX = 16, SERVER_GUARDS_MAX = 64 };

/* Whether clients bind their tickets to the TLS channel that they come through, so that nobody between can pass them on. */
enum channel_binding {
    CHANNEL_BINDING_OFF,     /* what they bind to is not looked at */
    CHANNEL_BINDING_ALLOW,   /* who binds must bind to this very connection's certificate */
    CHANNEL_BINDING_REQUIRE, /* everybody must; so nobody gets in without TLS */
};

struct server_settings {
    const char
        *listen[SERVER_LISTEN_MAX];     /* "ADDRESS:PORT", "[ADDRESS]:PORT"; port 0: any, told in the log */
    bool listen_tls[SERVER_LISTEN_MAX]; /* with the platform's certificate, which must be there */
    bool listen_health[SERVER_LISTEN_MAX]; /* for operators: the routes of health and metrics alone */
    size_t listen_count;
    enum channel_binding channel_binding;
    unsigned threads;            /* 1 to 256 */
    unsigned connections_max;    /* over all threads */
    unsigned connections_per_ip; /* 0: no bound */
    unsigned timeout_s; /* a connection without traffic, or without a request line, for so long is closed */
    unsigned request_timeout_s;   /* the rest of a request must come in that time; 0: no bound */
    unsigned answer_timeout_s;    /* an answer, but a stream, must be taken in that time; 0: no bound */
    unsigned handshakes_max;      /* half-done, over all threads; 0: no bound */
    unsigned requests_per_second; /* of one user, over all threads; 0: no bound */
    unsigned requests_burst;      /* so many at once; 0: as many as in a second */
    unsigned failures_per_second; /* tickets of one address that are refused; 0: no bound */
    size_t header_bytes_max;      /* Kerberos tokens are big; at least 16 KiB */
    size_t body_bytes_max;
    size_t memory_max; /* of bodies and of what requests make for themselves, all together; 0: no bound */
    unsigned drain_s;  /* how long SIGTERM waits for requests under way, and for the log that they wait for */
    unsigned streams_max; /* answers that come piece by piece, over all threads; each is a connection too */
    struct guard_setting guards[SERVER_GUARDS_MAX]; /* in place of the routes' own */
    size_t guard_count;
    struct name_list origins; /* whose pages may ask and read; the strings outlive the server */
    struct name_list hosts;   /* whom callers ask for; the strings outlive the server. None: anything */
    unsigned hsts_s;          /* how long browsers keep to TLS, told over TLS; 0: not told */
};

struct server;

/* Opens every listener, and answers nobody yet: so the handlers' service can hold the server before they run. Borrows all
 * of it; they outlive the server. sessions NULL: none are taken. ERR_INVALID_PARAMETER, ERR_IO, ERR_NO_MEMORY, what a guard does not parse with; logged. */
enum err server_new(const struct server_settings *settings, struct platform *platform,
                    const struct route_table *routes, struct sessions *sessions, struct service *service,
                    struct server **ret) MUST_USE;
/* Starts the threads. ERR_IO, logged; server_stop then too. */
enum err server_start(struct server *server) MUST_USE;
/* Stops accepting, answers what is under way, for at most drain_s, and frees the server. */
void server_stop(struct server *server);
/* Whether every thread has come round, or answered a request, since this was asked last; true the first time. A thread that waits for a
 * request comes round; one that hangs does not. From one thread, about once a second, between start and stop. */
bool server_moves(struct server *server);
/* True once server_stop was called; /readyz then says no. */
bool server_draining(const struct server *server);
/* What is so, and what happened since the start. Any thread; large: keep it off small stacks. */
struct server_figures {
    struct metrics counted;
    struct admission_figures connections;
    size_t threads;
    unsigned streams; /* that are open */
    bool draining;
};
void server_figures(const struct server *server, struct server_figures *ret);
/* The ports that are listened on, in the order of settings->listen. */
unsigned server_port(const struct server *server, size_t index);

#endif
