#include "api/write_event.h"

#include "base/utf16.h"
#include "eventlog/timestamp.h"

/* Windows counts 100 ns; a byte may become U+FFFD. */
enum { TIME_DIGITS = 7, UTF8_GROWTH = 3 };

static json_t *write_value(struct writer *writer, const char *value)
{
    json_t *text = json_string(value);
    struct bytes bytes = bytes_of_string(value);
    if (text != NULL)
        return text;
    uint8_t *clean = arena_alloc_array(writer->arena, bytes.size + 1, UTF8_GROWTH);
    return clean == NULL ? NULL : json_stringn((const char *)clean, utf8_clean(bytes, clean));
}

static void put_known(struct writer *writer, json_t *object, const char *key, const char *value)
{
    if (value != NULL)
        write_member(writer, object, key, write_value(writer, value));
}

static void put_subject(struct writer *writer, json_t *object, const struct event *event)
{
    if (event->subject_sid == NULL && event->subject_name == NULL && event->session == NULL)
        return;
    json_t *subject = json_object();
    put_known(writer, subject, "sid", event->subject_sid);
    put_known(writer, subject, "name", event->subject_name);
    put_known(writer, subject, "logonId", event->session);
    write_member(writer, object, "subject", subject);
}

json_t *write_event(struct writer *writer, const struct event *event)
{
    char id[EVENT_UUID_TEXT_MAX];
    char time[TIMESTAMP_TEXT_MAX];
    json_t *object = json_object();
    json_t *data = json_object();
    event_uuid_format(&event->uuid, id);
    timestamp_format(event->time_ns, TIME_DIGITS, time);
    write_member(writer, object, "id", write_text(id));
    write_member(writer, object, "recordId", json_integer((json_int_t)event->record_id));
    write_member(writer, object, "eventId", json_integer(event->event_id));
    write_member(writer, object, "time", write_text(time));
    write_member(writer, object, "outcome", write_text(event->success ? "success" : "failure"));
    put_subject(writer, object, event);
    for (size_t i = 0; i < event->field_count; i++)
        write_member(writer, data, event->fields[i].name, write_value(writer, event->fields[i].value));
    write_member(writer, object, "data", data);
    return object;
}
