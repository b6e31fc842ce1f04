/* answer: what a check came to, as JSON, or as the problem that stands in its place. */
#ifndef NTOKEND_API_ANSWER_H
#define NTOKEND_API_ANSWER_H

#include "api/read_query.h"
#include "api/subject.h"
#include "base/json_text.h"

/* Makes the check of a query that was read at `place`, and audits it if the query says so: the events are in the request's
 * trail. The answer is put into `text`; false, and nothing is, when the reader failed: its problem says why. *ret_allowed starts
 * at false. */
bool answer_check(struct reader *reader, const struct place *place, struct request *request,
                  const struct subject *subject, struct access_query *query, struct text *text,
                  bool *ret_allowed) MUST_USE;

/* May the `audit` of `place`, or of the whole batch, be? False, and the reader failed, for a token that nobody has, for a caller
 * whom the route's guard does not grant ROUTE_AUDIT, and without a log. */
bool answer_may_audit(struct reader *reader, const struct place *place, struct request *request,
                      const struct subject *subject);

#endif
