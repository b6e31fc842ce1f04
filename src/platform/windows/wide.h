/* wide: between UTF-8, which we write, and the wide strings of Windows. Results are NUL-terminated and live in the arena. */
#ifndef NTOKEND_PLATFORM_WINDOWS_WIDE_H
#define NTOKEND_PLATFORM_WINDOWS_WIDE_H

#include "base/arena.h"

#include <wchar.h>

/* ERR_MALFORMED, also for text with a NUL inside, which Windows would take for its end; ERR_NO_MEMORY. */
enum err wide_of_bytes(struct arena *arena, struct bytes text, wchar_t **ret) MUST_USE;
/* The same of a string. */
enum err wide_of(struct arena *arena, const char *text, wchar_t **ret) MUST_USE;
/* `length` without a NUL. Unpaired surrogates, which names in Windows may hold, become U+FFFD. ERR_NO_MEMORY. */
enum err wide_to_text(struct arena *arena, const wchar_t *wide, size_t length, const char **ret) MUST_USE;

#endif
