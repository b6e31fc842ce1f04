/* bare_insert: what SQLite does alone: the same columns and the same durability, without hashes, zones, queue or threads. */
#ifndef NTOKEND_TESTS_BARE_INSERT_H
#define NTOKEND_TESTS_BARE_INSERT_H

#include <stdbool.h>
#include <stddef.h>

/* Creates the database; a transaction, which is one fsync, for each `batch` events. */
bool bare_insert(const char *path, size_t count, size_t batch);

#endif
