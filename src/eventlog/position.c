#include "eventlog/position.h"

#include "base/base64.h"
#include "eventlog/digest.h"

/* version, record_id, time_ns, uuid, checksum: a multiple of three, so that base64 needs no padding. */
enum { VERSION = 1, RECORD_AT = 1, TIME_AT = 9, UUID_AT = 17, SUM_AT = 33, SUM_SIZE = 15, SIZE = 48 };

/* Of the position and of every condition. */
static void checksum(const uint8_t *position, const struct event_filter *filter, uint8_t *ret)
{
    struct digest digest;
    uint8_t whole[DIGEST_SIZE];
    digest_init(&digest, "ntokend cursor 1");
    digest_bytes(&digest, bytes_of(position, SUM_AT));
    digest_u64(&digest, (uint64_t)filter->since_ns);
    digest_u64(&digest, (uint64_t)filter->until_ns);
    digest_u64(&digest, filter->event_id);
    digest_u64(&digest, (uint64_t)filter->outcome);
    digest_string(&digest, filter->user);
    digest_string(&digest, filter->object);
    digest_string(&digest, filter->session);
    digest_string(&digest, filter->text);
    digest_done(&digest, whole);
    memcpy(ret, whole, SUM_SIZE);
}

char *position_format(struct arena *arena, const struct event_position *position,
                      const struct event_filter *filter)
{
    uint8_t data[SIZE] = {VERSION};
    le64_store(data + RECORD_AT, position->record_id);
    le64_store(data + TIME_AT, (uint64_t)position->time_ns);
    memcpy(data + UUID_AT, position->uuid.bytes, EVENT_UUID_SIZE);
    checksum(data, filter, data + SUM_AT);
    char *text = base64_encode(arena, bytes_of(data, sizeof data));
    for (char *at = text; at != NULL && *at != 0; at++)
        *at = (char)(*at == '+' ? '-' : *at == '/' ? '_' : *at);
    return text;
}

/* base64url into base64; false for what only plain base64 has. */
static bool translate(struct bytes text, uint8_t *ret)
{
    for (size_t i = 0; i < text.size; i++) {
        uint8_t letter = text.data[i];
        if (letter == '+' || letter == '/' || letter == '=')
            return false;
        ret[i] = (uint8_t)(letter == '-' ? '+' : letter == '_' ? '/' : letter);
    }
    return true;
}

enum err position_parse(struct bytes text, const struct event_filter *filter, struct event_position *ret)
{
    uint8_t plain[POSITION_TEXT_SIZE];
    uint8_t sum[SUM_SIZE];
    struct bytes data = {0};
    AUTO_ARENA arena;
    arena_init(&arena, SIZE);
    if (text.size != sizeof plain || !translate(text, plain))
        return ERR_MALFORMED;
    enum err err = base64_decode(&arena, bytes_of(plain, sizeof plain), &data);
    if (err != ERR_NONE)
        return err;
    checksum(data.data, filter, sum);
    if (data.data[0] != VERSION || memcmp(sum, data.data + SUM_AT, SUM_SIZE) != 0)
        return ERR_MALFORMED;
    struct event_position position = {.record_id = le64_load(data.data + RECORD_AT),
                                      .time_ns = (int64_t)le64_load(data.data + TIME_AT)};
    memcpy(position.uuid.bytes, data.data + UUID_AT, EVENT_UUID_SIZE);
    *ret = position;
    return ERR_NONE;
}
