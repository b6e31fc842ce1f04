/* audit: does the SACL of an object ask for an event about this check? Reference 5.2. */
#ifndef NTOKEND_ENGINE_AUDIT_H
#define NTOKEND_ENGINE_AUDIT_H

#include "engine/decide.h"

struct audit_answer {
    bool success; /* an event about what was granted */
    bool failure; /* an event about what was refused; both only for a result list, whose nodes may differ */
    size_t work;  /* spent on conditions */
};

/* Walks the SACL with the token, what it asked and what it was answered; for an object type list the nodes hold their
 * answers. Allocates nothing; conditions cost at most CONDITION_WORK_MAX, and what cannot be afforded is audited: a record too
 * many is no breach. A descriptor without SACL asks for nothing. The token must be indexed: ERR_FAILED. */
enum err audit_decide(const struct token *token, const struct access_request *request,
                      const struct access_answer *answer, struct audit_answer *ret) MUST_USE;

#endif
