/* rate_limit: how often each of many may do something: so many times at once, and so many a second after that. The memory is fixed,
 * whoever comes. */
#ifndef NTOKEND_HTTP_RATE_LIMIT_H
#define NTOKEND_HTTP_RATE_LIMIT_H

#include "engine/sid.h"

struct admission_client; /* http/admission.h */
struct rate_limit;

/* Who: a keyed hash, so that nobody can choose to share another's. */
typedef uint64_t rate_limit_who;

/* `burst` at once, at least 1. per_second 0: *ret is NULL, which bounds nobody. ERR_IO, ERR_NO_MEMORY. Safe for threads. */
enum err rate_limit_new(unsigned per_second, unsigned burst, struct rate_limit **ret) MUST_USE;
void rate_limit_free(struct rate_limit *limit);

/* 0 without a limit. */
rate_limit_who rate_limit_sid(const struct rate_limit *limit, const struct sid *sid);
rate_limit_who rate_limit_client(const struct rate_limit *limit, const struct admission_client *client);

/* Once more, at now_us of a clock that only goes forward. 0: yes. Otherwise it is not counted, and after so many seconds it would be. */
unsigned rate_limit_take(struct rate_limit *limit, rate_limit_who who, int64_t now_us) MUST_USE;
/* The same without counting. */
unsigned rate_limit_peek(struct rate_limit *limit, rate_limit_who who, int64_t now_us) MUST_USE;

#endif
