#include "support/ndr_build.h"

#include "base/utf16.h"

#include <stdio.h>
#include <stdlib.h>

static _Noreturn void give_up(const char *what)
{
    (void)fprintf(stderr, "ndr_build: %s\n", what);
    exit(EXIT_FAILURE);
}

void ndr_build_init(struct ndr_build *ndr, struct arena *arena)
{
    *ndr = (struct ndr_build){.arena = arena, .next_referent = 0x00020000};
}

void ndr_build_raw(struct ndr_build *ndr, const void *data, size_t size)
{
    if (ndr->room - ndr->size < size) {
        size_t room = 2 * ndr->room + size + 256;
        uint8_t *moved = arena_alloc(ndr->arena, room);
        if (moved == NULL)
            give_up("out of memory");
        if (ndr->size != 0)
            memcpy(moved, ndr->data, ndr->size);
        ndr->data = moved;
        ndr->room = room;
    }
    if (size != 0)
        memcpy(ndr->data + ndr->size, data, size);
    ndr->size += size;
}

void ndr_build_zero(struct ndr_build *ndr, size_t size)
{
    static const uint8_t zero[64];
    for (; size > sizeof zero; size -= sizeof zero)
        ndr_build_raw(ndr, zero, sizeof zero);
    ndr_build_raw(ndr, zero, size);
}

void ndr_build_align(struct ndr_build *ndr, size_t to)
{
    while (ndr->size % to != 0)
        ndr_build_zero(ndr, 1);
}

static void build_number(struct ndr_build *ndr, uint64_t value, size_t size)
{
    uint8_t wire[8];
    for (size_t i = 0; i < size; i++)
        wire[i] = (uint8_t)(value >> (8 * i));
    ndr_build_align(ndr, size);
    ndr_build_raw(ndr, wire, size);
}

void ndr_build_u16(struct ndr_build *ndr, uint16_t value)
{
    build_number(ndr, value, 2);
}

void ndr_build_u32(struct ndr_build *ndr, uint32_t value)
{
    build_number(ndr, value, 4);
}

void ndr_build_u64(struct ndr_build *ndr, uint64_t value)
{
    build_number(ndr, value, 8);
}

void ndr_build_pointer(struct ndr_build *ndr, bool present)
{
    ndr_build_u32(ndr, present ? ndr->next_referent : 0);
    ndr->next_referent += present ? 4 : 0;
}

void ndr_build_counted(struct ndr_build *ndr, size_t count)
{
    ndr_build_u32(ndr, (uint32_t)count);
    ndr_build_pointer(ndr, count != 0);
}

struct bytes ndr_build_utf16(struct arena *arena, const char *utf8)
{
    struct bytes wide = {0};
    if (utf16_from_utf8(arena, bytes_of_string(utf8), &wide) != ERR_NONE)
        give_up(utf8);
    return wide;
}

void ndr_build_string(struct ndr_build *ndr, const char *utf8)
{
    size_t size = utf8 == NULL ? 0 : ndr_build_utf16(ndr->arena, utf8).size;
    ndr_build_align(ndr, 4);
    ndr_build_u16(ndr, (uint16_t)size);
    ndr_build_u16(ndr, (uint16_t)size);
    ndr_build_pointer(ndr, utf8 != NULL);
}

void ndr_build_string_text(struct ndr_build *ndr, const char *utf8)
{
    if (utf8 == NULL)
        return;
    struct bytes wide = ndr_build_utf16(ndr->arena, utf8);
    ndr_build_u32(ndr, (uint32_t)(wide.size / 2));
    ndr_build_u32(ndr, 0);
    ndr_build_u32(ndr, (uint32_t)(wide.size / 2));
    ndr_build_raw(ndr, wide.data, wide.size);
}

void ndr_build_wide(struct ndr_build *ndr, const char *utf8)
{
    struct bytes wide = ndr_build_utf16(ndr->arena, utf8);
    ndr_build_u32(ndr, (uint32_t)(wide.size / 2 + 1));
    ndr_build_u32(ndr, 0);
    ndr_build_u32(ndr, (uint32_t)(wide.size / 2 + 1));
    ndr_build_raw(ndr, wide.data, wide.size);
    ndr_build_zero(ndr, 2);
}

/* Decimal text to the authority and sub-authorities. Returns how many of these there are. */
static uint8_t sid_numbers(const char *text, uint64_t *authority, uint32_t sub_authorities[15])
{
    if (strncmp(text, "S-1-", 4) != 0)
        give_up(text);
    char *rest = NULL;
    *authority = strtoull(text + 4, &rest, 10);
    uint8_t count = 0;
    while (*rest == '-' && count < 15)
        sub_authorities[count++] = (uint32_t)strtoull(rest + 1, &rest, 10);
    if (*rest != '\0')
        give_up(text);
    return count;
}

void ndr_build_sid_raw(struct ndr_build *ndr, const char *text)
{
    uint64_t authority = 0;
    uint32_t sub_authorities[15];
    uint8_t count = sid_numbers(text, &authority, sub_authorities);
    uint8_t head[8] = {1, count};
    for (size_t i = 0; i < 6; i++)
        head[2 + i] = (uint8_t)(authority >> (8 * (5 - i)));
    ndr_build_raw(ndr, head, sizeof head);
    for (size_t i = 0; i < count; i++) {
        uint8_t wire[4] = {(uint8_t)sub_authorities[i], (uint8_t)(sub_authorities[i] >> 8),
                           (uint8_t)(sub_authorities[i] >> 16), (uint8_t)(sub_authorities[i] >> 24)};
        ndr_build_raw(ndr, wire, sizeof wire);
    }
}

void ndr_build_sid(struct ndr_build *ndr, const char *text)
{
    if (text == NULL)
        return;
    uint64_t authority = 0;
    uint32_t sub_authorities[15];
    ndr_build_u32(ndr, sid_numbers(text, &authority, sub_authorities));
    ndr_build_sid_raw(ndr, text);
}

struct bytes ndr_build_taken(struct ndr_build *ndr)
{
    return bytes_of(ndr->data, ndr->size);
}

struct bytes ndr_build_serialized(struct ndr_build *ndr)
{
    ndr_build_align(ndr, 8);
    struct ndr_build whole;
    ndr_build_init(&whole, ndr->arena);
    ndr_build_raw(&whole, "\x01\x10\x08\x00\xcc\xcc\xcc\xcc", 8);
    ndr_build_u32(&whole, (uint32_t)ndr->size);
    ndr_build_u32(&whole, 0);
    ndr_build_raw(&whole, ndr->data, ndr->size);
    return ndr_build_taken(&whole);
}
