/* keys: the service keys that platform_reload loads and acceptors take up. Implemented in process.c. */
#ifndef NTOKEND_PLATFORM_POSIX_KEYS_H
#define NTOKEND_PLATFORM_POSIX_KEYS_H

#include "platform/process.h"

enum { KEYS_NAME_MAX = 64 };

/* The MEMORY keytab in force ("MEMORY:ntokend-7") and its generation, which changes with every reload. False when there are no keys.
 * The keytab stays resolvable at least until the next-but-one reload, so that a thread that was just told of it can still open it. */
bool platform_keys(struct platform *platform, char ret_name[KEYS_NAME_MAX], uint64_t *ret_generation);
/* The generation alone: one relaxed atomic read for the hot path. */
uint64_t platform_keys_generation(const struct platform *platform);
/* "file2:/path" of the replay cache. Lives as long as the platform. */
const char *platform_replay_cache(const struct platform *platform);
/* An acceptor saw a ticket for a key version that the keytab does not hold: say so in the health ("stale") until a reload. */
void platform_keys_stale(struct platform *platform);

#endif
