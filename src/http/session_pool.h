/* session_pool: memory for objects of one size, dense and in lines of the cache of their own. Scattered over a heap, each would be
 * on a page of its own, and to find one among 100,000 would cost more for the page than for the object. Any thread. */
#ifndef NTOKEND_HTTP_SESSION_POOL_H
#define NTOKEND_HTTP_SESSION_POOL_H

#include "base/err.h"

#include <stddef.h>

enum { SESSION_POOL_LINE = 64 }; /* lines.h */

struct session_pool;
/* `size`: of one object, a multiple of SESSION_POOL_LINE. ERR_NO_MEMORY. */
enum err session_pool_new(size_t size, struct session_pool **ret) MUST_USE;
/* With all objects, whoever still has them. NULL is allowed. */
void session_pool_free(struct session_pool *pool);

/* Zeroed, aligned for SESSION_POOL_LINE; NULL when memory is exhausted. The pool grows by some hundred objects at a time and
 * keeps what it has. */
void *session_pool_take(struct session_pool *pool) MUST_USE;
/* Wipes it. */
void session_pool_give(struct session_pool *pool, void *object);

#endif
