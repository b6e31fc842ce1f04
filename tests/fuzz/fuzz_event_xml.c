#include "eventlog/xml.h"
#include "fuzz/fuzz.h"
#include "platform/windows/event_xml.h"

#include <string.h>

enum { INPUT_MAX = 1 << 20, MEMORY_MAX = 16 << 20 };

static bool same(const char *left, const char *right)
{
    return left == NULL || right == NULL ? left == right : strcmp(left, right) == 0;
}

static bool is_field(const struct event *event, const char *value)
{
    for (size_t i = 0; i < event->field_count; i++)
        if (value == event->fields[i].value)
            return true;
    return value == NULL;
}

static bool is_plain(const char *text)
{
    for (; *text != '\0'; text++)
        if ((*text < ' ' || *text > '~') && *text != '\t' && *text != '\n')
            return false;
    return true;
}

static void check(const struct event *event, size_t size)
{
    FUZZ_ASSERT(event->record_id != 0 && event->time_ns > 0 && event->field_count <= EVENT_FIELDS_MAX);
    FUZZ_ASSERT(event->uuid.bytes[6] >> 4 == 7 && event->uuid.bytes[8] >> 6 == 2);
    FUZZ_ASSERT(is_field(event, event->subject_sid) && is_field(event, event->object_name) &&
                is_field(event, event->session));
    for (size_t i = 0; i < event->field_count; i++)
        FUZZ_ASSERT(strlen(event->fields[i].name) + strlen(event->fields[i].value) <= size);
}

/* What is written of an event is read again as that event; what XML cannot carry apart. */
static void check_again(struct arena *arena, const struct event *event)
{
    struct event again = {0};
    struct bytes xml;
    FUZZ_ASSERT(event_xml(event, "server", arena, &xml) == ERR_NONE);
    FUZZ_ASSERT(event_xml_parse(arena, xml, &again) == ERR_NONE);
    FUZZ_ASSERT(again.record_id == event->record_id && again.event_id == event->event_id &&
                again.version == event->version && again.task == event->task &&
                again.success == event->success && again.time_ns == event->time_ns &&
                again.process_id == event->process_id && again.thread_id == event->thread_id);
    FUZZ_ASSERT(memcmp(&again.uuid, &event->uuid, sizeof again.uuid) == 0);
    FUZZ_ASSERT(again.field_count == event->field_count);
    for (size_t i = 0; i < event->field_count; i++) {
        const struct event_field *before = &event->fields[i];
        if (is_plain(before->name) && is_plain(before->value))
            FUZZ_ASSERT(same(before->name, again.fields[i].name) &&
                        same(before->value, again.fields[i].value));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    struct event event = {0};
    if (size > INPUT_MAX)
        return 0;
    arena_init(&arena, MEMORY_MAX);
    const enum err err = event_xml_parse(&arena, bytes_of(data, size), &event);
    FUZZ_ASSERT(err == ERR_NONE || err == ERR_MALFORMED);
    if (err == ERR_NONE) {
        check(&event, size);
        check_again(&arena, &event);
    } else {
        FUZZ_ASSERT(event.record_id == 0 && event.field_count == 0);
    }
    return 0;
}
