/* target: where events go besides the log: what `audit_forward` says. */
#ifndef NTOKEND_FORWARD_TARGET_H
#define NTOKEND_FORWARD_TARGET_H

#include "base/arena.h"

#define TARGET_JOURNAL_SOCKET "/run/systemd/journal/socket"

enum target_kind { TARGET_TCP, TARGET_TLS, TARGET_JOURNAL };

struct target {
    enum target_kind kind;
    const char *url;  /* as it was written */
    const char *host; /* TCP, TLS: a name or an address without brackets */
    const char *port;
    const char *ca; /* TLS: the file of the authorities that may vouch for the server; NULL: the system's */
    const char *certificate; /* TLS: ours, with its key; NULL: none */
    const char *key;
    const char *socket; /* journal */
};

/* syslog+tcp://HOST:PORT, syslog+tls://HOST:PORT[?ca=FILE][&cert=FILE&key=FILE] (files as they are, nothing is escaped),
 * journal: or journal:SOCKET. NULL, or what is wrong and what to do. Everything is in the arena. */
const char *target_parse(struct arena *arena, const char *url, struct target *ret) MUST_USE;

#endif
