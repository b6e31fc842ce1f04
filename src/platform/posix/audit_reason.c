#include "platform/posix/audit_reason.h"

#include "platform/posix/audit_list.h"
#include "platform/posix/audit_text.h"

/* Messages of msobjs.dll. Reference 5.5; 1828 is "an ACE too long to display". */
enum {
    MESSAGE_GRANTED_BY = 1801,
    MESSAGE_DENIED_BY = 1802,
    MESSAGE_DENIED_BY_INTEGRITY = 1803,
    MESSAGE_GRANTED_BY_OWNERSHIP = 1804,
    MESSAGE_NOT_GRANTED = 1805,
    MESSAGE_GRANTED_BY_NULL_DACL = 1806,
    MESSAGE_DENIED_BY_EMPTY_DACL = 1807,
    MESSAGE_UNCHECKED = 1809,
    MESSAGE_PRIVILEGE_MISSING = 1810,
    MESSAGE_NOT_GRANTED_BY_RULE = 1814,
    MESSAGE_NOT_TO_APP_CONTAINERS = 1830,
    MESSAGE_DENIED_BY_TRUST_LABEL = 1841,
};
#define ACE_TOO_LONG "%%1828"
/* Of the text, and of the bytes: nobody waits for a long text that is then not shown. */
enum { ACE_TEXT_MAX = 1024, ACE_BYTES_MAX = 4096 };

static const uint16_t messages[EXPLAIN_REASON_COUNT] = {
    [EXPLAIN_GRANTED_BY_ACE] = MESSAGE_GRANTED_BY,
    [EXPLAIN_GRANTED_ON_ALL_PARTS] = MESSAGE_GRANTED_BY,
    [EXPLAIN_GRANTED_BY_PRIVILEGE] = MESSAGE_GRANTED_BY,
    [EXPLAIN_GRANTED_TO_OWNER] = MESSAGE_GRANTED_BY_OWNERSHIP,
    [EXPLAIN_GRANTED_WITHOUT_DACL] = MESSAGE_GRANTED_BY_NULL_DACL,
    [EXPLAIN_GRANTED_BY_NULL_DACL] = MESSAGE_GRANTED_BY_NULL_DACL,
    [EXPLAIN_DENIED_BY_ACE] = MESSAGE_DENIED_BY,
    [EXPLAIN_DENIED_ON_A_PART] = MESSAGE_DENIED_BY,
    [EXPLAIN_NOT_GRANTED] = MESSAGE_NOT_GRANTED,
    [EXPLAIN_EMPTY_DACL] = MESSAGE_DENIED_BY_EMPTY_DACL,
    [EXPLAIN_NO_DACL] = MESSAGE_NOT_TO_APP_CONTAINERS,
    [EXPLAIN_BELOW_TRUST_LABEL] = MESSAGE_DENIED_BY_TRUST_LABEL,
    [EXPLAIN_ACCESS_FILTERED] = MESSAGE_DENIED_BY,
    [EXPLAIN_BELOW_INTEGRITY_LABEL] = MESSAGE_DENIED_BY_INTEGRITY,
    [EXPLAIN_REFUSED_BY_RULE] = MESSAGE_NOT_GRANTED_BY_RULE,
    [EXPLAIN_REFUSED_WITH_RULE] = MESSAGE_NOT_GRANTED_BY_RULE,
    [EXPLAIN_PRIVILEGE_NOT_HELD] = MESSAGE_PRIVILEGE_MISSING,
    [EXPLAIN_NOT_EXAMINED] = MESSAGE_UNCHECKED,
};

/* An ACE that was written for a right, and is for the next one again. */
struct written_ace {
    const uint8_t *raw;
    const char *sddl;
};

struct reasons {
    struct audit_text text;
    struct written_ace last;
    const struct explanation *explanation;
    size_t node;
    const struct sddl_domains *domains;
    uint16_t
        end; /* the ACE of the DACL at which Windows' check ends; EXPLAIN_NO_ACE, the highest, when it does not */
};

static const char *ace_text(struct reasons *reasons, const struct ace *ace)
{
    struct bytes sddl = {0};
    if (ace->raw.size > ACE_BYTES_MAX)
        return ACE_TOO_LONG;
    if (reasons->last.raw == ace->raw.data)
        return reasons->last.sddl;
    enum err err = sddl_write_ace(reasons->text.arena, ace, reasons->domains, &sddl);
    reasons->text.failed |= err == ERR_NO_MEMORY;
    const bool fits = err == ERR_NONE && sddl.size < ACE_TEXT_MAX;
    reasons->last = (struct written_ace){ace->raw.data, fits ? (const char *)sddl.data : ACE_TOO_LONG};
    return reasons->last.sddl;
}

static void add_ace(struct reasons *reasons, const struct explained_right *right)
{
    const bool system = explain_stage_reads_sacl(right->stage);
    const struct descriptor *descriptor = reasons->explanation->request->descriptor;
    struct acl_iterator iterator = {0};
    struct ace ace = {0};
    if (right->ace == EXPLAIN_NO_ACE)
        return;
    while (acl_next(system ? &descriptor->sacl : &descriptor->dacl, &iterator, &ace) &&
           iterator.index < right->ace)
        ;
    audit_text_add(&reasons->text, system ? "\tS:" : "\tD:");
    audit_text_add(&reasons->text, ace_text(reasons, &ace));
}

/* A right is not asked for when it is MAXIMUM_ALLOWED, or no bit that the check looks at. */
static struct explained_right reason_of(const struct reasons *reasons, uint32_t bit)
{
    if ((reasons->explanation->asked & bit) == 0)
        return (struct explained_right){.reason = EXPLAIN_NOT_EXAMINED, .ace = EXPLAIN_NO_ACE};
    struct explained_right right = explanation_right(reasons->explanation, reasons->node, bit);
    if (right.stage == EXPLAIN_STAGE_DACL && right.ace > reasons->end)
        right = (struct explained_right){.reason = EXPLAIN_NOT_EXAMINED, .ace = EXPLAIN_NO_ACE};
    if (right.stage == EXPLAIN_STAGE_APP_CONTAINER && right.reason == EXPLAIN_NOT_GRANTED)
        right.reason = EXPLAIN_NO_DACL;
    return right;
}

static void add_reason(void *context, uint32_t bit, unsigned message)
{
    struct reasons *reasons = context;
    struct audit_text *text = &reasons->text;
    const struct explained_right right = reason_of(reasons, bit);
    audit_text_printf(text, "%%%%%u: %%%%%u", message, messages[right.reason]);
    add_ace(reasons, &right);
    if (right.rule != NULL)
        audit_text_add(text, right.rule);
    if (right.privilege != 0 && right.reason != EXPLAIN_NOT_EXAMINED) {
        audit_text_add(text, "\t");
        audit_text_add(text, privilege_name(right.privilege));
    }
    audit_text_add(text, AUDIT_LIST_NEXT);
}

/* The first ACE that denies what was asked for, unless the check goes to the end: for a maximum, and for the nodes of a list. */
static uint16_t end_of(const struct explanation *explanation, uint32_t mask)
{
    const struct access_request *request = explanation->request;
    uint16_t end = EXPLAIN_NO_ACE;
    if ((request->desired & RIGHT_MAXIMUM_ALLOWED) != 0 || request->node_count != 0)
        return end;
    for (unsigned bit = 0; bit < 32; bit++) {
        const uint32_t right = mask & explanation->asked & UINT32_C(1) << bit;
        if (right == 0)
            continue;
        const struct explained_right known = explanation_right(explanation, 0, right);
        if (known.stage == EXPLAIN_STAGE_DACL && known.reason == EXPLAIN_DENIED_BY_ACE && known.ace < end)
            end = known.ace;
    }
    return end;
}

const char *audit_reason_text(struct arena *arena, const struct explanation *explanation, size_t node,
                              const struct securable *type, uint32_t mask, const struct sddl_domains *domains)
{
    struct reasons reasons = {.text = {.arena = arena},
                              .explanation = explanation,
                              .node = node,
                              .domains = domains,
                              .end = end_of(explanation, mask)};
    audit_list_each(type, mask, add_reason, &reasons);
    return audit_text_done(&reasons.text);
}
