/* text: text that grows in an arena. Like a reader it fails once and for good: whoever wrote looks at `failed` once, at the end. */
#ifndef NTOKEND_BASE_TEXT_H
#define NTOKEND_BASE_TEXT_H

#include "base/arena.h"

struct text {
    struct arena *arena; /* what was written lives there */
    char *data;
    size_t size;
    size_t room;
    bool failed; /* memory is exhausted */
};

/* Room for so many octets more, at data + size, for a writer that counts what it wrote into size itself. False, and failed, without
 * memory or when it had failed. */
bool text_reserve(struct text *text, size_t size) MUST_USE;

static inline void text_put(struct text *text, const void *data, size_t size)
{
    if (size == 0 || ((text->failed || size > text->room - text->size) && !text_reserve(text, size)))
        return;
    memcpy(text->data + text->size, data, size);
    text->size += size;
}
#define TEXT_PUT(text_, literal_) text_put((text_), (literal_), sizeof(literal_) - 1)

#endif
