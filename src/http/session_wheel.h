/* session_wheel: which sessions may have expired, without looking at the others. A wheel has a slot for each of the next
 * seconds; who is due later than it reaches waits in its last slot and is looked at again. Not safe for threads: each shard of
 * the table has a wheel of its own, under its lock. */
#ifndef NTOKEND_HTTP_SESSION_WHEEL_H
#define NTOKEND_HTTP_SESSION_WHEEL_H

#include <stdbool.h>
#include <stdint.h>

enum { SESSION_WHEEL_SLOTS = 256 };

/* A member of whatever waits. */
struct session_timer {
    struct session_timer *next;
    struct session_timer **link; /* what points at this one; NULL: waits nowhere */
};

struct session_wheel {
    int64_t swept_s; /* all slots up to this second are empty */
    struct session_timer *slots[SESSION_WHEEL_SLOTS];
};

/* Puts it into the slot of `due_s`, or of the nearest second that the wheel reaches. */
void session_wheel_add(struct session_wheel *wheel, struct session_timer *timer, int64_t due_s);
void session_wheel_remove(struct session_timer *timer);
/* The next second of the wheel, at most now_s, with all that waited in it, now taken out (NULL when none did).
 * False when the wheel has come to now_s. */
bool session_wheel_turn(struct session_wheel *wheel, int64_t now_s, struct session_timer **ret);

#endif
