#include "support/der.h"

#include <stdio.h>
#include <stdlib.h>

void der_done(struct der *der)
{
    free(der->data);
    *der = (struct der){0};
}

struct bytes der_bytes(const struct der *der)
{
    return bytes_of(der->data, der->size);
}

static void reserve(struct der *der, size_t more)
{
    if (der->capacity - der->size >= more)
        return;
    size_t capacity = (der->size + more) * 2;
    uint8_t *data = realloc(der->data, capacity);
    if (data == NULL)
        abort();
    der->data = data;
    der->capacity = capacity;
}

void der_raw(struct der *der, struct bytes bytes)
{
    if (bytes.size == 0)
        return;
    reserve(der, bytes.size);
    memcpy(der->data + der->size, bytes.data, bytes.size);
    der->size += bytes.size;
}

void der_open(struct der *der, unsigned tag)
{
    if (der->depth == DER_DEPTH_MAX)
        abort();
    uint8_t byte = (uint8_t)tag;
    der_raw(der, bytes_of(&byte, 1));
    der->open[der->depth++] = der->size;
}

/* The length goes before contents that are already written: they move up. X.690 8.1.3: short form up to 127, else a count of
 * bytes, then the bytes, big-endian. */
void der_close(struct der *der)
{
    if (der->depth == 0)
        abort();
    size_t at = der->open[--der->depth];
    size_t length = der->size - at;
    uint8_t octets[sizeof length + 1] = {(uint8_t)length};
    size_t count = 1;
    if (length > 127) {
        for (size_t left = length; left != 0; left >>= 8)
            count++;
        octets[0] = (uint8_t)(0x80 | (count - 1));
        for (size_t i = 1; i < count; i++)
            octets[i] = (uint8_t)(length >> 8 * (count - 1 - i));
    }
    reserve(der, count);
    memmove(der->data + at + count, der->data + at, length);
    memcpy(der->data + at, octets, count);
    der->size += count;
}

void der_close_all(struct der *der)
{
    while (der->depth != 0)
        der_close(der);
}

void der_put(struct der *der, unsigned tag, struct bytes contents)
{
    der_open(der, tag);
    der_raw(der, contents);
    der_close(der);
}

/* X.690 8.3: two's complement, big-endian, as few bytes as can say it. */
void der_integer(struct der *der, int64_t value)
{
    uint8_t octets[sizeof value];
    for (size_t i = 0; i < sizeof octets; i++)
        octets[i] = (uint8_t)((uint64_t)value >> 8 * (sizeof octets - 1 - i));
    size_t skip = 0;
    while (skip + 1 < sizeof octets && ((octets[skip] == 0 && octets[skip + 1] < 0x80) ||
                                        (octets[skip] == 0xff && octets[skip + 1] >= 0x80)))
        skip++;
    der_put(der, DER_INTEGER, bytes_of(octets + skip, sizeof octets - skip));
}

void der_field_integer(struct der *der, unsigned number, int64_t value)
{
    der_open(der, DER_CONTEXT | number);
    der_integer(der, value);
    der_close(der);
}

static void put_field(struct der *der, unsigned number, unsigned tag, struct bytes contents)
{
    der_open(der, DER_CONTEXT | number);
    der_put(der, tag, contents);
    der_close(der);
}

void der_field_octets(struct der *der, unsigned number, struct bytes octets)
{
    put_field(der, number, DER_OCTET_STRING, octets);
}

void der_field_string(struct der *der, unsigned number, struct bytes text)
{
    put_field(der, number, DER_GENERAL_STRING, text);
}

void der_field_time(struct der *der, unsigned number, time_t at)
{
    struct tm tm;
    char text[32];
    if (gmtime_r(&at, &tm) == NULL || strftime(text, sizeof text, "%Y%m%d%H%M%SZ", &tm) == 0)
        abort();
    put_field(der, number, DER_GENERALIZED_TIME, bytes_of_string(text));
}
