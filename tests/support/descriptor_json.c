#include "support/descriptor_json.h"

#include "base/base64.h"
#include "support/descriptor_json_ace.h"

#include <string.h>

enum { DESCRIPTOR_MAX = 1 << 18, HEADER_SIZE = 20, ACL_HEADER = 8, SPARE = 64 };

static const char *const control_words[16] = {
    "OWNER_DEFAULTED",       "GROUP_DEFAULTED",       "DACL_PRESENT",        "DACL_DEFAULTED",
    "SACL_PRESENT",          "SACL_DEFAULTED",        "DACL_TRUSTED",        "SERVER_SECURITY",
    "DACL_AUTO_INHERIT_REQ", "SACL_AUTO_INHERIT_REQ", "DACL_AUTO_INHERITED", "SACL_AUTO_INHERITED",
    "DACL_PROTECTED",        "SACL_PROTECTED",        "RM_CONTROL_VALID",    "SELF_RELATIVE",
};

/* Sets a number of a header that was left open. */
static void set(struct json_bytes *out, size_t at, size_t value, size_t width)
{
    for (size_t i = 0; i < width; i++)
        out->data[at + i] = (uint8_t)(value >> (8 * i));
}

static void put_acl(struct json_bytes *out, const json_t *acl)
{
    struct json_members members = {.object = acl};
    const json_t *aces = json_members_take(&members, "aces");
    const json_int_t revision = json_integer_value(json_members_take(&members, "revision"));
    const json_t *free_bytes = json_members_take(&members, "bytesFree");
    const json_int_t spare = free_bytes != NULL ? json_integer_value(free_bytes) : 0;
    const size_t start = out->size;
    if (revision < 2 || revision > 4 || !json_is_array(aces))
        json_bytes_fail(out, "no ACL");
    if (spare < 0 || spare > UINT16_MAX || (free_bytes != NULL && spare == 0))
        json_bytes_fail(out, "no count of free bytes");
    json_bytes_put(out, (uint64_t)revision, 2);
    json_bytes_put(out, 0, 2);
    json_bytes_put(out, json_array_size(aces), 4);
    for (size_t i = 0; i < json_array_size(aces) && out->wrong == NULL; i++)
        json_bytes_put_ace(out, json_array_get(aces, i));
    for (json_int_t i = 0; i < spare && out->wrong == NULL; i++)
        json_bytes_put(out, 0, 1);
    if (out->size - start > UINT16_MAX)
        json_bytes_fail(out, "an ACL that is too large");
    json_members_end(&members, out);
    if (out->wrong == NULL)
        set(out, start + 2, out->size - start, 2);
}

/* A part and its offset in the header; nothing for one that is absent, offset 0 for a NULL ACL. */
static void put_part(struct json_bytes *out, const json_t *part, size_t offset_at,
                     void (*put)(struct json_bytes *, const json_t *))
{
    if (part == NULL || json_is_null(part) || out->wrong != NULL)
        return;
    set(out, offset_at, out->size, 4);
    put(out, part);
    while (out->size % 4 != 0 && out->wrong == NULL)
        json_bytes_put(out, 0, 1);
}

const char *descriptor_json_bytes(struct arena *arena, const json_t *descriptor, struct bytes *ret)
{
    struct json_members members = {.object = descriptor};
    const json_t *owner = json_members_take(&members, "owner");
    const json_t *group = json_members_take(&members, "group");
    const json_t *dacl = json_members_take(&members, "dacl");
    const json_t *sacl = json_members_take(&members, "sacl");
    const json_t *manager = json_members_take(&members, "rmControl");
    struct json_bytes out = {
        .data = arena_alloc(arena, DESCRIPTOR_MAX), .room = DESCRIPTOR_MAX, .arena = arena};
    if (out.data == NULL)
        return "no memory";
    const uint32_t control = json_words(&out, json_members_take(&members, "control"), control_words, 16);
    json_bytes_put(&out, 1, 1);
    json_bytes_put(&out, (uint64_t)json_integer_value(manager), 1);
    json_bytes_put(&out, control, 2);
    for (size_t i = 4; i < HEADER_SIZE; i++)
        json_bytes_put(&out, 0, 1);
    if (((control & 0x4) != 0) != (dacl != NULL) || ((control & 0x10) != 0) != (sacl != NULL))
        json_bytes_fail(&out, "an ACL that control does not know, or lacks");
    if (json_is_null(owner) || json_is_null(group) || (control >> 16) != 0)
        json_bytes_fail(&out, "a part that is no part");
    put_part(&out, sacl, 12, put_acl);
    put_part(&out, dacl, 16, put_acl);
    put_part(&out, owner, 4, json_bytes_put_sid);
    put_part(&out, group, 8, json_bytes_put_sid);
    json_members_end(&members, &out);
    if (out.wrong == NULL)
        *ret = bytes_of(out.data, out.size);
    return out.wrong;
}

/* The bytes without what nobody reads, which JSON leaves out: reserved bytes of an ACL's header, the content of free bytes. */
static void clear_unread(uint8_t *acl)
{
    const size_t size = le16_load(acl + 2);
    size_t used = ACL_HEADER;
    for (unsigned i = le16_load(acl + 4); i > 0; i--)
        used += le16_load(acl + used + 2);
    acl[1] = acl[6] = acl[7] = 0;
    memset(acl + used, 0, size - used);
}

static const char *check_bytes(struct arena *arena, struct bytes said, const json_t *base64, bool exact)
{
    struct bytes given;
    if (!json_is_string(base64) ||
        base64_decode(arena, bytes_of_string(json_string_value(base64)), &given) != ERR_NONE ||
        given.size < HEADER_SIZE)
        return "no bytes";
    uint8_t *copy = arena_copy(arena, given.data, given.size);
    if (copy == NULL)
        return "no memory";
    for (size_t at = 12; at <= 16 && !exact; at += 4) {
        if (le32_load(copy + at) != 0)
            clear_unread(copy + le32_load(copy + at));
    }
    return bytes_equal(said, bytes_of(copy, given.size)) ? NULL : "JSON says something else than the bytes";
}

static void put_text(struct json_bytes *out, const char *text)
{
    for (; *text != '\0'; text++)
        json_bytes_put(out, (uint8_t)*text, 1);
}

static bool has_word(const json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(json_string_value(json_array_get(list, i)), word) == 0)
            return true;
    }
    return false;
}

/* "D:" or "S:", its flags and each ACE's own text; false when an ACE has none. */
static bool put_acl_text(struct json_bytes *out, const json_t *descriptor, bool is_dacl)
{
    static const char *const words[2][3] = {
        {"SACL_PROTECTED", "SACL_AUTO_INHERIT_REQ", "SACL_AUTO_INHERITED"},
        {"DACL_PROTECTED", "DACL_AUTO_INHERIT_REQ", "DACL_AUTO_INHERITED"}};
    static const char *const codes[] = {"P", "AR", "AI"};
    const json_t *acl = json_object_get(descriptor, is_dacl ? "dacl" : "sacl");
    const json_t *aces = json_object_get(acl, "aces");
    if (acl == NULL)
        return true;
    put_text(out, is_dacl ? "D:" : "S:");
    for (size_t i = 0; i < 3; i++) {
        if (has_word(json_object_get(descriptor, "control"), words[is_dacl][i]))
            put_text(out, codes[i]);
    }
    if (json_is_null(acl))
        put_text(out, "NO_ACCESS_CONTROL");
    for (size_t i = 0; i < json_array_size(aces); i++) {
        const json_t *sddl = json_object_get(json_array_get(aces, i), "sddl");
        if (sddl == NULL)
            return false;
        for (size_t j = 0; j < json_string_length(sddl); j++)
            json_bytes_put(out, (uint8_t)json_string_value(sddl)[j], 1);
    }
    return true;
}

static bool same_sid(const struct sid *a, const struct sid *b)
{
    return a == NULL || b == NULL ? a == b : sid_equal(a, b);
}

/* The head of the text, which ends where the ACLs start, names the owner and the group that the members name. */
static const char *check_head(struct arena *arena, struct bytes head, const struct descriptor *said,
                              const struct sddl_domains *domains)
{
    struct sddl_error error = {0};
    struct descriptor read;
    struct bytes raw;
    if (sddl_read(arena, head, domains, &raw, &error) != ERR_NONE || descriptor_parse(raw, &read) != ERR_NONE)
        return "SDDL that does not begin with owner and group";
    return same_sid(read.owner, said->owner) && same_sid(read.group, said->group)
               ? NULL
               : "JSON names another owner or group than SDDL";
}

static bool has_text(const struct sid *sid)
{
    return sid == NULL || sid->sub_authority_count > 0;
}

/* The text of the ACLs is to the letter what their members make. */
static const char *check_text(struct arena *arena, struct bytes said, const json_t *answer,
                              const struct sddl_domains *domains)
{
    const json_t *descriptor = json_object_get(answer, "descriptor");
    const json_t *sddl = json_object_get(answer, "sddl");
    const struct bytes text = bytes_of(json_string_value(sddl), json_string_length(sddl));
    const size_t room = text.size + SPARE;
    struct json_bytes out = {.data = arena_alloc(arena, room), .room = room, .arena = arena};
    struct descriptor parsed;
    if (out.data == NULL || descriptor_parse(said, &parsed) != ERR_NONE)
        return "bytes that are no descriptor";
    const bool told = has_text(parsed.owner) && has_text(parsed.group) &&
                      put_acl_text(&out, descriptor, true) && put_acl_text(&out, descriptor, false);
    if (!told || json_is_null(sddl))
        return told != json_is_null(sddl) ? NULL
                                          : "SDDL for the parts and not for the whole, or the other way";
    if (out.wrong != NULL || out.size > text.size ||
        memcmp(text.data + text.size - out.size, out.data, out.size) != 0)
        return "JSON says something else than SDDL";
    return check_head(arena, bytes_of(text.data, text.size - out.size), &parsed, domains);
}

const char *descriptor_json_check(struct arena *arena, const json_t *answer,
                                  const struct sddl_domains *domains, bool exact)
{
    struct bytes said = {0};
    const char *wrong = descriptor_json_bytes(arena, json_object_get(answer, "descriptor"), &said);
    if (wrong == NULL)
        wrong = check_bytes(arena, said, json_object_get(answer, "base64"), exact);
    if (wrong == NULL)
        wrong = check_text(arena, said, answer, domains);
    return wrong;
}
