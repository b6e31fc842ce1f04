/* condition_token: the bytes of a conditional expression, token by token. [MS-DTYP] 2.4.4.17.4 to 2.4.4.17.8;
 * reference 2.4. */
#ifndef NTOKEND_ENGINE_CONDITION_TOKEN_H
#define NTOKEND_ENGINE_CONDITION_TOKEN_H

#include "base/bytes.h"
#include "base/err.h"
#include "engine/sid.h"

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

    CONDITION_INTEGER_SIZE = 11, /* token, 8 bytes, sign, base */
    CONDITION_DATA_OFFSET = 5,   /* token, size */
};

/* What an operator takes from the stack, and so what kind of token it is. Those with a payload come first. */
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

/* The same for condition_scan. */
static inline bool condition_tokens(struct bytes application_data, struct bytes *ret)
{
    static const char signature[] = {'a', 'r', 't', 'x'};
    if (application_data.size < sizeof signature ||
        memcmp(application_data.data, signature, sizeof signature) != 0)
        return false;
    *ret = bytes_from(application_data, sizeof signature);
    return true;
}

/* What kind of token a byte is, plus one; 0 for what is no token. */
extern const uint8_t condition_kinds[UINT8_MAX + 1];

/* Whether only zeros follow. */
static inline bool condition_is_padding(struct bytes rest)
{
    for (size_t i = 0; i < rest.size; i++)
        if (rest.data[i] != 0)
            return false;
    return true;
}

static inline bool condition_integer_is_sound(struct bytes input)
{
    if (input.size < CONDITION_INTEGER_SIZE)
        return false;
    const uint8_t sign = input.data[9];
    const uint8_t base = input.data[10];
    return sign >= CONDITION_SIGN_PLUS && sign <= CONDITION_SIGN_NONE && base >= CONDITION_BASE_OCTAL &&
           base <= CONDITION_BASE_HEX;
}

/* The size of the token with a payload at the start of `input` when it is sound, else 0; a name is that of an attribute.
 * [MS-DTYP] 2.4.4.17.5 and 2.4.4.17.8 */
static inline size_t condition_payload_token_size(struct bytes input, bool is_name)
{
    const uint8_t token = input.data[0];
    if (token <= CONDITION_INT64)
        return condition_integer_is_sound(input) ? CONDITION_INTEGER_SIZE : 0;
    if (input.size < CONDITION_DATA_OFFSET)
        return 0;
    const size_t size = le32_load(input.data + 1);
    if (size > input.size - CONDITION_DATA_OFFSET)
        return 0;
    if ((token == CONDITION_STRING || is_name) && size % 2 != 0)
        return 0;
    if (token == CONDITION_SID && !sid_is_whole(bytes_of(input.data + CONDITION_DATA_OFFSET, size)))
        return 0;
    return CONDITION_DATA_OFFSET + size;
}

/* Cuts the next token off `rest` and leaves it unread; errors as condition_next. */
static inline enum err condition_scan(struct bytes *rest, enum condition_kind *ret_kind, struct bytes *ret)
{
    if (rest->size == 0)
        return ERR_NOT_FOUND;
    const unsigned kind = condition_kinds[rest->data[0]];
    if (kind == 0)
        return condition_is_padding(*rest) ? ERR_NOT_FOUND : ERR_MALFORMED;
    size_t size = 1;
    if (kind - 1 <= CONDITION_KIND_ATTRIBUTE)
        size = condition_payload_token_size(*rest, kind - 1 == CONDITION_KIND_ATTRIBUTE);
    if (size == 0)
        return ERR_MALFORMED;
    *ret_kind = (enum condition_kind)(kind - 1);
    *ret = bytes_of(rest->data, size);
    *rest = bytes_from(*rest, size);
    return ERR_NONE;
}

/* What a token that is no integer and no operator carries: the `data` of its item. */
static inline struct bytes condition_payload(struct bytes token)
{
    return bytes_from(token, CONDITION_DATA_OFFSET);
}

/* Whether the tokens of a composite are all sound literals. */
bool condition_is_list(struct bytes tokens);

#endif
