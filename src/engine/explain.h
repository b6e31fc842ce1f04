/* explain: why an access check came out as it did: for each right the stage that decided it, for each ACE what became of it.
 *
 * The walk that decides records it, into memory of the caller, and only when access_request.explanation is not NULL.
 * The answer is the same either way. Where a check would stop at the first right that is denied, an explained one goes on
 * until the fate of every right is known; see walk.c. */
#ifndef NTOKEND_ENGINE_EXPLAIN_H
#define NTOKEND_ENGINE_EXPLAIN_H

#include "base/arena.h"
#include "engine/decide.h"

/* What can decide a right, in the order in which it is looked at. Reference 3.4. */
enum explain_stage {
    EXPLAIN_STAGE_TRUST_LABEL,
    EXPLAIN_STAGE_ACCESS_FILTER,
    EXPLAIN_STAGE_INTEGRITY,
    EXPLAIN_STAGE_PRIVILEGE,
    EXPLAIN_STAGE_OWNER,
    EXPLAIN_STAGE_DACL,             /* the ordinary SIDs of the token */
    EXPLAIN_STAGE_RESTRICTING_SIDS, /* the DACL once more, reference 3.8 */
    EXPLAIN_STAGE_APP_CONTAINER,    /* and once more, reference 3.9 */
    EXPLAIN_STAGE_POLICY,           /* central access policy, reference 3.11 */
    EXPLAIN_STAGE_COUNT
};

/* Whether a stage reads the SACL; else it reads the DACL. */
static inline bool explain_stage_reads_sacl(enum explain_stage stage)
{
    return stage < EXPLAIN_STAGE_PRIVILEGE || stage == EXPLAIN_STAGE_POLICY;
}

/* The walks over the DACL that one check may make. */
enum { EXPLAIN_PASSES = EXPLAIN_STAGE_POLICY - EXPLAIN_STAGE_DACL, EXPLAIN_NO_ACE = UINT16_MAX };

/* Why a right is granted or not. */
enum explain_reason {
    EXPLAIN_GRANTED_BY_ACE,
    EXPLAIN_GRANTED_ON_ALL_PARTS, /* the last of the ACEs that grant it on the nodes below */
    EXPLAIN_GRANTED_BY_PRIVILEGE,
    EXPLAIN_GRANTED_TO_OWNER,
    EXPLAIN_GRANTED_WITHOUT_DACL, /* there is none */
    EXPLAIN_GRANTED_BY_NULL_DACL,
    EXPLAIN_DENIED_BY_ACE,
    EXPLAIN_DENIED_ON_A_PART, /* an ACE denies it on a node below */
    EXPLAIN_NOT_GRANTED,      /* nobody denies it, nobody grants it */
    EXPLAIN_EMPTY_DACL,
    EXPLAIN_NO_DACL, /* which grants nothing to an AppContainer */
    EXPLAIN_BELOW_TRUST_LABEL,
    EXPLAIN_ACCESS_FILTERED,
    EXPLAIN_BELOW_INTEGRITY_LABEL,
    EXPLAIN_REFUSED_BY_RULE,   /* of a central access policy */
    EXPLAIN_REFUSED_WITH_RULE, /* the rule grants it, but not all that was asked for, and so nothing */
    EXPLAIN_PRIVILEGE_NOT_HELD,
    EXPLAIN_NOT_EXAMINED, /* the check ended before, at a privilege that is not held */
    EXPLAIN_REASON_COUNT
};

/* What became of an ACE. The walk records the first few; explanation_ace says the rest when it is asked. */
enum explain_outcome {
    EXPLAIN_ACE_NOT_REACHED,
    EXPLAIN_ACE_APPLIED,
    EXPLAIN_ACE_APPLIED_IN_DOUBT, /* a deny ACE whose condition is UNKNOWN */
    EXPLAIN_ACE_NO_PART,          /* in DACLs: inherit-only, or of a type that has no meaning there */
    EXPLAIN_ACE_SID,              /* does not name who is asked about */
    EXPLAIN_ACE_SERVER_SID,
    EXPLAIN_ACE_OBJECT_TYPE,
    EXPLAIN_ACE_CONDITION_FALSE,
    EXPLAIN_ACE_CONDITION_UNKNOWN,
    /* only from explanation_ace */
    EXPLAIN_ACE_GRANTED,
    EXPLAIN_ACE_DENIED,
    EXPLAIN_ACE_LIMITED, /* an ACE of the SACL that takes rights away */
    EXPLAIN_ACE_PASSED,  /* one that takes nothing away, because the token satisfies it */
    EXPLAIN_ACE_NAMES_POLICY,
    EXPLAIN_ACE_ALREADY_DECIDED,
    EXPLAIN_ACE_OTHER_RIGHTS,
    EXPLAIN_ACE_INHERIT_ONLY,
    EXPLAIN_ACE_TYPE,
    EXPLAIN_ACE_NOT_FIRST, /* a label that is not the first of its kind */
    EXPLAIN_ACE_SID_ABSENT,
    EXPLAIN_ACE_SID_DISABLED,
    EXPLAIN_ACE_SID_DENY_ONLY,
    EXPLAIN_ACE_NO_PRINCIPAL_SELF,
    EXPLAIN_ACE_NOT_FOR_PACKAGE, /* denies, and what the ordinary SIDs match: reference 3.9 */
    EXPLAIN_OUTCOME_COUNT
};

/* What one ACE has done in one pass. */
struct explain_ace {
    uint32_t decided; /* the rights that it granted or denied in some node */
    enum explain_outcome outcome;
};

/* What one pass has decided in one node, and which ACE it was. */
struct explain_node {
    uint32_t granted;
    uint32_t denied;
    uint16_t by[32];
};

struct explain_pass {
    uint32_t judged; /* the rights in which it has a say; 0: the pass was not made */
    struct explain_ace *aces;
    struct explain_node *nodes; /* every one of the list, also when only the root is explained */
    size_t node_count;
};

/* What the SACL took away. */
struct explain_limit {
    struct explain_ace *aces; /* of the SACL */
    uint32_t left;
    uint8_t stage[32]; /* of each right that is not left, the first that took it … */
    uint16_t by[32];   /* … and the ACE, or EXPLAIN_NO_ACE */
    bool integrity;    /* was the token below the label? */
    uint32_t integrity_level;
    uint32_t integrity_policy; /* MANDATORY_NO_… */
    uint16_t integrity_ace;    /* EXPLAIN_NO_ACE: no label, so the default */
};

/* What the central access policy took away. */
struct explain_policy {
    const struct central_policy *policy; /* NULL: none had a say */
    uint32_t left;
    uint32_t
        collective;    /* rights that are not left though every rule grants them: a rule refuses the others */
    uint16_t rule[32]; /* of each right that is not left, the first rule that took it */
};

struct explanation {
    const struct token *token;
    const struct access_request *request;
    struct explain_pass passes[EXPLAIN_PASSES];
    struct explain_limit limit;
    struct explain_policy policy;
    bool examined;       /* false: the check ended at ACCESS_SYSTEM_SECURITY */
    uint32_t privileged; /* granted by privileges */
    privilege_set used;  /* those */
    uint32_t owned;      /* granted to the owner */
    uint32_t asked;      /* the rights to explain: those asked for; of a maximum all that the object has */
    uint32_t *granted;   /* what each node has in the end */
    size_t node_count;   /* nodes that are explained: all of a result list, else the root */
    size_t work;         /* left for the terms of conditions, explain_condition.h */
};

/* Memory for one check of `request`, whose descriptor is set. NULL when the arena is exhausted. */
struct explanation *explanation_new(struct arena *arena, const struct access_request *request) MUST_USE;

struct explained_right {
    uint32_t right;
    bool granted;
    enum explain_stage stage;
    enum explain_reason reason;
    uint16_t ace;       /* of the ACL that the stage reads, or EXPLAIN_NO_ACE */
    unsigned privilege; /* LUID, 0 for none */
    const char *rule;   /* the name of the rule, NULL for none */
};
/* `right` is one bit of explanation->asked, node < node_count. */
struct explained_right explanation_right(const struct explanation *explanation, size_t node, uint32_t right);

/* What became of an ACE of the DACL in a pass, or of the SACL (any stage that reads it). Takes as long as the token has
 * groups. */
enum explain_outcome explanation_ace(const struct explanation *explanation, enum explain_stage stage,
                                     unsigned index, const struct ace *ace);

/* Stable words: "restricting-sids", "denied-by-ace", "sid-deny-only". */
const char *explain_stage_name(enum explain_stage stage);
const char *explain_reason_name(enum explain_reason reason);
const char *explain_outcome_name(enum explain_outcome outcome);

/* For the check itself. */
void explain_begin(struct explanation *explanation, const struct token *token,
                   const struct access_request *request);
/* What of the rights so far is left by one ACE of the SACL, or by the default label. */
void explain_limit(struct explanation *explanation, enum explain_stage stage, uint16_t ace,
                   enum explain_outcome outcome, uint32_t left);
/* After each rule that applies: the rights that it grants, and those that are left of all rules. */
void explain_rule(struct explanation *explanation, const struct central_policy *policy, uint16_t rule,
                  uint32_t granted, uint32_t left);
/* After each ACE: what is new in the nodes came from it. */
void explain_ace(struct explain_pass *pass, unsigned index, enum explain_outcome outcome,
                 const struct object_node *nodes);
/* After the walk, or for a DACL that is not there. */
void explain_pass_done(struct explain_pass *pass, uint32_t judged, const struct object_node *nodes);

#endif
