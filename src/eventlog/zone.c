#include "eventlog/zone.h"

#include "eventlog/fold.h"
#include "eventlog/record.h"

enum { KEY_HASHES = 4 };

/* FNV-1a and a last mix. Nobody gains by collisions: they cost a search at most a look at records that do not match. */
static uint64_t hash(uint8_t kind, struct bytes value)
{
    uint64_t state = 0xcbf29ce484222325U ^ kind;
    for (size_t i = 0; i < value.size; i++)
        state = (state ^ value.data[i]) * 0x100000001b3U;
    state ^= state >> 32;
    state *= 0xd6e8feb86659fd93U;
    return state ^ state >> 32;
}

static void set_bit(uint8_t *bits, size_t at)
{
    bits[at / 8] = (uint8_t)(bits[at / 8] | 1U << at % 8);
}

static bool has_bit(const uint8_t *bits, size_t at)
{
    return (bits[at / 8] >> at % 8 & 1) != 0;
}

void zone_key_add(uint8_t keys[ZONE_KEYS_SIZE], enum zone_key kind, struct bytes value)
{
    uint64_t state = hash((uint8_t)kind, value);
    for (unsigned i = 0; i < KEY_HASHES; i++)
        set_bit(keys, state >> 16 * i & (ZONE_KEYS_SIZE * 8 - 1));
}

bool zone_key_may(const uint8_t keys[ZONE_KEYS_SIZE], enum zone_key kind, struct bytes value)
{
    uint64_t state = hash((uint8_t)kind, value);
    for (unsigned i = 0; i < KEY_HASHES; i++) {
        if (!has_bit(keys, state >> 16 * i & (ZONE_KEYS_SIZE * 8 - 1)))
            return false;
    }
    return true;
}

static size_t trigram(const uint8_t *at)
{
    uint32_t value = (uint32_t)at[0] << 16 | (uint32_t)at[1] << 8 | at[2];
    return value * 2654435761U >> 17 & (ZONE_TEXT_SIZE * 8 - 1);
}

/* Six bytes tell numbers apart, whose trigrams are soon all there. */
static size_t sixgram(const uint8_t *at)
{
    return hash(0, bytes_of(at, 6)) & (ZONE_TEXT_SIZE * 8 - 1);
}

void zone_text_add(uint8_t text[ZONE_TEXT_SIZE], struct bytes folded)
{
    for (size_t i = 0; i + 3 <= folded.size; i++)
        set_bit(text, trigram(folded.data + i));
    for (size_t i = 0; i + 6 <= folded.size; i++)
        set_bit(text, sixgram(folded.data + i));
}

bool zone_text_may(const uint8_t text[ZONE_TEXT_SIZE], struct bytes folded)
{
    for (size_t i = 0; i + 3 <= folded.size; i++) {
        if (!has_bit(text, trigram(folded.data + i)))
            return false;
    }
    for (size_t i = 0; i + 6 <= folded.size; i++) {
        if (!has_bit(text, sixgram(folded.data + i)))
            return false;
    }
    return true;
}

struct bytes zone_account(const char *name)
{
    const char *backslash = strrchr(name, '\\');
    return bytes_of_string(backslash == NULL ? name : backslash + 1);
}

void zone_init(struct zone *zone)
{
    *zone = (struct zone){.since_ns = INT64_MAX, .until_ns = INT64_MIN};
}

static void add_text(struct zone *zone, const char *text, uint8_t *scratch)
{
    if (text != NULL)
        zone_text_add(zone->text, bytes_of(scratch, fold_text(bytes_of_string(text), scratch)));
}

void zone_add(struct zone *zone, const struct event *event, struct bytes fields, uint8_t *scratch)
{
    uint8_t id[2];
    size_t at = 0;
    struct event_field field;
    if (event->time_ns < zone->since_ns)
        zone->since_ns = event->time_ns;
    if (event->time_ns > zone->until_ns)
        zone->until_ns = event->time_ns;
    le16_store(id, event->event_id);
    zone_key_add(zone->keys, ZONE_EVENT_ID, bytes_of(id, sizeof id));
    if (event->subject_sid != NULL)
        zone_key_add(zone->keys, ZONE_SID, bytes_of_string(event->subject_sid));
    if (event->session != NULL)
        zone_key_add(zone->keys, ZONE_SESSION, bytes_of_string(event->session));
    if (event->subject_name != NULL) {
        size_t size = fold_text(zone_account(event->subject_name), scratch);
        zone_key_add(zone->keys, ZONE_ACCOUNT, bytes_of(scratch, size));
    }
    add_text(zone, event->object_name, scratch);
    while (record_fields_next(fields, &at, &field))
        add_text(zone, field.value, scratch);
}

static size_t longer(size_t size, const char *text)
{
    size_t other = text == NULL ? 0 : strlen(text);
    return other > size ? other : size;
}

size_t zone_scratch(const struct event *event, struct bytes fields)
{
    size_t size = longer(fields.size, event->subject_name);
    return fold_room(longer(size, event->object_name));
}
