#include "base/log.h"

#include "base/utf16.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_SIZE = 8192, LINE_TAIL = 32 };

static enum log_level threshold = LOG_LEVEL_INFO;
static log_listener *heard_by;
static const char *const level_names[] = {"error", "warning", "info", "debug"};

/* A line that does not fit is cut inside a value, and still closes as valid JSON: room for the tail is kept. */
struct line {
    char text[LINE_SIZE];
    size_t size;
};

static bool put(struct line *line, const char *text, size_t size)
{
    if (size > LINE_SIZE - LINE_TAIL - line->size)
        return false;
    memcpy(line->text + line->size, text, size);
    line->size += size;
    return true;
}

static bool put_code(struct line *line, int32_t code, const char *raw, size_t size)
{
    char escaped[8];
    if (code < 0)
        return put(line, "\\ufffd", 6);
    if (code == '"' || code == '\\') {
        escaped[0] = '\\';
        escaped[1] = (char)code;
        return put(line, escaped, 2);
    }
    if (code < 0x20 || code == 0x7F) {
        (void)snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)code);
        return put(line, escaped, 6);
    }
    return put(line, raw, size);
}

static void put_string(struct line *line, const char *text)
{
    if (text == NULL) {
        (void)put(line, "null", 4);
        return;
    }
    struct bytes bytes = bytes_of_string(text);
    size_t at = 0;
    bool fits = put(line, "\"", 1);
    while (fits && at < bytes.size) {
        size_t start = at;
        int32_t code = utf8_next(bytes, &at);
        if (code < 0)
            at = start + 1;
        fits = put_code(line, code, text + start, at - start);
    }
    /* the closing quote uses the room that put() keeps for the tail */
    if (line->size < LINE_SIZE - 8)
        line->text[line->size++] = '"';
}

static void put_field(struct line *line, const struct log_field *field)
{
    if (line->size + strlen(field->name) + 40 > LINE_SIZE - LINE_TAIL)
        return;
    (void)put(line, ",", 1);
    put_string(line, field->name);
    (void)put(line, ":", 1);
    if (field->kind == LOG_KIND_STRING) {
        put_string(line, field->string);
        return;
    }
    char number[24];
    int size = snprintf(number, sizeof number, "%" PRId64, field->number);
    (void)put(line, number, (size_t)size);
}

static void put_head(struct line *line, enum log_level level, const char *event)
{
    struct timespec now;
    struct tm utc;
    char stamp[32];
    char head[64];
    (void)clock_gettime(CLOCK_REALTIME, &now);
    (void)gmtime_r(&now.tv_sec, &utc);
    (void)strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
    int size = snprintf(head, sizeof head, "{\"time\":\"%s.%03ldZ\",\"level\":\"%s\",\"event\":", stamp,
                        now.tv_nsec / 1000000, level_names[level]);
    (void)put(line, head, (size_t)size);
    put_string(line, event);
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
    if (level > threshold)
        return;
    struct line line = {.size = 0};
    put_head(&line, level, event);
    for (size_t i = 0; i < count; i++)
        put_field(&line, &fields[i]);
    line.text[line.size++] = '}';
    if (heard_by != NULL)
        heard_by(level, line.text, line.size);
    line.text[line.size++] = '\n';
    size_t at = 0;
    while (at < line.size) {
        ssize_t written = write(STDERR_FILENO, line.text + at, (unsigned)(line.size - at));
        if (written <= 0)
            return; /* nobody is left to tell */
        at += (size_t)written;
    }
}

void log_set_level(enum log_level level)
{
    threshold = level;
}

void log_set_listener(log_listener *listener)
{
    heard_by = listener;
}

int log_level_parse(const char *name, enum log_level *ret)
{
    for (size_t i = 0; i < sizeof level_names / sizeof level_names[0]; i++) {
        if (strcmp(name, level_names[i]) == 0) {
            *ret = (enum log_level)i;
            return 0;
        }
    }
    return -1;
}
