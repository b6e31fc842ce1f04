#include "api/audit_follow.h"

#include "api/alarm.h"
#include "api/service.h"
#include "api/write_event.h"
#include "http/json_memory.h"
#include "http/server.h"
#include "http/session.h"
#include "http/stream.h"

#include <inttypes.h>
#include <stdlib.h>

enum { HEARTBEAT_S = 15, EVENTS_MAX = 64, PIECE_MAX = 16 << 20, FILTER_MAX = 16 << 10 };

/* The request is gone when the stream runs, so all of it is the follower's own. */
struct follower {
    struct service *service;
    bool in_session;
    struct session_hash session;
    int64_t expires_at; /* the ticket's end, seconds since the epoch; 0: none */
    struct event_filter filter;
    struct arena strings; /* of the filter */
    struct arena arena;   /* of a piece */
    uint64_t position;    /* every record up to here was looked at */
    uint64_t told;        /* the last position that the client was told */
    bool begun;
};

static bool copy_text(struct arena *arena, const char **text)
{
    if (*text != NULL)
        *text = arena_string(arena, bytes_of_string(*text));
    return *text != NULL;
}

static bool copy_filter(struct follower *follower, const struct event_filter *filter)
{
    follower->filter = *filter;
    struct event_filter *copy = &follower->filter;
    return (filter->user == NULL || copy_text(&follower->strings, &copy->user)) &&
           (filter->object == NULL || copy_text(&follower->strings, &copy->object)) &&
           (filter->session == NULL || copy_text(&follower->strings, &copy->session)) &&
           (filter->text == NULL || copy_text(&follower->strings, &copy->text));
}

/* Whoever follows uses the session: it does not become idle, and ends when it must. */
static bool may_go_on(const struct follower *follower)
{
    struct session_time now = session_time_now();
    if (follower->in_session)
        return sessions_touch(follower->service->sessions, &follower->session, now);
    return follower->expires_at == 0 || now.wall_s < follower->expires_at;
}

/* One event; NULL when memory is exhausted. */
static const char *event_text(struct follower *follower, const struct event *event)
{
    struct writer writer = {.arena = &follower->arena};
    json_memory_watch();
    json_t *object = write_done(&writer, write_event(&writer, event));
    char *json = object == NULL ? NULL : json_dumps(object, JSON_COMPACT);
    json_decref(object);
    const char *text = NULL;
    if (json != NULL && !json_memory_failed())
        text = arena_printf(&follower->arena, "id: %" PRIu64 "\nevent: audit\ndata: %s\n\n", event->record_id,
                            json);
    free(json);
    json_memory_watch();
    return text;
}

static enum err write_events(struct follower *follower, const struct event_page *page, struct bytes *ret)
{
    const char **texts = arena_alloc_array(&follower->arena, page->count, sizeof *texts);
    size_t size = 0;
    for (size_t i = 0; i < page->count && texts != NULL; i++) {
        texts[i] = event_text(follower, &page->events[i]);
        if (texts[i] == NULL)
            return ERR_NO_MEMORY;
        size += strlen(texts[i]);
    }
    char *all = texts == NULL ? NULL : arena_alloc(&follower->arena, size);
    if (all == NULL)
        return ERR_NO_MEMORY;
    *ret = bytes_of(all, size);
    for (size_t i = 0; i < page->count; i++) {
        size_t length = strlen(texts[i]);
        memcpy(all, texts[i], length);
        all += length;
    }
    return ERR_NONE;
}

/* The next few events, if there are any; fewer where they are too large for a piece. */
static enum err read_on(struct follower *follower, struct bytes *ret)
{
    enum err err = ERR_NO_MEMORY;
    for (size_t limit = EVENTS_MAX; err == ERR_NO_MEMORY && limit > 0; limit /= 2) {
        struct event_page page = {0};
        uint64_t last = follower->position;
        struct bytes piece = {0};
        arena_done(&follower->arena);
        err = platform_audit_read_after(follower->service->platform, &follower->filter, follower->position,
                                        limit, &follower->arena, &page, &last);
        if (err == ERR_NONE && page.count > 0)
            err = write_events(follower, &page, &piece);
        if (err != ERR_NONE)
            continue;
        follower->position = last;
        if (page.count > 0)
            follower->told = page.events[page.count - 1].record_id;
        *ret = piece;
    }
    return err;
}

/* A comment, and where the client stands: a client that comes back goes on from there, even if nothing met its filter. */
static enum stream_state say_position(struct follower *follower, struct bytes *ret_piece)
{
    static const char alive[] = ": alive\n\n";
    const char *text = alive;
    if (!follower->begun || follower->told != follower->position)
        text = arena_printf(&follower->arena, ": alive\nid: %" PRIu64 "\n\n", follower->position);
    if (text == NULL)
        return STREAM_END;
    follower->begun = true;
    follower->told = follower->position;
    *ret_piece = bytes_of_string(text);
    return STREAM_PIECE;
}

static bool behind(const struct follower *follower)
{
    struct event_store_health health = {0};
    platform_audit_health(follower->service->platform, &health);
    return health.newest_record_id > follower->position;
}

static enum stream_state next_piece(void *context, bool beat, bool ending, struct bytes *ret_piece)
{
    struct follower *follower = context;
    uint64_t from = follower->position;
    *ret_piece = (struct bytes){0};
    arena_done(&follower->arena);
    if (ending || !may_go_on(follower))
        return STREAM_END;
    if (!follower->begun)
        return say_position(follower, ret_piece);
    if (behind(follower) && read_on(follower, ret_piece) != ERR_NONE)
        return STREAM_END; /* the client comes again, and is told what is wrong */
    if (ret_piece->size > 0)
        return STREAM_PIECE;
    /* Looking through a large log takes several turns; the others of this thread have theirs in between. */
    if (follower->position > from && behind(follower))
        server_wake_streams(follower->service->server);
    return beat ? say_position(follower, ret_piece) : STREAM_WAIT;
}

static void end(void *context)
{
    struct follower *follower = context;
    arena_done(&follower->strings);
    arena_done(&follower->arena);
    free(follower);
}

/* A number that a stream of this log gave; false for anything else. */
static bool parse_position(const char *text, uint64_t *ret)
{
    uint64_t position = 0;
    if (*text == 0)
        return false;
    for (const char *at = text; *at != 0; at++) {
        if (*at < '0' || *at > '9' || position > (INT64_MAX - 9) / 10)
            return false;
        position = position * 10 + (uint64_t)(*at - '0');
    }
    *ret = position;
    return true;
}

/* Where to begin; false, with the reply written. */
static bool find_start(struct request *request, struct reply *reply, uint64_t *ret)
{
    struct event_store_health health = {0};
    const char *given = request_header(request, "Last-Event-ID");
    uint64_t position = 0;
    platform_audit_health(request->service->platform, &health);
    struct problem problem = {.kind = PROBLEM_BAD_REQUEST,
                              .detail = "Last-Event-ID must be the id of an event of this stream, once."};
    bool sound = given == NULL ||
                 (request_header_count(request, "Last-Event-ID") == 1 && parse_position(given, &position));
    if (sound && (health.newest_unknown || (health.newest_record_id == 0 && !health.writable))) {
        /* nobody knows where the log ends */
        problem = (struct problem){.kind = PROBLEM_UNAVAILABLE,
                                   .detail = "The security log cannot be reached now."};
        sound = false;
    }
    if (!sound) {
        reply_problem(request, reply, &problem);
        return false;
    }
    /* A position that this log has not reached is of another one that stood in its place. */
    bool known = given != NULL && position <= health.newest_record_id;
    *ret = known ? position : health.newest_record_id;
    return true;
}

void audit_follow(struct request *request, struct reply *reply, const struct event_filter *filter)
{
    uint64_t start = 0;
    if (!find_start(request, reply, &start))
        return;
    struct follower *follower = calloc(1, sizeof *follower);
    if (follower == NULL) {
        reply_problem(request, reply, &(struct problem){.kind = PROBLEM_UNAVAILABLE});
        return;
    }
    follower->service = request->service;
    follower->position = start;
    follower->expires_at = platform_token_details(request->token)->expires_at;
    follower->in_session = request->session != NULL;
    if (follower->in_session)
        follower->session = request->session->details.id;
    arena_init(&follower->strings, FILTER_MAX);
    arena_init(&follower->arena, PIECE_MAX);
    if (!copy_filter(follower, filter)) {
        end(follower);
        reply_problem(request, reply, &(struct problem){.kind = PROBLEM_UNAVAILABLE});
        return;
    }
    const struct stream_source source = {
        .next = next_piece, .done = end, .context = follower, .heartbeat_s = HEARTBEAT_S};
    reply_stream(request, reply, 200, "text/event-stream", &source);
    if (reply->status == 200)
        reply_header(reply, "X-Accel-Buffering", "no"); /* nginx passes it on as it comes */
}
