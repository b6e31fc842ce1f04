#include "eventlog/batch.h"

#include <stdlib.h>

static size_t size_of(const char *text)
{
    return text == NULL ? 0 : strlen(text) + 1;
}

static size_t strings_of(const struct event *event)
{
    size_t size = size_of(event->subject_sid) + size_of(event->subject_name) + size_of(event->object_name) +
                  size_of(event->session);
    for (size_t i = 0; i < event->field_count; i++)
        size += size_of(event->fields[i].name) + size_of(event->fields[i].value);
    return size;
}

static void move(const char **text, char **at)
{
    size_t size = size_of(*text);
    if (*text == NULL)
        return;
    memcpy(*at, *text, size);
    *text = *at;
    *at += size;
}

static void move_all(struct event *event, char **at)
{
    move(&event->subject_sid, at);
    move(&event->subject_name, at);
    move(&event->object_name, at);
    move(&event->session, at);
    for (size_t i = 0; i < event->field_count; i++) {
        move(&event->fields[i].name, at);
        move(&event->fields[i].value, at);
    }
}

struct batch *batch_new(const struct event *events, size_t count, event_store_done *done, void *context)
{
    size_t size = sizeof(struct batch);
    for (size_t i = 0; i < count; i++)
        size += sizeof *events + strings_of(&events[i]);
    struct batch *batch = malloc(size);
    if (batch == NULL)
        return NULL;
    *batch = (struct batch){.done = done, .context = context, .err = ERR_IO, .count = count};
    char *at = (char *)&batch->events[count];
    for (size_t i = 0; i < count; i++) {
        batch->events[i] = events[i];
        move_all(&batch->events[i], &at);
    }
    return batch;
}
