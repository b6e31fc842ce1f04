/* operand: the values that conditional expressions compare. [MS-DTYP] 2.4.4.17.5 to 2.4.4.17.8; reference 3.10. */
#ifndef NTOKEND_ENGINE_OPERAND_H
#define NTOKEND_ENGINE_OPERAND_H

#include "engine/claim.h"
#include "engine/condition.h"

enum operand_kind {
    OPERAND_FALSE = TRUTH_FALSE, /* what an operator gave, as enum truth */
    OPERAND_UNKNOWN = TRUTH_UNKNOWN,
    OPERAND_TRUE = TRUTH_TRUE,
    OPERAND_LITERAL,   /* one token */
    OPERAND_COMPOSITE, /* tokens */
    OPERAND_CLAIM,     /* an attribute of the token */
    OPERAND_RESOURCE,  /* an attribute of the object */
    OPERAND_ABSENT,    /* an attribute that is not there */
};

/* Two words, since room for 512 is made for each expression. A truth is a kind alone. */
struct operand {
    union {
        const uint8_t *data; /* a sound literal, a list still to be checked, or a sound resource attribute */
        const struct claim *claim; /* an attribute of the token */
    };
    uint32_t size; /* of the data, which is part of an ACE */
    enum operand_kind kind;
};

static inline struct operand operand_of_bytes(enum operand_kind kind, struct bytes bytes)
{
    return (struct operand){.data = bytes.data, .size = (uint32_t)bytes.size, .kind = kind};
}

static inline bool operand_is_truth(const struct operand *operand)
{
    return operand->kind <= OPERAND_TRUE;
}

/* What a literal, a list or a resource attribute is made of. */
static inline struct bytes operand_bytes(const struct operand *operand)
{
    return bytes_of(operand->data, operand->size);
}

/* Reading charges the work that is left; once that is used up or something malformed was met, nothing more is read. */
struct operand_reader {
    int64_t work; /* below 0: it was not enough */
    bool failed;
};

/* Without a look at what is left: whoever loops looks at operand_reader_stopped. */
static inline void operand_spend(struct operand_reader *reader, size_t amount)
{
    reader->work -= (int64_t)amount;
}

static inline bool operand_reader_stopped(const struct operand_reader *reader)
{
    return reader->failed || reader->work < 0;
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
