/* Which line of the descriptor to change, or what is missing, so that a right is granted. */
#include "api/explainer.h"

enum { SID_DOMAIN = 21, SID_BUILTIN_DOMAIN = 32, CANDIDATES_MAX = 64 };

/* An ACE that would grant the right to the user. */
static const char *new_ace(struct explainer *explainer, uint32_t right)
{
    char user[SID_TEXT_MAX];
    (void)sid_format(explainer->explanation->token->user, user);
    return explainer_print(explainer, "(A;;0x%x;;;%s)", right, user);
}

/* Somebody can be made a member of a group of a domain or of the machine, not of NETWORK or of another user. */
static bool can_join(const struct sid *sid)
{
    return sid->sub_authority_count > 1 &&
           (sid_sub_authority(sid, 0) == SID_DOMAIN || sid_sub_authority(sid, 0) == SID_BUILTIN_DOMAIN);
}

/* The first ACE that would grant the right if it counted, and what keeps it from that; EXPLAIN_NO_ACE. */
static uint16_t find_candidate(const struct explainer *explainer, const struct explained_right *right,
                               enum explain_outcome *ret_outcome)
{
    unsigned tried = 0;
    for (unsigned i = 0; i < explainer->dacl.count && tried < CANDIDATES_MAX; i++) {
        struct ace ace = explainer_ace(&explainer->dacl, i);
        bool allows = (ace_class(ace.type) & ACE_CLASS_ALLOW) != 0 || ace.type == ACE_ACCESS_ALLOWED_COMPOUND;
        if (!allows || (ace.mask & right->right) == 0)
            continue;
        *ret_outcome = explanation_ace(explainer->explanation, right->stage, i, &ace);
        tried++;
        bool skipped = *ret_outcome >= EXPLAIN_ACE_INHERIT_ONLY || *ret_outcome < EXPLAIN_ACE_GRANTED;
        if (skipped && (*ret_outcome != EXPLAIN_ACE_SID_ABSENT || can_join(ace.sid)))
            return (uint16_t)i;
    }
    return EXPLAIN_NO_ACE;
}

/* What keeps a candidate from counting. */
static const char *hurdle(struct explainer *explainer, enum explain_outcome outcome, const char *who)
{
    switch (outcome) {
    case EXPLAIN_ACE_INHERIT_ONLY:
        return "but is inherit-only: take the flag IO away";
    case EXPLAIN_ACE_SID_DISABLED:
        return explainer_print(explainer, "to %s, which is disabled in the token: enable it", who);
    case EXPLAIN_ACE_SID_DENY_ONLY:
        return explainer_print(explainer, "to %s, which counts for denying only in this token", who);
    case EXPLAIN_ACE_NO_PRINCIPAL_SELF:
        return "to PRINCIPAL SELF: give principalSelf in the request";
    case EXPLAIN_ACE_OBJECT_TYPE:
        return "on an object type only: ask with objectTypes";
    case EXPLAIN_ACE_CONDITION_FALSE:
        return explainer_print(explainer, "to %s under a condition that is false here", who);
    case EXPLAIN_ACE_CONDITION_UNKNOWN:
        return explainer_print(explainer, "to %s under a condition that is unknown here", who);
    case EXPLAIN_ACE_SERVER_SID:
        return "to another server";
    default:
        return explainer_print(explainer, "to %s: add the user there", who);
    }
}

static const char *for_missing(struct explainer *explainer, const struct explained_right *right)
{
    const char *name = explainer_rights(explainer, right->right);
    if (right->stage == EXPLAIN_STAGE_RESTRICTING_SIDS)
        return explainer_print(
            explainer,
            "Grant %s in the DACL to one of the restricting SIDs too, or use a token without them.", name);
    if (right->stage == EXPLAIN_STAGE_APP_CONTAINER)
        return explainer_print(
            explainer,
            "Grant %s in a DACL to the package, to one of its capabilities or to all packages too.", name);
    enum explain_outcome outcome = EXPLAIN_ACE_NOT_REACHED;
    const uint16_t index = find_candidate(explainer, right, &outcome);
    if (index == EXPLAIN_NO_ACE)
        return explainer_print(explainer, "Add an ACE to the DACL that grants %s, such as %s.", name,
                               new_ace(explainer, right->right));
    struct ace ace = explainer_ace(&explainer->dacl, index);
    return explainer_print(explainer, "%s, grants %s %s. Or add an ACE such as %s.",
                           explainer_place(explainer, right->stage, index), name,
                           hurdle(explainer, outcome, explainer_who(explainer, ace.sid)),
                           new_ace(explainer, right->right));
}

static const char *for_denied(struct explainer *explainer, const struct explained_right *right)
{
    struct ace ace = explainer_ace(&explainer->dacl, right->ace);
    return explainer_print(
        explainer,
        "Change or remove %s, or make the request with a token that %s is not in; then another "
        "ACE must grant %s.",
        explainer_place(explainer, right->stage, right->ace), explainer_who(explainer, ace.sid),
        explainer_rights(explainer, right->right));
}

static const char *for_integrity(struct explainer *explainer, const struct explained_right *right)
{
    const struct explanation *explanation = explainer->explanation;
    const char *needed = explainer_level(explainer, explanation->limit.integrity_level);
    if (right->ace == EXPLAIN_NO_ACE)
        return explainer_print(
            explainer,
            "Use a token of level %s, or give the object a label in its SACL: (ML;;NW;;;S-1-16-%u).", needed,
            explanation->token->integrity_level);
    return explainer_print(explainer, "Use a token of level %s, or lower the label, %s, to S-1-16-%u.",
                           needed, explainer_place(explainer, right->stage, right->ace),
                           explanation->token->integrity_level);
}

static const char *for_privilege(struct explainer *explainer, const struct explained_right *right)
{
    const struct privilege_state *state = &explainer->explanation->token->privileges;
    const char *name = privilege_name(right->privilege);
    if ((state->present & privilege_bit(right->privilege)) != 0)
        return explainer_print(explainer, "Enable %s, with enablePrivileges in the request.", name);
    return explainer_print(explainer, "Give the user the privilege %s (%s).", name,
                           privilege_display_name(right->privilege));
}

const char *explainer_advice(struct explainer *explainer, const struct explained_right *right)
{
    switch (right->reason) {
    case EXPLAIN_DENIED_BY_ACE:
    case EXPLAIN_DENIED_ON_A_PART:
        return for_denied(explainer, right);
    case EXPLAIN_NOT_GRANTED:
    case EXPLAIN_EMPTY_DACL:
    case EXPLAIN_NO_DACL:
        return for_missing(explainer, right);
    case EXPLAIN_BELOW_TRUST_LABEL:
    case EXPLAIN_ACCESS_FILTERED:
        return explainer_print(explainer,
                               "Change or remove %s, or make the request with a token that satisfies it.",
                               explainer_place(explainer, right->stage, right->ace));
    case EXPLAIN_BELOW_INTEGRITY_LABEL:
        return for_integrity(explainer, right);
    case EXPLAIN_REFUSED_BY_RULE:
    case EXPLAIN_REFUSED_WITH_RULE:
        return "Change the rule, or take the ACE that names the policy, (SP;…), out of the SACL.";
    case EXPLAIN_PRIVILEGE_NOT_HELD:
        return for_privilege(explainer, right);
    case EXPLAIN_NOT_EXAMINED:
        return "Ask without ACCESS_SYSTEM_SECURITY, or with the privilege.";
    default:
        return NULL;
    }
}
