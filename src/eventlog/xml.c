#include "eventlog/xml.h"

#include "base/utf16.h"
#include "eventlog/timestamp.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define PROVIDER                                                                                             \
    "<Provider Name=\"Microsoft-Windows-Security-Auditing\" Guid=\"{54849625-5478-4994-A5BA-3E3B0328C30D}\"/>"
/* Of what concerns the log itself, 1100 to 1108 */
#define LOG_PROVIDER                                                                                         \
    "<Provider Name=\"Microsoft-Windows-Eventlog\" Guid=\"{FC65DDD8-D6EF-4962-83D5-6E5CFE9CE148}\"/>"
#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

enum { NUMBERS_MAX = 1024, OF_LOG_FIRST = 1100, LOG_CLEARED = 1102, OF_LOG_LAST = 1108 };

/* Writes into `room`, or only counts where there is none: each event is written twice, first to know its size. */
struct sink {
    char *room;
    size_t size;
};

static void put(struct sink *sink, const char *text, size_t size)
{
    if (sink->room != NULL)
        memcpy(sink->room + sink->size, text, size);
    sink->size += size;
}

static void put_text(struct sink *sink, const char *text)
{
    put(sink, text, strlen(text));
}

__attribute__((format(PRINTF_FORMATS, 2, 3))) static void put_format(struct sink *sink, const char *format,
                                                                     ...)
{
    char text[NUMBERS_MAX];
    va_list args;
    va_start(args, format);
    int size = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (size > 0)
        put(sink, text, (size_t)size < sizeof text ? (size_t)size : sizeof text - 1);
}

/* XML 1.0 2.2 */
static bool is_char(int32_t point)
{
    return point == 0x9 || point == 0xA || point == 0xD || (point >= 0x20 && point <= 0xD7FF) ||
           (point >= 0xE000 && point <= 0xFFFD) || point >= 0x10000;
}

/* NULL for a character that stands for itself. A reader would make LF of CR, and of each of them a blank in an attribute. */
static const char *escape_of(int32_t point, bool attribute)
{
    switch (point) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '\'':
        return "&apos;";
    case '"':
        return "&quot;";
    case '\r':
        return "&#xD;";
    case '\n':
        return attribute ? "&#xA;" : NULL;
    case '\t':
        return attribute ? "&#x9;" : NULL;
    default:
        return NULL;
    }
}

static void put_escaped(struct sink *sink, const char *text, bool attribute)
{
    struct bytes all = bytes_of_string(text == NULL ? "" : text);
    size_t at = 0;
    while (at < all.size) {
        size_t start = at;
        int32_t point = utf8_next(all, &at);
        if (point < 0) {
            at = start + 1;
            put_text(sink, REPLACEMENT);
            continue;
        }
        const char *escape = escape_of(point, attribute);
        if (escape != NULL)
            put_text(sink, escape);
        else if (is_char(point))
            put(sink, text + start, at - start);
        else
            put_text(sink, REPLACEMENT);
    }
}

/* 100 ns, of which Windows shows nine digits. */
static void put_time(struct sink *sink, int64_t time_ns)
{
    char text[TIMESTAMP_TEXT_MAX];
    timestamp_format(time_ns, 9, text);
    put_format(sink, "<TimeCreated SystemTime=\"%s\"/>", text);
}

static void put_system(struct sink *sink, const struct event *event, const char *computer)
{
    const bool of_log = event->event_id >= OF_LOG_FIRST && event->event_id <= OF_LOG_LAST;
    put_text(sink, of_log ? "<System>" LOG_PROVIDER : "<System>" PROVIDER);
    put_format(sink,
               "<EventID>%u</EventID><Version>%u</Version><Level>0</Level><Task>%u</Task><Opcode>0</Opcode>",
               event->event_id, event->version, event->task);
    put_format(sink, "<Keywords>%s</Keywords>", event->success ? "0x8020000000000000" : "0x8010000000000000");
    put_time(sink, event->time_ns);
    put_format(sink, "<EventRecordID>%" PRIu64 "</EventRecordID><Correlation/>", event->record_id);
    put_format(sink, "<Execution ProcessID=\"%" PRIu32 "\" ThreadID=\"%" PRIu32 "\"/>", event->process_id,
               event->thread_id);
    put_text(sink, "<Channel>Security</Channel><Computer>");
    put_escaped(sink, computer, false);
    put_text(sink, "</Computer><Security/></System>");
}

static void put_data(struct sink *sink, const struct event *event)
{
    put_text(sink, "<EventData>");
    for (size_t i = 0; i < event->field_count; i++) {
        put_text(sink, "<Data Name=\"");
        put_escaped(sink, event->fields[i].name, true);
        put_text(sink, "\">");
        put_escaped(sink, event->fields[i].value, false);
        put_text(sink, "</Data>");
    }
    put_text(sink, "</EventData>");
}

/* Its fields are elements. */
static void put_cleared(struct sink *sink, const struct event *event)
{
    put_text(
        sink,
        "<UserData><LogFileCleared xmlns=\"http://manifests.microsoft.com/win/2004/08/windows/eventlog\">");
    for (size_t i = 0; i < event->field_count; i++) {
        put_format(sink, "<%s>", event->fields[i].name);
        put_escaped(sink, event->fields[i].value, false);
        put_format(sink, "</%s>", event->fields[i].name);
    }
    put_text(sink, "</LogFileCleared></UserData>");
}

static void put_event(struct sink *sink, const struct event *event, const char *computer)
{
    put_text(sink, "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\">");
    put_system(sink, event, computer);
    if (event->event_id == LOG_CLEARED)
        put_cleared(sink, event);
    else
        put_data(sink, event);
    put_text(sink, "</Event>");
}

static void put_document(struct sink *sink, const struct event *events, size_t count, const char *computer)
{
    put_text(sink, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Events>\n");
    for (size_t i = 0; i < count; i++) {
        put_event(sink, &events[i], computer);
        put_text(sink, "\n");
    }
    put_text(sink, "</Events>\n");
}

typedef void write_events(struct sink *sink, const struct event *events, size_t count, const char *computer);

static void put_one(struct sink *sink, const struct event *events, size_t count, const char *computer)
{
    for (size_t i = 0; i < count; i++)
        put_event(sink, &events[i], computer);
}

static enum err make(write_events *write, const struct event *events, size_t count, const char *computer,
                     struct arena *arena, struct bytes *ret)
{
    struct sink sink = {0};
    write(&sink, events, count, computer);
    char *room = arena_alloc(arena, sink.size + 1);
    if (room == NULL)
        return ERR_NO_MEMORY;
    sink = (struct sink){.room = room};
    write(&sink, events, count, computer);
    *ret = bytes_of(room, sink.size);
    return ERR_NONE;
}

enum err event_xml(const struct event *event, const char *computer, struct arena *arena, struct bytes *ret)
{
    return make(put_one, event, 1, computer, arena, ret);
}

enum err event_xml_document(const struct event *events, size_t count, const char *computer,
                            struct arena *arena, struct bytes *ret)
{
    return make(put_document, events, count, computer, arena, ret);
}
