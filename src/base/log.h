/* log: JSON lines on standard error, whole lines in each write, so that lines of several threads never mix.
 * Never give it a token, a ticket or a key. Only http/, main.c and the platform twins log. */
#ifndef NTOKEND_BASE_LOG_H
#define NTOKEND_BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

enum log_kind { LOG_KIND_STRING, LOG_KIND_NUMBER };

struct log_field {
    const char *name;
    enum log_kind kind;
    const char *string; /* NULL is written as null; invalid UTF-8 as U+FFFD */
    int64_t number;
};

#define LOG_STRING(name_, value_)                                                                            \
    ((struct log_field){.name = (name_), .kind = LOG_KIND_STRING, .string = (value_)})
#define LOG_NUMBER(name_, value_)                                                                            \
    ((struct log_field){.name = (name_), .kind = LOG_KIND_NUMBER, .number = (int64_t)(value_)})

/* {"time": RFC 3339 UTC, "level": …, "event": …, fields…}. `event` is a stable name such as "keytab-loaded". */
#define LOG(level_, event_, ...)                                                                             \
    log_write((level_), (event_), (const struct log_field[]){__VA_ARGS__},                                   \
              sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count);
/* While it is on, lines of this thread wait for log_flush, for a warning, or until a few thousand bytes are full: a thread that answers
 * many requests in a round tells of them in one write. Whoever switches it on flushes before it waits for anything. */
void log_gather(bool on);
void log_flush(void);
/* Lines above this level are not written. Set once, before threads start. Default LOG_LEVEL_INFO. */
void log_set_level(enum log_level level);
/* Hears each line that is written too, without its newline. Set once, before threads start; it is called from any thread. */
typedef void log_listener(enum log_level level, const char *line, size_t size);
void log_set_listener(log_listener *listener);
/* 0 and the level for "error", "warning", "info", "debug"; -1 for anything else. */
int log_level_parse(const char *name, enum log_level *ret);

#endif
