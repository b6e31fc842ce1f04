#include "engine/condition_token.h"

#include "engine/sid.h"

static const char signature[] = "artx";

enum err condition_open(struct bytes application_data, struct cursor *ret)
{
    struct cursor cursor = cursor_of(application_data);
    struct bytes start = cursor_take(&cursor, sizeof signature - 1);
    if (!bytes_equal(start, bytes_of_string(signature)))
        return ERR_MALFORMED;
    *ret = cursor;
    return ERR_NONE;
}

/* What kind of token a byte is, plus one: those with a payload come first; 0 for what is no token. */
enum {
    LITERAL = CONDITION_KIND_LITERAL + 1,
    COMPOSITE = CONDITION_KIND_COMPOSITE + 1,
    ATTRIBUTE = CONDITION_KIND_ATTRIBUTE + 1,
    RELATION = CONDITION_KIND_RELATION + 1,
    EXISTENCE = CONDITION_KIND_EXISTENCE + 1,
    MEMBERSHIP = CONDITION_KIND_MEMBERSHIP + 1,
    NEGATION = CONDITION_KIND_NOT + 1,
    LOGICAL = CONDITION_KIND_LOGICAL + 1,
};
static const uint8_t kinds[UINT8_MAX + 1] = {
    [CONDITION_INT8] = LITERAL,
    [CONDITION_INT16] = LITERAL,
    [CONDITION_INT32] = LITERAL,
    [CONDITION_INT64] = LITERAL,
    [CONDITION_STRING] = LITERAL,
    [CONDITION_OCTETS] = LITERAL,
    [CONDITION_SID] = LITERAL,
    [CONDITION_COMPOSITE] = COMPOSITE,
    [CONDITION_EQUAL] = RELATION,
    [CONDITION_NOT_EQUAL] = RELATION,
    [CONDITION_LESS] = RELATION,
    [CONDITION_LESS_OR_EQUAL] = RELATION,
    [CONDITION_GREATER] = RELATION,
    [CONDITION_GREATER_OR_EQUAL] = RELATION,
    [CONDITION_CONTAINS] = RELATION,
    [CONDITION_NOT_CONTAINS] = RELATION,
    [CONDITION_ANY_OF] = RELATION,
    [CONDITION_NOT_ANY_OF] = RELATION,
    [CONDITION_EXISTS] = EXISTENCE,
    [CONDITION_NOT_EXISTS] = EXISTENCE,
    [CONDITION_MEMBER_OF] = MEMBERSHIP,
    [CONDITION_DEVICE_MEMBER_OF] = MEMBERSHIP,
    [CONDITION_MEMBER_OF_ANY] = MEMBERSHIP,
    [CONDITION_DEVICE_MEMBER_OF_ANY] = MEMBERSHIP,
    [CONDITION_NOT_MEMBER_OF] = MEMBERSHIP,
    [CONDITION_NOT_DEVICE_MEMBER_OF] = MEMBERSHIP,
    [CONDITION_NOT_MEMBER_OF_ANY] = MEMBERSHIP,
    [CONDITION_NOT_DEVICE_MEMBER_OF_ANY] = MEMBERSHIP,
    [CONDITION_AND] = LOGICAL,
    [CONDITION_OR] = LOGICAL,
    [CONDITION_NOT] = NEGATION,
    [CONDITION_LOCAL] = ATTRIBUTE,
    [CONDITION_USER] = ATTRIBUTE,
    [CONDITION_RESOURCE] = ATTRIBUTE,
    [CONDITION_DEVICE] = ATTRIBUTE,
};

static bool only_zeros(struct bytes data)
{
    for (size_t i = 0; i < data.size; i++)
        if (data.data[i] != 0)
            return false;
    return true;
}

enum { INTEGER_SIZE = 11, DATA_OFFSET = 5 }; /* token, 8 bytes, sign, base; token, size */

static bool integer_is_sound(struct bytes input)
{
    if (input.size < INTEGER_SIZE)
        return false;
    const uint8_t sign = input.data[9];
    const uint8_t base = input.data[10];
    return sign >= CONDITION_SIGN_PLUS && sign <= CONDITION_SIGN_NONE && base >= CONDITION_BASE_OCTAL &&
           base <= CONDITION_BASE_HEX;
}

/* The size of the token at the start of `input` when it is sound, else 0. [MS-DTYP] 2.4.4.17.5 and 2.4.4.17.8 */
static size_t checked_size(struct bytes input, uint8_t kind)
{
    const uint8_t token = input.data[0];
    if (kind > ATTRIBUTE)
        return 1;
    if (token <= CONDITION_INT64)
        return integer_is_sound(input) ? INTEGER_SIZE : 0;
    if (input.size < DATA_OFFSET)
        return 0;
    const size_t size = le32_load(input.data + 1);
    if (size > input.size - DATA_OFFSET)
        return 0;
    const bool is_text = token == CONDITION_STRING || kind == ATTRIBUTE;
    if (is_text && size % 2 != 0)
        return 0;
    if (token == CONDITION_SID && sid_checked_size(bytes_of(input.data + DATA_OFFSET, size)) != size)
        return 0;
    return DATA_OFFSET + size;
}

enum err condition_next(struct cursor *cursor, struct condition_item *ret)
{
    if (cursor->failed)
        return ERR_MALFORMED;
    const struct bytes rest = bytes_of(cursor->input.data + cursor->at, cursor->input.size - cursor->at);
    if (rest.size == 0 || (rest.data[0] == 0 && only_zeros(rest)))
        return ERR_NOT_FOUND;
    const uint8_t kind = kinds[rest.data[0]];
    const size_t size = kind != 0 ? checked_size(rest, kind) : 0;
    if (size == 0)
        return ERR_MALFORMED;
    cursor->at += size;
    *ret = (struct condition_item){.token = rest.data[0], .kind = (enum condition_kind)(kind - 1)};
    if (ret->token <= CONDITION_INT64) {
        ret->number = le64_load(rest.data + 1);
        ret->sign = rest.data[9];
        ret->base = rest.data[10];
    } else if (size != 1) {
        ret->data = bytes_of(rest.data + DATA_OFFSET, size - DATA_OFFSET);
    }
    return ERR_NONE;
}

enum err condition_next_literal(struct cursor *cursor, struct condition_item *ret)
{
    if (!cursor->failed && cursor_left(cursor) == 0)
        return ERR_NOT_FOUND;
    const size_t left = cursor_left(cursor);
    if (left != 0 && kinds[cursor->input.data[cursor->at]] != LITERAL)
        return ERR_MALFORMED;
    return condition_next(cursor, ret) == ERR_NONE ? ERR_NONE : ERR_MALFORMED;
}
