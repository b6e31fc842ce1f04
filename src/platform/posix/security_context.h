/* security_context: what posix/negotiate.c leaves for posix/token.c. Nothing above the seam sees inside. */
#ifndef NTOKEND_PLATFORM_POSIX_SECURITY_CONTEXT_H
#define NTOKEND_PLATFORM_POSIX_SECURITY_CONTEXT_H

#include "platform/negotiate.h"
#include "platform/posix/pac.h"

#include <gssapi/gssapi.h>

struct security_context {
    gss_ctx_id_t gss; /* GSS_C_NO_CONTEXT once finished */
    unsigned legs;    /* tokens taken so far */
    bool finished;
    /* when finished; the arena owns what follows */
    struct arena arena;
    const char *principal; /* "alice@CORP.EXAMPLE" */
    const char *user_name; /* "alice": the principal's only component, NULL when it has more */
    int64_t expires_at;    /* seconds since the epoch */
    bool identify_only;    /* the client asked for GSS_C_IDENTIFY_FLAG (RFC 4757 7.1) */
    bool delegated;        /* a ticket was forwarded and accepted */
    bool has_pac;          /* complete and proven: pac_fetch.h; only then is pac set */
    struct pac_buffers pac;
};

#endif
