/* filter: the conditions of a search, made ready once, and whether an event meets them. */
#ifndef NTOKEND_EVENTLOG_FILTER_H
#define NTOKEND_EVENTLOG_FILTER_H

#include "eventlog/store.h"
#include "eventlog/zone.h"

struct filter {
    const struct event_filter *conditions;
    bool user_is_sid;
    struct bytes user; /* folded when it is a name; likewise the rest */
    struct bytes account;
    struct bytes object;
    struct bytes text;
    struct arena *arena;
    uint8_t *scratch;
    size_t scratch_size;
};

/* Borrows the conditions and the arena. ERR_NO_MEMORY. */
enum err filter_init(struct filter *filter, struct arena *arena,
                     const struct event_filter *conditions) MUST_USE;

/* Whether a zone may hold an event that matches, by its time span and keys, and by its text. */
bool filter_may_span(const struct filter *filter, int64_t since_ns, int64_t until_ns);
bool filter_may_keys(const struct filter *filter, const uint8_t keys[ZONE_KEYS_SIZE]);
bool filter_may_text(const struct filter *filter, const uint8_t text[ZONE_TEXT_SIZE]);
/* Whether it looks into text at all. */
bool filter_has_text(const struct filter *filter);

/* `fields` as in record.h; event->fields is not looked at. ERR_NO_MEMORY. */
enum err filter_match(struct filter *filter, const struct event *event, struct bytes fields,
                      bool *ret) MUST_USE;

#endif
