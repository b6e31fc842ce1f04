#include "api/write_token.h"

/* Beyond 2^53 a JSON number is not exact for many clients (RFC 8259 section 6): then the digits stand in a string. */
static const int64_t exact_max = INT64_C(9007199254740991);

static json_t *write_signed(struct writer *writer, int64_t number)
{
    if (number >= -exact_max && number <= exact_max)
        return json_integer(number);
    return json_string(arena_printf(writer->arena, "%lld", (long long)number));
}

static json_t *write_unsigned(struct writer *writer, uint64_t number)
{
    if (number <= (uint64_t)exact_max)
        return json_integer((json_int_t)number);
    return json_string(arena_printf(writer->arena, "%llu", (unsigned long long)number));
}

static json_t *write_claim_sid(struct writer *writer, struct bytes data)
{
    const struct sid *sid = NULL;
    if (sid_view(data, &sid) != ERR_NONE)
        return write_base64(writer, data);
    char text[SID_TEXT_MAX];
    (void)sid_format(sid, text);
    return json_string(text);
}

static json_t *write_value(struct writer *writer, enum claim_type type, const struct claim_value *value)
{
    switch (type) {
    case CLAIM_INT64:
        return write_signed(writer, (int64_t)value->number);
    case CLAIM_UINT64:
        return write_unsigned(writer, value->number);
    case CLAIM_BOOLEAN:
        return json_boolean(value->number != 0);
    case CLAIM_STRING:
        return write_text16(writer, value->data);
    case CLAIM_SID:
        return write_claim_sid(writer, value->data);
    case CLAIM_OCTETS:
        return write_base64(writer, value->data);
    }
    return NULL;
}

static json_t *write_claim(struct writer *writer, const struct claim *claim)
{
    json_t *values = json_array();
    for (size_t i = 0; i < claim->value_count; i++)
        write_item(writer, values, write_value(writer, claim->type, &claim->values[i]));
    json_t *object = json_object();
    write_member(writer, object, "name", write_text16(writer, claim->name));
    write_member(writer, object, "type", write_text(names_of(&NAMES_CLAIM_TYPES, claim->type)));
    write_member(writer, object, "flags", write_flags(writer, &NAMES_CLAIM_FLAGS, claim->flags));
    write_member(writer, object, "values", values);
    return object;
}

json_t *write_claims(struct writer *writer, const struct claim_set *set)
{
    json_t *array = json_array();
    for (size_t i = 0; i < set->count; i++)
        write_item(writer, array, write_claim(writer, &set->claims[i]));
    return array;
}
