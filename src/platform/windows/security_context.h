/* security_context: what windows/negotiate.c leaves for windows/token.c. Nothing above the seam sees inside. */
#ifndef NTOKEND_PLATFORM_WINDOWS_SECURITY_CONTEXT_H
#define NTOKEND_PLATFORM_WINDOWS_SECURITY_CONTEXT_H

#include "platform/windows/state.h"

struct security_context {
    struct platform *platform;
    CtxtHandle handle;
    bool open;     /* the handle is one */
    bool finished; /* the client is proven, by a package that may be */
    unsigned legs; /* tokens taken so far */
    struct arena arena;
    /* when finished; in the arena */
    const char *principal; /* as the package names the client; NULL when it does not */
    const char *package;   /* "Kerberos" */
    int64_t expires_at;    /* seconds since the epoch; 0 for never */
};

#endif
