#include "engine/central_policy.h"

/* (A;;0x1fffff;;;BA)(A;;0x1fffff;;;SY): every standard and specific right there is */
static const uint8_t recovery_dacl[] = {
    2, 0, 52, 0, 2,    0,    0,    0,                                                   /* header */
    0, 0, 24, 0, 0xFF, 0xFF, 0x1F, 0, 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 32, 2, 0, 0, /* S-1-5-32-544 */
    0, 0, 20, 0, 0xFF, 0xFF, 0x1F, 0, 1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0,              /* S-1-5-18 */
};

static const struct central_rule recovery_rule = {
    .name = "recovery",
    .effective = {.raw = {recovery_dacl, sizeof recovery_dacl}, .revision = ACL_REVISION, .ace_count = 2}};
static const struct central_rule *const recovery_rules[] = {&recovery_rule};

const struct central_policy CENTRAL_POLICY_RECOVERY = {
    .name = "recovery", .rules = recovery_rules, .rule_count = 1};

int central_policy_order(const struct sid *a, const struct sid *b)
{
    if (a->sub_authority_count != b->sub_authority_count)
        return a->sub_authority_count < b->sub_authority_count ? -1 : 1;
    return memcmp(a, b, sid_size(a));
}

const struct central_policy *central_policy_find(const struct central_policies *policies,
                                                 const struct sid *sid)
{
    size_t low = 0;
    size_t high = policies != NULL ? policies->count : 0;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const int order = central_policy_order(sid, policies->items[middle].sid);
        if (order == 0)
            return &policies->items[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return &CENTRAL_POLICY_RECOVERY;
}

bool central_rule_applies(const struct central_rule *rule, const struct condition_subject *subject)
{
    if (rule->applies_to.size == 0)
        return true;
    const enum truth truth = condition_evaluate(rule->applies_to, subject, false);
    return truth == TRUTH_TRUE || (truth == TRUTH_UNKNOWN && *subject->work == 0);
}
