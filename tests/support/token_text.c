#include "support/token_text.h"

#include "engine/sddl.h"

#include <check.h>
#include <stdlib.h>

enum { GROUP_ON = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED };

struct reader {
    struct arena *arena;
    struct token *token;
    struct bytes value; /* of the word that is read */
};

const struct sid *token_text_sid(struct arena *arena, struct bytes text)
{
    const struct sddl_domains none = {0};
    struct sid_buffer buffer;
    if (sddl_read_sid(text, &none, &buffer) != ERR_NONE)
        ck_abort_msg("no SID: '%.*s'", (int)text.size, (const char *)text.data);
    return arena_copy(arena, &buffer, sizeof buffer);
}

/* Cuts off what stands before the next `separator`; false when nothing is left. */
static bool next_part(struct bytes *text, char separator, struct bytes *ret)
{
    if (text->size == 0)
        return false;
    const uint8_t *end = memchr(text->data, separator, text->size);
    size_t size = end != NULL ? (size_t)(end - text->data) : text->size;
    size_t used = end != NULL ? size + 1 : size;
    *ret = bytes_of(text->data, size);
    *text = bytes_of(text->data + used, text->size - used);
    return true;
}

static unsigned long number(struct bytes text, int base)
{
    char digits[24];
    ck_assert_uint_lt(text.size, sizeof digits);
    memcpy(digits, text.data, text.size);
    digits[text.size] = '\0';
    char *end = NULL;
    unsigned long value = strtoul(digits, &end, base);
    ck_assert_msg(text.size != 0 && *end == '\0', "no number: '%s'", digits);
    return value;
}

/* Whether the text ends in `mark`, which is then cut off. */
static bool cut_mark(struct bytes *text, char mark)
{
    if (text->size == 0 || text->data[text->size - 1] != (uint8_t)mark)
        return false;
    text->size--;
    return true;
}

static struct sid_list read_sids(const struct reader *reader)
{
    struct sid_and_attributes *items =
        arena_alloc_array(reader->arena, reader->value.size / 2 + 1, sizeof *items);
    ck_assert_ptr_nonnull(items);
    size_t count = 0;
    struct bytes rest = reader->value;
    struct bytes part;
    while (next_part(&rest, ',', &part)) {
        items[count].attributes = cut_mark(&part, '!')   ? SE_GROUP_USE_FOR_DENY_ONLY
                                  : cut_mark(&part, '-') ? 0
                                                         : GROUP_ON;
        items[count++].sid = token_text_sid(reader->arena, part);
    }
    return (struct sid_list){.items = items, .count = count};
}

static void read_user(const struct reader *reader)
{
    reader->token->user = token_text_sid(reader->arena, reader->value);
}

static void read_deny_only_user(const struct reader *reader)
{
    read_user(reader);
    reader->token->user_deny_only = true;
}

static void read_groups(const struct reader *reader)
{
    reader->token->groups = read_sids(reader);
}

static void read_device(const struct reader *reader)
{
    reader->token->device_groups = read_sids(reader);
    reader->token->has_device = true;
}

static void read_restricting(const struct reader *reader)
{
    reader->token->restricting_sids = read_sids(reader);
    reader->token->restricted = true;
}

static void read_write_restricting(const struct reader *reader)
{
    read_restricting(reader);
    reader->token->write_restricted = true;
}

static void read_package(const struct reader *reader)
{
    reader->token->package = token_text_sid(reader->arena, reader->value);
}

static void read_capabilities(const struct reader *reader)
{
    reader->token->capabilities = read_sids(reader);
}

static void read_lpac(const struct reader *reader)
{
    reader->token->less_privileged_app_container = true;
}

static void read_trust(const struct reader *reader)
{
    reader->token->trust = token_text_sid(reader->arena, reader->value);
}

static void read_integrity(const struct reader *reader)
{
    reader->token->integrity_level = (uint32_t)number(reader->value, 16);
}

static void read_policy(const struct reader *reader)
{
    reader->token->mandatory_policy = (uint32_t)number(reader->value, 10);
}

static void read_privileges(const struct reader *reader)
{
    struct bytes rest = reader->value;
    struct bytes part;
    while (next_part(&rest, ',', &part)) {
        bool enabled = !cut_mark(&part, '-');
        privilege_set bit = privilege_bit((unsigned)number(part, 10));
        reader->token->privileges.present |= bit;
        reader->token->privileges.enabled |= enabled ? bit : 0;
    }
}

static void read_primary(const struct reader *reader)
{
    reader->token->type = TOKEN_PRIMARY;
}

static void read_level(const struct reader *reader)
{
    reader->token->level = (enum impersonation_level)number(reader->value, 10);
}

static const struct {
    const char *name;
    void (*read)(const struct reader *reader);
} words[] = {
    {"user", read_user},
    {"user!", read_deny_only_user},
    {"groups", read_groups},
    {"device", read_device},
    {"restricting", read_restricting},
    {"write-restricting", read_write_restricting},
    {"package", read_package},
    {"capabilities", read_capabilities},
    {"lpac", read_lpac},
    {"trust", read_trust},
    {"integrity", read_integrity},
    {"policy", read_policy},
    {"privileges", read_privileges},
    {"primary", read_primary},
    {"level", read_level},
};

static void read_word(struct reader *reader, struct bytes word)
{
    struct bytes name;
    ck_assert(next_part(&word, '=', &name));
    reader->value = word;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (bytes_equal(name, bytes_of_string(words[i].name))) {
            words[i].read(reader);
            return;
        }
    }
    ck_abort_msg("no word of token_text: '%.*s'", (int)name.size, (const char *)name.data);
}

struct token *token_text_read(struct arena *arena, const char *text)
{
    static const uint64_t key[2] = {UINT64_C(0x9E3779B97F4A7C15), UINT64_C(0xD1B54A32D192ED03)};
    struct token *token = arena_alloc(arena, sizeof *token);
    ck_assert_ptr_nonnull(token);
    *token = (struct token){.type = TOKEN_IMPERSONATION,
                            .level = SECURITY_IMPERSONATION,
                            .user = token_text_sid(arena, bytes_of_string("S-1-5-21-1-2-3-1001")),
                            .integrity_level = INTEGRITY_MEDIUM,
                            .mandatory_policy =
                                TOKEN_MANDATORY_POLICY_NO_WRITE_UP | TOKEN_MANDATORY_POLICY_NEW_PROCESS_MIN};
    struct reader reader = {.arena = arena, .token = token};
    struct bytes rest = bytes_of_string(text);
    struct bytes word;
    while (next_part(&rest, ' ', &word))
        read_word(&reader, word);
    ck_assert_int_eq(token_index(token, arena, key), ERR_NONE);
    return token;
}
