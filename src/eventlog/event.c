#include "eventlog/event.h"

#include <stdatomic.h>

enum { VERSION_7 = 0x70, VARIANT = 0x80, NS_PER_MS = 1000000 };

/* Milliseconds and, in the 12 bits below them, the part of a millisecond (RFC 9562 6.2, method 3); the newest that was given. */
static _Atomic uint64_t newest;

static uint64_t tick_of(int64_t time_ns)
{
    uint64_t ns = time_ns < 0 ? 0 : (uint64_t)time_ns;
    uint64_t tick = (ns / NS_PER_MS) << 12 | (ns % NS_PER_MS << 12) / NS_PER_MS;
    uint64_t last = atomic_load(&newest);
    uint64_t next;
    do {
        next = tick > last ? tick : last + 1;
    } while (!atomic_compare_exchange_weak(&newest, &last, next));
    return next;
}

struct event_uuid event_uuid_make(int64_t time_ns, const uint8_t random[10])
{
    struct event_uuid uuid;
    uint64_t tick = tick_of(time_ns);
    for (unsigned i = 0; i < 6; i++)
        uuid.bytes[i] = (uint8_t)(tick >> (12 + 8 * (5 - i)));
    uuid.bytes[6] = (uint8_t)(VERSION_7 | (tick >> 8 & 15));
    uuid.bytes[7] = (uint8_t)tick;
    memcpy(uuid.bytes + 8, random, 8);
    uuid.bytes[8] = (uint8_t)(VARIANT | ((random[0] ^ random[8]) & 0x3f));
    uuid.bytes[9] = (uint8_t)(random[1] ^ random[9]);
    return uuid;
}

static bool dash_before(size_t byte)
{
    return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void event_uuid_format(const struct event_uuid *uuid, char ret[EVENT_UUID_TEXT_MAX])
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < EVENT_UUID_SIZE; i++) {
        if (dash_before(i))
            *ret++ = '-';
        *ret++ = digits[uuid->bytes[i] >> 4];
        *ret++ = digits[uuid->bytes[i] & 15];
    }
    *ret = '\0';
}

static int digit_of(uint8_t letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    letter |= 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

enum err event_uuid_parse(struct bytes text, struct event_uuid *ret)
{
    struct event_uuid uuid;
    struct cursor cursor = cursor_of(text);
    for (size_t i = 0; i < EVENT_UUID_SIZE; i++) {
        if (dash_before(i) && cursor_u8(&cursor) != '-')
            return ERR_MALFORMED;
        int high = digit_of(cursor_u8(&cursor));
        int low = digit_of(cursor_u8(&cursor));
        if (high < 0 || low < 0)
            return ERR_MALFORMED;
        uuid.bytes[i] = (uint8_t)(high << 4 | low);
    }
    if (cursor.failed || cursor_left(&cursor) != 0)
        return ERR_MALFORMED;
    *ret = uuid;
    return ERR_NONE;
}
