#include "api/names.h"
#include "api/read_token.h"
#include "base/utf16.h"

#include <stdlib.h>

/* JSON numbers are doubles to many clients: what does not fit one exactly may be written as a decimal string. */
static uint64_t read_number_text(struct reader *reader, const struct place *place, bool negative_too)
{
    struct bytes text = read_string(reader, place);
    if (reader->failed)
        return 0;
    bool negative = negative_too && text.size > 1 && text.data[0] == '-';
    uint64_t value = 0;
    const uint64_t max = !negative_too ? UINT64_MAX : (uint64_t)INT64_MAX + (negative ? 1 : 0);
    bool sound = text.size > (negative ? 1 : 0);
    for (size_t i = negative ? 1 : 0; i < text.size && sound; i++) {
        uint64_t digit = (uint64_t)text.data[i] - '0';
        sound = digit <= 9 && value <= (max - digit) / 10;
        value = value * 10 + digit;
    }
    if (!sound) {
        read_fail(reader, place, "is no decimal number of 64 bits");
        return 0;
    }
    return negative ? UINT64_C(0) - value : value;
}

static struct bytes read_text16(struct reader *reader, const struct place *place)
{
    struct bytes text = read_string(reader, place);
    struct bytes wide = {0};
    if (!reader->failed && utf16_from_utf8(reader->arena, text, &wide) != ERR_NONE)
        read_out_of_memory(reader); /* jansson let only sound UTF-8 through */
    return wide;
}

static void read_value(struct reader *reader, const struct place *place, enum claim_type type,
                       struct claim_value *ret)
{
    struct claim_value value = {0};
    switch (type) {
    case CLAIM_INT64:
        value.number = json_is(place->value, JSON_KIND_STRING)
                           ? read_number_text(reader, place, true)
                           : (uint64_t)read_integer(reader, place, INT64_MIN, INT64_MAX);
        break;
    case CLAIM_UINT64:
        value.number = json_is(place->value, JSON_KIND_STRING)
                           ? read_number_text(reader, place, false)
                           : (uint64_t)read_integer(reader, place, 0, INT64_MAX);
        break;
    case CLAIM_BOOLEAN:
        value.number = read_boolean(reader, place) ? 1 : 0;
        break;
    case CLAIM_STRING:
        value.data = read_text16(reader, place);
        break;
    case CLAIM_SID: {
        const struct sid *sid = read_sid(reader, place);
        if (sid != NULL)
            value.data = bytes_of(sid, sid_size(sid));
        break;
    }
    case CLAIM_OCTETS:
        value.data = read_base64(reader, place);
        break;
    }
    *ret = value;
}

static void read_claim(struct reader *reader, const struct place *place, size_t *values_left,
                       struct claim *ret)
{
    static const char *const members[] = {"name", "type", "values", "flags", NULL};
    if (!read_object(reader, place, members))
        return;
    struct place name = place_member(place, "name");
    struct place type = place_member(place, "type");
    struct place values = place_member(place, "values");
    struct place flags = place_member(place, "flags");
    struct claim claim = {.name = read_text16(reader, &name)};
    if (!reader->failed && claim.name.size == 0)
        read_fail(reader, &name, "must not be empty");
    claim.type = (enum claim_type)read_word(reader, &type, "claim type", &NAMES_CLAIM_TYPES);
    if (place_there(&flags))
        claim.flags = read_flags(reader, &flags, "claim flag", &NAMES_CLAIM_FLAGS);
    size_t count = read_array(reader, &values, *values_left);
    struct claim_value *all = arena_alloc_array(reader->arena, count, sizeof *all);
    if (all == NULL) {
        read_out_of_memory(reader);
        return;
    }
    for (size_t i = 0; i < count && !reader->failed; i++) {
        struct place item = place_item(&values, i);
        read_value(reader, &item, claim.type, &all[i]);
    }
    *values_left -= count;
    claim.values = all;
    claim.value_count = count;
    *ret = claim;
}

struct claim_set read_claims(struct reader *reader, const struct place *place)
{
    size_t values_left = READ_CLAIM_VALUES_MAX;
    size_t count = read_array(reader, place, READ_CLAIMS_MAX);
    struct claim *claims = arena_alloc_array(reader->arena, count, sizeof *claims);
    if (claims == NULL) {
        read_out_of_memory(reader);
        return (struct claim_set){0};
    }
    for (size_t i = 0; i < count && !reader->failed; i++) {
        struct place item = place_item(place, i);
        read_claim(reader, &item, &values_left, &claims[i]);
    }
    if (reader->failed)
        return (struct claim_set){0};
    return (struct claim_set){.claims = claims, .count = count};
}
