/* double_parts: what the files of the double share. */
#ifndef NTOKEND_TESTS_WINDOWS_DOUBLE_PARTS_H
#define NTOKEND_TESTS_WINDOWS_DOUBLE_PARTS_H

#include "windows/double.h"

/* What the script says, and its code. */
BOOL double_finish(void);
/* FALSE, and that code. */
BOOL double_fail(DWORD code);
uintptr_t double_number(const void *handle);

void double_checks(struct system *ret);
void double_tokens(struct system *ret);
void double_channel(struct system *ret);
void double_sddl(struct system *ret);

#endif
