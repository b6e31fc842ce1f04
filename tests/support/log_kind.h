/* log_kind: the kinds of event log that the same tests run over, each with a fresh log for a test. */
#ifndef NTOKEND_TESTS_LOG_KIND_H
#define NTOKEND_TESTS_LOG_KIND_H

#include "support/postgres_server.h"

struct log_kind {
    const char *name;
    void (*make)(struct folder *folder, char url[POSTGRES_URL_SIZE]);
};

enum { LOG_KINDS = 2 };
/* "sqlite", in the folder, and "postgres": a schema in a server that runs from log_kind_init() to log_kind_done(). */
extern const struct log_kind log_kinds[LOG_KINDS];
void log_kind_init(void);
void log_kind_done(void);

#endif
