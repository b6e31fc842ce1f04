/* json_place: RFC 6901 pointers, also to where a parser gave up. */
#ifndef NTOKEND_API_JSON_PLACE_H
#define NTOKEND_API_JSON_PLACE_H

#include "base/arena.h"

/* `pointer` and one more token, escaped (~0, ~1), in the arena. NULL when memory is exhausted. */
const char *json_place_append(struct arena *arena, const char *pointer, struct bytes token) MUST_USE;

/* The pointer to the value that holds byte `position` of a JSON text that need not be well-formed. It stops at a depth
 * of JSON_PLACE_DEPTH_MAX and at text that is no valid UTF-8: then it names what is around it. */
enum { JSON_PLACE_DEPTH_MAX = 32 };
const char *json_place_at(struct arena *arena, struct bytes text, size_t position) MUST_USE;

/* May the text stand in an answer: valid UTF-8 without control characters? */
bool json_place_text_is_sane(struct bytes text);
/* Takes off the half of a UTF-8 character that cutting a text may have left at its end. */
void json_place_cut(char *text);

#endif
