/* read_query: one access check as the caller asks for it. */
#ifndef NTOKEND_API_READ_QUERY_H
#define NTOKEND_API_READ_QUERY_H

#include "api/read_audit.h"
#include "engine/decide.h"

enum { READ_NODES_MAX = 1024 }; /* elements of one object type list */

struct access_query {
    struct access_request
        request; /* its descriptor is to be set to the one below, once the query has its place */
    struct descriptor descriptor;
    bool has_descriptor;
    const struct securable *type; /* names of rights; NULL with a genericMapping */
    bool has_mapping;             /* by either */
    bool explain;
    bool has_audit;
    struct audit_object audit; /* its securable is answer_check's to set */
    size_t *explain_room;      /* for write_explanation; the handler's to set, once the query has its place */
    size_t work;               /* what the check cost, work.h; answer_check's to set */
};

/* The members of a check, for read_object: what may be given once for a whole batch, and what belongs to each check. */
#define READ_QUERY_SHARED "securityDescriptor", "objectType", "genericMapping", "explain", "audit"
#define READ_QUERY_OWN    "desiredAccess", "principalSelf", "objectTypes", "resultList"

/* The shared members, all optional. */
void read_query_shared(struct reader *reader, const struct place *place, struct access_query *ret);
/* All members; what is absent and shared comes from *shared. */
void read_query(struct reader *reader, const struct place *place, const struct access_query *shared,
                struct access_query *ret);

#endif
