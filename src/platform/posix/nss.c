#include "platform/posix/nss.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <unistd.h>

/* A group's record holds all its members, so it may be large; past this it is refused. */
enum { RECORD_SIZE_FIRST = 1024, RECORD_SIZE_MAX = 1 << 20 };

/* One of the four reentrant calls. 0, ERANGE or another errno; *found is false when there is no such record. */
typedef int record_reader(const void *key, char *buffer, size_t size, void *record, bool *found);

static int read_user_by_name(const void *key, char *buffer, size_t size, void *record, bool *found)
{
    struct passwd *result = NULL;
    int status = getpwnam_r(key, record, buffer, size, &result);
    *found = result != NULL;
    return status;
}

static int read_user_by_id(const void *key, char *buffer, size_t size, void *record, bool *found)
{
    struct passwd *result = NULL;
    int status = getpwuid_r(*(const uid_t *)key, record, buffer, size, &result);
    *found = result != NULL;
    return status;
}

static int read_group_by_name(const void *key, char *buffer, size_t size, void *record, bool *found)
{
    struct group *result = NULL;
    int status = getgrnam_r(key, record, buffer, size, &result);
    *found = result != NULL;
    return status;
}

static int read_group_by_id(const void *key, char *buffer, size_t size, void *record, bool *found)
{
    struct group *result = NULL;
    int status = getgrgid_r(*(const gid_t *)key, record, buffer, size, &result);
    *found = result != NULL;
    return status;
}

/* Some modules say ENOENT and the like for a name that is not there (getpwnam_r(3), NOTES). */
static bool means_absent(int status)
{
    return status == 0 || status == ENOENT || status == ESRCH || status == EBADF || status == EPERM;
}

/* On success *ret_buffer holds the record's strings and is the caller's to free. */
static enum err read_record(record_reader *reader, const void *key, void *record, char **ret_buffer)
{
    for (size_t size = RECORD_SIZE_FIRST; size <= RECORD_SIZE_MAX; size *= 2) {
        char *buffer = malloc(size);
        if (buffer == NULL)
            return ERR_NO_MEMORY;
        bool found = false;
        int status = reader(key, buffer, size, record, &found);
        if (status == 0 && found) {
            *ret_buffer = buffer;
            return ERR_NONE;
        }
        free(buffer);
        if (status != ERANGE)
            return means_absent(status) ? ERR_NOT_FOUND : ERR_IO;
    }
    return ERR_IO;
}

/* Sorts nothing and keeps the primary group in front. */
static size_t drop_repeats(gid_t *groups, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        bool seen = false;
        for (size_t j = 0; j < kept && !seen; j++)
            seen = groups[j] == groups[i];
        if (!seen)
            groups[kept++] = groups[i];
    }
    return kept;
}

/* The C library passes over a database that it cannot read, and says yes to the groups of the others. A group that is lost could turn a
 * deny into an allow; what is left of the failure is errno. */
static bool tells_of_failure(int error)
{
    static const int failures[] = {EMFILE,    ENFILE,       ENOMEM,     EIO,   EACCES,
                                   ETIMEDOUT, ECONNREFUSED, ECONNRESET, EPIPE, EAGAIN};
    bool told = false;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        told = told || error == failures[i];
    return told;
}

static enum err find_groups(struct arena *arena, const struct passwd *user, struct nss_account *ret)
{
    int count = NSS_GROUPS_MAX;
    gid_t *groups = arena_alloc_array(arena, NSS_GROUPS_MAX, sizeof *groups);
    if (groups == NULL)
        return ERR_NO_MEMORY;
    errno = 0;
    if (getgrouplist(user->pw_name, user->pw_gid, groups, &count) < 0 || count < 1)
        return ERR_TOO_LARGE;
    if (tells_of_failure(errno))
        return ERR_IO;
    ret->groups = groups;
    ret->group_count = drop_repeats(groups, (size_t)count);
    return ERR_NONE;
}

enum err nss_find_account(struct arena *arena, const char *name, struct nss_account *ret)
{
    struct passwd user;
    char *buffer = NULL;
    enum err err = read_record(read_user_by_name, name, &user, &buffer);
    if (err != ERR_NONE)
        return err;
    struct nss_account account = {.uid = user.pw_uid,
                                  .name = arena_string(arena, bytes_of_string(user.pw_name))};
    err = account.name != NULL ? find_groups(arena, &user, &account) : ERR_NO_MEMORY;
    free(buffer);
    if (err == ERR_NONE)
        *ret = account;
    return err;
}

enum err nss_own_account(struct arena *arena, struct nss_account *ret)
{
    struct nss_account account = {.uid = geteuid(), .name = nss_user_name(arena, geteuid())};
    int count = getgroups(0, NULL);
    if (count < 0)
        return ERR_IO;
    if (count >= NSS_GROUPS_MAX)
        return ERR_TOO_LARGE;
    gid_t *groups = arena_alloc_array(arena, (size_t)count + 1, sizeof *groups);
    if (groups == NULL)
        return ERR_NO_MEMORY;
    groups[0] = getegid();
    count = getgroups(count, groups + 1);
    if (count < 0)
        return ERR_IO;
    account.groups = groups;
    account.group_count = drop_repeats(groups, (size_t)count + 1);
    *ret = account;
    return ERR_NONE;
}

enum err nss_find_uid(const char *name, uid_t *ret)
{
    struct passwd user;
    char *buffer = NULL;
    enum err err = read_record(read_user_by_name, name, &user, &buffer);
    if (err != ERR_NONE)
        return err;
    *ret = user.pw_uid;
    free(buffer);
    return ERR_NONE;
}

enum err nss_find_gid(const char *name, gid_t *ret)
{
    struct group group;
    char *buffer = NULL;
    enum err err = read_record(read_group_by_name, name, &group, &buffer);
    if (err != ERR_NONE)
        return err;
    *ret = group.gr_gid;
    free(buffer);
    return ERR_NONE;
}

const char *nss_user_name(struct arena *arena, uid_t uid)
{
    struct passwd user;
    char *buffer = NULL;
    if (read_record(read_user_by_id, &uid, &user, &buffer) != ERR_NONE)
        return NULL;
    const char *name = arena_string(arena, bytes_of_string(user.pw_name));
    free(buffer);
    return name;
}

const char *nss_group_name(struct arena *arena, gid_t gid)
{
    struct group group;
    char *buffer = NULL;
    if (read_record(read_group_by_id, &gid, &group, &buffer) != ERR_NONE)
        return NULL;
    const char *name = arena_string(arena, bytes_of_string(group.gr_name));
    free(buffer);
    return name;
}

static void samba_sid(uint32_t kind, uint32_t id, struct sid_buffer *ret)
{
    /* S-1-22 "Unix": what Samba's idmap gives to users (1) and groups (2) that have no other SID. */
    const uint32_t sub_authorities[] = {kind, id};
    *ret = (struct sid_buffer){{0}};
    if (sid_make(ret, 22, sub_authorities, 2) != ERR_NONE)
        abort(); /* two sub-authorities always fit */
}

void nss_user_sid(uid_t uid, struct sid_buffer *ret)
{
    samba_sid(1, uid, ret);
}

void nss_group_sid(gid_t gid, struct sid_buffer *ret)
{
    samba_sid(2, gid, ret);
}
