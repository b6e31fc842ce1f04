#include "engine/sddl_internal.h"

enum { ROOM_FIRST = 256 };

static bool grow(struct sddl_text *text, size_t size)
{
    size_t room = text->room == 0 ? ROOM_FIRST : text->room;
    while (room - text->size < size) {
        if (room > SIZE_MAX / 4)
            return false;
        room *= 2;
    }
    if (room == text->room)
        return true;
    char *data = arena_alloc(text->arena, room);
    if (data == NULL)
        return false;
    if (text->size > 0)
        memcpy(data, text->data, text->size);
    text->data = data;
    text->room = room;
    return true;
}

void sddl_text_put(struct sddl_text *text, const void *data, size_t size)
{
    if (text->failed || !grow(text, size)) {
        text->failed = true;
        return;
    }
    if (size > 0)
        memcpy(text->data + text->size, data, size);
    text->size += size;
}

void sddl_text_put_string(struct sddl_text *text, const char *string)
{
    sddl_text_put(text, string, strlen(string));
}

void sddl_text_put_sid(struct sddl_text *text, const struct sid *sid)
{
    char number[SID_TEXT_MAX];
    const char *alias = sddl_alias(sid, text->domains);
    if (alias == NULL)
        (void)sid_format(sid, number);
    sddl_text_put_string(text, alias != NULL ? alias : number);
}
