#include "engine/operand.h"

#include "engine/condition_token.h"
#include "engine/upcase.h"

enum { BYTES_A_STEP = 16 };

/* The literal token at `at`, which was checked when it was pushed. Returns its size. [MS-DTYP] 2.4.4.17.5: the sign tells
 * whether an integer is negative, whatever its bits. */
static size_t load_literal(const uint8_t *at, struct value *ret)
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
    if (operand->kind == OPERAND_RESOURCE && claim_entry_parse(operand->bytes, &values->entry) != ERR_NONE)
        values->entry.value_count = 0;
}

static bool value_of_claim(enum claim_type type, uint32_t flags, const struct claim_value *from,
                           struct value *ret)
{
    *ret = (struct value){.type = type,
                          .negative = type == CLAIM_INT64 && (from->number >> 63) != 0,
                          .exact = (flags & CLAIM_CASE_SENSITIVE) != 0,
                          .number = from->number,
                          .data = from->data};
    return type != CLAIM_BOOLEAN || from->number <= 1;
}

/* false at the end; *ret_sound: whether the value is. */
static bool take(struct operand_values *values, struct value *ret, bool *ret_sound)
{
    const struct operand *operand = values->operand;
    struct claim_value value;
    switch (operand->kind) {
    case OPERAND_LITERAL:
    case OPERAND_COMPOSITE:
        if (values->at == operand->bytes.size)
            return false;
        values->at += load_literal(operand->bytes.data + values->at, ret);
        *ret_sound = true;
        return true;
    case OPERAND_CLAIM:
        if (values->at == operand->claim->value_count)
            return false;
        value = operand->claim->values[values->at++];
        *ret_sound = value_of_claim(operand->claim->type, operand->claim->flags, &value, ret);
        return true;
    case OPERAND_RESOURCE:
        if (values->at == values->entry.value_count)
            return false;
        claim_entry_value(&values->entry, values->at++, &value);
        *ret_sound = value_of_claim(values->entry.type, values->entry.flags, &value, ret);
        return true;
    case OPERAND_ABSENT:
    case OPERAND_TRUTH:
        break;
    }
    return false;
}

bool operand_next(struct operand_values *values, struct operand_reader *reader, struct value *ret)
{
    bool sound = false;
    if (reader->failed || !take(values, ret, &sound))
        return false;
    reader->failed = !sound;
    return sound && operand_spend(reader, 1 + ret->data.size / BYTES_A_STEP);
}

bool operand_is_empty_resource(const struct operand *operand)
{
    struct claim_entry entry;
    return claim_entry_parse(operand->bytes, &entry) != ERR_NONE || entry.value_count == 0;
}

static bool is_integer(const struct value *value)
{
    return value->type == CLAIM_INT64 || value->type == CLAIM_UINT64;
}

static bool is_truth(const struct value *value)
{
    return (value->type == CLAIM_BOOLEAN || is_integer(value)) && !value->negative && value->number <= 1;
}

/* Booleans are compared with booleans, 0 and 1, numbers with numbers of either kind, all else with its own kind. */
static bool comparable(const struct value *a, const struct value *b)
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

/* Of comparable values. */
static int compare(const struct value *a, const struct value *b)
{
    if (a->type == CLAIM_STRING)
        return upcase_compare(a->data, b->data, a->exact || b->exact);
    if (a->type == CLAIM_OCTETS || a->type == CLAIM_SID)
        return compare_octets(a->data, b->data);
    if (a->negative != b->negative)
        return a->negative ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

/* Whether they are one value that is no list. */
static bool is_single(const struct operand_values *values)
{
    switch (values->operand->kind) {
    case OPERAND_LITERAL:
        return true;
    case OPERAND_CLAIM:
        return values->operand->claim->value_count == 1;
    case OPERAND_RESOURCE:
        return values->entry.value_count == 1;
    case OPERAND_COMPOSITE:
    case OPERAND_ABSENT:
    case OPERAND_TRUTH:
        break;
    }
    return false;
}

/* The value of an operand that has just one and is no list. */
static bool single(const struct operand *operand, struct operand_reader *reader, struct value *ret)
{
    struct operand_values values;
    operand_values_init(&values, operand);
    return is_single(&values) && operand_next(&values, reader, ret);
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
        if (outer->kind == OPERAND_RESOURCE && !operand_spend(reader, outer->bytes.size / BYTES_A_STEP))
            break;
        struct operand_values values;
        operand_values_init(&values, outer);
        struct value value;
        bool found = false;
        while (operand_next(&values, reader, &value)) {
            bool same_kind = comparable(&value, &wanted);
            overlap.mismatch |= !same_kind;
            found |= same_kind && compare(&value, &wanted) == 0;
        }
        overlap.count++;
        overlap.found += found;
    }
    return overlap;
}

static enum truth truth_of(bool value)
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
            if (compare(&value, &other) == 0)
                return true;
        }
    }
    return false;
}

/* As sets, but a list with repeats is no set and equals none. */
enum truth operand_equal(const struct operand *left, const struct operand *right,
                         struct operand_reader *reader)
{
    struct value a;
    struct value b;
    if (single(left, reader, &a) && single(right, reader, &b))
        return comparable(&a, &b) ? truth_of(compare(&a, &b) == 0) : TRUTH_UNKNOWN;
    struct overlap forth = overlap_of(left, right, reader);
    struct overlap back = overlap_of(right, left, reader);
    if (forth.mismatch)
        return TRUTH_UNKNOWN;
    return truth_of(forth.count == back.count && forth.found == forth.count && back.found == back.count);
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
