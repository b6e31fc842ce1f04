/* Why a right is granted or not, in sentences. */
#include "api/explainer.h"

/* Whom a walk over the DACL asks about. */
static const char *asked_about(enum explain_stage stage)
{
    return stage == EXPLAIN_STAGE_RESTRICTING_SIDS ? "the restricting SIDs of the token"
           : stage == EXPLAIN_STAGE_APP_CONTAINER
               ? "the token's AppContainer, its capabilities or all packages"
               : "the token's user or one of its groups";
}

/* Without a name the SID of the ACE says it all. */
static const char *naming(struct explainer *explainer, const struct ace *ace)
{
    const char *name = write_sid_name(explainer->writer, ace->sid);
    return name != NULL ? explainer_print(explainer, ", which names %s", name) : "";
}

static const char *by_ace(struct explainer *explainer, const struct explained_right *right, const char *verb)
{
    const struct explain_pass *pass = &explainer->explanation->passes[right->stage - EXPLAIN_STAGE_DACL];
    const struct ace ace = explainer_ace(&explainer->dacl, right->ace);
    const bool in_doubt = pass->aces[right->ace].outcome == EXPLAIN_ACE_APPLIED_IN_DOUBT;
    return explainer_print(
        explainer, "%s by %s%s.%s", verb, explainer_place(explainer, right->stage, right->ace),
        naming(explainer, &ace),
        in_doubt ? " Its condition is neither true nor false, and an ACE that denies counts in doubt." : "");
}

static const char *by_integrity(struct explainer *explainer, const struct explained_right *right)
{
    const struct explanation *explanation = explainer->explanation;
    const char *label =
        right->ace == EXPLAIN_NO_ACE
            ? "which it has because its SACL holds no label"
            : explainer_print(explainer, "from %s, with the policy %s",
                              explainer_place(explainer, right->stage, right->ace),
                              explainer_policy(explainer, explanation->limit.integrity_policy));
    return explainer_print(
        explainer, "Taken away because the token's integrity level, %s, is below that of the object, %s, %s.",
        explainer_level(explainer, explanation->token->integrity_level),
        explainer_level(explainer, explanation->limit.integrity_level), label);
}

static const char *by_policy(struct explainer *explainer, const struct explained_right *right)
{
    const struct central_policy *policy = explainer->explanation->policy.policy;
    const char *name = policy->name != NULL ? policy->name : explainer_who(explainer, policy->sid);
    const char *rule = right->rule != NULL ? right->rule : "without a name";
    if (right->reason == EXPLAIN_REFUSED_WITH_RULE)
        return explainer_print(explainer,
                               "The rule %s of the central access policy %s grants it, but not all that was "
                               "asked for, and so refuses everything.",
                               rule, name);
    return explainer_print(explainer, "The rule %s of the central access policy %s does not grant it.", rule,
                           name);
}

static const char *by_privilege(struct explainer *explainer, const struct explained_right *right)
{
    const struct privilege_state *state = &explainer->explanation->token->privileges;
    const char *name = privilege_name(right->privilege);
    switch (right->reason) {
    case EXPLAIN_GRANTED_BY_PRIVILEGE:
        return explainer_print(explainer, "Granted by the privilege %s, whatever the DACL says.", name);
    case EXPLAIN_PRIVILEGE_NOT_HELD:
        return explainer_print(explainer, "Only %s grants it, and the token %s.", name,
                               (state->present & privilege_bit(right->privilege)) != 0 ? "has it disabled"
                                                                                       : "does not hold it");
    default:
        return explainer_print(
            explainer,
            "Not looked at: the check ended at ACCESS_SYSTEM_SECURITY, for which the token lacks %s.", name);
    }
}

static const char *by_sacl(struct explainer *explainer, const struct explained_right *right)
{
    const char *place = explainer_place(explainer, right->stage, right->ace);
    if (right->reason == EXPLAIN_BELOW_TRUST_LABEL)
        return explainer_print(
            explainer, "Taken away by %s, a process trust label that the token does not reach.", place);
    return explainer_print(explainer, "Taken away by %s, an access filter whose condition is not true.",
                           place);
}

const char *explainer_right_text(struct explainer *explainer, const struct explained_right *right)
{
    switch (right->reason) {
    case EXPLAIN_GRANTED_BY_ACE:
        return by_ace(explainer, right, "Granted");
    case EXPLAIN_GRANTED_ON_ALL_PARTS:
        return by_ace(explainer, right, "Granted on every part of the object, on the last of them");
    case EXPLAIN_GRANTED_TO_OWNER:
        return "Granted because the token has the owner of the object, and no ACE of the DACL is for OWNER RIGHTS.";
    case EXPLAIN_GRANTED_WITHOUT_DACL:
        return "Granted because the descriptor has no DACL, which lets everybody do everything.";
    case EXPLAIN_GRANTED_BY_NULL_DACL:
        return "Granted because the DACL is a NULL DACL, which lets everybody do everything.";
    case EXPLAIN_DENIED_BY_ACE:
        return by_ace(explainer, right, "Denied");
    case EXPLAIN_DENIED_ON_A_PART:
        return by_ace(explainer, right, "Denied on a part of the object, and so on the whole,");
    case EXPLAIN_NOT_GRANTED:
        return explainer_print(explainer, "No ACE of the DACL grants it to %s.", asked_about(right->stage));
    case EXPLAIN_EMPTY_DACL:
        return "The DACL is empty, which grants nothing to anybody.";
    case EXPLAIN_NO_DACL:
        return "There is no DACL, or a NULL DACL, which grants nothing to an AppContainer.";
    case EXPLAIN_BELOW_TRUST_LABEL:
    case EXPLAIN_ACCESS_FILTERED:
        return by_sacl(explainer, right);
    case EXPLAIN_BELOW_INTEGRITY_LABEL:
        return by_integrity(explainer, right);
    case EXPLAIN_REFUSED_BY_RULE:
    case EXPLAIN_REFUSED_WITH_RULE:
        return by_policy(explainer, right);
    case EXPLAIN_GRANTED_BY_PRIVILEGE:
    case EXPLAIN_PRIVILEGE_NOT_HELD:
    case EXPLAIN_NOT_EXAMINED:
    case EXPLAIN_REASON_COUNT:
        break;
    }
    return by_privilege(explainer, right);
}
