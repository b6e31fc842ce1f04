/* tokens: Negotiate tokens made before the race, each good for one accept. */
#ifndef NTOKEND_BENCH_TOKENS_H
#define NTOKEND_BENCH_TOKENS_H

#include "base/bytes.h"

struct tokens;
/* One leg each, mutual, as curl sends them, from the ticket for HTTP/localhost in the cache (a path). */
struct tokens *tokens_open(const char *ccache);
void tokens_close(struct tokens *tokens);
/* The next one; valid until the next call. */
struct bytes tokens_next(struct tokens *tokens);

#endif
