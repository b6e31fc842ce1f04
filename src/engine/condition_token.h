/* condition_token: the bytes of a conditional expression, token by token. [MS-DTYP] 2.4.4.17.4 to 2.4.4.17.8;
 * reference 2.4. */
#ifndef NTOKEND_ENGINE_CONDITION_TOKEN_H
#define NTOKEND_ENGINE_CONDITION_TOKEN_H

#include "base/bytes.h"
#include "base/err.h"

enum condition_token {
    CONDITION_INT8 = 0x01,
    CONDITION_INT16 = 0x02,
    CONDITION_INT32 = 0x03,
    CONDITION_INT64 = 0x04,
    CONDITION_STRING = 0x10,
    CONDITION_OCTETS = 0x18,
    CONDITION_COMPOSITE = 0x50,
    CONDITION_SID = 0x51,
    CONDITION_EQUAL = 0x80,
    CONDITION_NOT_EQUAL = 0x81,
    CONDITION_LESS = 0x82,
    CONDITION_LESS_OR_EQUAL = 0x83,
    CONDITION_GREATER = 0x84,
    CONDITION_GREATER_OR_EQUAL = 0x85,
    CONDITION_CONTAINS = 0x86,
    CONDITION_EXISTS = 0x87,
    CONDITION_ANY_OF = 0x88,
    CONDITION_MEMBER_OF = 0x89,
    CONDITION_DEVICE_MEMBER_OF = 0x8A,
    CONDITION_MEMBER_OF_ANY = 0x8B,
    CONDITION_DEVICE_MEMBER_OF_ANY = 0x8C,
    CONDITION_NOT_EXISTS = 0x8D,
    CONDITION_NOT_CONTAINS = 0x8E,
    CONDITION_NOT_ANY_OF = 0x8F,
    CONDITION_NOT_MEMBER_OF = 0x90,
    CONDITION_NOT_DEVICE_MEMBER_OF = 0x91,
    CONDITION_NOT_MEMBER_OF_ANY = 0x92,
    CONDITION_NOT_DEVICE_MEMBER_OF_ANY = 0x93,
    CONDITION_AND = 0xA0,
    CONDITION_OR = 0xA1,
    CONDITION_NOT = 0xA2,
    CONDITION_LOCAL = 0xF8,
    CONDITION_USER = 0xF9,
    CONDITION_RESOURCE = 0xFA,
    CONDITION_DEVICE = 0xFB,

    CONDITION_SIGN_PLUS = 1,
    CONDITION_SIGN_MINUS = 2,
    CONDITION_SIGN_NONE = 3,
    CONDITION_BASE_OCTAL = 1,
    CONDITION_BASE_DECIMAL = 2,
    CONDITION_BASE_HEX = 3,
};

/* What an operator takes from the stack, and so what kind of token it is. */
enum condition_kind {
    CONDITION_KIND_LITERAL,   /* integer, string, octets, SID */
    CONDITION_KIND_COMPOSITE, /* a list of literals */
    CONDITION_KIND_ATTRIBUTE,
    CONDITION_KIND_RELATION, /* two operands: a comparison or a set operator */
    CONDITION_KIND_EXISTENCE,
    CONDITION_KIND_MEMBERSHIP,
    CONDITION_KIND_NOT,
    CONDITION_KIND_LOGICAL, /* AND, OR */
};

struct condition_item {
    uint8_t token;
    enum condition_kind kind;
    uint64_t number; /* integers, two's complement */
    uint8_t sign;    /* of an integer, as it was written; only for show */
    uint8_t base;    /* the same */
    struct bytes
        data; /* UTF-16LE of strings and names, octets, a valid binary SID, the tokens of a composite */
};

/* The tokens behind the signature `artx`. ERR_MALFORMED when there is none. */
enum err condition_open(struct bytes application_data, struct cursor *ret) MUST_USE;
/* Moves on by one token. ERR_NOT_FOUND at the end (only zeros follow), ERR_MALFORMED for what is no token or runs past
 * the end. The items of a composite are looked at only when its `data` is walked with condition_next_literal. */
enum err condition_next(struct cursor *cursor, struct condition_item *ret) MUST_USE;
/* The same inside of a composite, where only literals may stand and nothing is padded. */
enum err condition_next_literal(struct cursor *cursor, struct condition_item *ret) MUST_USE;

#endif
