/* json_text: JSON written as text, for answers that are the same few members each time; a twentieth of what a tree and its printing take.
 * Like a reader it fails once and for good: whoever wrote looks at `failed` once, at the end. */
#ifndef NTOKEND_BASE_JSON_TEXT_H
#define NTOKEND_BASE_JSON_TEXT_H

#include "base/arena.h"

struct json_text {
    struct arena *arena; /* what was written lives there */
    char *data;
    size_t size;
    size_t room;
    bool failed; /* memory is exhausted */
};

/* What is JSON already, or a piece of it. */
void json_text_put(struct json_text *text, const char *data, size_t size);
#define JSON_TEXT_PUT(text_, literal_) json_text_put((text_), (literal_), sizeof(literal_) - 1)
/* In quotes, escaped; UTF-8, whose soundness is the caller's to know. */
void json_text_string(struct json_text *text, struct bytes utf8);
void json_text_number(struct json_text *text, uint64_t number);
void json_text_boolean(struct json_text *text, bool value);
/* "0x0012019f", in quotes. */
void json_text_hex32(struct json_text *text, uint32_t value);

#endif
