#include "base/log.h"

#include "base/decimal.h"
#include "base/log_outlet.h"
#include "base/plain.h"
#include "base/utf16.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { LINE_SIZE = 8192, LINE_TAIL = 32 };
/* PIPE_BUF of Linux: so much reaches a pipe in one piece, and lines of several threads do not mix. */
enum { GATHER_SIZE = 4096 };

static enum log_level threshold = LOG_LEVEL_INFO;
static log_listener *heard_by;
#define HEAD_TIME  "{\"time\":\""
#define HEAD_LEVEL "Z\",\"level\":\""
#define HEAD_EVENT "\",\"event\":"
static const char *const level_names[] = {"error", "warning", "info", "debug"};

/* A line that does not fit is cut inside a value, and still closes as valid JSON: room for the tail is kept. */
struct line {
    char text[LINE_SIZE];
    size_t size;
};

/* What fits of the text; false when that is not all. */
static bool put_part(struct line *line, const char *text, size_t size)
{
    size_t room = LINE_SIZE - LINE_TAIL - line->size;
    size_t part = size < room ? size : room;
    memcpy(line->text + line->size, text, part);
    line->size += part;
    return part == size;
}

static bool put(struct line *line, const char *text, size_t size)
{
    return size <= LINE_SIZE - LINE_TAIL - line->size && put_part(line, text, size);
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
        at = plain_end(bytes, at);
        if (at > start) {
            fits = put_part(line, text + start, at - start);
            continue;
        }
        int32_t code = utf8_next(bytes, &at);
        if (code < 0)
            at = start + 1;
        fits = put_code(line, code, text + start, at - start);
    }
    /* the closing quote uses the room that put() keeps for the tail */
    if (line->size < LINE_SIZE - 8)
        line->text[line->size++] = '"';
}

static void put_number(struct line *line, int64_t number)
{
    char digits[1 + DECIMAL_MAX] = "-";
    const bool negative = number < 0;
    const size_t size = decimal_format(negative ? 0 - (uint64_t)number : (uint64_t)number, digits + 1);
    (void)put(line, negative ? digits : digits + 1, negative ? size + 1 : size);
}

static void put_field(struct line *line, const struct log_field *field)
{
    if (line->size + strlen(field->name) + 40 > LINE_SIZE - LINE_TAIL)
        return;
    (void)put(line, ",\"", 2);
    (void)put(line, field->name, strlen(field->name));
    (void)put(line, "\":", 2);
    if (field->kind == LOG_KIND_STRING) {
        put_string(line, field->string);
        return;
    }
    put_number(line, field->number);
}

/* "2026-11-30T08:00:00" is the same for a second. */
static void put_stamp(struct line *line, time_t second)
{
    static _Thread_local time_t last = -1;
    static _Thread_local char stamp[32];
    static _Thread_local size_t size;
    if (second != last) {
        struct tm utc;
        (void)gmtime_r(&second, &utc);
        size = strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &utc);
        last = second;
    }
    (void)put(line, stamp, size);
}

static void put_head(struct line *line, enum log_level level, const char *event)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    char tail[7] = {'.'};
    long rest = now.tv_nsec / 1000;
    for (size_t i = sizeof tail; --i != 0; rest /= 10)
        tail[i] = (char)('0' + rest % 10);
    (void)put(line, HEAD_TIME, sizeof HEAD_TIME - 1);
    put_stamp(line, now.tv_sec);
    (void)put(line, tail, sizeof tail);
    (void)put(line, HEAD_LEVEL, sizeof HEAD_LEVEL - 1);
    (void)put(line, level_names[level], strlen(level_names[level]));
    (void)put(line, HEAD_EVENT, sizeof HEAD_EVENT - 1);
    put_string(line, event);
}

static void make(struct line *line, enum log_level level, const char *event, const struct log_field *fields,
                 size_t count, uint64_t suppressed);

/* What gets through after lines that did not is told so. */
static void write_all(const char *text, size_t size)
{
    static atomic_uint_least64_t told;
    if (!log_outlet_give(text, size))
        return;
    const uint64_t lost = log_outlet_lost();
    const uint64_t before = atomic_exchange_explicit(&told, lost, memory_order_relaxed);
    if (lost <= before)
        return;
    struct line line;
    const struct log_field fields[] = {
        LOG_NUMBER("lines", lost - before),
        LOG_STRING("remedy", "see what reads standard error, or the disk that it is written to")};
    make(&line, LOG_LEVEL_ERROR, "log-lines-lost", fields, sizeof fields / sizeof fields[0], 0);
    if (!log_outlet_give(line.text, line.size))
        atomic_store_explicit(&told, before, memory_order_relaxed);
}

/* Lines of this thread that wait for log_flush. */
static _Thread_local struct {
    bool gathers;
    size_t size;
    char text[GATHER_SIZE];
} waiting;

void log_flush(void)
{
    if (waiting.size != 0)
        write_all(waiting.text, waiting.size);
    waiting.size = 0;
}

void log_gather(bool on)
{
    log_flush();
    waiting.gathers = on;
}

/* Whatever went wrong is told at once, after the lines that came before it. */
static void leave(enum log_level level, const char *text, size_t size)
{
    if (size > GATHER_SIZE - waiting.size)
        log_flush();
    if (waiting.gathers && size <= GATHER_SIZE) {
        memcpy(waiting.text + waiting.size, text, size);
        waiting.size += size;
    } else {
        write_all(text, size);
    }
    if (level <= LOG_LEVEL_WARNING)
        log_flush();
}

static void make(struct line *line, enum log_level level, const char *event, const struct log_field *fields,
                 size_t count, uint64_t suppressed)
{
    line->size = 0;
    put_head(line, level, event);
    for (size_t i = 0; i < count; i++)
        put_field(line, &fields[i]);
    if (suppressed != 0)
        put_field(line, &LOG_NUMBER("suppressed", suppressed));
    line->text[line->size++] = '}';
    if (heard_by != NULL)
        heard_by(level, line->text, line->size);
    line->text[line->size++] = '\n';
}

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
    struct line line;
    if (level > threshold)
        return;
    make(&line, level, event, fields, count, 0);
    leave(level, line.text, line.size);
}

/* False: not this one. */
static bool is_within(struct log_limit *limit, uint64_t *ret_suppressed)
{
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    (void)pthread_mutex_lock(&lock);
    if (limit->second != now.tv_sec)
        limit->count = 0;
    limit->second = now.tv_sec;
    const bool within = limit->count < LOG_PER_SECOND;
    limit->count += within ? 1 : 0;
    *ret_suppressed = limit->suppressed;
    limit->suppressed = within ? 0 : limit->suppressed + 1;
    (void)pthread_mutex_unlock(&lock);
    return within;
}

void log_write_limited(struct log_limit *limit, enum log_level level, const char *event,
                       const struct log_field *fields, size_t count)
{
    struct line line;
    uint64_t suppressed = 0;
    if (level > threshold || !is_within(limit, &suppressed))
        return;
    make(&line, level, event, fields, count, suppressed);
    leave(level, line.text, line.size);
}

void log_drain(unsigned timeout_ms)
{
    log_flush();
    log_outlet_drain(timeout_ms);
}

uint64_t log_lost(void)
{
    return log_outlet_lost();
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
