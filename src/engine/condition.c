#include "engine/condition.h"

#include "engine/condition_token.h"
#include "engine/membership.h"
#include "engine/operand.h"
#include "engine/upcase.h"

enum { DEPTH_MAX = 512 };

/* Steps take and give `top`, the first free place of the stack, which so stays in a register. */
struct evaluation {
    const struct condition_subject *subject;
    struct operand *bottom;
    struct operand_reader reader; /* failed: the whole expression is unknown */
    bool deny_only;
};

static inline enum truth negate(enum truth truth, bool negated)
{
    return negated ? (enum truth)(TRUTH_TRUE - truth) : truth; /* a doubt stays one */
}

/* Whether a claim of the token counts here. */
static bool claim_counts(uint32_t flags, bool deny_only)
{
    return (flags & CLAIM_DISABLED) == 0 && (deny_only || (flags & CLAIM_USE_FOR_DENY_ONLY) == 0);
}

/* Whether there is one that counts. Of two claims with one name the last counts. Reference 3.10. */
static inline bool find_claim(const struct claim_set *set, struct bytes name, bool deny_only,
                              struct operand_reader *reader, const struct claim **ret)
{
    for (size_t i = set->count; i > 0; i--) {
        const struct claim *claim = &set->claims[i - 1];
        operand_spend(reader, 1 + name.size / 16);
        if (upcase_equal(claim->name, name, false)) {
            *ret = claim;
            return claim_counts(claim->flags, deny_only);
        }
    }
    return false;
}

/* Two attributes of one name, whether they count or not, and one with a value twice are absent. Reference 1.5. */
static __attribute__((noinline)) struct operand find_resource(const struct acl *sacl, struct bytes name,
                                                              bool deny_only, struct operand_reader *reader)
{
    struct operand found = {.kind = OPERAND_ABSENT};
    bool named = false;
    struct acl_iterator iterator = {0};
    struct ace ace;
    while (sacl != NULL && !operand_reader_stopped(reader) && acl_next(sacl, &iterator, &ace)) {
        struct claim_entry entry;
        operand_spend(reader, 1 + ace.raw.size / 16);
        if (ace.type != ACE_SYSTEM_RESOURCE_ATTRIBUTE || (ace.flags & ACE_INHERIT_ONLY) != 0 ||
            claim_entry_parse(ace.application_data, &entry) != ERR_NONE ||
            !upcase_equal(entry.name, name, false))
            continue;
        if (named)
            return (struct operand){.kind = OPERAND_ABSENT};
        named = true;
        if (claim_counts(entry.flags, deny_only))
            found = operand_of_bytes(OPERAND_RESOURCE, ace.application_data);
    }
    if (found.kind == OPERAND_RESOURCE && operand_has_repeats(&found, reader))
        return (struct operand){.kind = OPERAND_ABSENT};
    return found;
}

static __attribute__((noinline)) void find_attribute(struct evaluation *evaluation, uint8_t code,
                                                     struct bytes name, struct operand *ret)
{
    const struct token *token = evaluation->subject->token;
    const struct claim_set *set = code == CONDITION_USER     ? &token->user_claims
                                  : code == CONDITION_DEVICE ? &token->device_claims
                                                             : &token->local_claims;
    ret->kind = OPERAND_ABSENT;
    if (name.size == 0)
        evaluation->reader.failed = true;
    else if (code == CONDITION_RESOURCE)
        *ret = find_resource(evaluation->subject->sacl, name, evaluation->deny_only, &evaluation->reader);
    else if (find_claim(set, name, evaluation->deny_only, &evaluation->reader, &ret->claim))
        ret->kind = OPERAND_CLAIM;
}

static __attribute__((noinline)) enum truth order(uint8_t code, const struct operand *left,
                                                  const struct operand *right, struct operand_reader *reader)
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

static __attribute__((noinline)) enum truth
relation(uint8_t code, const struct operand *left, const struct operand *right, struct operand_reader *reader)
{
    const bool contains = code == CONDITION_CONTAINS || code == CONDITION_NOT_CONTAINS;
    if (contains && right->kind == OPERAND_COMPOSITE && right->size == 0)
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

/* Whether nothing malformed hides in a list, which was not looked at when it was put on the stack. */
static inline bool is_sound(const struct operand *operand)
{
    return operand->kind != OPERAND_COMPOSITE || condition_is_list(operand_bytes(operand));
}

/* [MS-DTYP] 2.4.4.17.6: the left side is an attribute, the right side an attribute or a literal. */
static __attribute__((noinline)) enum truth relate(const struct operand *left, const struct operand *right,
                                                   uint8_t code, struct operand_reader *reader)
{
    const bool negated =
        code == CONDITION_NOT_EQUAL || code == CONDITION_NOT_CONTAINS || code == CONDITION_NOT_ANY_OF;
    if (!operand_is_attribute(left) || operand_is_truth(right) || !is_sound(right)) {
        reader->failed = true;
        return TRUTH_UNKNOWN;
    }
    return negate(relation(code, left, right, reader), negated);
}

/* The same, and the usual comparison without what that does not need. */
static inline enum truth compare(const struct operand *left, const struct operand *right, uint8_t code,
                                 struct operand_reader *reader)
{
    if (code <= CONDITION_NOT_EQUAL && left->kind == OPERAND_CLAIM && left->claim->value_count == 1 &&
        right->kind == OPERAND_LITERAL)
        return negate(operand_equal(left, right, reader), code == CONDITION_NOT_EQUAL);
    return relate(left, right, code, reader);
}

/* An attribute without values exists and does not: unknown. An absent one does not exist (Q6). */
static enum truth exists(const struct operand *operand, bool negated, struct operand_reader *reader)
{
    enum truth truth = TRUTH_TRUE;
    if (!operand_is_attribute(operand))
        reader->failed = true;
    else if (operand->kind == OPERAND_ABSENT)
        truth = TRUTH_FALSE;
    else if (operand_is_missing(operand))
        truth = TRUTH_UNKNOWN;
    return negate(truth, negated);
}

/* How many SIDs there are. A literal that is no sound SID is an error. */
struct roll {
    size_t count;
    size_t found; /* of the token, in a role */
};

static inline struct roll call_roll(struct bytes list, const struct token *token, unsigned role,
                                    struct operand_reader *reader)
{
    struct roll roll = {0};
    for (; list.size != 0; roll.count++) {
        const size_t size = list.data[0] == CONDITION_SID ? condition_payload_token_size(list, false) : 0;
        if (size == 0) {
            reader->failed = true;
            break;
        }
        const struct sid *sid = (const struct sid *)(list.data + CONDITION_DATA_OFFSET);
        roll.found += (membership_of(token, sid) & role) != 0;
        list = bytes_from(list, size);
    }
    operand_spend(reader, roll.count);
    return roll;
}

/* All of the SIDs, or any. Nobody says what holds of no SIDs at all: unknown. */
static __attribute__((noinline)) enum truth member_of(struct evaluation *evaluation,
                                                      const struct operand *operand, uint8_t code)
{
    const bool negated = code >= CONDITION_NOT_MEMBER_OF;
    const uint8_t base = negated ? (uint8_t)(code - CONDITION_NOT_MEMBER_OF + CONDITION_MEMBER_OF) : code;
    const bool device = base == CONDITION_DEVICE_MEMBER_OF || base == CONDITION_DEVICE_MEMBER_OF_ANY;
    const bool any = base == CONDITION_MEMBER_OF_ANY || base == CONDITION_DEVICE_MEMBER_OF_ANY;
    const unsigned role = device ? (evaluation->deny_only ? MEMBER_DEVICE_DENY : MEMBER_DEVICE_ALLOW)
                                 : (evaluation->deny_only ? MEMBER_DENY : MEMBER_ALLOW);
    if (operand->kind != OPERAND_LITERAL && operand->kind != OPERAND_COMPOSITE) {
        evaluation->reader.failed = true;
        return TRUTH_UNKNOWN;
    }
    const struct roll roll =
        call_roll(operand_bytes(operand), evaluation->subject->token, role, &evaluation->reader);
    if (roll.count == 0)
        return TRUTH_UNKNOWN;
    bool holds = any ? roll.found != 0 : roll.found == roll.count;
    return negate(holds ? TRUTH_TRUE : TRUTH_FALSE, negated);
}

/* What a bare attribute means to a logical operator. Lists: any value that counts. */
static __attribute__((noinline)) enum truth truth_of_attribute(struct operand_reader *reader,
                                                               const struct operand *operand)
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
    return operand_is_truth(operand) ? (enum truth)operand->kind : truth_of_attribute(reader, operand);
}

static inline enum truth combine(const struct operand *left, const struct operand *right, bool conjunction,
                                 struct operand_reader *reader)
{
    enum truth a = truth_of(reader, left);
    enum truth b = truth_of(reader, right);
    return (a < b) == conjunction ? a : b;
}

/* On Windows `a && !(b)` and `a || !(a)` are unknown, while `a && !(b || b)`, `!(a) || a` and `!(a) || !(a)` are not
 * (reference 3.10): NOT of a bare attribute fails while another one waits on the stack. */
static enum truth invert(struct evaluation *evaluation, const struct operand *operand)
{
    const struct operand *other = evaluation->bottom;
    operand_spend(&evaluation->reader, (size_t)(operand - other));
    for (; other != operand && operand_is_attribute(operand); other++) {
        if (operand_is_attribute(other))
            evaluation->reader.failed = true;
    }
    return negate(truth_of(&evaluation->reader, operand), true);
}

/* An operator with two operands; NULL when they are not there, else the new top. */
static inline struct operand *apply_two(struct evaluation *evaluation, enum condition_kind kind, uint8_t code,
                                        struct operand *top)
{
    if (top - evaluation->bottom < 2)
        return NULL;
    struct operand *left = top - 2;
    struct operand *right = top - 1;
    enum truth truth = kind == CONDITION_KIND_LOGICAL
                           ? combine(left, right, code == CONDITION_AND, &evaluation->reader)
                           : compare(left, right, code, &evaluation->reader);
    left->kind = (enum operand_kind)truth;
    return right;
}

/* The same with one. */
static inline struct operand *apply_one(struct evaluation *evaluation, enum condition_kind kind, uint8_t code,
                                        struct operand *top)
{
    if (top == evaluation->bottom)
        return NULL;
    struct operand *operand = top - 1;
    enum truth truth = kind == CONDITION_KIND_MEMBERSHIP ? member_of(evaluation, operand, code)
                       : kind == CONDITION_KIND_NOT
                           ? invert(evaluation, operand)
                           : exists(operand, code == CONDITION_NOT_EXISTS, &evaluation->reader);
    operand->kind = (enum operand_kind)truth;
    return top;
}

static inline struct operand *apply(struct evaluation *evaluation, enum condition_kind kind, uint8_t code,
                                    struct operand *top)
{
    return kind == CONDITION_KIND_RELATION || kind == CONDITION_KIND_LOGICAL
               ? apply_two(evaluation, kind, code, top)
               : apply_one(evaluation, kind, code, top);
}

/* The operand at the start of `rest`; the size of its token, 0 when it is malformed. */
static inline size_t load(struct evaluation *evaluation, enum condition_kind kind, struct bytes rest,
                          struct operand *ret)
{
    const size_t size = condition_payload_token_size(rest, kind == CONDITION_KIND_ATTRIBUTE);
    if (size == 0)
        return 0;
    const struct bytes token = bytes_of(rest.data, size);
    if (kind == CONDITION_KIND_LITERAL)
        *ret = operand_of_bytes(OPERAND_LITERAL, token);
    else if (kind == CONDITION_KIND_COMPOSITE)
        *ret = operand_of_bytes(OPERAND_COMPOSITE, condition_payload(token));
    else
        find_attribute(evaluation, token.data[0], condition_payload(token), ret);
    return size;
}

/* Every token, until the end or the first error. Returns the new top. */
static inline struct operand *run(struct evaluation *evaluation, struct bytes rest)
{
    struct operand *top = evaluation->bottom;
    const struct operand *const limit = top + DEPTH_MAX;
    while (rest.size != 0 && !operand_reader_stopped(&evaluation->reader)) {
        const uint8_t code = rest.data[0];
        const unsigned known = condition_kinds[code];
        const enum condition_kind kind = (enum condition_kind)(known - 1);
        size_t size = 0;
        if (known > CONDITION_KIND_ATTRIBUTE + 1) {
            top = apply(evaluation, kind, code, top);
            size = top != NULL;
        } else if (known == 0) {
            size = condition_is_padding(rest) ? rest.size : 0;
        } else if (top != limit) {
            size = load(evaluation, kind, rest, top++);
        }
        if (size == 0) {
            evaluation->reader.failed = true;
            break;
        }
        rest = bytes_from(rest, size);
    }
    return top;
}

enum truth condition_evaluate(struct bytes application_data, const struct condition_subject *subject,
                              bool deny_only)
{
    struct bytes tokens;
    if (!condition_tokens(application_data, &tokens) || tokens.size > UINT32_MAX)
        return TRUTH_UNKNOWN;
    struct operand stack[DEPTH_MAX]; /* written before it is read */
    struct evaluation evaluation = {.subject = subject,
                                    .bottom = stack,
                                    .reader = {.work = (int64_t)*subject->work},
                                    .deny_only = deny_only};
    operand_spend(&evaluation.reader, 1 + tokens.size / 16);
    const struct operand *top = run(&evaluation, tokens);
    struct operand_reader *reader = &evaluation.reader;
    enum truth truth = TRUTH_UNKNOWN;
    if (!operand_reader_stopped(reader) && top == stack + 1) /* else the place may not have been written to */
        truth = truth_of(reader, stack);
    *subject->work = reader->work > 0 ? (size_t)reader->work : 0; /* 0 tells that this was the reason */
    return operand_reader_stopped(reader) ? TRUTH_UNKNOWN : truth;
}
