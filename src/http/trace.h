/* trace: how a request is found again in the logs of many services: its id, and the W3C Trace Context (level 1,
 * https://www.w3.org/TR/trace-context-1/) that the client sent. The service calls nobody, so it passes nothing on; and it answers
 * no traceparent, which the recommendation gives only to requests. */
#ifndef NTOKEND_HTTP_TRACE_H
#define NTOKEND_HTTP_TRACE_H

#include "base/bytes.h"
#include "base/err.h"

enum { TRACE_ID_SIZE = 32, TRACE_PARENT_SIZE = 16, TRACE_MEMBERS_MAX = 32 };

struct trace {
    char id[TRACE_ID_SIZE + 1];         /* lower-case hex, not all zeros */
    char parent[TRACE_PARENT_SIZE + 1]; /* the client's span; "" when the trace begins here */
    uint8_t flags;                      /* bit 0: sampled */
    unsigned members;                   /* of a sound tracestate */
};

/* A traceparent. False: it is not sound, and the trace begins anew (3.2.2.3: unknown versions are read as far as version 00). */
bool trace_parent_read(struct bytes text, struct trace *ret) MUST_USE;
/* One tracestate header; *members counts over several. False: none of it counts (3.3.1: at most 32 members, keys once each
 * header, nothing but printable ASCII). */
bool trace_state_read(struct bytes text, unsigned *members) MUST_USE;

struct request;

/* Where ids come from: one for each thread. */
struct trace_source {
    uint64_t prefix; /* random */
    uint64_t next;
};

/* Sets the request's id, the client's own when that is short and plain, and its trace. */
void trace_begin(struct request *request, struct trace_source *source);

#endif
