#include "conformance/vector.h"

#include "engine/guid.h"
#include "support/decide_row.h"

#include <check.h>
#include <stdlib.h>

#define USER "S-1-5-21-1-2-3-1001" /* of token_text.h */

const char *vector_optional(const struct vector *vector, const char *key)
{
    const json_t *value = json_object_get(vector->json, key);
    ck_assert_msg(value == NULL || json_is_string(value), "%s is no text", key);
    return json_string_value(value);
}

const char *vector_text(const struct vector *vector, const char *key)
{
    const char *text = vector_optional(vector, key);
    return text != NULL ? text : "";
}

uint32_t vector_mask(const struct vector *vector, const char *key)
{
    const char *text = vector_optional(vector, key);
    if (text == NULL)
        return 0;
    char *end = NULL;
    unsigned long mask = strtoul(text, &end, 16);
    ck_assert_msg(*text != '\0' && *end == '\0' && mask <= UINT32_MAX, "%s is no mask", key);
    return (uint32_t)mask;
}

uint64_t vector_luids(const struct vector *vector, const char *key)
{
    const json_t *list = json_object_get(vector->json, key);
    uint64_t set = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_int_t luid = json_integer_value(json_array_get(list, i));
        ck_assert_msg(luid > 0 && luid < 64, "%s: no LUID", key);
        set |= UINT64_C(1) << luid;
    }
    return set;
}

enum err vector_err(const struct vector *vector, const char *key)
{
#define X(name, code, win32, text) name,
    static const enum err all[] = {ERR_LIST(X)};
#undef X
    const json_t *code = json_object_get(vector->json, key);
    if (code == NULL)
        return ERR_NONE;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (json_integer_value(code) == (json_int_t)err_win32(all[i]))
            return all[i];
    }
    ck_abort_msg("%s: the engine has no such error", key);
}

/* The value of a hexadecimal digit; ends the test when it is none. */
static unsigned digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    unsigned value = 0;
    while (value < 16 && digits[value] != c)
        value++;
    ck_assert_msg(value < 16, "no hexadecimal digit: '%c'", c);
    return value;
}

struct bytes vector_bytes(struct vector *vector, const char *key)
{
    const char *text = vector_text(vector, key);
    uint8_t *bytes = arena_alloc(&vector->arena, strlen(text) / 2 + 1);
    ck_assert_ptr_nonnull(bytes);
    size_t size = 0;
    for (const char *at = text; *at != '\0'; at += 2) {
        while (*at == ' ')
            at++;
        bytes[size++] = (uint8_t)(digit(at[0]) << 4 | digit(at[1]));
    }
    return bytes_of(bytes, size);
}

const char *vector_expanded(struct vector *vector, const char *key)
{
    const char *text = vector_text(vector, key);
    char *out = arena_alloc(&vector->arena, strlen(text) * GUID_TEXT_MAX + 1);
    ck_assert_ptr_nonnull(out);
    size_t size = 0;
    while (*text != '\0') {
        if (strncmp(text, "[me]", 4) == 0) {
            memcpy(out + size, USER, sizeof USER - 1);
            size += sizeof USER - 1;
            text += 4;
        } else if (text[0] == '[' && text[1] != '\0' && text[2] == ']') {
            const struct guid guid = decide_row_guid(text[1]);
            guid_format(&guid, out + size);
            size += strlen(out + size);
            text += 3;
        } else {
            out[size++] = *text++;
        }
    }
    out[size] = '\0';
    return out;
}

struct generic_mapping vector_mapping(const struct vector *vector)
{
    static const struct generic_mapping one_bit_each = {1, 2, 4, 8};
    const char *name = vector_optional(vector, "mapping");
    if (name != NULL && strcmp(name, "1248") == 0)
        return one_bit_each;
    if (name != NULL && strcmp(name, "zero") == 0)
        return (struct generic_mapping){0};
    const struct securable *type = securable_find(bytes_of_string(name != NULL ? name : "file"));
    ck_assert_msg(type != NULL, "no mapping %s", name);
    return type->mapping;
}
