#include "platform/windows/event_xml.h"

#include "eventlog/timestamp.h"

#include <stdio.h>

#define KEYWORD_AUDIT_SUCCESS UINT64_C(0x0020000000000000)

enum { NUMBER_TEXT_MAX = 24, ENTITY_MAX = 10, DEPTH_MAX = 32, SECTION_DEPTH = 2 };

/* What stands between two tags, and the tag after it. */
struct tag {
    struct bytes text;
    struct bytes name;
    struct bytes attributes;
    bool closes; /* </name> */
    bool empty;  /* <name/> */
};

struct element {
    struct bytes name;
    struct bytes attributes;
    struct bytes text;
};

static bool is(struct bytes text, const char *name)
{
    return bytes_equal(text, bytes_of_string(name));
}

/* The end of a tag: a '>' outside of quotes; the size of the input when there is none. */
static size_t tag_end(struct bytes xml, size_t at)
{
    uint8_t quote = 0;
    for (; at < xml.size; at++) {
        const uint8_t c = xml.data[at];
        if (quote == 0 && c == '>')
            return at;
        if (quote != 0)
            quote = c == quote ? 0 : quote;
        else if (c == '\'' || c == '"')
            quote = c;
    }
    return at;
}

/* False at the end. ERR_MALFORMED for what Windows does not write: comments, declarations, sections. */
static enum err next_tag(struct bytes xml, size_t *at, struct tag *ret, bool *ret_found)
{
    const size_t start = *at;
    const uint8_t *open = start < xml.size ? memchr(xml.data + start, '<', xml.size - start) : NULL;
    *ret_found = false;
    if (open == NULL)
        return ERR_NONE;
    size_t from = (size_t)(open - xml.data) + 1;
    const size_t end = tag_end(xml, from);
    if (end == xml.size || xml.data[from] == '!' || xml.data[from] == '?')
        return ERR_MALFORMED;
    *ret = (struct tag){.text = bytes_of(xml.data + start, from - 1 - start)};
    ret->closes = xml.data[from] == '/';
    ret->empty = xml.data[end - 1] == '/';
    from += ret->closes ? 1 : 0;
    size_t name = from;
    while (name < end && xml.data[name] != ' ' && xml.data[name] != '/' && xml.data[name] != '\t' &&
           xml.data[name] != '\r' && xml.data[name] != '\n')
        name++;
    ret->name = bytes_of(xml.data + from, name - from);
    ret->attributes = bytes_of(xml.data + name, end - name);
    *at = end + 1;
    *ret_found = true;
    return ret->name.size != 0 ? ERR_NONE : ERR_MALFORMED;
}

/* A character by its entity, "&lt;" to "&#x10FFFF;", as UTF-8. Returns how much of the text it was; 0 for none. */
static size_t read_entity(struct bytes text, char ret[5])
{
    static const struct {
        const char *name;
        char character;
    } named[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        const size_t size = strlen(named[i].name);
        if (text.size >= size && memcmp(text.data, named[i].name, size) == 0) {
            (void)snprintf(ret, 5, "%c", named[i].character);
            return size;
        }
    }
    uint32_t code = 0;
    size_t at = 2;
    const bool hex = text.size > 2 && text.data[2] == 'x';
    if (text.size < 4 || text.data[1] != '#')
        return 0;
    for (at += hex ? 1 : 0; at < text.size && at < ENTITY_MAX && text.data[at] != ';'; at++) {
        const uint8_t c = text.data[at];
        const uint32_t digit = c >= '0' && c <= '9'          ? c - (uint32_t)'0'
                               : hex && c >= 'a' && c <= 'f' ? c - (uint32_t)'a' + 10
                               : hex && c >= 'A' && c <= 'F' ? c - (uint32_t)'A' + 10
                                                             : 99;
        if (digit == 99 || code > 0x10FFFF)
            return 0;
        code = code * (hex ? 16 : 10) + digit;
    }
    if (at >= text.size || text.data[at] != ';' || code == 0 || code > 0x10FFFF ||
        (code >= 0xD800 && code <= 0xDFFF))
        return 0;
    if (code < 0x80)
        (void)snprintf(ret, 5, "%c", (int)code);
    else if (code < 0x800)
        (void)snprintf(ret, 5, "%c%c", (int)(0xC0 | code >> 6), (int)(0x80 | (code & 0x3F)));
    else if (code < 0x10000)
        (void)snprintf(ret, 5, "%c%c%c", (int)(0xE0 | code >> 12), (int)(0x80 | (code >> 6 & 0x3F)),
                       (int)(0x80 | (code & 0x3F)));
    else
        (void)snprintf(ret, 5, "%c%c%c%c", (int)(0xF0 | code >> 18), (int)(0x80 | (code >> 12 & 0x3F)),
                       (int)(0x80 | (code >> 6 & 0x3F)), (int)(0x80 | (code & 0x3F)));
    return at + 1;
}

/* Text as it was before it was XML. */
static enum err decode(struct arena *arena, struct bytes text, const char **ret)
{
    char *out = arena_alloc(arena, text.size + 1);
    size_t size = 0;
    if (out == NULL)
        return ERR_NO_MEMORY;
    for (size_t at = 0; at < text.size;) {
        char character[5];
        if (text.data[at] != '&') {
            out[size++] = (char)text.data[at++];
            continue;
        }
        const size_t used = read_entity(bytes_from(text, at), character);
        if (used == 0)
            return ERR_MALFORMED;
        for (const char *byte = character; *byte != '\0'; byte++)
            out[size++] = *byte;
        at += used;
    }
    out[size] = '\0';
    *ret = out;
    return ERR_NONE;
}

/* NULL when there is no such attribute. */
static enum err attribute(struct arena *arena, struct bytes attributes, const char *name, const char **ret)
{
    size_t at = 0;
    *ret = NULL;
    while (at < attributes.size) {
        while (at < attributes.size && (attributes.data[at] <= ' ' || attributes.data[at] == '/'))
            at++;
        const size_t start = at;
        while (at < attributes.size && attributes.data[at] != '=')
            at++;
        if (at + 1 >= attributes.size)
            return ERR_NONE;
        const struct bytes found = bytes_of(attributes.data + start, at - start);
        const uint8_t quote = attributes.data[at + 1];
        const size_t value = at + 2;
        const uint8_t *end = value < attributes.size && (quote == '\'' || quote == '"')
                                 ? memchr(attributes.data + value, quote, attributes.size - value)
                                 : NULL;
        if (end == NULL)
            return ERR_MALFORMED;
        at = (size_t)(end - attributes.data) + 1;
        if (is(found, name))
            return decode(arena, bytes_of(attributes.data + value, at - 1 - value), ret);
    }
    return ERR_NONE;
}

/* Decimal, or hexadecimal with 0x, and nothing else; at most `max`. */
static enum err number(struct bytes text, uint64_t max, uint64_t *ret)
{
    const bool hex = text.size > 2 && text.data[0] == '0' && text.data[1] == 'x';
    const unsigned base = hex ? 16 : 10;
    uint64_t value = 0;
    if (text.size == 0 || text.size > NUMBER_TEXT_MAX)
        return ERR_MALFORMED;
    for (size_t at = hex ? 2 : 0; at < text.size; at++) {
        const uint8_t c = text.data[at];
        const unsigned digit = c >= '0' && c <= '9'   ? c - (unsigned)'0'
                               : c >= 'a' && c <= 'f' ? c - (unsigned)'a' + 10
                               : c >= 'A' && c <= 'F' ? c - (unsigned)'A' + 10
                                                      : 99;
        if (digit >= base || value > (max - digit) / base)
            return ERR_MALFORMED;
        value = value * base + digit;
    }
    *ret = value;
    return ERR_NONE;
}

static enum err attribute_number(struct arena *arena, struct bytes attributes, const char *name,
                                 uint32_t *ret)
{
    const char *text = NULL;
    uint64_t value = 0;
    enum err err = attribute(arena, attributes, name, &text);
    if (err == ERR_NONE && text != NULL)
        err = number(bytes_of_string(text), UINT32_MAX, &value);
    *ret = (uint32_t)value;
    return err;
}

static enum err read_system(struct arena *arena, const struct element *element, struct event *ret)
{
    uint64_t value = 0;
    enum err err = ERR_NONE;
    if (is(element->name, "EventID")) {
        err = number(element->text, UINT16_MAX, &value);
        ret->event_id = (uint16_t)value;
    } else if (is(element->name, "Version")) {
        err = number(element->text, UINT8_MAX, &value);
        ret->version = (uint8_t)value;
    } else if (is(element->name, "Task")) {
        err = number(element->text, UINT16_MAX, &value);
        ret->task = (uint16_t)value;
    } else if (is(element->name, "Keywords")) {
        err = number(element->text, UINT64_MAX, &value);
        ret->success = (value & KEYWORD_AUDIT_SUCCESS) != 0;
    } else if (is(element->name, "EventRecordID")) {
        err = number(element->text, UINT64_MAX, &ret->record_id);
    } else if (is(element->name, "TimeCreated")) {
        const char *time = NULL;
        err = attribute(arena, element->attributes, "SystemTime", &time);
        if (err == ERR_NONE)
            err = time != NULL ? timestamp_parse(time, &ret->time_ns) : ERR_MALFORMED;
    } else if (is(element->name, "Execution")) {
        err = attribute_number(arena, element->attributes, "ProcessID", &ret->process_id);
        if (err == ERR_NONE)
            err = attribute_number(arena, element->attributes, "ThreadID", &ret->thread_id);
    }
    return err;
}

static enum err read_data(struct arena *arena, const struct element *element, struct event *ret)
{
    const char *name = NULL;
    const char *value = NULL;
    enum err err = attribute(arena, element->attributes, "Name", &name);
    if (err != ERR_NONE || name == NULL || ret->field_count == EVENT_FIELDS_MAX)
        return err;
    err = decode(arena, element->text, &value);
    if (err == ERR_NONE)
        ret->fields[ret->field_count++] = (struct event_field){.name = name, .value = value};
    return err;
}

static const char *field(const struct event *event, const char *name)
{
    for (size_t i = 0; i < event->field_count; i++)
        if (strcmp(event->fields[i].name, name) == 0 && strcmp(event->fields[i].value, "-") != 0)
            return event->fields[i].value;
    return NULL;
}

static enum err settle(struct arena *arena, struct event *event)
{
    const char *name = field(event, "SubjectUserName");
    const char *domain = field(event, "SubjectDomainName");
    uint8_t *uuid = event->uuid.bytes;
    const uint64_t ms = (uint64_t)event->time_ns / 1000000;
    event->subject_sid = field(event, "SubjectUserSid");
    event->object_name = field(event, "ObjectName");
    event->session = field(event, "SubjectLogonId");
    if (name != NULL) {
        event->subject_name = domain != NULL ? arena_printf(arena, "%s\\%s", domain, name) : name;
        if (event->subject_name == NULL)
            return ERR_NO_MEMORY;
    }
    /* RFC 9562 5.7: time, version 7, variant 2; what is random there is the number here */
    for (size_t i = 0; i < 6; i++)
        uuid[i] = (uint8_t)(ms >> (40 - 8 * i));
    for (size_t i = 0; i < 8; i++)
        uuid[8 + i] = (uint8_t)(event->record_id >> (56 - 8 * i));
    uuid[6] = 0x70;
    uuid[7] = 0;
    uuid[8] = (uint8_t)(0x80 | (uuid[8] & 0x3F));
    return ERR_NONE;
}

/* Where in the document the last tag was. */
struct place {
    struct bytes open[DEPTH_MAX]; /* names of the elements that it is inside of */
    size_t depth;
    struct tag last;
};

/* ERR_MALFORMED where a tag cannot stand. */
static enum err enter(struct place *place, const struct tag *tag)
{
    const bool root = place->depth == 0;
    if (root && (place->last.name.size != 0 || !is(tag->name, "Event")))
        return ERR_MALFORMED;
    if (tag->empty)
        return root ? ERR_MALFORMED : ERR_NONE;
    if (place->depth == DEPTH_MAX)
        return ERR_MALFORMED;
    place->open[place->depth++] = tag->name;
    return ERR_NONE;
}

static enum err leave(struct place *place, const struct tag *tag)
{
    if (place->depth == 0 || !bytes_equal(place->open[place->depth - 1], tag->name))
        return ERR_MALFORMED;
    place->depth--;
    return ERR_NONE;
}

/* Who cleared the log (1102): elements in place of Data. */
static enum err read_cleared(struct arena *arena, const struct element *element, struct event *ret)
{
    const char *value = NULL;
    if (ret->field_count == EVENT_FIELDS_MAX)
        return ERR_NONE;
    enum err err = decode(arena, element->text, &value);
    char *name = err == ERR_NONE ? arena_string(arena, element->name) : NULL;
    if (err != ERR_NONE || name == NULL)
        return err != ERR_NONE ? err : ERR_NO_MEMORY;
    ret->fields[ret->field_count++] = (struct event_field){.name = name, .value = value};
    return ERR_NONE;
}

/* Only what stands in Event/System, Event/EventData and Event/UserData/LogFileCleared counts: what else a provider's own XML calls
 * so, does not. */
static enum err read_element(struct arena *arena, const struct place *place, const struct element *element,
                             struct event *ret)
{
    if (place->depth < SECTION_DEPTH)
        return ERR_NONE;
    const struct bytes section = place->open[SECTION_DEPTH - 1];
    if (place->depth == SECTION_DEPTH + 1 && is(section, "UserData") &&
        is(place->open[SECTION_DEPTH], "LogFileCleared"))
        return read_cleared(arena, element, ret);
    if (place->depth != SECTION_DEPTH)
        return ERR_NONE;
    if (is(section, "System"))
        return read_system(arena, element, ret);
    return is(section, "EventData") && is(element->name, "Data") ? read_data(arena, element, ret) : ERR_NONE;
}

static enum err take_tag(struct arena *arena, struct place *place, const struct tag *tag, struct event *ret)
{
    const struct tag last = place->last;
    /* an element without others inside: its two tags follow each other, or it has but one */
    const bool leaf = tag->empty || (tag->closes && !last.closes && !last.empty);
    struct element element = {.name = tag->name, .attributes = tag->attributes};
    enum err err = tag->closes ? leave(place, tag) : enter(place, tag);
    if (!tag->empty) {
        element.attributes = last.attributes;
        element.text = tag->text;
    }
    place->last = *tag;
    return err == ERR_NONE && leaf ? read_element(arena, place, &element, ret) : err;
}

enum err event_xml_parse(struct arena *arena, struct bytes xml, struct event *ret)
{
    struct event event = {0};
    struct place place = {0};
    struct tag tag;
    size_t at = 0;
    bool found = true;
    if (xml.size != 0 && memchr(xml.data, '\0', xml.size) != NULL)
        return ERR_MALFORMED;
    enum err err = next_tag(xml, &at, &tag, &found);
    while (err == ERR_NONE && found) {
        err = take_tag(arena, &place, &tag, &event);
        if (err == ERR_NONE)
            err = next_tag(xml, &at, &tag, &found);
    }
    if (err == ERR_NONE && (place.depth != 0 || event.record_id == 0 || event.time_ns == 0))
        err = ERR_MALFORMED;
    if (err == ERR_NONE)
        err = settle(arena, &event);
    if (err == ERR_NONE)
        *ret = event;
    return err;
}
