/* exchange: one request from its headers to its reply. Knows nothing of libmicrohttpd. */
#ifndef NTOKEND_HTTP_EXCHANGE_H
#define NTOKEND_HTTP_EXCHANGE_H

#include "http/authenticate.h"
#include "http/guard.h"
#include "http/server.h"

/* What all exchanges of a server share; read-only. */
struct exchange_rules {
    const struct server_settings *settings;
    struct platform *platform;
    const struct route_table *routes;
    const struct guards *guards;
    struct sessions *sessions; /* NULL: there are none */
    struct handshakes *handshakes;
    struct budget *memory;       /* of bodies and of what requests make for themselves */
    struct rate_limit *requests; /* of one user; NULL: no bound */
    struct rate_limit *failures; /* of one address; NULL: no bound */
    struct service *service;
    const char *hsts; /* the value of Strict-Transport-Security; NULL: none */
};

struct exchange {
    struct request request;
    struct reply reply;
    const struct exchange_rules *rules;
    enum route_audience audience;
    struct caller caller; /* for the life of the exchange */
    struct negotiate_channel channel;
    const char *origin; /* of the page that asks, when the operator named it; NULL: any other, or no page */
    bool is_public;     /* whoever asks, the answer is the same */
    rate_limit_who client; /* among the failures */
    bool answered;         /* the reply stands; the body is only read to be thrown away */
    bool close;            /* answer at once and close: what follows cannot be told apart or is too much */
    uint8_t *body;
    size_t body_size;
    size_t body_room;
    size_t body_charged; /* to the memory of all */
    uint64_t received;   /* bytes of body, kept or not */
};

/* What the transport knows of the request line and headers. */
struct exchange_head {
    const char *method;
    const char *path;    /* decoded, outlives the exchange */
    const char *version; /* "HTTP/1.1" */
    size_t header_bytes;
    bool sound_escapes; /* every % is followed by two hex digits that are not 00 */
    bool sound_fields;  /* so are the headers: fields.h */
    const struct admission_client *client;
    bool secure;                  /* it came over TLS */
    struct bytes binding;         /* of that channel (platform/certificate.h); outlives the exchange */
    struct audit_source source;   /* its address outlives the exchange */
    struct streams *streams;      /* of the worker */
    struct metrics *metrics;      /* of the worker */
    enum route_audience audience; /* whom the listener is for */
    void *transport;
};

void exchange_init(struct exchange *exchange, const struct exchange_rules *rules,
                   const struct exchange_head *head);
void exchange_done(struct exchange *exchange);

/* The headers are there: checks them, finds the route, authenticates and guards. The body of a request that is refused
 * here is never stored. *handshake is the connection's. request.id must be set. Whose reply is to leave at once (`close`) was
 * not asked who it is: its trail is empty. */
void exchange_begin(struct exchange *exchange, const struct exchange_head *head, struct acceptor *acceptor,
                    struct handshake *handshake);
/* A piece of the body. false: the client sent far too much; close without a reply. */
bool exchange_body(struct exchange *exchange, struct bytes piece) MUST_USE;
/* The request is complete: after this there is a reply. It must not leave before the request's trail is durable: commit it, or
 * call exchange_withhold. */
void exchange_finish(struct exchange *exchange);
/* The trail cannot be made durable: no decision leaves. */
void exchange_withhold(struct exchange *exchange, enum err err);

#endif
