#include "http/tls_handshakes.h"

#include "http/tls_suspension.h"

#include <stdlib.h>

/* So much before the time after which the library closes a connection where nothing has happened, so that it is known why. */
enum { SOONER_MS = 50 };

struct tls_handshakes {
    struct wake wake;
    int64_t timeout_ms;
    struct tls_handshake *first; /* all, the one that began first and so ends first at the head */
    struct tls_handshake *last;
};

enum err tls_handshakes_new(unsigned timeout_s, struct tls_handshakes **ret)
{
    struct tls_handshakes *handshakes = calloc(1, sizeof *handshakes);
    if (handshakes == NULL)
        return ERR_NO_MEMORY;
    handshakes->timeout_ms = (int64_t)timeout_s * 1000 - SOONER_MS;
    enum err err = tls_suspension_open(&handshakes->wake);
    if (err != ERR_NONE)
        free(handshakes);
    else
        *ret = handshakes;
    return err;
}

void tls_handshakes_free(struct tls_handshakes *handshakes)
{
    if (handshakes == NULL)
        return;
    tls_suspension_close(&handshakes->wake);
    free(handshakes);
}

const struct wake *tls_handshakes_wake(const struct tls_handshakes *handshakes)
{
    return &handshakes->wake;
}

void tls_handshake_begin(struct tls_handshakes *handshakes, struct MHD_Connection *transport, int64_t now_ms,
                         struct tls_handshake *ret)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(transport, MHD_CONNECTION_INFO_CONNECTION_FD);
    *ret = (struct tls_handshake){.handshakes = handshakes,
                                  .transport = transport,
                                  .fd = info == NULL ? MHD_INVALID_SOCKET : info->connect_fd,
                                  .ends_ms = now_ms + handshakes->timeout_ms,
                                  .previous = handshakes->last,
                                  .late = info == NULL};
    if (handshakes->last != NULL)
        handshakes->last->next = ret;
    else
        handshakes->first = ret;
    handshakes->last = ret;
}

void tls_handshake_end(struct tls_handshake *handshake)
{
    struct tls_handshakes *handshakes = handshake->handshakes;
    if (handshakes == NULL)
        return;
    if (handshake->previous != NULL)
        handshake->previous->next = handshake->next;
    else
        handshakes->first = handshake->next;
    if (handshake->next != NULL)
        handshake->next->previous = handshake->previous;
    else
        handshakes->last = handshake->previous;
    handshake->handshakes = NULL;
}

void tls_handshake_wait(struct tls_handshake *handshake)
{
    tls_suspension_begin(&handshake->handshakes->wake, handshake);
}

int tls_handshakes_timeout(const struct tls_handshakes *handshakes, int64_t now_ms)
{
    for (const struct tls_handshake *at = handshakes->first; at != NULL; at = at->next) {
        if (!at->late)
            return at->ends_ms > now_ms ? (int)(at->ends_ms - now_ms) : 0;
    }
    return -1;
}

static void end(struct tls_handshakes *handshakes, struct tls_handshake *handshake)
{
    handshake->late = true;
    tls_suspension_end(&handshakes->wake, handshake);
}

void tls_handshakes_resume(struct tls_handshakes *handshakes, int64_t now_ms)
{
    tls_suspension_poll(&handshakes->wake);
    for (struct tls_handshake *at = handshakes->first; at != NULL && at->ends_ms <= now_ms; at = at->next)
        end(handshakes, at);
}

void tls_handshakes_abandon(struct tls_handshakes *handshakes)
{
    for (struct tls_handshake *at = handshakes->first; at != NULL; at = at->next)
        end(handshakes, at);
}
