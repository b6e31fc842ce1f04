/* lines: text files as Windows writes them, line by line, and what stands in a line between commas and quotes. */
#ifndef NTOKEND_PLATFORM_POSIX_LINES_H
#define NTOKEND_PLATFORM_POSIX_LINES_H

#include "base/arena.h"

/* The text of a file in UTF-8: UTF-16LE only with its byte order mark, as Windows writes it; all else has to be UTF-8, with
 * its mark or without. ERR_MALFORMED, and why as a static string; ERR_NO_MEMORY. Borrows the file or the arena. */
enum err lines_decode(struct arena *arena, struct bytes file, struct bytes *ret,
                      const char **ret_why) MUST_USE;

/* The next line, without its end, which goes from *rest together with it; false when nothing is left. */
bool lines_next(struct bytes *rest, struct bytes *ret);

/* Without blanks and tabs at both ends. */
struct bytes lines_trim(struct bytes text);

/* What is before the next `mark` outside double quotes, which goes from *rest together with the mark. */
struct bytes lines_take_until(struct bytes *rest, char mark);

/* Trimmed, and without the double quotes around it. */
struct bytes lines_unquote(struct bytes item);

#endif
