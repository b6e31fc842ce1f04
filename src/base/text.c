#include "base/text.h"

enum { ROOM_FIRST = 256 };

bool text_reserve(struct text *text, size_t size)
{
    size_t room = text->room == 0 ? ROOM_FIRST : text->room;
    if (text->failed || size <= text->room - text->size)
        return !text->failed;
    while (room - text->size < size && room <= SIZE_MAX / 4)
        room *= 2;
    char *data = room - text->size < size ? NULL : arena_alloc(text->arena, room);
    text->failed = data == NULL;
    if (text->failed)
        return false;
    if (text->size > 0)
        memcpy(data, text->data, text->size);
    text->data = data;
    text->room = room;
    return true;
}
