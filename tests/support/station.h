/* station: platforms in a temporary folder with a keytab of EXAMPLE.TEST, and finished handshakes for them. */
#ifndef NTOKEND_TESTS_STATION_H
#define NTOKEND_TESTS_STATION_H

#include "platform/posix/security_context.h"
#include "platform/token.h"

#define STATION_DOMAIN "S-1-5-21-1-2-3"

extern char station_keytab[];
extern char station_cache[]; /* of replays */

/* A fixture of Check: setup makes the folder, the keytab and krb5.conf, teardown removes them. */
void station_setup(void);
void station_teardown(void);

/* `policy`: the text of a template; NULL: the defaults. `domain`: the machine's; NULL: not said. Exits 99 when it does not start. */
struct platform *station_start(bool local_accounts, const char *domain, const char *policy);
/* A finished handshake, as posix/negotiate.c leaves it. With `pac`: of alice (1104), a Domain Admin of STATION_DOMAIN. */
struct security_context station_context(struct arena *arena, const char *principal, bool pac);

#endif
