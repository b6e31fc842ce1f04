/* load: sends requests that were made before over some keep-alive connections, as fast as the server answers. */
#ifndef NTOKEND_BENCH_LOAD_H
#define NTOKEND_BENCH_LOAD_H

#include "base/bytes.h"

enum { LOAD_CONNECTIONS_MAX = 256 };

struct load {
    unsigned port; /* on 127.0.0.1 */
    unsigned connections;
    const struct bytes *requests; /* each is sent once */
    size_t count;
};

struct load_result {
    double seconds;
    size_t good; /* answers with status 200 */
    size_t answer_bytes;
};

/* False, with words on stderr, when a connection fails or an answer cannot be read. */
bool load_run(const struct load *load, struct load_result *ret);

#endif
