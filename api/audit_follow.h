/* audit_follow: GET /audit as a stream: the events as they become durable, as text/event-stream. */
#ifndef NTOKEND_API_AUDIT_FOLLOW_H
#define NTOKEND_API_AUDIT_FOLLOW_H

#include "http/reply.h"

/* Each event that meets the filter (which is copied) and was durable after this call, or after the one that the header
 * Last-Event-ID names, exactly once and in the order of the log. It ends with the session, or the ticket, of the caller. */
void audit_follow(struct request *request, struct reply *reply, const struct event_filter *filter);

#endif
