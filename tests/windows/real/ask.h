/* ask: a question put to this machine's Windows and to the engine; each answer is one line of text:
 *
 *   granted 0x1   refused 5   0x1+ 0x0-   error 87        with " used 8,9" for privileges that supplied a right
 *
 * The third is of a result list: for each node the mask and whether it is allowed. A string is in the arena or static. */
#ifndef NTOKEND_TESTS_WINDOWS_ASK_H
#define NTOKEND_TESTS_WINDOWS_ASK_H

#include "support/decide_row.h"
#include "windows/real/machine.h"

struct asked {
    const char *function; /* that answered, or would have */
    const char *by;       /* which function made the token; NULL when none was needed */
    const char *windows;  /* NULL: not asked … */
    const char *why_not;  /* … for this reason */
    const char *engine;
    const char *sddl; /* the text that was to be read; NULL: it was another question */
};

/* An access check, with the token made for it. */
void ask_access(const struct machine *machine, struct decide_case *question, struct arena *arena,
                struct asked *ret);
/* PrivilegeCheck: "yes used 8", "no used". */
void ask_privileges(const struct machine *machine, const struct token *token, privilege_set asked, bool all,
                    struct arena *arena, struct asked *ret);
/* AdjustTokenPrivileges: "done present 8,17 enabled 8 previous 17-", "error 1300 …". */
void ask_adjustment(const struct machine *machine, const struct token *token,
                    const struct privilege_change *change, struct arena *arena, struct asked *ret);

/* "8,17" */
const char *ask_luids(struct arena *arena, privilege_set privileges);
/* "error CODE" */
const char *ask_error(struct arena *arena, DWORD code);

#endif
