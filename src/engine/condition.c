#include "engine/condition.h"

#include "engine/condition_token.h"
#include "engine/membership.h"
#include "engine/operand.h"
#include "engine/upcase.h"

enum { DEPTH_MAX = 512 };

struct evaluation {
    const struct condition_subject *subject;
    bool deny_only;
    struct operand_reader reader; /* failed: the whole expression is unknown */
    size_t depth;
    struct operand stack[DEPTH_MAX + 1];
};

/* Where the operand is to be put: one more place than counts is there for a push that fails. */
static struct operand *push(struct evaluation *evaluation)
{
    if (evaluation->depth == DEPTH_MAX) {
        evaluation->reader.failed = true;
        return &evaluation->stack[DEPTH_MAX];
    }
    return &evaluation->stack[evaluation->depth++];
}

static void push_truth(struct evaluation *evaluation, enum truth truth)
{
    struct operand *operand = push(evaluation);
    operand->kind = OPERAND_TRUTH;
    operand->truth = truth;
}

static void push_bytes(struct evaluation *evaluation, enum operand_kind kind, struct bytes bytes)
{
    struct operand *operand = push(evaluation);
    operand->kind = kind;
    operand->bytes = bytes;
}

/* It stays where it is until the next push. */
static const struct operand *pop(struct evaluation *evaluation)
{
    static const struct operand none = {.kind = OPERAND_TRUTH, .truth = TRUTH_UNKNOWN};
    if (evaluation->depth == 0) {
        evaluation->reader.failed = true;
        return &none;
    }
    return &evaluation->stack[--evaluation->depth];
}

static enum truth negate(enum truth truth, bool negated)
{
    if (!negated || truth == TRUTH_UNKNOWN)
        return truth;
    return truth == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

/* Whether a claim of the token counts here. */
static bool claim_counts(uint32_t flags, bool deny_only)
{
    return (flags & CLAIM_DISABLED) == 0 && (deny_only || (flags & CLAIM_USE_FOR_DENY_ONLY) == 0);
}

/* NULL when there is none that counts. Of two claims with one name the last counts. Reference 3.10. */
static const struct claim *find_claim(struct evaluation *evaluation, const struct claim_set *set,
                                      struct bytes name)
{
    for (size_t i = set->count; i > 0; i--) {
        const struct claim *claim = &set->claims[i - 1];
        if (!operand_spend(&evaluation->reader, 1 + name.size / 16))
            break;
        if (upcase_compare(claim->name, name, false) == 0)
            return claim_counts(claim->flags, evaluation->deny_only) ? claim : NULL;
    }
    return NULL;
}

/* Two attributes of one name, whether they count or not, and one with a value twice are absent. Reference 1.5. */
static struct operand find_resource(struct evaluation *evaluation, struct bytes name)
{
    struct operand found = {.kind = OPERAND_ABSENT};
    bool named = false;
    struct acl_iterator iterator = {0};
    struct ace ace;
    while (evaluation->subject->sacl != NULL && acl_next(evaluation->subject->sacl, &iterator, &ace)) {
        struct claim_entry entry;
        if (!operand_spend(&evaluation->reader, 1 + ace.raw.size / 16))
            break;
        if (ace.type != ACE_SYSTEM_RESOURCE_ATTRIBUTE || (ace.flags & ACE_INHERIT_ONLY) != 0 ||
            claim_entry_parse(ace.application_data, &entry) != ERR_NONE ||
            upcase_compare(entry.name, name, false) != 0)
            continue;
        if (named)
            return (struct operand){.kind = OPERAND_ABSENT};
        named = true;
        if (claim_counts(entry.flags, evaluation->deny_only))
            found = (struct operand){.kind = OPERAND_RESOURCE, .bytes = ace.application_data};
    }
    if (found.kind == OPERAND_RESOURCE && operand_has_repeats(&found, &evaluation->reader))
        return (struct operand){.kind = OPERAND_ABSENT};
    return found;
}

static void push_claim(struct evaluation *evaluation, const struct condition_item *item)
{
    const struct token *token = evaluation->subject->token;
    const struct claim_set *set = item->token == CONDITION_USER     ? &token->user_claims
                                  : item->token == CONDITION_DEVICE ? &token->device_claims
                                                                    : &token->local_claims;
    const struct claim *claim = find_claim(evaluation, set, item->data);
    struct operand *operand = push(evaluation);
    operand->kind = claim != NULL ? OPERAND_CLAIM : OPERAND_ABSENT;
    operand->claim = claim;
}

static void push_attribute(struct evaluation *evaluation, const struct condition_item *item)
{
    if (item->data.size == 0)
        evaluation->reader.failed = true;
    else if (item->token == CONDITION_RESOURCE)
        *push(evaluation) = find_resource(evaluation, item->data);
    else
        push_claim(evaluation, item);
}

static void push_composite(struct evaluation *evaluation, struct bytes tokens)
{
    struct cursor cursor = cursor_of(tokens);
    struct condition_item item;
    enum err err = ERR_NONE;
    while (err == ERR_NONE)
        err = condition_next_literal(&cursor, &item);
    if (err != ERR_NOT_FOUND)
        evaluation->reader.failed = true; /* and so nothing reads it */
    push_bytes(evaluation, OPERAND_COMPOSITE, tokens);
}

static enum truth order(struct evaluation *evaluation, uint8_t code, const struct operand *left,
                        const struct operand *right)
{
    int sign = 0;
    if (operand_order(left, right, &evaluation->reader, &sign) == TRUTH_UNKNOWN)
        return TRUTH_UNKNOWN;
    bool holds = code == CONDITION_LESS            ? sign < 0
                 : code == CONDITION_LESS_OR_EQUAL ? sign <= 0
                 : code == CONDITION_GREATER       ? sign > 0
                                                   : sign >= 0;
    return holds ? TRUTH_TRUE : TRUTH_FALSE;
}

/* [MS-DTYP] 2.4.4.17.6: the left side is an attribute, the right side an attribute or a literal. */
static void relate(struct evaluation *evaluation, uint8_t code)
{
    const struct operand *right = pop(evaluation);
    const struct operand *left = pop(evaluation);
    bool contains = code == CONDITION_CONTAINS || code == CONDITION_NOT_CONTAINS;
    bool any_of = code == CONDITION_ANY_OF || code == CONDITION_NOT_ANY_OF;
    bool negated =
        code == CONDITION_NOT_EQUAL || code == CONDITION_NOT_CONTAINS || code == CONDITION_NOT_ANY_OF;
    bool empty_list = right->kind == OPERAND_COMPOSITE && right->bytes.size == 0;
    enum truth truth = TRUTH_UNKNOWN;
    if (!operand_is_attribute(left) || right->kind == OPERAND_TRUTH)
        evaluation->reader.failed = true;
    else if (contains && empty_list)
        truth = TRUTH_FALSE; /* even of a missing attribute: reference 3.10 */
    else if (operand_is_missing(left) || operand_is_missing(right))
        truth = TRUTH_UNKNOWN;
    else if (contains)
        truth = operand_contains(left, right, &evaluation->reader);
    else if (any_of && right->kind != OPERAND_LITERAL) /* a literal must be a list here */
        truth = operand_any_of(left, right, &evaluation->reader);
    else if (code == CONDITION_EQUAL || code == CONDITION_NOT_EQUAL)
        truth = operand_equal(left, right, &evaluation->reader);
    else if (!any_of)
        truth = order(evaluation, code, left, right);
    push_truth(evaluation, negate(truth, negated));
}

/* An attribute without values exists and does not: unknown. An absent one does not exist (Q6). */
static void exists(struct evaluation *evaluation, bool negated)
{
    const struct operand *operand = pop(evaluation);
    enum truth truth = TRUTH_TRUE;
    if (!operand_is_attribute(operand))
        evaluation->reader.failed = true;
    else if (operand->kind == OPERAND_ABSENT)
        truth = TRUTH_FALSE;
    else if (operand_is_missing(operand))
        truth = TRUTH_UNKNOWN;
    push_truth(evaluation, negate(truth, negated));
}

/* All of the SIDs, or any. Nobody says what holds of no SIDs at all: unknown. */
static void member_of(struct evaluation *evaluation, uint8_t code)
{
    const bool negated = code >= CONDITION_NOT_MEMBER_OF;
    const uint8_t base = negated ? (uint8_t)(code - CONDITION_NOT_MEMBER_OF + CONDITION_MEMBER_OF) : code;
    const bool device = base == CONDITION_DEVICE_MEMBER_OF || base == CONDITION_DEVICE_MEMBER_OF_ANY;
    const bool any = base == CONDITION_MEMBER_OF_ANY || base == CONDITION_DEVICE_MEMBER_OF_ANY;
    const unsigned role = device ? (evaluation->deny_only ? MEMBER_DEVICE_DENY : MEMBER_DEVICE_ALLOW)
                                 : (evaluation->deny_only ? MEMBER_DENY : MEMBER_ALLOW);
    const struct operand *operand = pop(evaluation);
    struct operand_values values;
    operand_values_init(&values, operand);
    struct value value;
    size_t count = 0;
    size_t found = 0;
    if (operand->kind != OPERAND_LITERAL && operand->kind != OPERAND_COMPOSITE)
        evaluation->reader.failed = true;
    while (operand_next(&values, &evaluation->reader, &value)) {
        if (value.type != CLAIM_SID)
            evaluation->reader.failed = true;
        else
            found +=
                (membership_of(evaluation->subject->token, (const struct sid *)value.data.data) & role) != 0;
        count++;
    }
    bool holds = any ? found != 0 : found == count;
    push_truth(evaluation, count == 0 ? TRUTH_UNKNOWN : negate(holds ? TRUTH_TRUE : TRUTH_FALSE, negated));
}

/* What a bare attribute means to a logical operator. Lists: any value that counts. */
static enum truth truth_of_attribute(struct evaluation *evaluation, const struct operand *operand)
{
    if (!operand_is_attribute(operand)) {
        evaluation->reader.failed = true;
        return TRUTH_UNKNOWN;
    }
    if (operand_is_missing(operand))
        return TRUTH_UNKNOWN;
    struct operand_values values;
    operand_values_init(&values, operand);
    struct value value;
    bool holds = false;
    while (operand_next(&values, &evaluation->reader, &value)) {
        if (value.type == CLAIM_SID || value.type == CLAIM_OCTETS)
            evaluation->reader.failed = true;
        else
            holds |= value.type == CLAIM_STRING ? value.data.size != 0 : value.number != 0;
    }
    return holds ? TRUTH_TRUE : TRUTH_FALSE;
}

static inline enum truth truth_of(struct evaluation *evaluation, const struct operand *operand)
{
    return operand->kind == OPERAND_TRUTH ? operand->truth : truth_of_attribute(evaluation, operand);
}

static void combine(struct evaluation *evaluation, bool conjunction)
{
    const struct operand *right = pop(evaluation);
    const struct operand *left = pop(evaluation);
    enum truth a = truth_of(evaluation, left);
    enum truth b = truth_of(evaluation, right);
    push_truth(evaluation, (a < b) == conjunction ? a : b);
}

/* On Windows `a && !(b)` and `a || !(a)` are unknown, while `a && !(b || b)`, `!(a) || a` and `!(a) || !(a)` are not
 * (reference 3.10): NOT of a bare attribute fails while another one waits on the stack. */
static void invert(struct evaluation *evaluation)
{
    const struct operand *operand = pop(evaluation);
    for (size_t i = 0; i < evaluation->depth && operand_is_attribute(operand); i++) {
        if (operand_is_attribute(&evaluation->stack[i]))
            evaluation->reader.failed = true;
    }
    push_truth(evaluation, negate(truth_of(evaluation, operand), true));
}

/* `bytes` are those of the token itself. */
static void step(struct evaluation *evaluation, const struct condition_item *item, struct bytes bytes)
{
    switch (item->kind) {
    case CONDITION_KIND_LITERAL:
        push_bytes(evaluation, OPERAND_LITERAL, bytes);
        break;
    case CONDITION_KIND_COMPOSITE:
        push_composite(evaluation, item->data);
        break;
    case CONDITION_KIND_ATTRIBUTE:
        push_attribute(evaluation, item);
        break;
    case CONDITION_KIND_RELATION:
        relate(evaluation, item->token);
        break;
    case CONDITION_KIND_EXISTENCE:
        exists(evaluation, item->token == CONDITION_NOT_EXISTS);
        break;
    case CONDITION_KIND_MEMBERSHIP:
        member_of(evaluation, item->token);
        break;
    case CONDITION_KIND_NOT:
        invert(evaluation);
        break;
    case CONDITION_KIND_LOGICAL:
        combine(evaluation, item->token == CONDITION_AND);
        break;
    }
}

/* Every token, until the end or the first error. */
static void run(struct evaluation *evaluation, struct cursor *cursor)
{
    struct condition_item item;
    enum err err = ERR_NONE;
    while (!evaluation->reader.failed) {
        const size_t start = cursor->at;
        err = condition_next(cursor, &item);
        if (err != ERR_NONE)
            break;
        if (operand_spend(&evaluation->reader, 1))
            step(evaluation, &item, bytes_of(cursor->input.data + start, cursor->at - start));
    }
    evaluation->reader.failed |= err == ERR_MALFORMED;
}

enum truth condition_evaluate(struct bytes application_data, const struct condition_subject *subject,
                              bool deny_only)
{
    struct cursor cursor;
    if (condition_open(application_data, &cursor) != ERR_NONE)
        return TRUTH_UNKNOWN;
    struct evaluation evaluation; /* the stack is written before it is read */
    evaluation.subject = subject;
    evaluation.deny_only = deny_only;
    evaluation.reader = (struct operand_reader){.work = subject->work};
    evaluation.depth = 0;
    run(&evaluation, &cursor);
    const struct operand *result = pop(&evaluation);
    enum truth truth = truth_of(&evaluation, result);
    return evaluation.reader.failed || evaluation.depth != 0 ? TRUTH_UNKNOWN : truth;
}
