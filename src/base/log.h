/* log: JSON lines on standard error; lines of several threads never mix, and nobody waits for whoever reads them (log_outlet.h).
 * Never give it a token, a ticket or a key, nor what a stranger wrote unless it was found to be plain. Only http/, main.c and the platform twins log. */
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

/* {"time": RFC 3339 UTC with microseconds, "level": …, "event": …, fields…}. `event` is a stable name such as "keytab-loaded". */
#define LOG(level_, event_, ...)                                                                             \
    log_write((level_), (event_), (const struct log_field[]){__VA_ARGS__},                                   \
              sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field))

/* The same where strangers can cause it at will: of each such place at most LOG_PER_SECOND lines a second, and `suppressed` of the next
 * says how many were not written. */
#define LOG_LIMITED(level_, event_, ...)                                                                     \
    do {                                                                                                     \
        static struct log_limit limit_;                                                                      \
        log_write_limited(&limit_, (level_), (event_), (const struct log_field[]){__VA_ARGS__},              \
                          sizeof((const struct log_field[]){__VA_ARGS__}) / sizeof(struct log_field));       \
    } while (0)

enum { LOG_PER_SECOND = 10 };

/* Zero is the start; its members are the log's own. */
struct log_limit {
    int64_t second;
    unsigned count;
    uint64_t suppressed;
};

void log_write_limited(struct log_limit *limit, enum log_level level, const char *event,
                       const struct log_field *fields, size_t count);
void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count);
/* While it is on, lines of this thread wait for log_flush, for a warning, or until a few thousand bytes are full: a thread that answers
 * many requests in a round tells of them in one write. Whoever switches it on flushes before it waits for anything. */
void log_gather(bool on);
void log_flush(void);
/* Hands on what standard error has not taken yet, and waits at most so long for it: now and then, and at the end. */
void log_drain(unsigned timeout_ms);
/* Lines that standard error did not take and that did not fit among what is kept for it, since the start. */
uint64_t log_lost(void);
/* Lines above this level are not written. Set once, before threads start. Default LOG_LEVEL_INFO. */
void log_set_level(enum log_level level);
/* Hears each line that is written too, without its newline. Set once, before threads start; it is called from any thread. */
typedef void log_listener(enum log_level level, const char *line, size_t size);
void log_set_listener(log_listener *listener);
/* 0 and the level for "error", "warning", "info", "debug"; -1 for anything else. */
int log_level_parse(const char *name, enum log_level *ret);

#endif
