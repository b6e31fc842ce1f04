#include "support/pac_pack.h"

enum { BUFFERS = 6 };

/* Both directions walk the buffers in this order. */
static void order(struct pac_buffers *buffers, struct bytes *ret[BUFFERS])
{
    ret[0] = &buffers->logon_info;
    ret[1] = &buffers->upn_dns_info;
    ret[2] = &buffers->client_claims;
    ret[3] = &buffers->device_info;
    ret[4] = &buffers->device_claims;
    ret[5] = &buffers->requestor_sid;
}

struct bytes pac_pack(struct arena *arena, const struct pac_buffers *buffers)
{
    struct pac_buffers copy = *buffers;
    struct bytes *all[BUFFERS];
    order(&copy, all);
    size_t size = 0;
    for (size_t i = 0; i < BUFFERS; i++)
        size += 4 + all[i]->size;
    uint8_t *out = arena_alloc(arena, size);
    if (out == NULL)
        return (struct bytes){0};
    size_t at = 0;
    for (size_t i = 0; i < BUFFERS; i++) {
        le32_store(out + at, (uint32_t)all[i]->size);
        at += 4;
        if (all[i]->size != 0)
            memcpy(out + at, all[i]->data, all[i]->size);
        at += all[i]->size;
    }
    return bytes_of(out, size);
}

struct pac_buffers pac_unpack(struct bytes file)
{
    struct pac_buffers buffers = {0};
    struct bytes *all[BUFFERS];
    order(&buffers, all);
    struct cursor cursor = cursor_of(file);
    for (size_t i = 0; i < BUFFERS; i++) {
        size_t size = cursor_u32(&cursor);
        size_t left = cursor_left(&cursor);
        struct bytes taken = cursor_take(&cursor, size < left ? size : left);
        if (taken.size != 0)
            *all[i] = taken;
    }
    return buffers;
}
