#include "oracle/oracle_value.h"

static enum oracle_truth truth(bool value)
{
    return value ? ORACLE_TRUE : ORACLE_FALSE;
}

static enum oracle_truth not(enum oracle_truth value) {
    return value == ORACLE_UNKNOWN ? ORACLE_UNKNOWN : truth(value == ORACLE_FALSE);
}

static bool exact(const struct oracle_operand *left, const struct oracle_operand *right)
{
    return left->case_sensitive || right->case_sensitive;
}

static bool is_missing(const struct oracle_operand *operand)
{
    return operand->kind == OPERAND_ATTRIBUTE && (!operand->present || operand->count == 0);
}

static bool is_scalar(const struct oracle_operand *operand)
{
    return operand->kind != OPERAND_COMPOSITE && operand->count == 1;
}

/* 3.10: sets of types that do not compare make UNKNOWN. */
static bool mismatch(const struct oracle_operand *left, const struct oracle_operand *right)
{
    for (size_t i = 0; i < left->count; i++) {
        for (size_t k = 0; k < right->count; k++) {
            if (oracle_compare(&left->values[i], &right->values[k], false) == ORDER_MISMATCH)
                return true;
        }
    }
    return false;
}

static bool is_in(const struct oracle_value *value, const struct oracle_operand *set, bool exact_case)
{
    for (size_t i = 0; i < set->count; i++) {
        if (oracle_compare(value, &set->values[i], exact_case) == ORDER_EQUAL)
            return true;
    }
    return false;
}

/* how many of `some` are in `all` */
static size_t how_many(const struct oracle_operand *some, const struct oracle_operand *all)
{
    size_t count = 0;
    for (size_t i = 0; i < some->count; i++)
        count += is_in(&some->values[i], all, exact(some, all));
    return count;
}

/* == : scalars by value, sets with the same members in any order; a repeat makes a set another one. */
static enum oracle_truth equals(const struct oracle_operand *left, const struct oracle_operand *right)
{
    if (mismatch(left, right))
        return ORACLE_UNKNOWN;
    return truth(left->count == right->count && how_many(left, right) == left->count &&
                 how_many(right, left) == right->count);
}

/* < <= > >= : scalars only. */
static enum oracle_truth relation(uint8_t operator, const struct oracle_operand * left,
                                  const struct oracle_operand *right)
{
    if (!is_scalar(left) || !is_scalar(right))
        return ORACLE_UNKNOWN;
    enum oracle_order order = oracle_compare(left->values, right->values, exact(left, right));
    if (order == ORDER_MISMATCH || left->values->kind == KIND_SID)
        return ORACLE_UNKNOWN;
    switch (operator) {
    case 0x82:
        return truth(order == ORDER_LESS);
    case 0x83:
        return truth(order == ORDER_LESS || order == ORDER_EQUAL);
    case 0x84:
        return truth(order == ORDER_GREATER);
    default:
        return truth(order == ORDER_GREATER || order == ORDER_EQUAL);
    }
}

/* Contains: every value of the right in the left; nothing is contained of {}, even when the left is missing. */
static enum oracle_truth contains(const struct oracle_operand *left, const struct oracle_operand *right)
{
    if (right->kind == OPERAND_COMPOSITE && right->count == 0)
        return ORACLE_FALSE;
    if (is_missing(left) || is_missing(right) || mismatch(left, right))
        return ORACLE_UNKNOWN;
    return truth(how_many(right, left) == right->count);
}

/* Any_of: something in common; a scalar literal on the right is UNKNOWN. */
static enum oracle_truth any_of(const struct oracle_operand *left, const struct oracle_operand *right)
{
    if (is_missing(left) || is_missing(right) || right->kind == OPERAND_LITERAL || mismatch(left, right))
        return ORACLE_UNKNOWN;
    return truth(how_many(left, right) > 0);
}

enum oracle_truth oracle_binary(uint8_t operator, const struct oracle_operand * left,
                                const struct oracle_operand *right)
{
    switch (operator) {
    case 0x86:
        return contains(left, right);
    case 0x8E:
        return not(contains(left, right));
    case 0x88:
        return any_of(left, right);
    case 0x8F:
        return not(any_of(left, right));
    default:
        break;
    }
    if (is_missing(left) || is_missing(right))
        return ORACLE_UNKNOWN;
    if (operator== 0x80)
        return equals(left, right);
    if (operator== 0x81)
        return not(equals(left, right));
    return relation(operator, left, right);
}

/* 3.10: numbers that are not zero, strings that are not empty; of several values one is enough. */
static bool counts_as_true(const struct oracle_value *value)
{
    return value->kind == KIND_STRING ? value->data.size != 0 : value->magnitude != 0;
}

enum oracle_truth oracle_truth_of(const struct oracle_operand *operand, bool *broken)
{
    bool any = false;
    if (operand->kind == OPERAND_LOGICAL)
        return operand->truth;
    if (operand->kind == OPERAND_ATTRIBUTE && is_missing(operand))
        return ORACLE_UNKNOWN;
    if (operand->kind != OPERAND_ATTRIBUTE || operand->values->kind == KIND_SID ||
        operand->values->kind == KIND_OCTETS) {
        *broken = true;
        return ORACLE_UNKNOWN;
    }
    for (size_t i = 0; i < operand->count; i++)
        any = any || counts_as_true(&operand->values[i]);
    return truth(any);
}
