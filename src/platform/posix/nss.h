/* nss: the system's own users and groups, and the SIDs that Samba writes for them (S-1-22-1-uid, S-1-22-2-gid). */
#ifndef NTOKEND_PLATFORM_POSIX_NSS_H
#define NTOKEND_PLATFORM_POSIX_NSS_H

#include "base/arena.h"
#include "engine/sid.h"

#include <sys/types.h>

enum { NSS_GROUPS_MAX = 4096 };

struct nss_account {
    const char *name; /* NULL when the user has none */
    uid_t uid;
    const gid_t *groups; /* the primary group first, none twice */
    size_t group_count;
};

/* By name; everything in the arena. ERR_NOT_FOUND, ERR_TOO_LARGE (more groups than NSS_GROUPS_MAX), ERR_IO, ERR_NO_MEMORY. */
enum err nss_find_account(struct arena *arena, const char *name, struct nss_account *ret) MUST_USE;
/* What this process runs as. The same errors but ERR_NOT_FOUND. */
enum err nss_own_account(struct arena *arena, struct nss_account *ret) MUST_USE;

/* ERR_NOT_FOUND, ERR_IO, ERR_NO_MEMORY. */
enum err nss_find_uid(const char *name, uid_t *ret) MUST_USE;
enum err nss_find_gid(const char *name, gid_t *ret) MUST_USE;
/* In the arena; NULL when there is no such user or group. */
const char *nss_user_name(struct arena *arena, uid_t uid);
const char *nss_group_name(struct arena *arena, gid_t gid);

void nss_user_sid(uid_t uid, struct sid_buffer *ret);
void nss_group_sid(gid_t gid, struct sid_buffer *ret);

#endif
