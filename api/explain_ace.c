/* What became of an ACE, in sentences. */
#include "api/explainer.h"

static const char *absent_from(enum explain_stage stage)
{
    return stage == EXPLAIN_STAGE_RESTRICTING_SIDS ? "which is not among the restricting SIDs of the token"
           : stage == EXPLAIN_STAGE_APP_CONTAINER ? "which is neither the package nor one of its capabilities"
                                                  : "which is not in the token";
}

static uint32_t decided(const struct explainer *explainer, enum explain_stage stage, unsigned index)
{
    const struct explanation *explanation = explainer->explanation;
    const struct explain_ace *ace = explain_stage_reads_sacl(stage)
                                        ? &explanation->limit.aces[index]
                                        : &explanation->passes[stage - EXPLAIN_STAGE_DACL].aces[index];
    return ace->decided & explanation->asked;
}

static const char *limited(struct explainer *explainer, enum explain_stage stage, unsigned index)
{
    const uint32_t taken = decided(explainer, stage, index);
    return taken == 0 ? "Takes away none of the rights that were asked for."
                      : explainer_print(explainer, "Takes away %s.", explainer_rights(explainer, taken));
}

static const char *of_the_sid(struct explainer *explainer, enum explain_stage stage, const struct ace *ace,
                              enum explain_outcome outcome)
{
    const char *who = explainer_who(explainer, ace->sid);
    switch (outcome) {
    case EXPLAIN_ACE_SID_DISABLED:
        return explainer_print(explainer, "Names %s, which is disabled in the token.", who);
    case EXPLAIN_ACE_SID_DENY_ONLY:
        return explainer_print(explainer, "Names %s, which in this token counts for ACEs that deny only.",
                               who);
    case EXPLAIN_ACE_ALREADY_DECIDED:
        return explainer_print(explainer, "Names %s, but all its rights were decided before.", who);
    case EXPLAIN_ACE_OTHER_RIGHTS:
        return explainer_print(explainer, "Names %s, but holds none of the rights that were asked for.", who);
    case EXPLAIN_ACE_NAMES_POLICY:
        return explainer_print(explainer, "Names the central access policy %s, which must grant all too.",
                               who);
    case EXPLAIN_ACE_SERVER_SID:
        return explainer_print(explainer, "Is for the server %s, which is not in the token.",
                               explainer_who(explainer, ace->server_sid));
    default:
        return explainer_print(explainer, "Names %s, %s.", who, absent_from(stage));
    }
}

static const char *effect(struct explainer *explainer, enum explain_stage stage, unsigned index,
                          const struct ace *ace, const char *verb)
{
    return explainer_print(explainer, "%s %s to %s.", verb,
                           explainer_rights(explainer, decided(explainer, stage, index)),
                           explainer_who(explainer, ace->sid));
}

const char *explainer_ace_text(struct explainer *explainer, enum explain_stage stage, unsigned index,
                               enum explain_outcome outcome)
{
    const struct ace ace = explainer_ace(explainer_acl_of(explainer, stage), index);
    switch (outcome) {
    case EXPLAIN_ACE_GRANTED:
        return effect(explainer, stage, index, &ace, "Grants");
    case EXPLAIN_ACE_DENIED:
        return effect(explainer, stage, index, &ace, "Denies");
    case EXPLAIN_ACE_LIMITED:
        return limited(explainer, stage, index);
    case EXPLAIN_ACE_PASSED:
        return "The token satisfies it, so that it takes nothing away.";
    case EXPLAIN_ACE_NOT_REACHED:
        return explainer->explanation->examined ? "Not reached: nothing was left to decide."
                                                : "Not reached: the check ended before, at a privilege.";
    case EXPLAIN_ACE_INHERIT_ONLY:
        return "Inherit-only: it counts for objects that inherit it, not for this one.";
    case EXPLAIN_ACE_TYPE:
        return "ACEs of this type have no meaning here.";
    case EXPLAIN_ACE_NOT_FIRST:
        return "Only the first ACE of this type counts.";
    case EXPLAIN_ACE_NO_PRINCIPAL_SELF:
        return "Names PRINCIPAL SELF, and the request gives no principalSelf.";
    case EXPLAIN_ACE_NOT_FOR_PACKAGE:
        return "Is for the token's user and groups, and does not count for the AppContainer.";
    case EXPLAIN_ACE_OBJECT_TYPE:
        return explainer->explanation->request->node_count == 0
                   ? "Speaks of an object type, and the request has no objectTypes."
                   : "Speaks of an object type that is not among the objectTypes of the request.";
    case EXPLAIN_ACE_CONDITION_FALSE:
        return "Its condition is false.";
    case EXPLAIN_ACE_CONDITION_UNKNOWN:
        return "Its condition is neither true nor false, and an ACE that grants does not count in doubt.";
    default:
        return of_the_sid(explainer, stage, &ace, outcome);
    }
}
