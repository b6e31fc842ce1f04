#include "support/condition_text.h"

#include "base/utf16.h"
#include "support/token_text.h"

#include <check.h>
#include <stdlib.h>

enum { ROOM = 65536, VALUES_MAX = 64, CLAIMS_MAX = 32 };

/* Bytes that grow. */
struct writer {
    struct arena *arena;
    uint8_t *bytes;
    size_t size;
};

static const struct {
    const char *name;
    uint8_t code;
} operators[] = {
    {"==", 0x80},
    {"!=", 0x81},
    {"<", 0x82},
    {"<=", 0x83},
    {">", 0x84},
    {">=", 0x85},
    {"Contains", 0x86},
    {"Exists", 0x87},
    {"Any_of", 0x88},
    {"Member_of", 0x89},
    {"Device_Member_of", 0x8A},
    {"Member_of_Any", 0x8B},
    {"Device_Member_of_Any", 0x8C},
    {"Not_Exists", 0x8D},
    {"Not_Contains", 0x8E},
    {"Not_Any_of", 0x8F},
    {"Not_Member_of", 0x90},
    {"Not_Device_Member_of", 0x91},
    {"Not_Member_of_Any", 0x92},
    {"Not_Device_Member_of_Any", 0x93},
    {"&&", 0xA0},
    {"||", 0xA1},
    {"!", 0xA2},
};

static const struct {
    const char *prefix;
    uint8_t code;
} attributes[] = {{"@local.", 0xF8}, {"@user.", 0xF9}, {"@resource.", 0xFA}, {"@device.", 0xFB}};

static void put(struct writer *writer, const void *data, size_t size)
{
    ck_assert_uint_le(size, ROOM - writer->size);
    if (size != 0)
        memcpy(writer->bytes + writer->size, data, size);
    writer->size += size;
}

static void put_u8(struct writer *writer, uint8_t value)
{
    put(writer, &value, 1);
}

static void put_u32(struct writer *writer, size_t value)
{
    uint8_t bytes[4];
    le32_store(bytes, (uint32_t)value);
    put(writer, bytes, sizeof bytes);
}

static void put_u64(struct writer *writer, uint64_t value)
{
    uint8_t bytes[8];
    le64_store(bytes, value);
    put(writer, bytes, sizeof bytes);
}

static void put_sized(struct writer *writer, uint8_t code, struct bytes data)
{
    put_u8(writer, code);
    put_u32(writer, data.size);
    put(writer, data.data, data.size);
}

static struct writer writer_of(struct arena *arena)
{
    struct writer writer = {.arena = arena, .bytes = arena_alloc(arena, ROOM)};
    ck_assert_ptr_nonnull(writer.bytes);
    return writer;
}

static bool starts_with(struct bytes text, const char *prefix)
{
    size_t size = strlen(prefix);
    return text.size >= size && memcmp(text.data, prefix, size) == 0;
}

static struct bytes behind(struct bytes text, size_t skip)
{
    return bytes_of(text.data + skip, text.size - skip);
}

static struct bytes utf16(struct arena *arena, struct bytes utf8)
{
    struct bytes text;
    ck_assert_int_eq(utf16_from_utf8(arena, utf8, &text), ERR_NONE);
    return text;
}

static struct bytes unhex(struct arena *arena, struct bytes text)
{
    uint8_t *bytes = arena_alloc(arena, text.size / 2);
    ck_assert(bytes != NULL && text.size % 2 == 0);
    for (size_t i = 0; i < text.size / 2; i++) {
        const char digits[3] = {(char)text.data[2 * i], (char)text.data[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return bytes_of(bytes, text.size / 2);
}

/* "SID(BA)" */
static struct bytes sid_bytes(struct arena *arena, struct bytes word)
{
    const struct sid *sid = token_text_sid(arena, bytes_of(word.data + 4, word.size - 5));
    return bytes_of(sid, sid_size(sid));
}

static void put_integer(struct writer *writer, struct bytes word)
{
    const char *text = arena_string(writer->arena, word);
    char *end = NULL;
    uint64_t value = text[0] == '-' ? (uint64_t)strtoll(text, &end, 0) : strtoull(text, &end, 0);
    ck_assert_msg(*end == '\0', "no token: '%s'", text);
    put_u8(writer, 0x04);
    put_u64(writer, value);
    put_u8(writer, text[0] == '+' ? 1 : text[0] == '-' ? 2 : 3);
    put_u8(writer, 2);
}

static bool put_named(struct writer *writer, struct bytes word)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (bytes_equal(word, bytes_of_string(operators[i].name))) {
            put_u8(writer, operators[i].code);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        if (starts_with(word, attributes[i].prefix)) {
            struct bytes name = behind(word, strlen(attributes[i].prefix));
            put_sized(writer, attributes[i].code, utf16(writer->arena, name));
            return true;
        }
    }
    return false;
}

static void put_word(struct writer *writer, struct bytes word)
{
    if (put_named(writer, word))
        return;
    if (starts_with(word, "'"))
        put_sized(writer, 0x10, utf16(writer->arena, behind(word, 1)));
    else if (starts_with(word, "#"))
        put_sized(writer, 0x18, unhex(writer->arena, behind(word, 1)));
    else if (starts_with(word, "SID("))
        put_sized(writer, 0x51, sid_bytes(writer->arena, word));
    else if (starts_with(word, "=")) {
        struct bytes raw = unhex(writer->arena, behind(word, 1));
        put(writer, raw.data, raw.size);
    } else
        put_integer(writer, word);
}

static bool next_word(struct bytes *text, char separator, struct bytes *ret)
{
    if (text->size == 0)
        return false;
    const uint8_t *end = memchr(text->data, separator, text->size);
    size_t size = end != NULL ? (size_t)(end - text->data) : text->size;
    *ret = bytes_of(text->data, size);
    *text = behind(*text, end != NULL ? size + 1 : size);
    return true;
}

struct bytes condition_text_expression(struct arena *arena, const char *text)
{
    struct writer writer = writer_of(arena);
    struct bytes rest = bytes_of_string(text);
    struct bytes word;
    size_t list = 0; /* where the length of the open list stands */
    put(&writer, "artx", 4);
    while (next_word(&rest, ' ', &word)) {
        if (starts_with(word, "{")) {
            put_u8(&writer, 0x50);
            list = writer.size;
            put_u32(&writer, 0);
        } else if (starts_with(word, "}")) {
            le32_store(writer.bytes + list, (uint32_t)(writer.size - list - 4));
        } else {
            put_word(&writer, word);
        }
    }
    while (writer.size % 4 != 0)
        put_u8(&writer, 0);
    return bytes_of(writer.bytes, writer.size);
}

static enum claim_type read_value(struct arena *arena, struct bytes word, struct claim_value *ret)
{
    if (starts_with(word, "'")) {
        ret->data = utf16(arena, behind(word, 1));
        return CLAIM_STRING;
    }
    if (starts_with(word, "#")) {
        ret->data = unhex(arena, behind(word, 1));
        return CLAIM_OCTETS;
    }
    if (starts_with(word, "SID(")) {
        ret->data = sid_bytes(arena, word);
        return CLAIM_SID;
    }
    bool is_unsigned = starts_with(word, "u");
    bool is_boolean = starts_with(word, "?");
    const char *number = arena_string(arena, behind(word, is_unsigned || is_boolean ? 1 : 0));
    ret->number = is_unsigned ? strtoull(number, NULL, 0) : (uint64_t)strtoll(number, NULL, 0);
    return is_unsigned ? CLAIM_UINT64 : is_boolean ? CLAIM_BOOLEAN : CLAIM_INT64;
}

static uint32_t cut_flags(struct bytes *name)
{
    static const char marks[] = "*!-";
    static const uint32_t flags[] = {CLAIM_CASE_SENSITIVE, CLAIM_USE_FOR_DENY_ONLY, CLAIM_DISABLED};
    const char *mark = strchr(marks, name->data[name->size - 1]);
    if (mark == NULL)
        return 0;
    name->size--;
    return flags[mark - marks];
}

static void read_claim(struct arena *arena, struct bytes word, struct claim *ret)
{
    struct claim_value *values = arena_alloc_array(arena, VALUES_MAX, sizeof *values);
    struct bytes name;
    struct bytes part;
    ck_assert_ptr_nonnull(values);
    ck_assert(next_word(&word, '=', &name));
    *ret = (struct claim){.type = CLAIM_INT64, .flags = cut_flags(&name), .values = values};
    ret->name = utf16(arena, name);
    while (next_word(&word, ',', &part)) {
        ck_assert_uint_lt(ret->value_count, VALUES_MAX);
        ret->type = read_value(arena, part, &values[ret->value_count++]);
    }
}

struct claim_set condition_text_claims(struct arena *arena, const char *text)
{
    struct claim *claims = arena_alloc_array(arena, CLAIMS_MAX, sizeof *claims);
    ck_assert_ptr_nonnull(claims);
    size_t count = 0;
    struct bytes rest = bytes_of_string(text);
    struct bytes word;
    while (next_word(&rest, ' ', &word)) {
        ck_assert_uint_lt(count, CLAIMS_MAX);
        read_claim(arena, word, &claims[count++]);
    }
    return (struct claim_set){.claims = claims, .count = count};
}

struct bytes condition_text_relative(struct arena *arena, const struct claim *claim)
{
    struct writer writer = writer_of(arena);
    put_u32(&writer, 16 + 4 * claim->value_count);
    put_u32(&writer, claim->type);
    put_u32(&writer, claim->flags);
    put_u32(&writer, claim->value_count);
    for (size_t i = 0; i < claim->value_count; i++)
        put_u32(&writer, 0);
    put(&writer, claim->name.data, claim->name.size);
    put(&writer, "\0", 2);
    for (size_t i = 0; i < claim->value_count; i++) {
        const struct claim_value *value = &claim->values[i];
        le32_store(writer.bytes + 16 + 4 * i, (uint32_t)writer.size);
        if (claim->type == CLAIM_SID || claim->type == CLAIM_OCTETS)
            put_u32(&writer, value->data.size);
        if (value->data.data != NULL)
            put(&writer, value->data.data, value->data.size);
        else
            put_u64(&writer, value->number);
        if (claim->type == CLAIM_STRING)
            put(&writer, "\0", 2);
    }
    return bytes_of(writer.bytes, writer.size);
}
