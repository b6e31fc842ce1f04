#include "platform/posix/accounts.h"

#include "platform/posix/nss.h"

#include <time.h>

enum { NAME_MAX_BYTES = 512 };

/* python3: struct.unpack('<5I', hashlib.sha1('NTOKEND'.encode('utf-16le')).digest()) gives
 * 273339587, 2288316618, 1265960278, 4041522783, 679233071; here as bytes. */
static const uint8_t service_sid[] = {1,    6,    0,    0,    0,    0,    0,    5,    80,   0,    0,
                                      0,    0xC3, 0xD4, 0x4A, 0x10, 0xCA, 0xF0, 0x64, 0x88, 0x56, 0x05,
                                      0x75, 0x4B, 0x5F, 0xBE, 0xE4, 0xF0, 0x2F, 0x46, 0x7C, 0x28};
const struct sid *const ACCOUNTS_SERVICE_SID = (const struct sid *)service_sid;

/* Where sid_well_known_name may know a name: authority, a fixed first sub-authority (0 for none) and a range of the last. */
static const struct {
    uint64_t authority;
    uint32_t parent;
    uint32_t first;
    uint32_t last;
} well_known_ranges[] = {
    {1, 0, 0, 0},       {2, 0, 0, 1},      {3, 0, 0, 4},    {5, 0, 1, 33}, {5, 0, 113, 114},
    {5, 0, 1000, 1000}, {5, 32, 544, 585}, {5, 64, 10, 21}, {5, 80, 0, 0}, {5, 83, 0, 0},
    {5, 90, 0, 0},      {15, 2, 1, 2},     {18, 0, 1, 6},
};

/* The accounts that every account domain has under the same RIDs: [MS-DTYP] 2.4.2.4 */
enum { DOMAIN_RID_FIRST = 498, DOMAIN_RID_LAST = 600, MACHINE_RID_FIRST = 500, MACHINE_RID_LAST = 504 };

struct name {
    struct bytes domain; /* empty when there is none */
    struct bytes account;
};

static struct name split(struct bytes text)
{
    const uint8_t *bar = text.size > 0 ? memchr(text.data, '\\', text.size) : NULL;
    if (bar == NULL)
        return (struct name){.account = text};
    size_t size = (size_t)(bar - text.data);
    if (size == 0)
        return (struct name){0}; /* "\\name" names nobody */
    return (struct name){.domain = bytes_of(text.data, size),
                         .account = bytes_of(bar + 1, text.size - size - 1)};
}

static bool same_text(struct bytes a, const char *b)
{
    return b != NULL && bytes_equal_ignoring_case(a, bytes_of_string(b));
}

static bool matches(const struct name *name, const char *known)
{
    if (known == NULL)
        return false;
    struct name other = split(bytes_of_string(known));
    return bytes_equal_ignoring_case(name->account, other.account) &&
           (name->domain.size == 0 || bytes_equal_ignoring_case(name->domain, other.domain));
}

static bool find_well_known(const struct name *name, struct sid_buffer *ret)
{
    for (size_t i = 0; i < sizeof well_known_ranges / sizeof well_known_ranges[0]; i++) {
        uint32_t parent = well_known_ranges[i].parent;
        for (uint32_t rid = well_known_ranges[i].first; rid <= well_known_ranges[i].last; rid++) {
            const uint32_t sub_authorities[] = {parent != 0 ? parent : rid, rid};
            struct sid_buffer sid;
            if (sid_make(&sid, well_known_ranges[i].authority, sub_authorities, parent != 0 ? 2 : 1) !=
                    ERR_NONE ||
                !matches(name, sid_well_known_name(sid_of(&sid))))
                continue;
            *ret = sid;
            return true;
        }
    }
    return false;
}

static bool find_in_domain(struct bytes account, const struct sid *domain, uint32_t first, uint32_t last,
                           struct sid_buffer *ret)
{
    for (uint32_t rid = first; domain != NULL && rid <= last; rid++) {
        if (same_text(account, sid_domain_rid_name(rid)))
            return sid_append(ret, domain, rid) == ERR_NONE;
    }
    return false;
}

/* A name without a domain is looked for on the machine before it is looked for in the domain ([MS-LSAT] 3.1.4.5), so
 * that "Administrator" never becomes the domain's. */
static bool find_by_rid(const struct accounts *accounts, const struct name *name, struct sid_buffer *ret)
{
    const struct sid *machine = accounts->domains.machine;
    const struct sid *domain = accounts->domains.domain;
    bool bare = name->domain.size == 0;
    if ((bare || same_text(name->domain, accounts->machine_name)) &&
        find_in_domain(name->account, machine, MACHINE_RID_FIRST, MACHINE_RID_LAST, ret))
        return true;
    if (same_text(name->domain, accounts->domain_name))
        return find_in_domain(name->account, domain, DOMAIN_RID_FIRST, DOMAIN_RID_LAST, ret);
    return bare && find_in_domain(name->account, domain, MACHINE_RID_LAST + 1, DOMAIN_RID_LAST, ret);
}

static enum err find_local(const struct name *name, struct sid_buffer *ret)
{
    bool users = name->domain.size == 0 || same_text(name->domain, "Unix User");
    bool groups = name->domain.size == 0 || same_text(name->domain, "Unix Group");
    char account[NAME_MAX_BYTES];
    if (name->account.size == 0 || name->account.size >= sizeof account)
        return ERR_NONE_MAPPED;
    memcpy(account, name->account.data, name->account.size);
    account[name->account.size] = '\0';
    uid_t uid = 0;
    gid_t gid = 0;
    enum err err = users ? nss_find_uid(account, &uid) : ERR_NOT_FOUND;
    if (err == ERR_NONE) {
        nss_user_sid(uid, ret);
        return ERR_NONE;
    }
    if (err == ERR_NOT_FOUND && groups)
        err = nss_find_gid(account, &gid);
    if (err == ERR_NONE)
        nss_group_sid(gid, ret);
    return err == ERR_NOT_FOUND ? ERR_NONE_MAPPED : err;
}

enum err accounts_find(const struct accounts *accounts, struct bytes text, struct sid_buffer *ret)
{
    struct name name = split(text);
    if (name.account.size == 0)
        return ERR_NONE_MAPPED;
    if (find_well_known(&name, ret) || find_by_rid(accounts, &name, ret))
        return ERR_NONE;
    if (same_text(name.domain, "NT SERVICE") && same_text(name.account, "ntokend")) {
        sid_copy(ret, ACCOUNTS_SERVICE_SID);
        return ERR_NONE;
    }
    return accounts->local_accounts ? find_local(&name, ret) : ERR_NONE_MAPPED;
}

static const char *qualified(struct arena *arena, const char *domain, const char *account)
{
    return domain != NULL && account != NULL ? arena_printf(arena, "%s\\%s", domain, account) : NULL;
}

static int64_t now_us(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* The system may ask for a name over the network, and whoever asks it is a thread that answers; any caller may write thousands of these SIDs.
 * So each thread has a tenth of its time for them, and a fifth of a second at once; past that they have no names. */
enum { NAMES_SHARE = 10, NAMES_AT_ONCE_US = 200000 };

static _Thread_local struct {
    int64_t at_us;
    int64_t credit_us; /* below zero after a name that took long */
} names;

static bool may_ask(void)
{
    const int64_t now = now_us();
    names.credit_us += (now - names.at_us) / NAMES_SHARE;
    if (names.credit_us > NAMES_AT_ONCE_US)
        names.credit_us = NAMES_AT_ONCE_US;
    names.at_us = now;
    return names.credit_us > 0;
}

static const char *unix_name(struct arena *arena, const struct sid *sid)
{
    const uint32_t kind = sid_sub_authority(sid, 0);
    const bool user = kind == 1;
    if ((!user && kind != 2) || !may_ask())
        return NULL;
    const char *name = user ? nss_user_name(arena, sid_rid(sid)) : nss_group_name(arena, sid_rid(sid));
    const int64_t before = names.at_us;
    names.at_us = now_us();
    names.credit_us -= names.at_us - before;
    return qualified(arena, user ? "Unix User" : "Unix Group", name);
}

const char *accounts_name(const struct accounts *accounts, struct arena *arena, const struct sid *sid)
{
    const char *known = sid_well_known_name(sid);
    const struct sid *machine = accounts->domains.machine;
    const struct sid *domain = accounts->domains.domain;
    uint32_t rid = sid_rid(sid);
    if (known != NULL)
        return arena_string(arena, bytes_of_string(known));
    if (sid_equal(sid, ACCOUNTS_SERVICE_SID))
        return arena_string(arena, bytes_of_string("NT SERVICE\\ntokend"));
    if (sid_authority(sid) == 22 && sid->sub_authority_count == 2)
        return unix_name(arena, sid);
    if (machine != NULL && sid_in_domain(sid, machine) && rid >= MACHINE_RID_FIRST && rid <= MACHINE_RID_LAST)
        return qualified(arena, accounts->machine_name, sid_domain_rid_name(rid));
    if (domain != NULL && sid_in_domain(sid, domain))
        return qualified(arena, accounts->domain_name, sid_domain_rid_name(rid));
    return NULL;
}
