#include "http/presence.h"

#include "base/log.h"
#include "http/clock.h"
#include "http/socket.h"

#include <stddef.h>

/* What a client that has closed its side had sent is read in that time, or in that time again. */
enum { GONE_MS = 1000 };

enum err presences_init(const struct server_settings *settings, struct presences *ret)
{
    *ret = (struct presences){
        .patience = {.limit_ms = {[PATIENCE_IDLE] = 1000 * (int64_t)settings->timeout_s,
                                  [PATIENCE_REQUEST] = 1000 * (int64_t)settings->request_timeout_s,
                                  [PATIENCE_ANSWER] = 1000 * (int64_t)settings->answer_timeout_s,
                                  [PATIENCE_GONE] = GONE_MS}}};
    return hangups_new(&ret->hangups);
}

void presences_done(struct presences *presences)
{
    hangups_free(presences->hangups);
}

int presences_timeout(const struct presences *presences, int64_t now_ms)
{
    return patience_timeout(&presences->patience, now_ms);
}

void presence_await(struct presences *presences, struct presence *presence, enum patience_phase phase)
{
    patience_begin(&presences->patience, &presence->patience, phase, clock_ms());
}

void presence_start(struct presences *presences, struct presence *presence, MHD_socket socket,
                    const char *remote)
{
    presence->socket = socket;
    presence->remote = remote;
    hangups_watch(presences->hangups, socket, presence);
    presence_await(presences, presence, PATIENCE_IDLE);
}

void presence_end(struct presences *presences, struct presence *presence)
{
    hangups_forget(presences->hangups, presence->socket);
    patience_begin(&presences->patience, &presence->hangup, PATIENCE_NONE, 0);
    patience_begin(&presences->patience, &presence->patience, PATIENCE_NONE, 0);
}

static void lose(const struct patience_link *link)
{
    static const char *const phases[] = {[PATIENCE_IDLE] = "a request line",
                                         [PATIENCE_REQUEST] = "the rest of a request",
                                         [PATIENCE_ANSWER] = "its answer to be taken"};
    const bool gone = link->phase == PATIENCE_GONE;
    const size_t part = gone ? offsetof(struct presence, hangup) : offsetof(struct presence, patience);
    const struct presence *presence = (const struct presence *)(const void *)((const uint8_t *)link - part);
    const enum patience_phase phase = presence->patience.phase;
    if (!gone) {
        LOG(LOG_LEVEL_INFO, "client-too-slow", LOG_STRING("remote", presence->remote),
            LOG_STRING("waited_for", phases[phase]));
        socket_end(presence->socket);
    } else if (phase == PATIENCE_IDLE || phase == PATIENCE_REQUEST) {
        socket_end_reading(presence->socket);
    }
}

void presences_part(struct presences *presences)
{
    struct presence *left = NULL;
    const struct patience_link *link = NULL;
    int64_t now_ms = clock_ms();
    while ((left = hangups_next(presences->hangups)) != NULL)
        patience_begin(&presences->patience, &left->hangup, PATIENCE_GONE, now_ms);
    while ((link = patience_over(&presences->patience, now_ms)) != NULL)
        lose(link);
}
