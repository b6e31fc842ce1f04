/* audit_explain: an access check that is audited, and the words for its reasons. */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_EXPLAIN_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_EXPLAIN_H

#include "platform/audit.h"

enum {
    AUDIT_EXPLAIN_MEMORY_MAX = 16 << 20, /* of an explained check, and of what is made of it */
    AUDIT_BYTES_PER_WORK = 4,            /* of that memory, which is filled as fast as values are read */
};

/* A check that was made, and the log it goes to. */
struct audited {
    const struct platform *platform;
    const struct platform_token *token;
    const struct access_request *request; /* with the policies that counted */
    const struct audit_object *object;
    const struct access_answer *answer;
    struct audit_trail *trail;
    size_t work; /* spent on conditions beside those of the check, and on words */
};

/* AccessReason for the rights in `mask`, in the trail's arena; of a result list for the first node that was allowed, or refused. A check
 * that nobody wanted explained is made once more: only few are written to the log. ERR_NO_MEMORY. */
enum err audit_explain(struct audited *audited, bool allowed, uint32_t mask, const char **ret) MUST_USE;

#endif
