/* case: one random access check that can be taken apart: a token, a descriptor in pieces, a request. */
#ifndef NTOKEND_TESTS_CASE_H
#define NTOKEND_TESTS_CASE_H

#include "oracle/chance.h"
#include "oracle/oracle.h"

#include <stdio.h>

enum {
    CASE_ACES_MAX = 12,
    CASE_ACE_SIZE = 400,
    CASE_SIDS_MAX = 8,
    CASE_CLAIMS_MAX = 4,
    CASE_VALUES_MAX = 3,
    CASE_NODES_MAX = 10,
    CASE_RULES_MAX = 2,
    CASE_CONDITION_SIZE = 200,
    CASE_ACL_SIZE = ACL_HEADER_SIZE + CASE_ACES_MAX * CASE_ACE_SIZE,
    CASE_RAW_SIZE = (2 + CASE_RULES_MAX) * CASE_ACL_SIZE + 2 * SID_SIZE_MAX + SD_HEADER_SIZE,
};

struct case_ace {
    uint16_t size;
    uint8_t bytes[CASE_ACE_SIZE];
};

struct case_acl {
    enum acl_state state;
    unsigned count;
    struct case_ace aces[CASE_ACES_MAX];
};

struct case_sids {
    unsigned count;
    struct sid_and_attributes items[CASE_SIDS_MAX];
};

struct case_claims {
    unsigned count;
    struct claim claims[CASE_CLAIMS_MAX];
    struct claim_value values[CASE_CLAIMS_MAX][CASE_VALUES_MAX];
};

/* A rule of the central access policy, S-1-17-1; a SACL may name that or an unknown one. */
struct case_rule {
    struct case_acl dacl;
    size_t condition_size; /* 0: for every object */
    uint8_t condition[CASE_CONDITION_SIZE];
};

struct access_case {
    const struct sid *owner; /* NULL: none */
    const struct sid *group;
    struct case_sids groups;
    struct case_sids restricting;
    struct case_sids device_groups;
    struct case_sids capabilities;
    struct case_claims user_claims;
    struct case_claims device_claims;
    struct case_claims local_claims;
    struct token token; /* but for the lists above, which case_run binds */
    struct access_request request;
    struct object_node nodes[CASE_NODES_MAX];
    struct case_acl dacl;
    struct case_acl sacl;
    unsigned rule_count;
    struct case_rule rules[CASE_RULES_MAX];
    /* what the rules become, made by case_bind */
    struct central_rule central_rules[CASE_RULES_MAX];
    const struct central_rule *central_list[CASE_RULES_MAX];
    struct central_policy central_policy;
    struct central_policies central_policies;
    struct bytes whole; /* when it has any, a descriptor that stands for the pieces */
};

struct case_answer {
    enum err err;
    struct access_answer answer;
    struct object_node nodes[CASE_NODES_MAX];
    struct audit_answer audit; /* nothing when the call fails */
};

/* The pools that cases are made of; once, before anything else here. */
void case_init(void);
/* S-1-5-21-1-2-3-1001, who most tokens are of */
const struct sid *case_user(void);

/* make_….c */
void make_case(struct chance *chance, struct access_case *ret);
void make_token(struct chance *chance, struct access_case *ret);
void make_acls(struct chance *chance, struct access_case *ret);
/* One condition decides whether case_user has right 1. */
void make_acls_of_a_condition(struct chance *chance, struct access_case *ret);
/* Small masks, for case_user alone: what the nodes have, and what is audited of it. */
void make_acls_of_audits(struct chance *chance, struct access_case *ret);
void make_nodes(struct chance *chance, struct access_case *ret);
/* A condition of at most `space` bytes, artx included; returns its size. */
size_t make_condition(struct chance *chance, uint8_t *at, size_t space);
/* A resource attribute of the same names and values. */
size_t make_resource_attribute(struct chance *chance, uint8_t *at, size_t space);
void make_claims(struct chance *chance, struct case_claims *ret);
const struct sid *make_sid(struct chance *chance);

/* Builds the descriptor in raw and points the token and the request at what they are of. */
void case_bind(struct access_case *one, uint8_t raw[CASE_RAW_SIZE], struct descriptor *ret_descriptor);
/* Asks both; `trace` is the oracle's. */
void case_run(struct access_case *one, struct oracle_trace *trace, struct case_answer *ret_engine,
              struct case_answer *ret_oracle);
/* The engine alone. */
void case_decide(struct access_case *one, struct case_answer *ret);
/* The same with an explanation; false when that tells of other rights than the answer. */
bool case_explain(struct access_case *one, struct case_answer *ret);

/* properties.c: what holds of every check, whatever the rules. NULL, or which one does not. */
const char *case_broken_property(struct chance *chance, struct access_case *one);
bool case_differs(const struct access_case *one, const struct case_answer *a, const struct case_answer *b);
/* Takes away whatever may go while the two still differ. */
void case_shrink(struct access_case *one);
void case_show(FILE *out, struct access_case *one);

#endif
