/* reply: status, headers and body of an answer, and RFC 9457 problems. The only place that maps enum err to a status. */
#ifndef NTOKEND_HTTP_REPLY_H
#define NTOKEND_HTTP_REPLY_H

#include "http/request.h"

#include <jansson.h>

enum { REPLY_HEADERS_MAX = 12 };

struct reply_header {
    const char *name;
    const char *value;
};

struct stream; /* http/stream.h */

/* Everything it points to is static or in the request's arena. */
struct reply {
    unsigned status; /* 0 until something answered, which the server turns into 500 */
    const char *content_type;
    struct bytes body;
    struct reply_header headers[REPLY_HEADERS_MAX];
    size_t header_count;
    struct stream *stream; /* in place of the body; NULL: none. Whatever takes the reply's place ends it */
    /* Takes back what the request changed, when the reply may not leave; NULL: nothing. */
    void (*withdraw)(struct request *request, void *context);
    void *withdraw_context; /* static, or in the arena */
};

/* Ignored beyond REPLY_HEADERS_MAX: only our own code adds headers, and a test counts them. */
void reply_header(struct reply *reply, const char *name, const char *value);

/* Prints `body`, which it takes over (NULL gives 500), compact, into the request's arena. */
void reply_json(struct request *request, struct reply *reply, unsigned status, json_t *body);
/* JSON that was printed already and outlives the reply. */
void reply_text(struct reply *reply, unsigned status, struct bytes json);
/* Raw bytes that outlive the reply. */
void reply_bytes(struct reply *reply, unsigned status, const char *content_type, struct bytes body);

/* The kinds of problem: each has a stable `type`, a title and a status, listed in openapi.yaml. */
enum problem_kind {
    PROBLEM_BAD_REQUEST,        /* 400 bad-request: the HTTP request itself */
    PROBLEM_INVALID_JSON,       /* 400 invalid-json: not JSON, duplicate key, too deep, trailing garbage */
    PROBLEM_INVALID_FIELD,      /* 400 invalid-field: with a pointer */
    PROBLEM_INVALID_QUERY,      /* 400 invalid-query: with `parameter` */
    PROBLEM_UNAUTHENTICATED,    /* 401 unauthenticated */
    PROBLEM_FORBIDDEN,          /* 403 forbidden: the route's guard refused the caller */
    PROBLEM_NOT_FOUND,          /* 404 not-found */
    PROBLEM_METHOD_NOT_ALLOWED, /* 405 method-not-allowed, with Allow */
    PROBLEM_NOT_ACCEPTABLE,     /* 406 not-acceptable */
    PROBLEM_TIMEOUT,            /* 408 timeout */
    PROBLEM_CONFLICT,           /* 409 conflict: with or without a session, where the other is needed */
    PROBLEM_TOO_LARGE,          /* 413 too-large */
    PROBLEM_UNSUPPORTED_MEDIA,  /* 415 unsupported-media-type */
    PROBLEM_INVALID_SDDL,       /* 422 invalid-sddl: with pointer, offset, expected, win32Error */
    PROBLEM_INVALID_DESCRIPTOR, /* 422 invalid-descriptor: with pointer, win32Error */
    PROBLEM_CALL_REFUSED,       /* 422 call-refused: the Windows function would refuse the call; win32Error */
    PROBLEM_TOO_MANY_SESSIONS,  /* 429 too-many-sessions: with Retry-After */
    PROBLEM_TOO_MANY_REQUESTS,  /* 429 too-many-requests: by reply_busy */
    PROBLEM_HEADERS_TOO_LARGE,  /* 431 headers-too-large */
    PROBLEM_INTERNAL,           /* 500 internal */
    PROBLEM_UNAVAILABLE,        /* 503 unavailable: with Retry-After */
};

/* detail: what is wrong and what to do, for a person; NULL for none. The optional members are left out when NULL or 0. */
struct problem {
    enum problem_kind kind;
    const char *detail;
    const char *pointer;   /* RFC 6901, to the culprit in the body */
    const char *parameter; /* the culprit in the query */
    const char *expected;  /* SDDL: what was expected at `offset` */
    size_t offset;         /* written only beside `expected` */
    enum err win32;        /* ERR_NONE: no win32Error members */
    uint32_t missing;      /* the rights that the caller lacks on the route; 0: not said */
    const char *missing_name;
};

unsigned problem_status(enum problem_kind kind);
/* {"type": "urn:ntokend:problem:…", "title", "status", "detail", "pointer", …}; NULL when memory is exhausted. A batch puts it
 * in place of the item's answer. */
json_t *problem_json(const struct problem *problem);
void reply_problem(struct request *request, struct reply *reply, const struct problem *problem);
/* 429: asked too often; the same will do after so many seconds. Headers stay. */
void reply_busy(struct request *request, struct reply *reply, unsigned wait_s, const char *detail);
/* Puts a 503 in the place of all that the reply held, headers too, and takes back what the request changed: its events cannot
 * be made durable, so whatever was decided must not leave. Logged. */
void reply_withhold(struct request *request, struct reply *reply, enum err err);
/* The problem that an err from below means when the handler has nothing better to say. */
enum problem_kind problem_of(enum err err);

#endif
