/* audit_double: the Security log that platform_double's service has: none at first, then a real store, or one that a test answers
 * for itself, in an order that no store can be brought to. A logon is one event (4624, 4625 for one that failed), a refused guard
 * one (4656). */
#ifndef NTOKEND_TESTS_AUDIT_DOUBLE_H
#define NTOKEND_TESTS_AUDIT_DOUBLE_H

#include "platform/audit.h"

enum audit_double_kind {
    AUDIT_DOUBLE_NONE,    /* no log: no events */
    AUDIT_DOUBLE_STORE,   /* a real one */
    AUDIT_DOUBLE_AT_ONCE, /* `answer` is said before the commit returns */
    AUDIT_DOUBLE_REFUSE,  /* the commit gives `answer` */
    AUDIT_DOUBLE_KEEP,    /* nothing is said until audit_double_answer */
    AUDIT_DOUBLE_BROKEN,  /* no event can be made: the functions that would give `answer` */
};

/* While no server runs, or nothing of it. */
void audit_double_set(enum audit_double_kind kind, enum err answer, struct event_store *store);
/* How many commits wait for an answer, and saying it, from the caller's thread; the number that waited. */
size_t audit_double_kept(void);
size_t audit_double_answer(enum err err);
/* How many events of that kind were committed since audit_double_set. */
unsigned audit_double_count(uint16_t event_id);
/* Appends an event about `object` to a trail, as the alarms do. */
enum err audit_double_add(struct audit_trail *trail, uint16_t event_id, const char *object) MUST_USE;

#endif
