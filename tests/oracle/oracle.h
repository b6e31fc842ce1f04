/* oracle: the access check a second time, as plainly as the reference says it, to compare the engine with. It shares the
 * engine's data structures and the reader of descriptors, and none of its decisions. Linked into tests only. */
#ifndef NTOKEND_TESTS_ORACLE_H
#define NTOKEND_TESTS_ORACLE_H

#include "engine/audit.h"

enum oracle_truth { ORACLE_FALSE, ORACLE_TRUE, ORACLE_UNKNOWN, ORACLE_TRUTHS };

/* Which parts of the reference had a say: for the tests to know that they reach everything. */
enum oracle_mark {
    MARK_BAD_CALL,
    MARK_BAD_OBJECT_LIST,
    MARK_BAD_DESCRIPTOR,
    MARK_PRIVILEGE_NOT_HELD,
    MARK_LIMIT_BY_TRUST,
    MARK_LIMIT_BY_FILTER,
    MARK_LIMIT_BY_INTEGRITY,
    MARK_PRIVILEGE_USED,
    MARK_OWNER_RIGHTS,
    MARK_OWNER_RIGHTS_CANCELLED,
    MARK_NULL_DACL,
    MARK_ALLOW,
    MARK_DENY,
    MARK_ALLOW_NODE,
    MARK_DENY_NODE,
    MARK_DENY_WHOLE,
    MARK_LIFTED,
    MARK_ACE_SKIPPED,
    MARK_RESTRICTED_PASS,
    MARK_WRITE_RESTRICTED_PASS,
    MARK_WRITE_RESTRICTED_PART,
    MARK_APP_CONTAINER_PASS,
    MARK_SELF,
    MARK_OWNER_ALIAS,
    MARK_COMPOUND,
    MARK_CONDITION_FALSE, /* three in the order of enum oracle_truth */
    MARK_CONDITION_TRUE,
    MARK_CONDITION_UNKNOWN,
    MARK_RESOURCE_ATTRIBUTE,
    MARK_POLICY,
    MARK_POLICY_WITHOUT_SAY,
    MARK_AUDIT_SUCCESS,
    MARK_AUDIT_FAILURE,
    MARK_AUDIT_BOTH,
    MARK_AUDIT_NODE,
    MARK_AUDIT_IN_DOUBT,
    MARK_ALARM,
    ORACLE_MARKS
};

struct oracle_trace {
    unsigned marks[ORACLE_MARKS];
    unsigned tokens[256];                 /* how often each token of a condition was met … */
    unsigned results[256][ORACLE_TRUTHS]; /* … and what it came to, of operators */
};

/* As decide_access, over the same request. `trace` is added to. */
enum err oracle_access(const struct token *token, const struct access_request *request,
                       struct oracle_trace *trace, struct access_answer *ret) MUST_USE;

/* As audit_decide, over a request that oracle_access has answered. */
void oracle_audit(const struct token *token, const struct access_request *request,
                  const struct access_answer *answer, struct oracle_trace *trace, struct audit_answer *ret);

/* The same name for all sides of a report: "lifted", "owner rights" … */
const char *oracle_mark_name(enum oracle_mark mark);

#endif
