/* json_text: JSON written as text, for answers that are the same few members each time; a twentieth of what a tree and its printing take.
 * What is JSON already, or a piece of it, goes in by text_put. */
#ifndef NTOKEND_BASE_JSON_TEXT_H
#define NTOKEND_BASE_JSON_TEXT_H

#include "base/text.h"

/* In quotes, escaped; UTF-8, whose soundness is the caller's to know. */
void json_text_string(struct text *text, struct bytes utf8);
void json_text_number(struct text *text, uint64_t number);
void json_text_boolean(struct text *text, bool value);
/* "0x0012019f", in quotes. */
void json_text_hex32(struct text *text, uint32_t value);

#endif
