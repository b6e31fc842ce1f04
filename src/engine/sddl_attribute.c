#include "engine/sddl_condition.h"

#include "engine/claim.h"

#include <stdio.h>

enum { HEADER_SIZE = 16, OFFSET_SIZE = 4 };

static const struct {
    char name[3];
    uint16_t type;
} types[] = {
    {"TI", CLAIM_INT64}, {"TU", CLAIM_UINT64}, {"TS", CLAIM_STRING},
    {"TD", CLAIM_SID},   {"TX", CLAIM_OCTETS}, {"TB", CLAIM_BOOLEAN},
};
#define TYPE_COUNT (sizeof types / sizeof types[0])

static enum err take(struct sddl_reader *reader, char c, const char *expected)
{
    sddl_reader_skip_white(reader);
    if (!sddl_reader_take(reader, c))
        return sddl_reader_fail(reader, ERR_INVALID_ACL, expected);
    sddl_reader_skip_white(reader);
    return ERR_NONE;
}

static enum err read_name(struct sddl_reader *reader, struct sddl_bytes *out)
{
    enum err err = take(reader, '"', "the name of the attribute in double quotes");
    if (err == ERR_NONE)
        err = sddl_literal_name(reader, "\"", out);
    sddl_bytes_put_number(out, 0, 2);
    if (err == ERR_NONE)
        err = take(reader, '"', "'\"' behind the name");
    return err == ERR_NONE ? take(reader, ',', "',' and the type of the attribute") : err;
}

static enum err read_type(struct sddl_reader *reader, uint16_t *ret)
{
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (sddl_reader_take_word(reader, types[i].name)) {
            *ret = types[i].type;
            return take(reader, ',', "',' and the flags of the attribute");
        }
    return sddl_reader_fail(reader, ERR_INVALID_ACL, "TI, TU, TS, TD, TX or TB");
}

static enum err read_number(struct sddl_reader *reader, uint16_t type, struct sddl_bytes *out)
{
    struct sddl_integer integer;
    size_t start = reader->at;
    enum err err = sddl_literal_integer(reader, &integer);
    if (err != ERR_NONE)
        return err;
    bool minus = integer.sign == CONDITION_SIGN_MINUS;
    if ((type == CLAIM_BOOLEAN && integer.value > 1) || (type == CLAIM_UINT64 && minus) ||
        (type == CLAIM_INT64 && !minus && integer.value > INT64_MAX)) {
        reader->at = start;
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "a number within the attribute's type");
    }
    sddl_bytes_put_number(out, integer.value, 8);
    return ERR_NONE;
}

static enum err read_octets(struct sddl_reader *reader, struct sddl_bytes *out)
{
    size_t start = reader->at;
    size_t at = sddl_bytes_open(out);
    enum err err = sddl_literal_octets(reader, out);
    sddl_bytes_close(out, at);
    if (err == ERR_NONE && reader->at == start)
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "hex digits");
    return err;
}

static enum err read_sid(struct sddl_reader *reader, struct sddl_bytes *out)
{
    struct sid_buffer sid;
    enum err err = sddl_literal_sid(reader, &sid);
    if (err != ERR_NONE)
        return err;
    sddl_bytes_put_number(out, sid_size(sid_of(&sid)), 4);
    sddl_bytes_put(out, sid.bytes, sid_size(sid_of(&sid)));
    return ERR_NONE;
}

static enum err read_value(struct sddl_reader *reader, uint16_t type, struct sddl_bytes *out)
{
    enum err err = ERR_FAILED;
    switch (type) {
    case CLAIM_STRING:
        err = sddl_literal_string(reader, out);
        sddl_bytes_put_number(out, 0, 2);
        return err;
    case CLAIM_OCTETS:
        return read_octets(reader, out);
    case CLAIM_SID:
        return read_sid(reader, out);
    default:
        return read_number(reader, type, out);
    }
}

/* How much text the attribute takes, to its last parenthesis, and the commas in it: no value lacks one before it. */
static size_t extent_of(const struct sddl_reader *reader, size_t *ret_commas)
{
    size_t depth = 0;
    size_t commas = 0;
    size_t i = reader->at;
    bool quoted = false;
    for (bool done = false; i < reader->text.size && !done; i++) {
        uint8_t c = reader->text.data[i];
        commas += c == ',';
        quoted = quoted != (c == '"');
        depth += !quoted && c == '(';
        done = !quoted && c == ')' && --depth == 0;
    }
    *ret_commas = commas;
    return i - reader->at;
}

/* The values go to a buffer of their own, because the offsets before them take room that their count decides. */
struct values {
    struct sddl_bytes bytes;
    uint32_t *offsets; /* from the first value */
    size_t count;
};

static enum err read_values(struct sddl_reader *reader, uint16_t type, size_t most, struct values *values)
{
    sddl_reader_skip_white(reader);
    while (values->count < most && sddl_reader_take(reader, ',')) {
        sddl_reader_skip_white(reader);
        values->offsets[values->count++] = (uint32_t)values->bytes.size;
        enum err err = read_value(reader, type, &values->bytes);
        if (err != ERR_NONE)
            return err;
        sddl_reader_skip_white(reader);
    }
    return ERR_NONE;
}

/* [MS-DTYP] 2.4.10.1, in Windows' order: header, offsets, name, values; nothing is aligned. */
static void put_claim(struct sddl_bytes *out, uint16_t type, uint32_t flags, const struct sddl_bytes *name,
                      const struct values *values)
{
    size_t name_offset = HEADER_SIZE + OFFSET_SIZE * values->count;
    sddl_bytes_put_number(out, name_offset, 4);
    sddl_bytes_put_number(out, type, 2);
    sddl_bytes_put_number(out, 0, 2);
    sddl_bytes_put_number(out, flags, 4);
    sddl_bytes_put_number(out, values->count, 4);
    for (size_t i = 0; i < values->count; i++)
        sddl_bytes_put_number(out, name_offset + name->size + values->offsets[i], 4);
    sddl_bytes_put(out, name->data, name->size);
    sddl_bytes_put(out, values->bytes.data, values->bytes.size);
    out->full = out->full || name->full || values->bytes.full;
}

enum err sddl_attribute_read(struct sddl_reader *reader, struct sddl_bytes *out)
{
    size_t most = 0;
    sddl_reader_skip_white(reader);
    size_t room =
        8 * extent_of(reader, &most); /* ",1" makes the most of its text, 8 bytes of two characters */
    struct sddl_bytes name = {.data = arena_alloc(reader->arena, room), .limit = room};
    struct values values = {.bytes = {.data = arena_alloc(reader->arena, room), .limit = room},
                            .offsets = arena_alloc_array(reader->arena, most, sizeof *values.offsets)};
    struct sddl_integer flags = {.value = 0};
    uint16_t type = 0;
    if (name.data == NULL || values.bytes.data == NULL || values.offsets == NULL)
        return ERR_NO_MEMORY;
    enum err err = take(reader, '(', "'(' and a resource attribute");
    if (err == ERR_NONE)
        err = read_name(reader, &name);
    if (err == ERR_NONE)
        err = read_type(reader, &type);
    if (err == ERR_NONE)
        err = sddl_literal_integer(reader, &flags);
    if (err == ERR_NONE && flags.value > UINT32_MAX)
        err = sddl_reader_fail(reader, ERR_INVALID_ACL, "flags of 32 bits");
    if (err == ERR_NONE)
        err = read_values(reader, type, most, &values);
    if (err == ERR_NONE)
        err = take(reader, ')', "',' and a value, or ')'");
    if (err == ERR_NONE)
        put_claim(out, type, (uint32_t)flags.value, &name, &values);
    return err;
}

static enum err put_value(struct sddl_text *text, enum claim_type type, const struct claim_value *value)
{
    char number[32];
    enum err err = ERR_NONE;
    const struct sid *sid = NULL;
    switch (type) {
    case CLAIM_STRING:
        sddl_text_put_string(text, "\"");
        err = sddl_text_put_utf16(text, value->data);
        sddl_text_put_string(text, "\"");
        return err;
    case CLAIM_OCTETS:
        sddl_text_put_hex(text, value->data);
        return value->data.size == 0 ? ERR_INVALID_ACL : ERR_NONE;
    case CLAIM_SID:
        if (sid_view(value->data, &sid) != ERR_NONE || sid->sub_authority_count == 0)
            return ERR_INVALID_ACL;
        sddl_text_put_string(text, "SID(");
        sddl_text_put_sid(text, sid);
        sddl_text_put_string(text, ")");
        return ERR_NONE;
    case CLAIM_INT64:
        (void)snprintf(number, sizeof number, "%lld", (long long)value->number);
        break;
    default:
        (void)snprintf(number, sizeof number, "%llu", (unsigned long long)value->number);
        break;
    }
    sddl_text_put_string(text, number);
    return ERR_NONE;
}

enum err sddl_attribute_write(struct sddl_text *text, struct bytes application_data)
{
    struct claim_entry entry;
    char flags[16];
    if (claim_entry_parse(application_data, &entry) != ERR_NONE)
        return ERR_INVALID_ACL;
    sddl_text_put_string(text, "(\"");
    sddl_text_put_name(text, entry.name);
    sddl_text_put_string(text, "\",");
    for (size_t i = 0; i < TYPE_COUNT; i++)
        if (types[i].type == entry.type)
            sddl_text_put_string(text, types[i].name);
    (void)snprintf(flags, sizeof flags, ",0x%x", (unsigned)entry.flags);
    sddl_text_put_string(text, flags);
    for (size_t i = 0; i < entry.value_count; i++) {
        struct claim_value value;
        claim_entry_value(&entry, i, &value);
        sddl_text_put_string(text, ",");
        enum err err = put_value(text, entry.type, &value);
        if (err != ERR_NONE)
            return err;
    }
    sddl_text_put_string(text, ")");
    return ERR_NONE;
}
