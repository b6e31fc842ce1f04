#include "engine/sddl_condition.h"

/* Reference 2.4. Windows writes "Member_of_any" with a small a. */
static const struct sddl_operator operators[] = {
    {"Member_of", CONDITION_MEMBER_OF, CONDITION_KIND_MEMBERSHIP},
    {"Member_of_any", CONDITION_MEMBER_OF_ANY, CONDITION_KIND_MEMBERSHIP},
    {"Device_Member_of", CONDITION_DEVICE_MEMBER_OF, CONDITION_KIND_MEMBERSHIP},
    {"Device_Member_of_any", CONDITION_DEVICE_MEMBER_OF_ANY, CONDITION_KIND_MEMBERSHIP},
    {"Not_Member_of", CONDITION_NOT_MEMBER_OF, CONDITION_KIND_MEMBERSHIP},
    {"Not_Member_of_any", CONDITION_NOT_MEMBER_OF_ANY, CONDITION_KIND_MEMBERSHIP},
    {"Not_Device_Member_of", CONDITION_NOT_DEVICE_MEMBER_OF, CONDITION_KIND_MEMBERSHIP},
    {"Not_Device_Member_of_any", CONDITION_NOT_DEVICE_MEMBER_OF_ANY, CONDITION_KIND_MEMBERSHIP},
    {"Exists", CONDITION_EXISTS, CONDITION_KIND_EXISTENCE},
    {"Not_Exists", CONDITION_NOT_EXISTS, CONDITION_KIND_EXISTENCE},
    {"Contains", CONDITION_CONTAINS, CONDITION_KIND_RELATION},
    {"Not_Contains", CONDITION_NOT_CONTAINS, CONDITION_KIND_RELATION},
    {"Any_of", CONDITION_ANY_OF, CONDITION_KIND_RELATION},
    {"Not_Any_of", CONDITION_NOT_ANY_OF, CONDITION_KIND_RELATION},
};

/* The longer before the one that it starts with. */
static const struct sddl_operator signs[] = {
    {"==", CONDITION_EQUAL, CONDITION_KIND_RELATION},
    {"!=", CONDITION_NOT_EQUAL, CONDITION_KIND_RELATION},
    {"<=", CONDITION_LESS_OR_EQUAL, CONDITION_KIND_RELATION},
    {"<", CONDITION_LESS, CONDITION_KIND_RELATION},
    {">=", CONDITION_GREATER_OR_EQUAL, CONDITION_KIND_RELATION},
    {">", CONDITION_GREATER, CONDITION_KIND_RELATION},
};

static const struct {
    const char *prefix;
    uint8_t token;
} prefixes[] = {
    {"@USER.", CONDITION_USER},
    {"@DEVICE.", CONDITION_DEVICE},
    {"@RESOURCE.", CONDITION_RESOURCE},
};

#define COUNT(rows) (sizeof(rows) / sizeof(rows)[0])

const struct sddl_operator *sddl_operator_named(struct bytes word)
{
    for (size_t i = 0; i < COUNT(operators); i++)
        if (bytes_equal_ignoring_case(bytes_of_string(operators[i].word), word))
            return &operators[i];
    return NULL;
}

const char *sddl_operator_word(uint8_t token)
{
    for (size_t i = 0; i < COUNT(operators); i++)
        if (operators[i].token == token)
            return operators[i].word;
    for (size_t i = 0; i < COUNT(signs); i++)
        if (signs[i].token == token)
            return signs[i].word;
    return "";
}

const char *sddl_attribute_prefix(uint8_t token)
{
    for (size_t i = 0; i < COUNT(prefixes); i++)
        if (prefixes[i].token == token)
            return prefixes[i].prefix;
    return "";
}

/* The word of simple characters at the reader, which does not move. */
static struct bytes peek_word(const struct sddl_reader *reader)
{
    size_t size = 0;
    while (sddl_is_simple(sddl_reader_peek(reader, size)))
        size++;
    return bytes_of(reader->text.data + reader->at, size);
}

static enum err put_prefixed(struct sddl_reader *reader, struct sddl_bytes *out)
{
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        if (!sddl_reader_take_word(reader, prefixes[i].prefix))
            continue;
        sddl_bytes_put_number(out, prefixes[i].token, 1);
        size_t at = sddl_bytes_open(out);
        enum err err = sddl_literal_name(reader, " \t\n\v\f\r!&()<>=|\"", out);
        sddl_bytes_close(out, at);
        return err;
    }
    return sddl_reader_fail(reader, ERR_INVALID_ACL, "@User., @Device. or @Resource.");
}

static enum err put_attribute(struct sddl_reader *reader, struct sddl_bytes *out)
{
    if (sddl_reader_peek(reader, 0) == '@')
        return put_prefixed(reader, out);
    struct bytes word = peek_word(reader);
    if (word.size == 0)
        return sddl_reader_fail(reader, ERR_INVALID_ACL,
                                "a term: the name of an attribute or a member-of operator");
    sddl_bytes_put_number(out, CONDITION_LOCAL, 1);
    sddl_bytes_put_number(out, 2 * word.size, 4);
    for (size_t i = 0; i < word.size; i++)
        sddl_bytes_put_number(out, word.data[i], 2);
    reader->at += word.size;
    return ERR_NONE;
}

static enum err put_integer(struct sddl_reader *reader, struct sddl_bytes *out)
{
    struct sddl_integer integer;
    enum err err = sddl_literal_integer(reader, &integer);
    if (err != ERR_NONE)
        return err;
    sddl_bytes_put_number(out, CONDITION_INT64, 1); /* whatever its size */
    sddl_bytes_put_number(out, integer.value, 8);
    sddl_bytes_put_number(out, integer.sign, 1);
    sddl_bytes_put_number(out, integer.base, 1);
    return ERR_NONE;
}

static enum err put_literal(struct sddl_reader *reader, struct sddl_bytes *out)
{
    int c = sddl_reader_peek(reader, 0);
    if (c == '+' || c == '-' || (c >= '0' && c <= '9'))
        return put_integer(reader, out);
    if (c != '"' && c != '#') {
        struct sid_buffer sid;
        enum err sid_err = sddl_literal_sid(reader, &sid);
        if (sid_err != ERR_NONE)
            return sid_err;
        sddl_bytes_put_number(out, CONDITION_SID, 1);
        sddl_bytes_put_number(out, sid_size(sid_of(&sid)), 4);
        sddl_bytes_put(out, sid.bytes, sid_size(sid_of(&sid)));
        return ERR_NONE;
    }
    sddl_bytes_put_number(out, c == '"' ? CONDITION_STRING : CONDITION_OCTETS, 1);
    size_t at = sddl_bytes_open(out);
    if (c == '#')
        reader->at++;
    enum err err = c == '"' ? sddl_literal_string(reader, out) : sddl_literal_octets(reader, out);
    sddl_bytes_close(out, at);
    return err;
}

/* Literals between braces, none as well, but no list in a list. */
static enum err put_composite(struct sddl_reader *reader, struct sddl_bytes *out)
{
    reader->at++;
    sddl_bytes_put_number(out, CONDITION_COMPOSITE, 1);
    size_t at = sddl_bytes_open(out);
    sddl_reader_skip_white(reader);
    for (bool first = true; !sddl_reader_take(reader, '}'); first = false) {
        if (!first && !sddl_reader_take(reader, ','))
            return sddl_reader_fail(reader, ERR_INVALID_ACL, "',' or '}'");
        sddl_reader_skip_white(reader);
        enum err err = put_literal(reader, out);
        if (err != ERR_NONE)
            return err;
        sddl_reader_skip_white(reader);
    }
    sddl_bytes_close(out, at);
    return ERR_NONE;
}

/* Names without a prefix stand on the left only. */
static enum err put_value(struct sddl_reader *reader, struct sddl_bytes *out)
{
    sddl_reader_skip_white(reader);
    switch (sddl_reader_peek(reader, 0)) {
    case '@':
        return put_prefixed(reader, out);
    case '{':
        return put_composite(reader, out);
    default:
        return put_literal(reader, out);
    }
}

/* SID(BA), {SID(BA), …}, or either in further parentheses. */
static enum err put_members(struct sddl_reader *reader, struct sddl_bytes *out)
{
    size_t parentheses = 0;
    sddl_reader_skip_white(reader);
    for (; sddl_reader_take(reader, '('); parentheses++)
        sddl_reader_skip_white(reader);
    bool list = sddl_reader_peek(reader, 0) == '{';
    if (!list && (sddl_reader_peek(reader, 0) | 0x20) != 's')
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "SID(…) or {SID(…), …}");
    enum err err = list ? put_composite(reader, out) : put_literal(reader, out);
    for (; err == ERR_NONE && parentheses > 0; parentheses--) {
        sddl_reader_skip_white(reader);
        if (!sddl_reader_take(reader, ')'))
            return sddl_reader_fail(reader, ERR_INVALID_ACL, "')'");
    }
    return err;
}

/* The operator between an attribute and a value; NULL when the attribute stands alone. */
static const struct sddl_operator *take_relation(struct sddl_reader *reader)
{
    for (size_t i = 0; i < COUNT(signs); i++)
        if (sddl_reader_take_word(reader, signs[i].word))
            return &signs[i];
    struct bytes word = peek_word(reader);
    const struct sddl_operator *found = sddl_operator_named(word);
    if (found == NULL || found->kind != CONDITION_KIND_RELATION)
        return NULL;
    reader->at += word.size;
    return found;
}

static enum err put_relation(struct sddl_reader *reader, struct sddl_bytes *out)
{
    enum err err = put_attribute(reader, out);
    if (err != ERR_NONE)
        return err;
    sddl_reader_skip_white(reader);
    const struct sddl_operator *relation = take_relation(reader);
    if (relation == NULL)
        return ERR_NONE;
    err = put_value(reader, out);
    sddl_bytes_put_number(out, relation->token, 1);
    return err;
}

enum err sddl_condition_term(struct sddl_reader *reader, bool negated, struct sddl_bytes *out)
{
    struct bytes word = peek_word(reader);
    const struct sddl_operator *found = sddl_operator_named(word);
    if (found == NULL || found->kind == CONDITION_KIND_RELATION)
        return put_relation(reader, out);
    if (negated && found->kind == CONDITION_KIND_MEMBERSHIP)
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "'(' between '!' and a member-of operator");
    reader->at += word.size;
    enum err err = ERR_NONE;
    if (found->kind == CONDITION_KIND_MEMBERSHIP) {
        err = put_members(reader, out);
    } else {
        sddl_reader_skip_white(reader);
        err = put_attribute(reader, out);
    }
    sddl_bytes_put_number(out, found->token, 1);
    return err;
}
