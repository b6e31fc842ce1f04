/* work: what a check costs beside its conditions, in their unit (CONDITION_WORK_MAX: one value read, some 15 ns). So that
 * one request does not cost some seconds, whatever its checks are made of. */
#ifndef NTOKEND_API_WORK_H
#define NTOKEND_API_WORK_H

#include "engine/decide.h"

/* What all checks of one request may cost together: 0.1 to 0.2 seconds. */
enum { REQUEST_WORK_MAX = 32 * CONDITION_WORK_MAX };

/* The walks over the ACEs, each of which may touch each node, and the reading of the nodes. `request` as for decide_access,
 * with its policies; `token` may be NULL. */
size_t work_of_walks(const struct token *token, const struct access_request *request);
/* The words of a result list, after the check. */
size_t work_of_results(const struct access_request *request);
/* Whatever else was made for it: bytes of the arena it was made in. */
size_t work_of_memory(size_t bytes);

#endif
