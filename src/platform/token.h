/* token: the caller's access token and the service's own. */
#ifndef NTOKEND_PLATFORM_TOKEN_H
#define NTOKEND_PLATFORM_TOKEN_H

#include "engine/token.h"
#include "platform/negotiate.h"

/* An open token. Immutable but for platform_privilege_adjust, which the owner of a duplicate may call. */
struct platform_token;

/* GetTokenInformation beyond what the access check needs. Strings live as long as the token; NULL where unknown. */
struct token_details {
    const char *account_name;   /* sAMAccountName: "alice" */
    const char *domain_name;    /* "CORP" */
    const char *upn;            /* "alice@corp.example" */
    const char *principal;      /* as authenticated: "alice@CORP.EXAMPLE" */
    const char *authentication; /* "Kerberos" */
    uint64_t logon_id;          /* AuthenticationId, a LUID unique in this process */
    int64_t expires_at;         /* end of the ticket, seconds since the epoch; 0 for never */
    uint32_t logon_type;        /* 3 network, 5 service */
};

/* OpenThreadToken while impersonating the caller of a finished handshake, then revert: the client's impersonation token.
 * Errors: ERR_LOGON_FAILURE (no PAC, or one that is not complete, authenticated and sound), ERR_LOGON_TYPE_NOT_GRANTED
 * (network logon right missing or denied), ERR_NO_MEMORY. The reason is logged, never told to the caller. */
enum err platform_token_open_client(struct platform *platform, struct security_context *context,
                                    struct platform_token **ret) MUST_USE;
/* Why that failed, as a stable code beside those of negotiate_reply: "no-pac", "bad-pac", "logon-type", "logon-denied",
 * "no-memory"; static. `err` is what it gave. */
const char *platform_token_refusal(const struct security_context *context, enum err err);
/* OpenProcessToken: the service's primary token. */
enum err platform_token_open_process(struct platform *platform, struct platform_token **ret) MUST_USE;
/* DuplicateTokenEx: privileges of the copy change without touching the original. */
enum err platform_token_duplicate(const struct platform_token *token, struct platform_token **ret) MUST_USE;
void platform_token_free(struct platform_token *token);

/* Snapshots that live as long as the token. */
const struct token *platform_token_view(const struct platform_token *token);
const struct token_details *platform_token_details(const struct platform_token *token);

#endif
