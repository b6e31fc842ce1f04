/* streams: the answers of one worker that come piece by piece, from their seat to their end. stream.h is what handlers see. */
#ifndef NTOKEND_HTTP_STREAMS_H
#define NTOKEND_HTTP_STREAMS_H

#include "http/stream.h"
#include "http/wake.h"

#include <microhttpd.h>
#include <stdatomic.h>

/* How many there are over all workers. */
struct stream_seats {
    atomic_uint taken;
    unsigned max;
};

struct streams;

/* `seats` is borrowed. ERR_IO, ERR_NO_MEMORY. */
enum err streams_new(struct stream_seats *seats, struct streams **ret) MUST_USE;
/* When every stream has ended. */
void streams_free(struct streams *streams);
/* Any thread: those that wait are to be asked again. */
void streams_wake(struct streams *streams);
/* Given by streams_wake. Lives as long as the streams. */
const struct wake *streams_wake_signal(const struct streams *streams);

/* The rest runs on the worker's thread alone. */

/* Until the next heartbeat in milliseconds, from `now_ms` of the monotonic clock; -1 when none waits. */
int streams_timeout(const struct streams *streams, int64_t now_ms);
/* Resumes those that were woken, or whose heartbeat is due. */
void streams_resume(struct streams *streams, int64_t now_ms);
/* The server drains: each is told that it is ending. */
void streams_drain(struct streams *streams);
/* No stream waits any more: what has nothing to send now is cut off. */
void streams_abandon(struct streams *streams);

/* The stream of a reply as a response, which owns it from here on and ends it. NULL, and the stream is the caller's, when
 * memory is exhausted. *sent counts the bytes of the body and outlives the response. */
struct MHD_Response *stream_response(struct stream *stream, struct MHD_Connection *transport, uint64_t *sent);
/* Ends a stream that has no response. */
void stream_end(struct stream *stream);

#endif
