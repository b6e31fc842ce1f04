/* ask_authz: AuthzAccessCheck, for who may make no token: Windows' own check in the library authz.dll, over a context of any SIDs and claims.
 * A second program beside the kernel's: what it says is recorded under its name. */
#ifndef NTOKEND_TESTS_WINDOWS_ASK_AUTHZ_H
#define NTOKEND_TESTS_WINDOWS_ASK_AUTHZ_H

#include "windows/real/machine.h"

/* What it answered: a mask and an error for each node, or for the one answer. */
struct authz_answer {
    size_t count;
    DWORD *granted;
    DWORD *errors;
    DWORD code; /* of a call that failed; else ERROR_SUCCESS */
};

/* NULL; or why it cannot be asked, static or in the arena: a context is no token, and has no level, privileges, label or package. */
const char *authz_ask(const struct token *wanted, const struct access_request *request, struct arena *arena,
                      struct authz_answer *ret);

#endif
