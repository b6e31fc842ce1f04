/* bare_postgres: what libpq does alone: a prepared insert in a loop, the same columns and the same durability, one connection. */
#ifndef NTOKEND_TESTS_BARE_POSTGRES_H
#define NTOKEND_TESTS_BARE_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>

/* A new table; a transaction, which is one commit, for each `batch` events. */
bool bare_postgres(const char *url, size_t count, size_t batch);

#endif
