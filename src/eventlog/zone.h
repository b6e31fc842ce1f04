/* zone: what 256 records in a row have in common, so that a search skips those that cannot hold what it looks for.
 *
 * A zone knows the time span of its records and has two Bloom filters: of the values that conditions compare whole, and of
 * each three and each six bytes in a row, folded, of all values. It can say yes wrongly, never no. */
#ifndef NTOKEND_EVENTLOG_ZONE_H
#define NTOKEND_EVENTLOG_ZONE_H

#include "eventlog/event.h"

enum { ZONE_SHIFT = 8, ZONE_RECORDS = 1 << ZONE_SHIFT, ZONE_KEYS_SIZE = 1024, ZONE_TEXT_SIZE = 4096 };

struct zone {
    int64_t since_ns; /* the oldest record's time */
    int64_t until_ns; /* the newest one's, inclusive */
    uint8_t keys[ZONE_KEYS_SIZE];
    uint8_t text[ZONE_TEXT_SIZE];
};

enum zone_key { ZONE_EVENT_ID = 1, ZONE_SID, ZONE_ACCOUNT, ZONE_SESSION };

static inline uint64_t zone_of(uint64_t record_id)
{
    return record_id >> ZONE_SHIFT;
}

/* Without records. */
void zone_init(struct zone *zone);
/* `fields` as in record.h. `scratch` has fold_room() of the longest string. */
void zone_add(struct zone *zone, const struct event *event, struct bytes fields, uint8_t *scratch);
/* The bytes of scratch that zone_add wants. */
size_t zone_scratch(const struct event *event, struct bytes fields);

void zone_key_add(uint8_t keys[ZONE_KEYS_SIZE], enum zone_key kind, struct bytes value);
bool zone_key_may(const uint8_t keys[ZONE_KEYS_SIZE], enum zone_key kind, struct bytes value);
/* Of folded text. */
void zone_text_add(uint8_t text[ZONE_TEXT_SIZE], struct bytes folded);
bool zone_text_may(const uint8_t text[ZONE_TEXT_SIZE], struct bytes folded);

/* "alice" of "CORP\alice", which is how zones know a name. */
struct bytes zone_account(const char *name);

#endif
