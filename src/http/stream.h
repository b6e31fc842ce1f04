/* stream: an answer whose body comes piece by piece, as things happen (text/event-stream). */
#ifndef NTOKEND_HTTP_STREAM_H
#define NTOKEND_HTTP_STREAM_H

#include "http/reply.h"

enum stream_state {
    STREAM_END = 0, /* the body is complete */
    STREAM_PIECE,   /* there is a piece; ask again when it is sent */
    STREAM_WAIT,    /* nothing now: ask again when streams are woken, or after heartbeat_s */
};

/* Both run on the thread of the connection. */
struct stream_source {
    /* *ret_piece is borrowed until the next call. `beat`: heartbeat_s went by without a piece. `ending`: the server drains,
     * answer STREAM_END soon; STREAM_WAIT then counts as the end. An empty piece counts as STREAM_WAIT. */
    enum stream_state (*next)(void *context, bool beat, bool ending, struct bytes *ret_piece);
    /* Exactly once, when the body is complete or the client went away. The request and its arena are gone by then. When the
     * reply never began (too many streams, no log to write that it was asked for) `next` was not called. */
    void (*done)(void *context);
    void *context;
    unsigned heartbeat_s; /* at least 1 */
};

/* In place of a body. The number of streams at a time is bounded over the server: past it the reply is the 503 problem and
 * `done` has been called. A reply that takes its place ends it. */
void reply_stream(struct request *request, struct reply *reply, unsigned status, const char *content_type,
                  const struct stream_source *source);

struct server;
/* All that wait are asked again. Any thread; never blocks for long. */
void server_wake_streams(struct server *server);

#endif
