#include "eventlog/record.h"

static const char *text_of(const char *text)
{
    return text == NULL ? "" : text;
}

size_t record_fields_size(const struct event *event)
{
    size_t size = 0;
    for (size_t i = 0; i < event->field_count; i++)
        size += strlen(text_of(event->fields[i].name)) + strlen(text_of(event->fields[i].value)) + 2;
    return size;
}

static uint8_t *put(uint8_t *at, const char *text)
{
    size_t size = strlen(text) + 1;
    memcpy(at, text, size);
    return at + size;
}

void record_fields_write(const struct event *event, uint8_t *ret)
{
    for (size_t i = 0; i < event->field_count; i++) {
        ret = put(ret, text_of(event->fields[i].name));
        ret = put(ret, text_of(event->fields[i].value));
    }
}

static const char *take(struct bytes fields, size_t *at)
{
    if (*at >= fields.size)
        return NULL;
    const uint8_t *start = fields.data + *at;
    const uint8_t *end = memchr(start, 0, fields.size - *at);
    if (end == NULL)
        return NULL;
    *at += (size_t)(end - start) + 1;
    return (const char *)start;
}

bool record_fields_next(struct bytes fields, size_t *at, struct event_field *ret)
{
    ret->name = take(fields, at);
    ret->value = ret->name == NULL ? NULL : take(fields, at);
    return ret->value != NULL;
}

enum err record_fields_read(struct arena *arena, struct bytes fields, struct event *ret)
{
    struct bytes copy = bytes_of(arena_copy(arena, fields.data, fields.size), fields.size);
    size_t at = 0;
    if (copy.data == NULL)
        return ERR_NO_MEMORY;
    ret->field_count = 0;
    while (at < copy.size) {
        if (ret->field_count == EVENT_FIELDS_MAX ||
            !record_fields_next(copy, &at, &ret->fields[ret->field_count]))
            return ERR_MALFORMED;
        ret->field_count++;
    }
    return ERR_NONE;
}

enum err record_keep(struct arena *arena, struct bytes fields, struct event *event)
{
    const char **texts[] = {&event->subject_sid, &event->subject_name, &event->object_name, &event->session};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (*texts[i] == NULL)
            continue;
        *texts[i] = arena_string(arena, bytes_of_string(*texts[i]));
        if (*texts[i] == NULL)
            return ERR_NO_MEMORY;
    }
    return record_fields_read(arena, fields, event);
}

void record_hash(const uint8_t previous[DIGEST_SIZE], const struct event *event, struct bytes fields,
                 uint8_t ret[DIGEST_SIZE])
{
    struct digest digest;
    digest_init(&digest, "ntokend event 1");
    digest_bytes(&digest, bytes_of(previous, DIGEST_SIZE));
    digest_bytes(&digest, bytes_of(event->uuid.bytes, EVENT_UUID_SIZE));
    digest_u64(&digest, event->record_id);
    digest_u64(&digest, event->event_id);
    digest_u64(&digest, event->version);
    digest_u64(&digest, event->task);
    digest_u64(&digest, event->success);
    digest_u64(&digest, (uint64_t)event->time_ns);
    digest_u64(&digest, event->process_id);
    digest_u64(&digest, event->thread_id);
    digest_string(&digest, event->subject_sid);
    digest_string(&digest, event->subject_name);
    digest_string(&digest, event->object_name);
    digest_string(&digest, event->session);
    digest_bytes(&digest, fields);
    digest_done(&digest, ret);
}
