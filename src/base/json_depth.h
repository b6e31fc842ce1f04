/* json_depth: how deep arrays and objects of a text are nested. */
#ifndef NTOKEND_BASE_JSON_DEPTH_H
#define NTOKEND_BASE_JSON_DEPTH_H

#include "base/bytes.h"

#include <stdbool.h>

/* How many arrays and objects a value may be in, for json_parse too. From the start JSON_DEPTH_MAX; before other threads run. */
void json_depth_bound(size_t max);
size_t json_depth_max(void);

/* Whether no value of the text is deeper; else *ret_at is where the first one begins. Where the text is no JSON the answer is worth
 * nothing. */
bool json_depth_is_sound(struct bytes text, size_t *ret_at);

#endif
