/* What conditions compute with: literals, and the values of attributes. Reference 1.6, 2.4, 3.10. */
#ifndef NTOKEND_TESTS_ORACLE_VALUE_H
#define NTOKEND_TESTS_ORACLE_VALUE_H

#include "base/arena.h"
#include "oracle/oracle_internal.h"

enum oracle_kind { KIND_NUMBER, KIND_BOOLEAN, KIND_STRING, KIND_SID, KIND_OCTETS };

struct oracle_value {
    enum oracle_kind kind;
    bool negative; /* numbers are a sign and a magnitude, so that int64 and uint64 compare by value */
    uint64_t magnitude;
    struct bytes data;
};

enum oracle_operand_kind { OPERAND_LOGICAL, OPERAND_LITERAL, OPERAND_COMPOSITE, OPERAND_ATTRIBUTE };

struct oracle_operand {
    enum oracle_operand_kind kind;
    enum oracle_truth truth; /* logical: the result of an operator */
    bool present;            /* attribute: found, with or without values */
    bool case_sensitive;
    const struct oracle_value *values;
    size_t count;
};

enum oracle_order { ORDER_LESS, ORDER_EQUAL, ORDER_GREATER, ORDER_DIFFERENT, ORDER_MISMATCH };

/* oracle_value.c. DIFFERENT: not equal, and without an order (SIDs). MISMATCH: of types that do not compare. */
enum oracle_order oracle_compare(const struct oracle_value *a, const struct oracle_value *b, bool exact);
/* UTF-16LE, without case. */
bool oracle_names_equal(struct bytes a, struct bytes b);

/* oracle_operator.c: what an operator of two operands says. */
enum oracle_truth oracle_binary(uint8_t operator, const struct oracle_operand * left,
                                const struct oracle_operand *right);
/* An operand where a truth is wanted, 3.10 "bare attribute". Literals, SIDs and octets have none: that is `broken`. */
enum oracle_truth oracle_truth_of(const struct oracle_operand *operand, bool *broken);

/* oracle_attribute.c: token F8 to FB and a name; `deny` as for oracle_condition. false: out of memory. */
bool oracle_attribute(const struct oracle *oracle, struct arena *arena, uint8_t source, struct bytes name,
                      bool deny, struct oracle_operand *ret);

#endif
