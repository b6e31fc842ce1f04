#include "engine/condition.h"

#include "engine/condition_token.h"
#include "engine/membership.h"
#include "engine/operand.h"
#include "engine/upcase.h"

enum { DEPTH_MAX = 512 };

struct evaluation {
    const struct condition_subject *subject;
    bool deny_only;
    struct operand_reader *reader; /* failed: the whole expression is unknown */
    struct operand *bottom;
    struct operand *top; /* the first free place */
};

/* Where the operand is to be put: one more place than counts is there for a push that fails. */
static inline struct operand *push(struct evaluation *evaluation)
{
    if (evaluation->top == evaluation->bottom + DEPTH_MAX) {
        evaluation->reader->failed = true;
        return evaluation->top;
    }
    return evaluation->top++;
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
static inline const struct operand *pop(struct evaluation *evaluation)
{
    static const struct operand none = {.kind = OPERAND_TRUTH, .truth = TRUTH_UNKNOWN};
    if (evaluation->top == evaluation->bottom) {
        evaluation->reader->failed = true;
        return &none;
    }
    return --evaluation->top;
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
static const struct claim *find_claim(const struct claim_set *set, struct bytes name, bool deny_only,
                                      struct operand_reader *reader)
{
    for (size_t i = set->count; i > 0; i--) {
        const struct claim *claim = &set->claims[i - 1];
        if (!operand_spend(reader, 1 + name.size / 16))
            break;
        if (upcase_equal(claim->name, name, false))
            return claim_counts(claim->flags, deny_only) ? claim : NULL;
    }
    return NULL;
}

/* Two attributes of one name, whether they count or not, and one with a value twice are absent. Reference 1.5. */
static struct operand find_resource(const struct acl *sacl, struct bytes name, bool deny_only,
                                    struct operand_reader *reader)
{
    struct operand found = {.kind = OPERAND_ABSENT};
    bool named = false;
    struct acl_iterator iterator = {0};
    struct ace ace;
    while (sacl != NULL && acl_next(sacl, &iterator, &ace)) {
        struct claim_entry entry;
        if (!operand_spend(reader, 1 + ace.raw.size / 16))
            break;
        if (ace.type != ACE_SYSTEM_RESOURCE_ATTRIBUTE || (ace.flags & ACE_INHERIT_ONLY) != 0 ||
            claim_entry_parse(ace.application_data, &entry) != ERR_NONE ||
            !upcase_equal(entry.name, name, false))
            continue;
        if (named)
            return (struct operand){.kind = OPERAND_ABSENT};
        named = true;
        if (claim_counts(entry.flags, deny_only))
            found = (struct operand){.kind = OPERAND_RESOURCE, .bytes = ace.application_data};
    }
    if (found.kind == OPERAND_RESOURCE && operand_has_repeats(&found, reader))
        return (struct operand){.kind = OPERAND_ABSENT};
    return found;
}

static void push_claim(struct evaluation *evaluation, uint8_t code, struct bytes name)
{
    const struct token *token = evaluation->subject->token;
    const struct claim_set *set = code == CONDITION_USER     ? &token->user_claims
                                  : code == CONDITION_DEVICE ? &token->device_claims
                                                             : &token->local_claims;
    const struct claim *claim = find_claim(set, name, evaluation->deny_only, evaluation->reader);
    struct operand *operand = push(evaluation);
    operand->kind = claim != NULL ? OPERAND_CLAIM : OPERAND_ABSENT;
    operand->claim = claim;
}

static void push_attribute(struct evaluation *evaluation, uint8_t code, struct bytes name)
{
    if (name.size == 0)
        evaluation->reader->failed = true;
    else if (code == CONDITION_RESOURCE)
        *push(evaluation) =
            find_resource(evaluation->subject->sacl, name, evaluation->deny_only, evaluation->reader);
    else
        push_claim(evaluation, code, name);
}

static void push_composite(struct evaluation *evaluation, struct bytes tokens)
{
    if (!condition_is_list(tokens))
        evaluation->reader->failed = true; /* and so nothing reads it */
    push_bytes(evaluation, OPERAND_COMPOSITE, tokens);
}

static enum truth order(uint8_t code, const struct operand *left, const struct operand *right,
                        struct operand_reader *reader)
{
    int sign = 0;
    if (operand_order(left, right, reader, &sign) == TRUTH_UNKNOWN)
        return TRUTH_UNKNOWN;
    bool holds = code == CONDITION_LESS            ? sign < 0
                 : code == CONDITION_LESS_OR_EQUAL ? sign <= 0
                 : code == CONDITION_GREATER       ? sign > 0
                                                   : sign >= 0;
    return holds ? TRUTH_TRUE : TRUTH_FALSE;
}

static inline enum truth relation(uint8_t code, const struct operand *left, const struct operand *right,
                                  struct operand_reader *reader)
{
    const bool contains = code == CONDITION_CONTAINS || code == CONDITION_NOT_CONTAINS;
    if (contains && right->kind == OPERAND_COMPOSITE && right->bytes.size == 0)
        return TRUTH_FALSE; /* even of a missing attribute: reference 3.10 */
    if (operand_is_missing(left) || operand_is_missing(right))
        return TRUTH_UNKNOWN;
    switch (code) {
    case CONDITION_EQUAL:
    case CONDITION_NOT_EQUAL:
        return operand_equal(left, right, reader);
    case CONDITION_CONTAINS:
    case CONDITION_NOT_CONTAINS:
        return operand_contains(left, right, reader);
    case CONDITION_ANY_OF:
    case CONDITION_NOT_ANY_OF:
        if (right->kind == OPERAND_LITERAL)
            return TRUTH_UNKNOWN; /* a literal must be a list here */
        return operand_any_of(left, right, reader);
    default:
        return order(code, left, right, reader);
    }
}

/* [MS-DTYP] 2.4.4.17.6: the left side is an attribute, the right side an attribute or a literal. */
static void relate(struct evaluation *evaluation, uint8_t code)
{
    const struct operand *right = pop(evaluation);
    const struct operand *left = pop(evaluation);
    const bool negated =
        code == CONDITION_NOT_EQUAL || code == CONDITION_NOT_CONTAINS || code == CONDITION_NOT_ANY_OF;
    enum truth truth = TRUTH_UNKNOWN;
    if (!operand_is_attribute(left) || right->kind == OPERAND_TRUTH)
        evaluation->reader->failed = true;
    else
        truth = relation(code, left, right, evaluation->reader);
    push_truth(evaluation, negate(truth, negated));
}

/* An attribute without values exists and does not: unknown. An absent one does not exist (Q6). */
static void exists(struct evaluation *evaluation, bool negated)
{
    const struct operand *operand = pop(evaluation);
    enum truth truth = TRUTH_TRUE;
    if (!operand_is_attribute(operand))
        evaluation->reader->failed = true;
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
    size_t count = 0;
    size_t found = 0;
    if (operand->kind != OPERAND_LITERAL && operand->kind != OPERAND_COMPOSITE)
        evaluation->reader->failed = true;
    else
        found = operand_members(operand, evaluation->reader, evaluation->subject->token, role, &count);
    bool holds = any ? found != 0 : found == count;
    push_truth(evaluation, count == 0 ? TRUTH_UNKNOWN : negate(holds ? TRUTH_TRUE : TRUTH_FALSE, negated));
}

/* What a bare attribute means to a logical operator. Lists: any value that counts. */
static enum truth truth_of_attribute(struct operand_reader *reader, const struct operand *operand)
{
    if (!operand_is_attribute(operand)) {
        reader->failed = true;
        return TRUTH_UNKNOWN;
    }
    if (operand_is_missing(operand))
        return TRUTH_UNKNOWN;
    struct operand_values values;
    operand_values_init(&values, operand);
    struct value value;
    bool holds = false;
    while (operand_next(&values, reader, &value)) {
        if (value.type == CLAIM_SID || value.type == CLAIM_OCTETS)
            reader->failed = true;
        else
            holds |= value.type == CLAIM_STRING ? value.data.size != 0 : value.number != 0;
    }
    return holds ? TRUTH_TRUE : TRUTH_FALSE;
}

static inline enum truth truth_of(struct operand_reader *reader, const struct operand *operand)
{
    return operand->kind == OPERAND_TRUTH ? operand->truth : truth_of_attribute(reader, operand);
}

static void combine(struct evaluation *evaluation, bool conjunction)
{
    const struct operand *right = pop(evaluation);
    const struct operand *left = pop(evaluation);
    enum truth a = truth_of(evaluation->reader, left);
    enum truth b = truth_of(evaluation->reader, right);
    push_truth(evaluation, (a < b) == conjunction ? a : b);
}

/* On Windows `a && !(b)` and `a || !(a)` are unknown, while `a && !(b || b)`, `!(a) || a` and `!(a) || !(a)` are not
 * (reference 3.10): NOT of a bare attribute fails while another one waits on the stack. */
static void invert(struct evaluation *evaluation)
{
    const struct operand *operand = pop(evaluation);
    const struct operand *other = evaluation->bottom;
    for (; other != evaluation->top && operand_is_attribute(operand); other++) {
        if (operand_is_attribute(other))
            evaluation->reader->failed = true;
    }
    push_truth(evaluation, negate(truth_of(evaluation->reader, operand), true));
}

static void step(struct evaluation *evaluation, enum condition_kind kind, struct bytes token)
{
    const uint8_t code = token.data[0];
    switch (kind) {
    case CONDITION_KIND_LITERAL:
        push_bytes(evaluation, OPERAND_LITERAL, token);
        break;
    case CONDITION_KIND_COMPOSITE:
        push_composite(evaluation, condition_payload(token));
        break;
    case CONDITION_KIND_ATTRIBUTE:
        push_attribute(evaluation, code, condition_payload(token));
        break;
    case CONDITION_KIND_RELATION:
        relate(evaluation, code);
        break;
    case CONDITION_KIND_EXISTENCE:
        exists(evaluation, code == CONDITION_NOT_EXISTS);
        break;
    case CONDITION_KIND_MEMBERSHIP:
        member_of(evaluation, code);
        break;
    case CONDITION_KIND_NOT:
        invert(evaluation);
        break;
    case CONDITION_KIND_LOGICAL:
        combine(evaluation, code == CONDITION_AND);
        break;
    }
}

/* Every token, until the end or the first error. */
static void run(struct evaluation *evaluation, struct bytes tokens)
{
    enum condition_kind kind;
    struct bytes token;
    enum err err = ERR_NONE;
    while (!evaluation->reader->failed) {
        err = condition_scan(&tokens, &kind, &token);
        if (err != ERR_NONE)
            break;
        if (operand_spend(evaluation->reader, 1))
            step(evaluation, kind, token);
    }
    evaluation->reader->failed |= err == ERR_MALFORMED;
}

enum truth condition_evaluate(struct bytes application_data, const struct condition_subject *subject,
                              bool deny_only)
{
    struct bytes tokens;
    if (!condition_tokens(application_data, &tokens))
        return TRUTH_UNKNOWN;
    struct operand stack[DEPTH_MAX + 1]; /* written before it is read */
    struct operand_reader reader = {.work = *subject->work};
    struct evaluation evaluation = {
        .subject = subject, .deny_only = deny_only, .reader = &reader, .bottom = stack, .top = stack};
    run(&evaluation, tokens);
    const struct operand *result = pop(&evaluation);
    enum truth truth = truth_of(&reader, result);
    *subject->work = reader.work;
    return reader.failed || evaluation.top != evaluation.bottom ? TRUTH_UNKNOWN : truth;
}
