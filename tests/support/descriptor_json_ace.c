#include "support/descriptor_json_ace.h"

#include "base/base64.h"

#include <stdlib.h>
#include <string.h>

enum { PLAIN, OBJECT, COMPOUND, LABEL };

/* [MS-DTYP] 2.4.4.1: by type, and what is between the mask and the SID. `data`: what follows the SID is told also when it
 * is empty. */
static const struct {
    const char *name;
    int layout;
    bool data;
} types[] = {
    {"ACCESS_ALLOWED", PLAIN, false},
    {"ACCESS_DENIED", PLAIN, false},
    {"SYSTEM_AUDIT", PLAIN, false},
    {"SYSTEM_ALARM", PLAIN, false},
    {"ACCESS_ALLOWED_COMPOUND", COMPOUND, false},
    {"ACCESS_ALLOWED_OBJECT", OBJECT, false},
    {"ACCESS_DENIED_OBJECT", OBJECT, false},
    {"SYSTEM_AUDIT_OBJECT", OBJECT, false},
    {"SYSTEM_ALARM_OBJECT", OBJECT, false},
    {"ACCESS_ALLOWED_CALLBACK", PLAIN, true},
    {"ACCESS_DENIED_CALLBACK", PLAIN, true},
    {"ACCESS_ALLOWED_CALLBACK_OBJECT", OBJECT, true},
    {"ACCESS_DENIED_CALLBACK_OBJECT", OBJECT, true},
    {"SYSTEM_AUDIT_CALLBACK", PLAIN, true},
    {"SYSTEM_ALARM_CALLBACK", PLAIN, true},
    {"SYSTEM_AUDIT_CALLBACK_OBJECT", OBJECT, true},
    {"SYSTEM_ALARM_CALLBACK_OBJECT", OBJECT, true},
    {"SYSTEM_MANDATORY_LABEL", LABEL, false},
    {"SYSTEM_RESOURCE_ATTRIBUTE", PLAIN, true},
    {"SYSTEM_SCOPED_POLICY_ID", PLAIN, false},
    {"SYSTEM_PROCESS_TRUST_LABEL", PLAIN, false},
    {"SYSTEM_ACCESS_FILTER", PLAIN, true},
};
enum { TYPE_COUNT = sizeof types / sizeof types[0] };

static const char *const flag_words[] = {
    "OBJECT_INHERIT", "CONTAINER_INHERIT", "NO_PROPAGATE_INHERIT", "INHERIT_ONLY",
    "INHERITED",      "CRITICAL",          "SUCCESSFUL_ACCESS",    "FAILED_ACCESS",
};
static const char *const label_words[] = {"NO_WRITE_UP", "NO_READ_UP", "NO_EXECUTE_UP"};
/* What a right is called where the type of the object is not known. [MS-DTYP] 2.4.3 */
static const char *const right_words[32] = {
    [16] = "DELETE",          [17] = "READ_CONTROL",           [18] = "WRITE_DAC",       [19] = "WRITE_OWNER",
    [20] = "SYNCHRONIZE",     [24] = "ACCESS_SYSTEM_SECURITY", [25] = "MAXIMUM_ALLOWED", [28] = "GENERIC_ALL",
    [29] = "GENERIC_EXECUTE", [30] = "GENERIC_WRITE",          [31] = "GENERIC_READ",
};

void json_bytes_fail(struct json_bytes *out, const char *wrong)
{
    if (out->wrong == NULL)
        out->wrong = wrong;
}

void json_bytes_put(struct json_bytes *out, uint64_t value, size_t width)
{
    if (out->room - out->size < width) {
        json_bytes_fail(out, "more than there is room for");
        return;
    }
    for (size_t i = 0; i < width; i++)
        out->data[out->size++] = (uint8_t)(value >> (8 * i));
}

const json_t *json_members_take(struct json_members *members, const char *key)
{
    const json_t *value = json_object_get(members->object, key);
    members->taken += value != NULL;
    return value;
}

void json_members_end(const struct json_members *members, struct json_bytes *out)
{
    if (json_object_size(members->object) != members->taken)
        json_bytes_fail(out, "a member that nobody knows");
}

/* "0x", a fixed number of small digits; sets what is wrong otherwise. */
static uint32_t hex_of(struct json_bytes *out, const json_t *value, size_t digits)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    if (strncmp(text, "0x", 2) != 0 || strlen(text) != digits + 2 ||
        strspn(text + 2, "0123456789abcdef") != digits) {
        json_bytes_fail(out, "no number in hexadecimal");
        return 0;
    }
    return (uint32_t)strtoul(text, NULL, 16);
}

static uint32_t bit_of(struct json_bytes *out, const json_t *word, const char *const *words, size_t count)
{
    const char *text = json_is_string(word) ? json_string_value(word) : "";
    for (size_t i = 0; i < count; i++) {
        if (words[i] != NULL && strcmp(words[i], text) == 0)
            return UINT32_C(1) << i;
    }
    return hex_of(out, word, 8);
}

uint32_t json_words(struct json_bytes *out, const json_t *list, const char *const *words, size_t count)
{
    uint32_t flags = 0;
    if (!json_is_array(list))
        json_bytes_fail(out, "no list of words");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const uint32_t bit = bit_of(out, json_array_get(list, i), words, count);
        if (bit == 0 || (bit & (bit - 1)) != 0 || (flags & bit) != 0)
            json_bytes_fail(out, "a word that is not one more bit");
        flags |= bit;
    }
    return flags;
}

/* Digits to '-' or the end; *at behind them. */
static uint64_t number_of(struct json_bytes *out, const char **at, int base, uint64_t most)
{
    char *end = NULL;
    const uint64_t value = strtoull(*at, &end, base);
    if (**at < '0' || **at > '9' || (*end != '-' && *end != '\0') || value > most)
        json_bytes_fail(out, "no number of a SID");
    *at = end;
    return value;
}

/* [MS-DTYP] 2.4.2.1: an authority from 2^32 on is written in hexadecimal. */
void json_bytes_put_sid(struct json_bytes *out, const json_t *account)
{
    struct json_members members = {.object = account};
    const json_t *sid = json_members_take(&members, "sid");
    const json_t *name = json_members_take(&members, "name");
    const char *at = json_is_string(sid) ? json_string_value(sid) : "";
    const size_t start = out->size;
    json_members_end(&members, out);
    if (strncmp(at, "S-1-", 4) != 0 || (name != NULL && !json_is_string(name))) {
        json_bytes_fail(out, "no SID");
        return;
    }
    at += 4;
    const int base = strncmp(at, "0x", 2) == 0 ? 16 : 10;
    const uint64_t authority = number_of(out, &at, base, (UINT64_C(1) << 48) - 1);
    if ((base == 16) != (authority > UINT32_MAX))
        json_bytes_fail(out, "an authority in the wrong base");
    json_bytes_put(out, 1, 2);
    for (unsigned shift = 48; shift > 0; shift -= 8)
        json_bytes_put(out, authority >> (shift - 8) & 0xff, 1);
    unsigned count = 0;
    for (; *at == '-' && out->wrong == NULL && count < 15; count++) {
        at++;
        json_bytes_put(out, number_of(out, &at, 10, UINT32_MAX), 4);
    }
    if (*at != '\0')
        json_bytes_fail(out, "a SID that goes on");
    if (out->wrong == NULL)
        out->data[start + 1] = (uint8_t)count;
}

/* 8-4-4-4-12 digits: a number of 4 bytes, two of 2, and eight bytes as they stand. [MS-DTYP] 2.3.4.3 */
static void put_guid(struct json_bytes *out, const json_t *value)
{
    static const char form[] = "00000000-0000-0000-0000-000000000000";
    static const uint8_t order[] = {6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34};
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    if (strlen(text) != sizeof form - 1) {
        json_bytes_fail(out, "no GUID");
        return;
    }
    for (size_t i = 0; form[i] != '\0'; i++) {
        if (form[i] == '-' ? text[i] != '-' : strchr("0123456789abcdef", text[i]) == NULL)
            json_bytes_fail(out, "no GUID");
    }
    for (size_t i = 0; i < sizeof order && out->wrong == NULL; i++) {
        const char pair[] = {text[order[i]], text[order[i] + 1], '\0'};
        json_bytes_put(out, strtoul(pair, NULL, 16), 1);
    }
}

static void put_base64(struct json_bytes *out, const json_t *value)
{
    struct bytes bytes = {0};
    const char *text = json_is_string(value) ? json_string_value(value) : "!";
    if (base64_decode(out->arena, bytes_of_string(text), &bytes) != ERR_NONE)
        json_bytes_fail(out, "no base64");
    for (size_t i = 0; i < bytes.size && out->wrong == NULL; i++)
        json_bytes_put(out, bytes.data[i], 1);
}

static uint32_t mask_of(struct json_bytes *out, struct json_members *ace, int layout)
{
    if (layout == LABEL)
        return json_words(out, json_members_take(ace, "policy"), label_words, 3);
    struct json_members access = {.object = json_members_take(ace, "access")};
    const uint32_t mask = hex_of(out, json_members_take(&access, "mask"), 8);
    if (json_words(out, json_members_take(&access, "rights"), right_words, 32) != mask)
        json_bytes_fail(out, "rights that are not the mask");
    json_members_end(&access, out);
    return mask;
}

static void put_extras(struct json_bytes *out, struct json_members *ace, int layout)
{
    const json_t *type = layout == OBJECT ? json_members_take(ace, "objectType") : NULL;
    const json_t *inherited = layout == OBJECT ? json_members_take(ace, "inheritedObjectType") : NULL;
    if (layout == OBJECT)
        json_bytes_put(out, (type != NULL ? 1U : 0U) | (inherited != NULL ? 2U : 0U), 4);
    if (type != NULL)
        put_guid(out, type);
    if (inherited != NULL)
        put_guid(out, inherited);
    if (layout != COMPOUND)
        return;
    json_bytes_put(out, 1, 4); /* COMPOUND_ACE_IMPERSONATION */
    json_bytes_put_sid(out, json_members_take(ace, "server"));
}

/* Behind the header: mask, extras, SID and data. */
static void put_known(struct json_bytes *out, struct json_members *ace, size_t type)
{
    json_bytes_put(out, mask_of(out, ace, types[type].layout), 4);
    put_extras(out, ace, types[type].layout);
    json_bytes_put_sid(out, json_members_take(ace, "trustee"));
    const json_t *data = json_members_take(ace, "applicationData");
    if (types[type].data != (data != NULL) && (types[type].data || json_string_length(data) == 0))
        json_bytes_fail(out, "data where there is none, or none where there should be");
    if (data != NULL)
        put_base64(out, data);
}

/* `raw` has what the members cannot tell, in the reserved bytes between mask and SID alone; it takes their place. */
static void check_raw(struct json_bytes *out, size_t start, const json_t *raw, int layout)
{
    const size_t size = out->size - start;
    struct json_bytes whole = {.data = arena_alloc(out->arena, size), .room = size, .arena = out->arena};
    if (whole.data == NULL || out->wrong != NULL || (layout != OBJECT && layout != COMPOUND)) {
        json_bytes_fail(out, "nothing that could need a raw ACE");
        return;
    }
    put_base64(&whole, raw);
    uint8_t *said = out->data + start;
    if (whole.wrong != NULL || whole.size != size || memcmp(said, whole.data, 8) != 0 ||
        memcmp(said + 12, whole.data + 12, size - 12) != 0 || memcmp(said + 8, whole.data + 8, 4) == 0)
        json_bytes_fail(out, "a raw ACE that says something else, or nothing more");
    else if (layout == OBJECT && ((said[8] ^ whole.data[8]) & 3) != 0)
        json_bytes_fail(out, "a raw ACE with other GUIDs");
    else
        memcpy(said, whole.data, size);
}

static size_t type_of(struct json_bytes *out, const json_t *value)
{
    const char *text = json_is_string(value) ? json_string_value(value) : "";
    for (size_t i = 0; i < TYPE_COUNT; i++) {
        if (strcmp(types[i].name, text) == 0)
            return i;
    }
    const size_t type = hex_of(out, value, 2);
    if (type < TYPE_COUNT)
        json_bytes_fail(out, "a type that has a name");
    return type;
}

void json_bytes_put_ace(struct json_bytes *out, const json_t *ace)
{
    struct json_members members = {.object = ace};
    const size_t start = out->size;
    const size_t type = type_of(out, json_members_take(&members, "type"));
    const uint32_t flags = json_words(out, json_members_take(&members, "flags"), flag_words, 8);
    const json_t *raw = json_members_take(&members, "raw");
    (void)json_members_take(&members, "sddl");
    json_bytes_put(out, type, 1);
    json_bytes_put(out, flags, 3);
    if (type < TYPE_COUNT) {
        put_known(out, &members, type);
    } else {
        out->size = start;
        put_base64(out, raw);
        if (out->size - start < 4 || out->data[start] != type || out->data[start + 1] != flags)
            json_bytes_fail(out, "a raw ACE of another type or flags");
    }
    json_members_end(&members, out);
    if (out->wrong != NULL || type >= TYPE_COUNT)
        return;
    out->data[start + 2] = (uint8_t)(out->size - start);
    out->data[start + 3] = (uint8_t)((out->size - start) >> 8);
    if (raw != NULL)
        check_raw(out, start, raw, types[type].layout);
}
