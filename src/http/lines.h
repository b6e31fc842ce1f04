/* lines: memory that starts with a cache line. */
#ifndef NTOKEND_HTTP_LINES_H
#define NTOKEND_HTTP_LINES_H

#include "base/err.h"

#include <stddef.h>

enum { LINES_SIZE = 64 };

/* `size` is a multiple of LINES_SIZE. NULL: out of memory. */
void *lines_alloc(size_t size) MUST_USE;
/* NULL is nothing. */
void lines_free(void *lines);

#endif
