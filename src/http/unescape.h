/* unescape: the %XX of a URL (RFC 3986 2.1). */
#ifndef NTOKEND_HTTP_UNESCAPE_H
#define NTOKEND_HTTP_UNESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* Decodes in place; the new length. Ends at the first % that no two hexadecimal digits other than 00 follow: *ret_sound is false
 * then. */
size_t unescape(char *text, bool *ret_sound);

#endif
