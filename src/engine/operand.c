#include "engine/operand.h"

#include "engine/condition_token.h"
#include "engine/upcase.h"

enum { BYTES_A_STEP = 16 };

/* The literal token at `at`, which was checked when it was pushed. Returns its size. [MS-DTYP] 2.4.4.17.5: the sign tells
 * whether an integer is negative, whatever its bits. */
static inline size_t load_literal(const uint8_t *at, struct value *ret)
{
    if (at[0] <= CONDITION_INT64) {
        const uint64_t bits = le64_load(at + 1);
        const bool negative = at[9] == CONDITION_SIGN_MINUS && bits != 0;
        *ret = (struct value){.type = CLAIM_INT64,
                              .negative = negative,
                              .number = negative && (bits >> 63) == 0 ? UINT64_C(0) - bits : bits};
        return 11; /* and the base */
    }
    const size_t size = le32_load(at + 1);
    *ret = (struct value){.type = at[0] == CONDITION_STRING   ? CLAIM_STRING
                                  : at[0] == CONDITION_OCTETS ? CLAIM_OCTETS
                                                              : CLAIM_SID,
                          .data = bytes_of(at + 5, size)};
    return 5 + size;
}

void operand_values_init(struct operand_values *values, const struct operand *operand)
{
    values->operand = operand;
    values->at = 0;
    if (operand->kind == OPERAND_RESOURCE &&
        claim_entry_parse(operand_bytes(operand), &values->entry) != ERR_NONE)
        values->entry.value_count = 0;
}

static inline bool value_of_claim(enum claim_type type, uint32_t flags, const struct claim_value *from,
                                  struct value *ret)
{
    *ret = (struct value){.type = type,
                          .negative = type == CLAIM_INT64 && (from->number >> 63) != 0,
                          .exact = (flags & CLAIM_CASE_SENSITIVE) != 0,
                          .number = from->number,
                          .data = from->data};
    return type != CLAIM_BOOLEAN || from->number <= 1;
}

static __attribute__((noinline)) bool take_of_resource(struct operand_values *values, struct value *ret)
{
    struct claim_value value;
    claim_entry_value(&values->entry, values->at++, &value);
    return value_of_claim(values->entry.type, values->entry.flags, &value, ret);
}

/* false at the end; *ret_sound: whether the value is. */
static inline bool take(struct operand_values *values, struct value *ret, bool *ret_sound)
{
    const struct operand *operand = values->operand;
    const struct claim *claim = operand->claim;
    switch (operand->kind) {
    case OPERAND_LITERAL:
    case OPERAND_COMPOSITE:
        if (values->at == operand->size)
            return false;
        values->at += load_literal(operand->data + values->at, ret);
        *ret_sound = true;
        return true;
    case OPERAND_CLAIM:
        if (values->at == claim->value_count)
            return false;
        *ret_sound = value_of_claim(claim->type, claim->flags, &claim->values[values->at++], ret);
        return true;
    case OPERAND_RESOURCE:
        if (values->at == values->entry.value_count)
            return false;
        *ret_sound = take_of_resource(values, ret);
        return true;
    case OPERAND_ABSENT:
    case OPERAND_FALSE:
    case OPERAND_UNKNOWN:
    case OPERAND_TRUE:
        break;
    }
    return false;
}

bool operand_next(struct operand_values *values, struct operand_reader *reader, struct value *ret)
{
    bool sound = false;
    if (operand_reader_stopped(reader) || !take(values, ret, &sound))
        return false;
    reader->failed = !sound;
    operand_spend(reader, 1 + ret->data.size / BYTES_A_STEP);
    return !operand_reader_stopped(reader);
}

bool operand_is_empty_resource(const struct operand *operand)
{
    struct claim_entry entry;
    return claim_entry_parse(operand_bytes(operand), &entry) != ERR_NONE || entry.value_count == 0;
}

static inline bool is_integer(const struct value *value)
{
    return value->type == CLAIM_INT64 || value->type == CLAIM_UINT64;
}

static inline bool is_truth(const struct value *value)
{
    return (value->type == CLAIM_BOOLEAN || is_integer(value)) && !value->negative && value->number <= 1;
}

/* Booleans are compared with booleans, 0 and 1, numbers with numbers of either kind, all else with its own kind. */
static inline bool comparable(const struct value *a, const struct value *b)
{
    if (a->type == CLAIM_BOOLEAN || b->type == CLAIM_BOOLEAN)
        return is_truth(a) && is_truth(b);
    return is_integer(a) ? is_integer(b) : a->type == b->type;
}

static int compare_octets(struct bytes a, struct bytes b)
{
    size_t common = a.size < b.size ? a.size : b.size;
    int order = common != 0 ? memcmp(a.data, b.data, common) : 0;
    return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static inline bool case_counts(const struct value *a, const struct value *b)
{
    return a->exact || b->exact;
}

/* Of comparable values. */
static inline bool equal(const struct value *a, const struct value *b)
{
    if (a->type == CLAIM_STRING)
        return upcase_equal(a->data, b->data, case_counts(a, b));
    if (a->type == CLAIM_OCTETS || a->type == CLAIM_SID)
        return bytes_equal(a->data, b->data);
    return a->negative == b->negative && a->number == b->number;
}

static int compare(const struct value *a, const struct value *b)
{
    if (a->type == CLAIM_STRING)
        return upcase_compare(a->data, b->data, case_counts(a, b));
    if (a->type == CLAIM_OCTETS || a->type == CLAIM_SID)
        return compare_octets(a->data, b->data);
    if (a->negative != b->negative)
        return a->negative ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* The value of a literal, or of an attribute of the token that has just one. Costs what it costs to have read it. */
static inline __attribute__((always_inline)) bool plain(const struct operand *operand,
                                                        struct operand_reader *reader, struct value *ret)
{
    if (operand->kind == OPERAND_LITERAL) {
        (void)load_literal(operand->data, ret);
    } else {
        if (operand->kind != OPERAND_CLAIM || operand->claim->value_count != 1)
            return false;
        const struct claim *claim = operand->claim;
        if (!value_of_claim(claim->type, claim->flags, &claim->values[0], ret))
            reader->failed = true;
    }
    operand_spend(reader, 1 + ret->data.size / BYTES_A_STEP);
    return true;
}

/* The same, also of an attribute of the object. */
static bool single(const struct operand *operand, struct operand_reader *reader, struct value *ret)
{
    if (operand->kind != OPERAND_RESOURCE)
        return plain(operand, reader, ret);
    struct operand_values values;
    operand_values_init(&values, operand);
    return values.entry.value_count == 1 && operand_next(&values, reader, ret);
}

/* How many values of `inner` there are, and how many of them are in `outer` too. */
struct overlap {
    size_t count;
    size_t found;
    bool mismatch;
};

static struct overlap overlap_of(const struct operand *outer, const struct operand *inner,
                                 struct operand_reader *reader)
{
    struct overlap overlap = {0};
    struct operand_values inside;
    operand_values_init(&inside, inner);
    struct value wanted;
    while (operand_next(&inside, reader, &wanted)) {
        /* a resource attribute is read anew each time, with a name that may be longer than all of its values */
        if (outer->kind == OPERAND_RESOURCE)
            operand_spend(reader, outer->size / BYTES_A_STEP);
        struct operand_values values;
        operand_values_init(&values, outer);
        struct value value;
        bool found = false;
        while (operand_next(&values, reader, &value)) {
            bool same_kind = comparable(&value, &wanted);
            overlap.mismatch |= !same_kind;
            found |= same_kind && equal(&value, &wanted);
        }
        overlap.count++;
        overlap.found += found;
    }
    return overlap;
}

static inline enum truth truth_of(bool value)
{
    return value ? TRUTH_TRUE : TRUTH_FALSE;
}

bool operand_has_repeats(const struct operand *operand, struct operand_reader *reader)
{
    struct operand_values values;
    operand_values_init(&values, operand);
    struct value value;
    while (operand_next(&values, reader, &value)) {
        struct operand_values rest = values;
        struct value other;
        while (operand_next(&rest, reader, &other)) {
            if (equal(&value, &other))
                return true;
        }
    }
    return false;
}

/* As sets, but a list with repeats is no set and equals none. */
static __attribute__((noinline)) enum truth
equal_sets(const struct operand *left, const struct operand *right, struct operand_reader *reader)
{
    struct overlap forth = overlap_of(left, right, reader);
    struct overlap back = overlap_of(right, left, reader);
    if (forth.mismatch)
        return TRUTH_UNKNOWN;
    return truth_of(forth.count == back.count && forth.found == forth.count && back.found == back.count);
}

static __attribute__((noinline)) enum truth
equal_values(const struct operand *left, const struct operand *right, struct operand_reader *reader)
{
    struct value a;
    struct value b;
    if (plain(left, reader, &a) && plain(right, reader, &b))
        return comparable(&a, &b) ? truth_of(equal(&a, &b)) : TRUTH_UNKNOWN;
    return equal_sets(left, right, reader);
}

/* Of most comparisons, text with text or a number with a number, what all of them need is a small part. */
enum truth operand_equal(const struct operand *left, const struct operand *right,
                         struct operand_reader *reader)
{
    const struct claim *claim = left->claim;
    if (left->kind != OPERAND_CLAIM || right->kind != OPERAND_LITERAL || claim->value_count != 1)
        return equal_values(left, right, reader);
    const struct claim_value *value = &claim->values[0];
    const uint8_t *literal = right->data;
    if (claim->type == CLAIM_STRING && literal[0] == CONDITION_STRING) {
        operand_spend(reader, 1 + right->size / BYTES_A_STEP);
        return truth_of(upcase_equal(value->data, condition_payload(operand_bytes(right)),
                                     (claim->flags & CLAIM_CASE_SENSITIVE) != 0));
    }
    if (claim->type == CLAIM_INT64 && literal[0] <= CONDITION_INT64 && literal[9] != CONDITION_SIGN_MINUS)
        return truth_of(value->number == le64_load(literal + 1) && (value->number >> 63) == 0);
    return equal_values(left, right, reader);
}

enum truth operand_contains(const struct operand *left, const struct operand *right,
                            struct operand_reader *reader)
{
    struct overlap overlap = overlap_of(left, right, reader);
    return overlap.mismatch ? TRUTH_UNKNOWN : truth_of(overlap.count != 0 && overlap.found == overlap.count);
}

enum truth operand_any_of(const struct operand *left, const struct operand *right,
                          struct operand_reader *reader)
{
    struct overlap overlap = overlap_of(left, right, reader);
    return overlap.mismatch ? TRUTH_UNKNOWN : truth_of(overlap.found != 0);
}

enum truth operand_order(const struct operand *left, const struct operand *right,
                         struct operand_reader *reader, int *ret_order)
{
    struct value a;
    struct value b;
    if (!single(left, reader, &a) || !single(right, reader, &b) || !comparable(&a, &b) || a.type == CLAIM_SID)
        return TRUTH_UNKNOWN;
    *ret_order = compare(&a, &b);
    return TRUTH_TRUE;
}
