/* presence: the clients of one worker's connections: how long each may take for what it is to do next, and which have left. */
#ifndef NTOKEND_HTTP_PRESENCE_H
#define NTOKEND_HTTP_PRESENCE_H

#include "http/hangups.h"
#include "http/patience.h"
#include "http/server.h"

struct presences {
    struct patience patience;
    struct hangups *hangups;
};

/* A part of a connection; zero before presence_start. */
struct presence {
    MHD_socket socket;
    const char *remote;            /* for the log; borrowed */
    struct patience_link patience; /* for what the client is to do next */
    struct patience_link hangup;   /* once it has closed its side */
};

/* ERR_IO, ERR_NO_MEMORY. All of one thread from here on. */
enum err presences_init(const struct server_settings *settings, struct presences *ret) MUST_USE;
void presences_done(struct presences *presences);
/* Until somebody's time is over, in milliseconds; -1: never. */
int presences_timeout(const struct presences *presences, int64_t now_ms);
/* Ends connections whose clients have had their time, or have left what they began. libmicrohttpd closes them in its next round. */
void presences_part(struct presences *presences);

/* A client has come, and is to say what it wants. */
void presence_start(struct presences *presences, struct presence *presence, MHD_socket socket,
                    const char *remote);
void presence_await(struct presences *presences, struct presence *presence, enum patience_phase phase);
/* Before the socket is closed. */
void presence_end(struct presences *presences, struct presence *presence);

#endif
