#include "http/streams.h"

#include "http/clock.h"
#include "http/metrics.h"
#include "http/socket.h"

#include <stdlib.h>

/* What is asked of a stream at a time: a few events. */
enum { BLOCK_BYTES = 16 << 10 };

struct stream {
    struct streams *streams;
    struct stream_source source;
    struct bytes piece; /* what of it is not sent yet */
    struct MHD_Connection *transport;
    uint64_t *sent;
    int64_t beat_at_ms;
    bool ended;
    bool waiting;            /* suspended, in the list */
    struct stream *previous; /* of those that wait */
    struct stream *next;
};

struct streams {
    struct stream_seats *seats;
    struct stream *waiting;
    bool draining;
    bool abandoned;
    struct wake wake;
    /* Of any thread. Apart from the flags above: gcc reads neighbours in one go, and with them what others write. */
    atomic_uint open;
    atomic_bool woken;
};

enum err streams_new(struct stream_seats *seats, struct streams **ret)
{
    struct streams *streams = calloc(1, sizeof *streams);
    if (streams == NULL)
        return ERR_NO_MEMORY;
    streams->seats = seats;
    enum err err = wake_open(&streams->wake);
    if (err != ERR_NONE) {
        free(streams);
        return err;
    }
    *ret = streams;
    return ERR_NONE;
}

void streams_free(struct streams *streams)
{
    if (streams == NULL)
        return;
    wake_close(&streams->wake);
    free(streams);
}

const struct wake *streams_wake_signal(const struct streams *streams)
{
    return &streams->wake;
}

/* A stream counts as open before it is first asked, so one that is about to wait is never missed. */
void streams_wake(struct streams *streams)
{
    if (atomic_load(&streams->open) != 0 && !atomic_exchange(&streams->woken, true))
        wake_give(&streams->wake);
}

int streams_timeout(const struct streams *streams, int64_t now_ms)
{
    int64_t first = INT64_MAX;
    for (const struct stream *stream = streams->waiting; stream != NULL; stream = stream->next) {
        if (stream->beat_at_ms < first)
            first = stream->beat_at_ms;
    }
    if (first == INT64_MAX)
        return -1;
    if (first <= now_ms)
        return 0;
    return first - now_ms > INT32_MAX ? INT32_MAX : (int)(first - now_ms);
}

static void resume(struct stream *stream)
{
    if (stream->previous == NULL)
        stream->streams->waiting = stream->next;
    else
        stream->previous->next = stream->next;
    if (stream->next != NULL)
        stream->next->previous = stream->previous;
    stream->waiting = false;
    MHD_resume_connection(stream->transport);
}

void streams_resume(struct streams *streams, int64_t now_ms)
{
    bool woken = streams->draining || streams->abandoned;
    wake_take(&streams->wake);
    woken = atomic_exchange(&streams->woken, false) || woken;
    struct stream *next = NULL;
    for (struct stream *stream = streams->waiting; stream != NULL; stream = next) {
        next = stream->next;
        if (woken || stream->beat_at_ms <= now_ms)
            resume(stream);
    }
}

void streams_drain(struct streams *streams)
{
    streams->draining = true;
    streams_resume(streams, clock_ms());
}

void streams_abandon(struct streams *streams)
{
    streams->abandoned = true;
    streams_resume(streams, clock_ms());
}

static bool take_seat(struct stream_seats *seats)
{
    unsigned taken = atomic_load(&seats->taken);
    while (taken < seats->max) {
        if (atomic_compare_exchange_weak(&seats->taken, &taken, taken + 1))
            return true;
    }
    return false;
}

static struct stream *stream_new(struct streams *streams, const struct stream_source *source)
{
    if (streams == NULL || !take_seat(streams->seats))
        return NULL;
    struct stream *stream = calloc(1, sizeof *stream);
    if (stream == NULL) {
        atomic_fetch_sub(&streams->seats->taken, 1);
        return NULL;
    }
    stream->streams = streams;
    stream->source = *source;
    atomic_fetch_add(&streams->open, 1);
    return stream;
}

void stream_end(struct stream *stream)
{
    if (stream == NULL)
        return;
    stream->source.done(stream->source.context);
    atomic_fetch_sub(&stream->streams->open, 1);
    atomic_fetch_sub(&stream->streams->seats->taken, 1);
    free(stream);
}

void reply_stream(struct request *request, struct reply *reply, unsigned status, const char *content_type,
                  const struct stream_source *source)
{
    struct stream *stream = stream_new(request->streams, source);
    metrics_count(request->metrics, stream == NULL ? METRIC_LIMIT_STREAMS : METRIC_STREAMS_BEGUN);
    if (stream == NULL) {
        source->done(source->context);
        reply_problem(request, reply,
                      &(struct problem){.kind = PROBLEM_UNAVAILABLE,
                                        .detail = "As many streams are open as the service takes."});
        return;
    }
    reply_bytes(reply, status, content_type, (struct bytes){0});
    reply->stream = stream;
}

static void next_beat(struct stream *stream)
{
    unsigned seconds = stream->source.heartbeat_s == 0 ? 1 : stream->source.heartbeat_s;
    stream->beat_at_ms = clock_ms() + (int64_t)seconds * 1000;
}

/* What comes next, as the transport is to take it. */
static enum stream_state ask(struct stream *stream)
{
    struct bytes piece = {0};
    bool draining = stream->streams->draining;
    bool beat = clock_ms() >= stream->beat_at_ms;
    enum stream_state state = stream->source.next(stream->source.context, beat, draining, &piece);
    if (state == STREAM_PIECE && piece.size == 0)
        state = STREAM_WAIT;
    if (state == STREAM_WAIT && draining)
        state = STREAM_END;
    if (beat || state == STREAM_PIECE)
        next_beat(stream);
    if (state == STREAM_PIECE)
        stream->piece = piece;
    stream->ended = state == STREAM_END;
    return state;
}

/* Nobody reads a connection that is suspended, so whoever left is found here. */
static bool peer_left(struct MHD_Connection *transport)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(transport, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL || socket_peer_left(info->connect_fd);
}

static ssize_t wait(struct stream *stream)
{
    struct streams *streams = stream->streams;
    if (streams->abandoned || peer_left(stream->transport))
        return MHD_CONTENT_READER_END_WITH_ERROR;
    stream->previous = NULL;
    stream->next = streams->waiting;
    if (stream->next != NULL)
        stream->next->previous = stream;
    streams->waiting = stream;
    stream->waiting = true;
    MHD_suspend_connection(stream->transport);
    return 0;
}

static ssize_t read_stream(void *context, uint64_t position, char *buffer, size_t room)
{
    struct stream *stream = context;
    size_t size = 0;
    (void)position;
    while (size < room && !stream->ended) {
        if (stream->piece.size == 0 && ask(stream) != STREAM_PIECE)
            break;
        size_t part = stream->piece.size < room - size ? stream->piece.size : room - size;
        memcpy(buffer + size, stream->piece.data, part);
        stream->piece = bytes_of(stream->piece.data + part, stream->piece.size - part);
        size += part;
    }
    *stream->sent += size;
    if (size != 0)
        return (ssize_t)size;
    return stream->ended ? MHD_CONTENT_READER_END_OF_STREAM : wait(stream);
}

static void end_response(void *context)
{
    stream_end(context);
}

struct MHD_Response *stream_response(struct stream *stream, struct MHD_Connection *transport, uint64_t *sent)
{
    struct MHD_Response *response =
        MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_BYTES, read_stream, stream, end_response);
    if (response == NULL)
        return NULL;
    stream->transport = transport;
    stream->sent = sent;
    next_beat(stream);
    return response;
}
