/* operand: the values that conditional expressions compare. [MS-DTYP] 2.4.4.17.5 to 2.4.4.17.8; reference 3.10. */
#ifndef NTOKEND_ENGINE_OPERAND_H
#define NTOKEND_ENGINE_OPERAND_H

#include "engine/claim.h"
#include "engine/condition.h"

enum operand_kind {
    OPERAND_TRUTH,     /* what an operator gave */
    OPERAND_LITERAL,   /* one token */
    OPERAND_COMPOSITE, /* tokens */
    OPERAND_CLAIM,     /* an attribute of the token */
    OPERAND_RESOURCE,  /* an attribute of the object */
    OPERAND_ABSENT,    /* an attribute that is not there */
};

struct operand {
    enum operand_kind kind;
    enum truth truth;
    struct bytes bytes;        /* tokens that are all sound literals, or a resource attribute that is sound */
    const struct claim *claim; /* an attribute of the token */
};

/* Reading charges the work that is left; once that is used up or something malformed was met, nothing more is read. */
struct operand_reader {
    size_t work;
    bool failed;
};

static inline bool operand_spend(struct operand_reader *reader, size_t amount)
{
    if (reader->failed)
        return false;
    if (amount > reader->work) {
        reader->work = 0; /* tells that this was the reason */
        reader->failed = true;
        return false;
    }
    reader->work -= amount;
    return true;
}

struct value {
    enum claim_type type;
    bool negative; /* of a number, whose bits are then those of two's complement */
    bool exact;    /* of a string: case counts */
    uint64_t number;
    struct bytes data;
};

/* Walks the values of an operand: false at the end, and when the reader has failed. */
struct operand_values {
    const struct operand *operand;
    size_t at;                /* the offset of a token, else the index of a value */
    struct claim_entry entry; /* only of a resource attribute */
};
void operand_values_init(struct operand_values *values, const struct operand *operand);
bool operand_next(struct operand_values *values, struct operand_reader *reader, struct value *ret);

static inline bool operand_is_attribute(const struct operand *operand)
{
    return operand->kind == OPERAND_CLAIM || operand->kind == OPERAND_RESOURCE ||
           operand->kind == OPERAND_ABSENT;
}

/* Of an OPERAND_RESOURCE: no values. */
bool operand_is_empty_resource(const struct operand *operand);

/* No attribute, or one without values. */
static inline bool operand_is_missing(const struct operand *operand)
{
    if (operand->kind == OPERAND_CLAIM)
        return operand->claim->value_count == 0;
    return operand->kind == OPERAND_ABSENT ||
           (operand->kind == OPERAND_RESOURCE && operand_is_empty_resource(operand));
}

/* How many values of a literal or composite are SIDs of the token in that role, MEMBER_…, of *ret_count values. Fails at one that
 * is no SID. */
size_t operand_members(const struct operand *operand, struct operand_reader *reader,
                       const struct token *token, unsigned role, size_t *ret_count);

/* Whether a value occurs more than once. */
bool operand_has_repeats(const struct operand *operand, struct operand_reader *reader);

/* Relations of two operands that have values. Values of different types make them TRUTH_UNKNOWN. */
enum truth operand_equal(const struct operand *left, const struct operand *right,
                         struct operand_reader *reader);
enum truth operand_contains(const struct operand *left, const struct operand *right,
                            struct operand_reader *reader);
enum truth operand_any_of(const struct operand *left, const struct operand *right,
                          struct operand_reader *reader);
/* Below, equal or above 0 in *ret_order; TRUTH_UNKNOWN when they have no order, else TRUTH_TRUE. */
enum truth operand_order(const struct operand *left, const struct operand *right,
                         struct operand_reader *reader, int *ret_order);

#endif
