/* The members of every answer as text, without a tree. */
#include "api/write.h"

static void text_name(struct text *text, size_t index, const char *name)
{
    if (index > 0)
        TEXT_PUT(text, ",");
    json_text_string(text, bytes_of_string(name));
}

void text_mask(struct text *text, const struct securable *type, uint32_t mask)
{
    const char *names[32];
    uint32_t unnamed = 0;
    size_t count = right_names(type, mask, names, &unnamed);
    TEXT_PUT(text, "{\"mask\":");
    json_text_hex32(text, mask);
    TEXT_PUT(text, ",\"rights\":[");
    for (size_t i = 0; i < count; i++)
        text_name(text, i, names[i]);
    for (unsigned bit = 0; bit < 32; bit++) {
        if ((unnamed >> bit & 1) == 0)
            continue;
        if (count++ > 0)
            TEXT_PUT(text, ",");
        json_text_hex32(text, UINT32_C(1) << bit);
    }
    TEXT_PUT(text, "]}");
}

void text_privilege_names(struct text *text, privilege_set set)
{
    size_t count = 0;
    TEXT_PUT(text, "[");
    for (unsigned luid = SE_PRIVILEGE_FIRST; set != 0 && luid <= SE_PRIVILEGE_LAST; luid++) {
        if ((set & privilege_bit(luid)) != 0)
            text_name(text, count++, privilege_name(luid));
    }
    TEXT_PUT(text, "]");
}

void text_guid(struct text *text, const struct guid *guid)
{
    char name[GUID_TEXT_MAX];
    guid_format(guid, name);
    json_text_string(text, bytes_of_string(name));
}

void text_win32(struct text *text, enum err err)
{
    TEXT_PUT(text, ",\"win32Error\":");
    json_text_number(text, err_win32(err));
    TEXT_PUT(text, ",\"win32ErrorName\":");
    json_text_string(text, bytes_of_string(err_win32_name(err)));
}
