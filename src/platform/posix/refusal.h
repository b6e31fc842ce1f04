/* refusal: why gss_accept_sec_context failed, as a stable code for the log. */
#ifndef NTOKEND_PLATFORM_POSIX_REFUSAL_H
#define NTOKEND_PLATFORM_POSIX_REFUSAL_H

#include <gssapi/gssapi.h>
#include <stdbool.h>

enum { REFUSAL_DETAIL_SIZE = 256 };

struct refusal {
    const char *reason; /* static */
    char detail
        [REFUSAL_DETAIL_SIZE]; /* libkrb5's words, with names that the client chose: for the log alone */
    bool keytab_is_old;        /* the ticket is for a newer key than any we hold */
};

void refusal_of(OM_uint32 major, OM_uint32 minor, struct refusal *ret);

#endif
