/* token_build: makes the tokens that LSA of a Windows member server would make. [MS-KILE] 3.4.5.3, [MS-DTYP] 2.5.2 and 2.7.1;
 * reference 6. No GSSAPI in here: it starts from what is already proven. */
#ifndef NTOKEND_PLATFORM_POSIX_TOKEN_BUILD_H
#define NTOKEND_PLATFORM_POSIX_TOKEN_BUILD_H

#include "engine/token.h"
#include "platform/posix/nss.h"
#include "platform/posix/pac.h"
#include "platform/posix/policy.h"

/* What the machine and the logon add; borrowed. */
struct token_origin {
    const struct policy *policy;
    const struct sid *domain;  /* the domain that the machine belongs to; NULL when not known */
    const struct sid *machine; /* the local account domain; NULL for none */
    uint64_t logon_id;
    enum impersonation_level level;
};

enum { TOKEN_REFUSED_SHOWN = 4 };

/* SIDs in the PAC that no domain may assert; left out of the token, for the log. */
struct token_refused {
    size_t count;
    struct sid_buffer shown[TOKEN_REFUSED_SHOWN]; /* the first of them */
};

/* All build into the arena, which must outlive the token, and leave the index to token_pack. Of a domain user's identity the token
 * keeps the claims, which therefore must live as long. ERR_LOGON_FAILURE (the user is no domain's to assert; root),
 * ERR_LOGON_TYPE_NOT_GRANTED (no SeNetworkLogonRight, or SeDenyNetworkLogonRight), ERR_TOO_LARGE, ERR_NO_MEMORY.
 * ret_refused is set on an error too. */
enum err token_build_domain(struct arena *arena, const struct token_origin *origin,
                            const struct pac_identity *identity, struct token *ret,
                            struct token_refused *ret_refused) MUST_USE;
/* A network logon of a user of this system. */
enum err token_build_local(struct arena *arena, const struct token_origin *origin,
                           const struct nss_account *account, struct token *ret) MUST_USE;
/* The primary token of this service, which runs as `account`. No logon right is asked for: it runs already. Its integrity is High
 * as long as policy gives services SeImpersonatePrivilege, as Windows' service accounts have it (reference 6.3). */
enum err token_build_service(struct arena *arena, const struct token_origin *origin,
                             const struct nss_account *account, struct token *ret) MUST_USE;

#endif
