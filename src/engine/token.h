/* token: an access token as the access check sees it. Plain data; whoever makes it owns the memory behind its pointers.
 * [MS-DTYP] 2.7.1; reference 3.3.
 *
 * A token is who somebody is, worked out once at logon: the user's SID, those of all groups with what each may do (only an
 * enabled one is allowed by, one for denying only is but denied by), privileges, an integrity level, claims. A restricted token
 * has a second list of SIDs, an AppContainer's a package: both must be allowed as well. */
#ifndef NTOKEND_ENGINE_TOKEN_H
#define NTOKEND_ENGINE_TOKEN_H

#include "base/arena.h"
#include "engine/claim.h"
#include "engine/privilege.h"
#include "engine/sid.h"

enum token_type { TOKEN_PRIMARY = 1, TOKEN_IMPERSONATION = 2 };

enum impersonation_level {
    SECURITY_ANONYMOUS = 0,
    SECURITY_IDENTIFICATION = 1,
    SECURITY_IMPERSONATION = 2,
    SECURITY_DELEGATION = 3,
};

#define SE_GROUP_MANDATORY          UINT32_C(0x00000001)
#define SE_GROUP_ENABLED_BY_DEFAULT UINT32_C(0x00000002)
#define SE_GROUP_ENABLED            UINT32_C(0x00000004)
#define SE_GROUP_OWNER              UINT32_C(0x00000008)
#define SE_GROUP_USE_FOR_DENY_ONLY  UINT32_C(0x00000010)
#define SE_GROUP_INTEGRITY          UINT32_C(0x00000020)
#define SE_GROUP_INTEGRITY_ENABLED  UINT32_C(0x00000040)
#define SE_GROUP_RESOURCE           UINT32_C(0x20000000)
#define SE_GROUP_LOGON_ID           UINT32_C(0xC0000000)

enum {
    INTEGRITY_UNTRUSTED = 0x0000,
    INTEGRITY_LOW = 0x1000,
    INTEGRITY_MEDIUM = 0x2000,
    INTEGRITY_MEDIUM_PLUS = 0x2100,
    INTEGRITY_HIGH = 0x3000,
    INTEGRITY_SYSTEM = 0x4000,

    TOKEN_MANDATORY_POLICY_NO_WRITE_UP = 1,
    TOKEN_MANDATORY_POLICY_NEW_PROCESS_MIN = 2,
};

struct sid_and_attributes {
    const struct sid *sid;
    uint32_t attributes; /* SE_GROUP_… */
};

struct sid_list {
    const struct sid_and_attributes *items;
    size_t count;
};

/* What membership.c makes once per token: a keyed hash of every SID to the roles it has in the token. */
struct membership {
    uint64_t key[2];
    const struct sid *const *sids;
    const uint32_t *slots;
    const uint32_t *filter; /* a bit for each SID; most others find a 0 */
    uint32_t mask;          /* slot count - 1 */
    unsigned filter_shift;  /* 64 - log2 of the bits in the filter */
};

struct token {
    enum token_type type;
    enum impersonation_level level; /* impersonation tokens only */
    const struct sid *user;
    bool user_deny_only;
    struct sid_list groups; /* without the integrity label */
    struct sid_list restricting_sids;
    bool restricted; /* the list counts, even when it is empty */
    bool write_restricted;
    struct sid_list device_groups;
    bool has_device;
    struct claim_set user_claims;
    struct claim_set device_claims;
    struct claim_set local_claims;
    const struct sid *package; /* AppContainer SID, NULL when it is none */
    struct sid_list capabilities;
    bool less_privileged_app_container;
    const struct sid *trust;  /* process trust label SID, NULL for none */
    uint32_t integrity_level; /* the RID of S-1-16-RID */
    uint32_t mandatory_policy;
    struct privilege_state privileges;
    struct membership membership; /* token_index fills it */
};

/* Builds token->membership in the arena from all SID lists above; call it once when they are final and before any check.
 * `key` is 128 random bits of this process, so that hostile SIDs cannot be made to collide. ERR_NO_MEMORY, also for more than
 * some 65,000 SIDs, which an index cannot number. */
enum err token_index(struct token *token, struct arena *arena, const uint64_t key[2]) MUST_USE;
/* The same in memory of the caller's: token_index_size(token) bytes, zeroed and aligned for a pointer. That size is 0 for too
 * many SIDs. */
size_t token_index_size(const struct token *token);
void token_index_at(struct token *token, void *memory, const uint64_t key[2]);

#endif
