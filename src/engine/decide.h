/* decide: the access check of Windows as pure computation. Reference 3; one DACL walk serves every mode.
 *
 * May this token have these rights on this object? In this order (reference 3.4):
 *   1. the SACL's trust label, access filters and integrity label take rights away, whatever the DACL grants;
 *   2. privileges supply ACCESS_SYSTEM_SECURITY and WRITE_OWNER, being the owner READ_CONTROL and WRITE_DAC;
 *   3. the DACL is walked from its first ACE: each right goes to the first ACE that allows or denies it to a SID of the token;
 *   4. restricting SIDs and an AppContainer's package must be granted the same by walks of their own;
 *   5. each rule of a central access policy must grant it too.
 * What is left without a grant is refused, and with it the whole request, unless it asks for MAXIMUM_ALLOWED: then the answer
 * is what would be granted. */
#ifndef NTOKEND_ENGINE_DECIDE_H
#define NTOKEND_ENGINE_DECIDE_H

#include "engine/central_policy.h"
#include "engine/descriptor.h"
#include "engine/rights.h"
#include "engine/token.h"

/* One element of an OBJECT_TYPE_LIST, and the check's working memory and answer for it. */
struct object_node {
    uint16_t level; /* 0 to 4 */
    struct guid guid;
    /* out: the answer of a result list; without result_list every node is left denied, with nothing granted */
    uint32_t granted; /* also when denied: the partial mask that Windows reports */
    bool allowed;
    /* working memory of the check */
    uint32_t denied;
    uint32_t kept; /* what all DACL walks so far have granted */
};

struct explanation;

struct access_request {
    const struct descriptor *descriptor;
    uint32_t desired; /* no generic bits */
    struct generic_mapping mapping;
    const struct sid *principal_self; /* NULL: S-1-5-10 matches nothing */
    struct object_node *nodes;        /* the object type list, NULL for none; written to by the check */
    size_t node_count;                /* the caller bounds it: a check costs ACEs times nodes */
    bool result_list;                 /* one answer per node (AccessCheckByTypeResultList) */
    const struct central_policies *policies; /* NULL: no policy is known, see central_policy_find */
    struct explanation *explanation;         /* where to record why, engine/explain.h; NULL: nowhere */
};

/* In a result list this is the root's answer. */
struct access_answer {
    bool allowed;
    uint32_t granted; /* 0 when refused */
    enum err reason;  /* ERR_NONE when allowed, else ERR_ACCESS_DENIED or ERR_PRIVILEGE_NOT_HELD */
    privilege_set privileges_used; /* those that supplied a right */
    size_t
        work; /* spent on conditions, at most CONDITION_WORK_MAX; who audits the check adds what that took */
};

/* AccessCheck, AccessCheckByType (nodes) and AccessCheckByTypeResultList (nodes and result_list). Allocates nothing.
 * The token must be indexed. Refusals are answers; errors are the calls that Windows itself refuses, in its order
 * (reference 3.2): ERR_GENERIC_NOT_MAPPED, ERR_NO_IMPERSONATION_TOKEN, ERR_BAD_IMPERSONATION_LEVEL,
 * ERR_INVALID_PARAMETER (object type list), ERR_INVALID_SECURITY_DESCR (no owner or no group); and ERR_FAILED for a token
 * without its index. On an error *ret denies. */
enum err decide_access(const struct token *token, const struct access_request *request,
                       struct access_answer *ret) MUST_USE;

#endif
