/* visitor: requests with a ticket, a session's bearer token or its cookie. */
#ifndef NTOKEND_TESTS_VISITOR_H
#define NTOKEND_TESTS_VISITOR_H

#include "integration/fixture.h"

enum { VISITOR_TOKEN_MAX = 64 };

enum visitor_proof {
    BY_NOBODY,
    BY_TICKET, /* of `person` */
    BY_BEARER,
    BY_COOKIE,
    BY_BOTH,              /* the same session in both */
    BY_TICKET_AND_COOKIE, /* of `person`, and the session's */
};

struct visit {
    enum visitor_proof by;
    enum fixture_person person;
    const char *token; /* of the session */
    const char *method;
    const char *target;
    const char *body;   /* JSON, NULL for none */
    const char *type;   /* NULL: application/json where there is a body; "" for none */
    const char *header; /* one more; %u is the port */
};

void visitor_send(struct fixture *fixture, const struct visit *visit, struct client_answer *ret);
/* POST /session; the test fails unless it is 201. */
void visitor_open(struct fixture *fixture, enum fixture_person person, char ret_token[VISITOR_TOKEN_MAX]);

#endif
