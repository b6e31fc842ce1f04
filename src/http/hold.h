/* hold: replies that wait until the events of their requests are durable. One struct holds for each worker; its thread waits
 * for nothing, and is told by a wake.
 *
 * A hold has no end of its own: it is over when the log says so, which the log promises for every commit that it took
 * (eventlog/store.h), or when the worker gives up. */
#ifndef NTOKEND_HTTP_HOLD_H
#define NTOKEND_HTTP_HOLD_H

#include "http/wake.h"
#include "platform/audit.h"

struct holds;

/* ERR_IO, ERR_NO_MEMORY. */
enum err holds_new(struct holds **ret) MUST_USE;
/* After holds_abandon gave NULL. What the log still has answers to nobody. */
void holds_free(struct holds *holds);
/* Given while holds_next has something to say. Lives as long as the holds. */
const struct wake *holds_wake(const struct holds *holds);

/* The rest runs on the worker's thread alone. */

/* Commits the trail, which has events. `owner` comes back from holds_next or holds_abandon, exactly once. On an error nothing
 * is held: what platform_audit_commit says, ERR_NO_MEMORY, and ERR_IO once holds_abandon was called. */
enum err holds_begin(struct holds *holds, struct platform *platform, const struct audit_trail *trail,
                     void *owner) MUST_USE;
/* The owner of a hold that is over, NULL when there is none. *ret_err: ERR_NONE when its events are durable. */
void *holds_next(struct holds *holds, enum err *ret_err);
/* Gives up: nothing begins any more. The owner of one that is not over or was not asked for, NULL when there is none. */
void *holds_abandon(struct holds *holds);

#endif
