#include "api/write.h"

#include "base/base64.h"
#include "base/utf16.h"
#include "http/json_memory.h"

#include <stdlib.h>
#include <time.h>

void write_member(struct writer *writer, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        writer->failed = true;
}

void write_item(struct writer *writer, json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0)
        writer->failed = true;
}

json_t *write_done(struct writer *writer, json_t *value)
{
    if (value == NULL)
        writer->failed = true;
    if (!writer->failed)
        return value;
    json_decref(value);
    return NULL;
}

void write_into(struct writer *writer, struct text *text, json_t *value)
{
    json_t *whole = write_done(writer, value);
    json_memory_watch();
    char *printed = whole == NULL ? NULL : json_dumps(whole, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(whole);
    if (printed == NULL || json_memory_failed())
        text->failed = true;
    else
        text_put(text, printed, strlen(printed));
    free(printed);
    json_memory_watch();
}

json_t *write_text(const char *text)
{
    return json_string(text);
}

json_t *write_hex(struct writer *writer, uint32_t value)
{
    return json_string(arena_printf(writer->arena, "0x%08x", value));
}

json_t *write_mask(struct writer *writer, uint32_t mask)
{
    const char *names[32];
    uint32_t unnamed = 0;
    size_t count = right_names(writer->type, mask, names, &unnamed);
    json_t *rights = json_array();
    for (size_t i = 0; i < count; i++)
        write_item(writer, rights, write_text(names[i]));
    for (unsigned bit = 0; bit < 32; bit++) {
        if ((unnamed >> bit & 1) != 0)
            write_item(writer, rights, write_hex(writer, UINT32_C(1) << bit));
    }
    json_t *object = json_object();
    write_member(writer, object, "mask", write_hex(writer, mask));
    write_member(writer, object, "rights", rights);
    return object;
}

const char *write_sid_name(struct writer *writer, const struct sid *sid)
{
    if (writer->platform == NULL)
        return sid_well_known_name(sid);
    return platform_account_name(writer->platform, sid, writer->arena);
}

json_t *write_sid(struct writer *writer, const struct sid *sid, const char *name)
{
    char text[SID_TEXT_MAX];
    (void)sid_format(sid, text);
    if (name == NULL)
        name = write_sid_name(writer, sid);
    json_t *object = json_object();
    write_member(writer, object, "sid", write_text(text));
    if (name != NULL)
        write_member(writer, object, "name", write_text(name));
    return object;
}

json_t *write_guid(const struct guid *guid)
{
    char text[GUID_TEXT_MAX];
    guid_format(guid, text);
    return json_string(text);
}

json_t *write_base64(struct writer *writer, struct bytes data)
{
    return json_string(base64_encode(writer->arena, data));
}

json_t *write_text16(struct writer *writer, struct bytes text)
{
    struct bytes utf8;
    enum err err = utf16_to_utf8(writer->arena, text, &utf8);
    if (err == ERR_MALFORMED)
        return json_string("\xef\xbf\xbd"); /* JSON cannot hold half a surrogate pair */
    if (err != ERR_NONE)
        return NULL;
    return json_stringn((const char *)utf8.data, utf8.size);
}

json_t *write_flags(struct writer *writer, const struct names *names, uint32_t flags)
{
    json_t *array = json_array();
    for (size_t i = 0; i < names->count; i++) {
        uint32_t bits = names->words[i].value;
        if ((flags & bits) != bits)
            continue;
        write_item(writer, array, write_text(names->words[i].name));
        flags &= ~bits;
    }
    for (unsigned bit = 0; bit < 32; bit++) {
        if ((flags >> bit & 1) != 0)
            write_item(writer, array, write_hex(writer, UINT32_C(1) << bit));
    }
    return array;
}

json_t *write_privilege_names(struct writer *writer, privilege_set set)
{
    json_t *array = json_array();
    for (unsigned luid = SE_PRIVILEGE_FIRST; luid <= SE_PRIVILEGE_LAST; luid++) {
        if ((set & privilege_bit(luid)) != 0)
            write_item(writer, array, write_text(privilege_name(luid)));
    }
    return array;
}

json_t *write_privileges(struct writer *writer, const struct privilege_state *state)
{
    json_t *array = json_array();
    for (unsigned luid = SE_PRIVILEGE_FIRST; luid <= SE_PRIVILEGE_LAST; luid++) {
        if ((state->present & privilege_bit(luid)) == 0)
            continue;
        json_t *object = json_object();
        write_member(writer, object, "name", write_text(privilege_name(luid)));
        write_member(writer, object, "luid", write_text(arena_printf(writer->arena, "0x%x", luid)));
        write_member(writer, object, "displayName", write_text(privilege_display_name(luid)));
        write_member(writer, object, "attributes",
                     write_flags(writer, &NAMES_PRIVILEGE_ATTRIBUTES, privilege_attributes(state, luid)));
        write_item(writer, array, object);
    }
    return array;
}

json_t *write_privilege(struct writer *writer, unsigned luid, uint32_t attributes)
{
    json_t *object = json_object();
    write_member(writer, object, "name", write_text(privilege_name(luid)));
    write_member(writer, object, "attributes", write_flags(writer, &NAMES_PRIVILEGE_STATE, attributes));
    return object;
}

json_t *write_privilege_state(struct writer *writer, const struct privilege_state *state)
{
    json_t *array = json_array();
    for (unsigned luid = SE_PRIVILEGE_FIRST; luid <= SE_PRIVILEGE_LAST; luid++) {
        if ((state->present & privilege_bit(luid)) != 0)
            write_item(writer, array, write_privilege(writer, luid, privilege_attributes(state, luid)));
    }
    return array;
}

json_t *write_time(struct writer *writer, int64_t seconds)
{
    struct tm parts;
    char text[sizeof "-9223372036854775808-00-00T00:00:00Z"];
    time_t when = (time_t)seconds;
    if (gmtime_r(&when, &parts) == NULL || strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0)
        return NULL;
    return json_string(arena_string(writer->arena, bytes_of_string(text)));
}

void write_win32(struct writer *writer, json_t *object, enum err err)
{
    write_member(writer, object, "win32Error", json_integer(err_win32(err)));
    write_member(writer, object, "win32ErrorName", write_text(err_win32_name(err)));
}
