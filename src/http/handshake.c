#include "http/handshake.h"

bool handshake_keep(struct handshakes *handshakes, struct handshake *handshake,
                    struct security_context *context)
{
    handshake_drop(handshakes, handshake);
    unsigned before = atomic_fetch_add(&handshakes->count, 1);
    if (handshakes->max != 0 && before >= handshakes->max) {
        atomic_fetch_sub(&handshakes->count, 1);
        platform_security_context_free(context);
        return false;
    }
    handshake->half_done = context;
    return true;
}

struct security_context *handshake_take(struct handshakes *handshakes, struct handshake *handshake)
{
    struct security_context *context = handshake->half_done;
    handshake->half_done = NULL;
    if (context != NULL)
        atomic_fetch_sub(&handshakes->count, 1);
    return context;
}

void handshake_drop(struct handshakes *handshakes, struct handshake *handshake)
{
    platform_security_context_free(handshake_take(handshakes, handshake));
}
