#include "eventlog/postgres_array.h"

#include "base/utf16.h"

#include <endian.h>
#include <stdlib.h>

/* array_recv() of PostgreSQL: dimensions, whether there are nulls, type; of each dimension its size and lower bound. */
enum { HEADER_SIZE = 20, COUNT_AT = 12, START_ROOM = 4096 };

static uint8_t *reserve(struct postgres_array *array, size_t more)
{
    if (array->failed)
        return NULL;
    if (array->room - array->size < more) {
        size_t room = array->room < START_ROOM ? START_ROOM : array->room;
        while (room - array->size < more)
            room *= 2;
        uint8_t *data = realloc(array->data, room);
        array->failed = data == NULL;
        if (array->failed)
            return NULL;
        array->data = data;
        array->room = room;
    }
    return array->data + array->size;
}

static void put32(uint8_t *at, uint32_t value)
{
    uint32_t big = htobe32(value);
    memcpy(at, &big, sizeof big);
}

void postgres_array_start(struct postgres_array *array, uint32_t element)
{
    array->size = 0;
    array->count = 0;
    array->failed = false;
    uint8_t *at = reserve(array, HEADER_SIZE);
    if (at == NULL)
        return;
    put32(at, 1);
    put32(at + 4, 1);
    put32(at + 8, element);
    put32(at + COUNT_AT, 0);
    put32(at + 16, 1);
    array->size = HEADER_SIZE;
}

void postgres_array_add(struct postgres_array *array, struct bytes value)
{
    uint8_t *at = reserve(array, sizeof(uint32_t) + value.size);
    if (at == NULL)
        return;
    put32(at, (uint32_t)value.size);
    if (value.size > 0)
        memcpy(at + sizeof(uint32_t), value.data, value.size);
    array->size += sizeof(uint32_t) + value.size;
    array->count++;
}

void postgres_array_add_null(struct postgres_array *array)
{
    uint8_t *at = reserve(array, sizeof(uint32_t));
    if (at == NULL)
        return;
    put32(at, UINT32_MAX);
    array->size += sizeof(uint32_t);
    array->count++;
}

void postgres_array_add_number(struct postgres_array *array, int64_t number)
{
    uint64_t big = htobe64((uint64_t)number);
    postgres_array_add(array, bytes_of(&big, sizeof big));
}

void postgres_array_add_bool(struct postgres_array *array, bool value)
{
    uint8_t byte = value ? 1 : 0;
    postgres_array_add(array, bytes_of(&byte, 1));
}

void postgres_array_add_text(struct postgres_array *array, struct bytes text)
{
    if (text.data == NULL) {
        postgres_array_add_null(array);
        return;
    }
    uint8_t *at = reserve(array, sizeof(uint32_t) + 3 * text.size);
    if (at == NULL)
        return;
    size_t size = utf8_clean(text, at + sizeof(uint32_t));
    put32(at, (uint32_t)size);
    array->size += sizeof(uint32_t) + size;
    array->count++;
}

struct bytes postgres_array_end(struct postgres_array *array)
{
    if (!array->failed)
        put32(array->data + COUNT_AT, array->count);
    return bytes_of(array->data, array->failed ? 0 : array->size);
}

void postgres_array_free(struct postgres_array *array)
{
    free(array->data);
    *array = (struct postgres_array){0};
}
