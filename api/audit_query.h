/* audit_query: what GET /audit is asked: filters and pages. */
#ifndef NTOKEND_API_AUDIT_QUERY_H
#define NTOKEND_API_AUDIT_QUERY_H

#include "engine/sid.h"
#include "http/reply.h"

enum { AUDIT_SESSION_MAX = sizeof "0x0123456789abcdef" };

/* Not to be copied: the filter borrows from it, and from the request. */
struct audit_query {
    struct event_filter filter;
    const char *cursor; /* NULL: the first page */
    size_t limit;       /* 1 to 1000 */
    char session[AUDIT_SESSION_MAX];
    char sid[SID_TEXT_MAX];
};

/* Every parameter at most once, and none that the route does not know; those that speak of pages only with `pages`. False: the
 * reply is written. */
bool audit_query_read(struct request *request, struct reply *reply, bool pages, struct audit_query *ret);

#endif
