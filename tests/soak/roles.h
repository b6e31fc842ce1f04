/* roles: who asks what. */
#ifndef NTOKEND_TESTS_ROLES_H
#define NTOKEND_TESTS_ROLES_H

#include "actor.h"

#include <jansson.h>

/* The last has no name. */
extern const struct role *const roles[];

extern const struct role role_checker; /* POST /access-check in a session */
extern const struct role
    role_fresh; /* the same with a ticket for each request, of two people in turn, on one connection */
extern const struct role role_replay;   /* each ticket twice */
extern const struct role role_batch;    /* POST /access-check/batch */
extern const struct role role_changer;  /* PATCH /privileges turns what a check answers, there and back */
extern const struct role role_visitor;  /* sessions, opened and closed */
extern const struct role role_auditor;  /* what is written into the security log before it is answered */
extern const struct role role_reader;   /* GET /audit, page by page */
extern const struct role role_refused;  /* sound HTTP that is refused */
extern const struct role role_mangled;  /* what is not HTTP, or could be read in two ways */
extern const struct role role_vanisher; /* leaves in the middle of a request, or of its answer */

/* NULL when the status is this and, unless it is NULL, the JSON text fits the answer (support/subset.h). */
const char *roles_expect(const struct answer *answer, int status, const char *expected);
/* POST /session of one of the two, as step 0 of a role; takes the token from the answer. */
void roles_open(struct actor *actor, struct tokens *of);
const char *roles_opened(struct actor *actor, const struct answer *answer);

#endif
