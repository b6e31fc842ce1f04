/* known: where Wine answers otherwise than Windows. `wine_differs` lists it, a line each: program, row, reason. On Wine what is listed
 * must differ, so that the list cannot go stale; on Windows nothing may. */
#ifndef NTOKEND_TESTS_WINDOWS_KNOWN_H
#define NTOKEND_TESTS_WINDOWS_KNOWN_H

#include <stdbool.h>
#include <stddef.h>

/* `program` is how the list calls this one. False, with words on stderr, when the list cannot be read. */
bool known_load(const char *path, const char *program);
/* Whether it lists such a row; of a function: that every row which it answers differs. */
bool known_is_listed(const char *row);
/* What is wrong with a row: `why` says how Windows' answer differs from the one expected, "" that it does not. NULL: nothing. */
const char *known_problem(const char *row, const char *why);
/* The same as a test: ends it when there is something wrong. */
void known_judge(const char *row, const char *why);
/* The next of the list, from *at on, which was not asked about; NULL at the end. */
const char *known_unasked(size_t *at);

#endif
