#include "oracle/oracle_value.h"

#include "engine/upcase.h"

/* 3.10: simple upper case of one UTF-16 code unit. Latin, Greek and Cyrillic letters are said here once more; for the
 * rest there is only Windows' table. */
static unsigned upper(unsigned unit)
{
    if ((unit >= 'a' && unit <= 'z') || (unit >= 0xE0 && unit <= 0xFE && unit != 0xF7) ||
        (unit >= 0x3B1 && unit <= 0x3CB && unit != 0x3C2) || (unit >= 0x430 && unit <= 0x44F))
        return unit - 0x20;
    if (unit >= 0x450 && unit <= 0x45F)
        return unit - 0x50;
    if (unit < 0x100)
        return unit == 0xFF ? 0x178 : unit;
    return upcase_unit((uint16_t)unit);
}

/* 3.10: by upper-cased code unit, a prefix is less. */
static enum oracle_order compare_strings(struct bytes a, struct bytes b, bool exact)
{
    for (size_t i = 0; i + 1 < a.size && i + 1 < b.size; i += 2) {
        unsigned x = le16_load(a.data + i);
        unsigned y = le16_load(b.data + i);
        x = exact ? x : upper(x);
        y = exact ? y : upper(y);
        if (x != y)
            return x < y ? ORDER_LESS : ORDER_GREATER;
    }
    if (a.size == b.size)
        return ORDER_EQUAL;
    return a.size < b.size ? ORDER_LESS : ORDER_GREATER;
}

bool oracle_names_equal(struct bytes a, struct bytes b)
{
    return compare_strings(a, b, false) == ORDER_EQUAL;
}

/* 3.10: bytewise, prefix is less. */
static enum oracle_order compare_octets(struct bytes a, struct bytes b)
{
    for (size_t i = 0; i < a.size && i < b.size; i++) {
        if (a.data[i] != b.data[i])
            return a.data[i] < b.data[i] ? ORDER_LESS : ORDER_GREATER;
    }
    if (a.size == b.size)
        return ORDER_EQUAL;
    return a.size < b.size ? ORDER_LESS : ORDER_GREATER;
}

/* 3.10: int64 and uint64 by value. */
static enum oracle_order compare_numbers(const struct oracle_value *a, const struct oracle_value *b)
{
    if (a->negative != b->negative)
        return a->negative ? ORDER_LESS : ORDER_GREATER;
    if (a->magnitude == b->magnitude)
        return ORDER_EQUAL;
    return (a->magnitude < b->magnitude) != a->negative ? ORDER_LESS : ORDER_GREATER;
}

static bool is_boolean_number(const struct oracle_value *value)
{
    return value->magnitude == 0 || (value->magnitude == 1 && !value->negative);
}

enum oracle_order oracle_compare(const struct oracle_value *a, const struct oracle_value *b, bool exact)
{
    if (a->kind <= KIND_BOOLEAN && b->kind <= KIND_BOOLEAN) {
        /* 3.10: a boolean compares to 0 and 1 only */
        if (a->kind != b->kind && !(is_boolean_number(a) && is_boolean_number(b)))
            return ORDER_MISMATCH;
        return compare_numbers(a, b);
    }
    if (a->kind != b->kind)
        return ORDER_MISMATCH;
    if (a->kind == KIND_STRING)
        return compare_strings(a->data, b->data, exact);
    if (a->kind == KIND_OCTETS)
        return compare_octets(a->data, b->data);
    return bytes_equal(a->data, b->data) ? ORDER_EQUAL : ORDER_DIFFERENT;
}
