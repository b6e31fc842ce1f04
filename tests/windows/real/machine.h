/* machine: the Windows that a test runs on, its real functions, and tokens made by them. */
#ifndef NTOKEND_TESTS_WINDOWS_MACHINE_H
#define NTOKEND_TESTS_WINDOWS_MACHINE_H

#include "platform/windows/token_storage.h"

struct machine {
    struct platform platform; /* its system and its domains alone */
    struct system system;
    HANDLE process; /* the primary token of this process, with what a maker needs */
    struct token self;
    uint64_t logon_id;
    bool wine;
    bool may_create; /* SeCreateTokenPrivilege is held, and enabled */
    bool may_act;    /* SeTcbPrivilege likewise */
    bool asks_authz; /* where no token can be made: for the recorder */
    struct arena arena;
};

/* Ends the program with words when this process's own token cannot be read. */
void machine_open(struct machine *machine);
void machine_close(struct machine *machine);

/* Whether this is Wine, which says so itself. */
bool machine_is_wine(void);
/* A function that not every Windows has; NULL. */
FARPROC machine_function(const char *library, const char *name);
/* Whether this Windows has a function of advapi32: Wine lacks some of the table, and ends who calls them. */
bool machine_has(const char *name);

/* A snapshot, with its index. */
enum err machine_snapshot(const struct machine *machine, HANDLE token, struct arena *arena,
                          struct token *ret) MUST_USE;

/* A token of this machine that stands for the one wanted, as far as a check of `raw` can tell. */
struct made_token {
    HANDLE handle;
    const char *by;      /* the function that made it */
    const char *why_not; /* NULL: made */
    /* Of a token that is made from the process's own: its user stands for the one wanted. NULL when none has to. */
    const struct sid *instead_of;
    struct token view; /* of what was made */
};

/* By NtCreateTokenEx where the process may, else from the process's own token by CreateRestrictedToken. Asked back by
 * GetTokenInformation in either case: what differs is not made. Strings are in the arena or static. */
void machine_make(const struct machine *machine, const struct token *wanted, struct bytes raw,
                  struct arena *arena, struct made_token *ret);
void machine_unmake(struct made_token *made);

/* The bytes with the SID `from` replaced by `to`, which is as long. NULL when memory is exhausted. */
struct bytes machine_replace(struct arena *arena, struct bytes raw, const struct sid *from,
                             const struct sid *to);

/* Parts of machine_make. The base: a primary token with the user, groups, claims of the one wanted. NULL, and why. */
HANDLE maker_create(const struct machine *machine, const struct token *wanted, struct arena *arena,
                    const char **ret_why_not);
/* Restricts and denies by, sets privileges, level and type. Takes the base over. */
HANDLE maker_finish(const struct machine *machine, const struct token *wanted, HANDLE base,
                    struct arena *arena, const char **ret_why_not);
/* "NAME: error CODE" in the arena, of a call that failed just now. */
const char *maker_failed(struct arena *arena, const char *name);

#endif
