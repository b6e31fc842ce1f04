/* postgres_array: a one-dimensional array in PostgreSQL's binary format: many rows in one value of a statement. */
#ifndef NTOKEND_EVENTLOG_POSTGRES_ARRAY_H
#define NTOKEND_EVENTLOG_POSTGRES_ARRAY_H

#include "base/bytes.h"

/* Starts as zeros; its memory is used again. Once memory was exhausted `failed` stays until the next start. */
struct postgres_array {
    uint8_t *data;
    size_t size;
    size_t room;
    uint32_t count;
    bool failed;
};

/* `element`: the type of the elements, of enum postgres_type. */
void postgres_array_start(struct postgres_array *array, uint32_t element);
void postgres_array_add(struct postgres_array *array, struct bytes value);
void postgres_array_add_null(struct postgres_array *array);
void postgres_array_add_number(struct postgres_array *array, int64_t number);
void postgres_array_add_bool(struct postgres_array *array, bool value);
/* NULL is null. What is not UTF-8, which the server would refuse, becomes U+FFFD byte by byte. */
void postgres_array_add_text(struct postgres_array *array, struct bytes text);
/* Whole; borrows the array. */
struct bytes postgres_array_end(struct postgres_array *array);
void postgres_array_free(struct postgres_array *array);

#endif
