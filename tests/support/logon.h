/* logon: logs a user of DOMAIN on as token_build does, from a few words, for tests. */
#ifndef NTOKEND_TESTS_LOGON_H
#define NTOKEND_TESTS_LOGON_H

#include "platform/posix/token_build.h"
#include "support/sids.h"

#define LOGON_DOMAIN  "S-1-5-21-1-2-3"
#define LOGON_MACHINE "S-1-5-21-7-8-9"

/* The policy of a template's text, NULL for the defaults; the caller releases it. Ends the program when the template is refused. */
struct policy *logon_policy(struct arena *arena, const char *text);
/* On a machine of LOGON_DOMAIN, as logon 1-2. `arena` keeps what it points at. */
struct token_origin logon_origin(struct arena *arena, const struct policy *policy);

/* NULL leaves a thing out. Lists as sids_of reads them. */
struct logon {
    const char *user; /* NULL: LOGON_DOMAIN-1104 */
    const char *groups;
    const char *extra;
    const char *resource;
    const char *template;
    uint32_t user_flags;
    bool foreign;       /* the machine's domain is not known */
    const char *device; /* device groups */
    const char *device_extra;
    const struct claim_set *user_claims;
    const struct claim_set *device_claims;
};

enum err logon_build(struct arena *arena, const struct logon *logon, struct token *ret,
                     struct token_refused *ret_refused) MUST_USE;

#endif
