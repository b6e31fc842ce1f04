/* audit_text: values of events: lists that grow, and what others wrote. */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_TEXT_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_TEXT_H

#include "base/arena.h"

enum { AUDIT_VALUE_MAX = 64 << 10 }; /* bytes of a value, its NUL included: as much as Windows' record has */

/* Starts with zeros but for the arena, where all of it lives. */
struct audit_text {
    struct arena *arena;
    char *data;
    size_t size;
    size_t room;
    bool failed;
};

void audit_text_add(struct audit_text *text, const char *addition);
void audit_text_printf(struct audit_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* NULL when memory or AUDIT_VALUE_MAX was exhausted; "-" when nothing was added. */
const char *audit_text_done(const struct audit_text *text) MUST_USE;

/* A copy of what somebody else wrote: at most `max` bytes and then "...", and with U+FFFD for what is no UTF-8. Control
 * characters stay: who writes an event in another form makes them legal there. NULL when memory is exhausted. */
const char *audit_text_copy(struct arena *arena, const char *text, size_t max) MUST_USE;

#endif
