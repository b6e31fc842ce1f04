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

static bool kind_of(uint8_t token, enum condition_kind *ret)
{
    if ((token >= CONDITION_INT8 && token <= CONDITION_INT64) || token == CONDITION_STRING ||
        token == CONDITION_OCTETS || token == CONDITION_SID)
        *ret = CONDITION_KIND_LITERAL;
    else if (token == CONDITION_COMPOSITE)
        *ret = CONDITION_KIND_COMPOSITE;
    else if (token == CONDITION_EXISTS || token == CONDITION_NOT_EXISTS)
        *ret = CONDITION_KIND_EXISTENCE;
    else if ((token >= CONDITION_EQUAL && token <= CONDITION_ANY_OF) || token == CONDITION_NOT_CONTAINS ||
             token == CONDITION_NOT_ANY_OF)
        *ret = CONDITION_KIND_RELATION;
    else if ((token >= CONDITION_MEMBER_OF && token <= CONDITION_DEVICE_MEMBER_OF_ANY) ||
             (token >= CONDITION_NOT_MEMBER_OF && token <= CONDITION_NOT_DEVICE_MEMBER_OF_ANY))
        *ret = CONDITION_KIND_MEMBERSHIP;
    else if (token == CONDITION_NOT)
        *ret = CONDITION_KIND_NOT;
    else if (token == CONDITION_AND || token == CONDITION_OR)
        *ret = CONDITION_KIND_LOGICAL;
    else if (token >= CONDITION_LOCAL && token <= CONDITION_DEVICE)
        *ret = CONDITION_KIND_ATTRIBUTE;
    else
        return false;
    return true;
}

static bool only_zeros(struct bytes data)
{
    for (size_t i = 0; i < data.size; i++)
        if (data.data[i] != 0)
            return false;
    return true;
}

/* The payload of a token that has one. [MS-DTYP] 2.4.4.17.5 and 2.4.4.17.8 */
static bool read_payload(struct cursor *cursor, struct condition_item *item)
{
    if (item->token <= CONDITION_INT64) {
        item->number = cursor_u64(cursor);
        item->sign = cursor_u8(cursor);
        item->base = cursor_u8(cursor);
        return !cursor->failed && item->sign >= CONDITION_SIGN_PLUS && item->sign <= CONDITION_SIGN_NONE &&
               item->base >= CONDITION_BASE_OCTAL && item->base <= CONDITION_BASE_HEX;
    }
    item->data = cursor_take(cursor, cursor_u32(cursor));
    if (cursor->failed)
        return false;
    if (item->token == CONDITION_SID) {
        const struct sid *sid = NULL;
        return sid_view(item->data, &sid) == ERR_NONE && sid_size(sid) == item->data.size;
    }
    bool is_text = item->token == CONDITION_STRING || item->kind == CONDITION_KIND_ATTRIBUTE;
    return !is_text || item->data.size % 2 == 0;
}

enum err condition_next(struct cursor *cursor, struct condition_item *ret)
{
    struct bytes rest = bytes_of(cursor->input.data + cursor->at, cursor_left(cursor));
    if (only_zeros(bytes_of(rest.data, rest.size == 0 ? 0 : 1)) && only_zeros(rest))
        return cursor->failed ? ERR_MALFORMED : ERR_NOT_FOUND;
    struct condition_item item = {.token = cursor_u8(cursor)};
    if (!kind_of(item.token, &item.kind))
        return ERR_MALFORMED;
    bool has_payload = item.kind == CONDITION_KIND_LITERAL || item.kind == CONDITION_KIND_COMPOSITE ||
                       item.kind == CONDITION_KIND_ATTRIBUTE;
    if (has_payload && !read_payload(cursor, &item))
        return ERR_MALFORMED;
    *ret = item;
    return ERR_NONE;
}

enum err condition_next_literal(struct cursor *cursor, struct condition_item *ret)
{
    if (!cursor->failed && cursor_left(cursor) == 0)
        return ERR_NOT_FOUND;
    struct condition_item item;
    if (condition_next(cursor, &item) != ERR_NONE || item.kind != CONDITION_KIND_LITERAL)
        return ERR_MALFORMED;
    *ret = item;
    return ERR_NONE;
}
