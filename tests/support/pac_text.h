/* pac_text: what was decoded, as lines of text that a test can compare. */
#ifndef NTOKEND_TESTS_PAC_TEXT_H
#define NTOKEND_TESTS_PAC_TEXT_H

#include "platform/posix/pac.h"

/* One fact a line, "name value", in the order of struct pac_identity; SIDs with ":" and their attributes in hex. NULL facts
 * and empty lists are left out. In the arena; ends the program when memory runs out. */
const char *pac_to_text(struct arena *arena, const struct pac_identity *identity);

#endif
