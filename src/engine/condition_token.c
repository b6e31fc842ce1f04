#include "engine/condition_token.h"

enum err condition_open(struct bytes application_data, struct cursor *ret)
{
    struct bytes tokens;
    if (!condition_tokens(application_data, &tokens))
        return ERR_MALFORMED;
    *ret = cursor_of(application_data);
    ret->at = application_data.size - tokens.size;
    return ERR_NONE;
}

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
const uint8_t condition_kinds[UINT8_MAX + 1] = {
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

enum err condition_next(struct cursor *cursor, struct condition_item *ret)
{
    if (cursor->failed)
        return ERR_MALFORMED;
    struct bytes rest = bytes_of(cursor->input.data + cursor->at, cursor->input.size - cursor->at);
    struct bytes token;
    struct condition_item item = {0};
    enum err err = condition_scan(&rest, &item.kind, &token);
    if (err != ERR_NONE)
        return err;
    cursor->at += token.size;
    item.token = token.data[0];
    if (item.token <= CONDITION_INT64) {
        item.number = le64_load(token.data + 1);
        item.sign = token.data[9];
        item.base = token.data[10];
    } else if (token.size != 1) {
        item.data = condition_payload(token);
    }
    *ret = item;
    return ERR_NONE;
}

enum err condition_next_literal(struct cursor *cursor, struct condition_item *ret)
{
    if (!cursor->failed && cursor_left(cursor) == 0)
        return ERR_NOT_FOUND;
    const size_t left = cursor_left(cursor);
    if (left != 0 && condition_kinds[cursor->input.data[cursor->at]] != LITERAL)
        return ERR_MALFORMED;
    return condition_next(cursor, ret) == ERR_NONE ? ERR_NONE : ERR_MALFORMED;
}

bool condition_is_list(struct bytes tokens)
{
    while (tokens.size != 0) {
        enum condition_kind kind;
        struct bytes token;
        if (condition_scan(&tokens, &kind, &token) != ERR_NONE || kind != CONDITION_KIND_LITERAL)
            return false;
    }
    return true;
}
