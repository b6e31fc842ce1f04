/* fold: the upper case that Windows compares names in, of UTF-8 text. */
#ifndef NTOKEND_EVENTLOG_FOLD_H
#define NTOKEND_EVENTLOG_FOLD_H

#include "base/bytes.h"

/* The most that `size` bytes of text can become: two bytes can fold to three. */
static inline size_t fold_room(size_t size)
{
    return size + size / 2 + 1;
}

/* Writes at most fold_room(size) bytes and gives how many. What is not UTF-8 stays as it is. */
size_t fold_text(struct bytes text, uint8_t *ret);

#endif
