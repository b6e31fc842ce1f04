#include "http/tls_handshakes.h"

#include <stdlib.h>

/* Sockets are selected here, which does not turn while a handshake waits; and this build has no TLS. */
struct tls_handshakes {
    struct wake wake; /* never given */
};

enum err tls_handshakes_new(unsigned timeout_s, struct tls_handshakes **ret)
{
    struct tls_handshakes *handshakes = calloc(1, sizeof *handshakes);
    (void)timeout_s;
    if (handshakes == NULL)
        return ERR_NO_MEMORY;
    enum err err = wake_open(&handshakes->wake);
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
    wake_close(&handshakes->wake);
    free(handshakes);
}

const struct wake *tls_handshakes_wake(const struct tls_handshakes *handshakes)
{
    return &handshakes->wake;
}

void tls_handshake_begin(struct tls_handshakes *handshakes, struct MHD_Connection *transport, int64_t now_ms,
                         struct tls_handshake *ret)
{
    (void)now_ms;
    *ret = (struct tls_handshake){.handshakes = handshakes, .transport = transport};
}

void tls_handshake_end(struct tls_handshake *handshake)
{
    handshake->handshakes = NULL;
}

void tls_handshake_wait(struct tls_handshake *handshake)
{
    (void)handshake;
}

int tls_handshakes_timeout(const struct tls_handshakes *handshakes, int64_t now_ms)
{
    (void)handshakes;
    (void)now_ms;
    return -1;
}

void tls_handshakes_resume(struct tls_handshakes *handshakes, int64_t now_ms)
{
    (void)handshakes;
    (void)now_ms;
}

void tls_handshakes_abandon(struct tls_handshakes *handshakes)
{
    (void)handshakes;
}
