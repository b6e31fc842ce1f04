/* What the files of the oracle share. */
#ifndef NTOKEND_TESTS_ORACLE_INTERNAL_H
#define NTOKEND_TESTS_ORACLE_INTERNAL_H

#include "oracle/oracle.h"

enum { ORACLE_NODES_MAX = 64 };

/* One call, and what has been found out so far. */
struct oracle {
    const struct token *token;
    const struct access_request *request;
    const struct descriptor *descriptor;
    struct oracle_trace *trace;
    uint32_t need; /* desired without MAXIMUM_ALLOWED */
    bool maximum;
    uint32_t limit;    /* what labels and filters leave */
    uint32_t previous; /* granted before the DACL */
    privilege_set used;
    size_t node_count; /* at least 1: a check without a list has one node, the whole object */
};

/* 3.8, 3.9: the DACL is walked once for each of these. */
enum oracle_pass { PASS_NORMAL, PASS_RESTRICTING, PASS_APP_CONTAINER };

/* oracle_match.c, 3.3 */
const struct sid *oracle_resolve(const struct oracle *oracle, const struct sid *sid);
bool oracle_token_matches(const struct token *token, const struct sid *sid, bool deny);
bool oracle_device_matches(const struct token *token, const struct sid *sid, bool deny);
bool oracle_restricting_matches(const struct token *token, const struct sid *sid);
bool oracle_package_matches(const struct token *token, const struct sid *sid);
bool oracle_privilege(const struct oracle *oracle, unsigned luid);

/* oracle_limit.c, 3.4 steps 1 to 3 */
uint32_t oracle_trust_limit(const struct oracle *oracle);
uint32_t oracle_filter_limit(const struct oracle *oracle);
uint32_t oracle_integrity_limit(const struct oracle *oracle);

/* oracle_walk.c, 3.6 and 3.7: what one pass over the DACL grants to each node */
void oracle_walk(const struct oracle *oracle, enum oracle_pass pass, uint32_t ret_granted[ORACLE_NODES_MAX]);

/* oracle_condition.c, 3.10: `deny`: the ACE is of a deny kind, so that Member_of sees deny-only groups */
enum oracle_truth oracle_condition(const struct oracle *oracle, struct bytes application_data, bool deny);

void oracle_mark(const struct oracle *oracle, enum oracle_mark mark);

#endif
