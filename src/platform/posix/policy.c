#include "platform/posix/policy.h"

#include <stdlib.h>

enum { DOMAIN_MEMBERS_MAX = 8, ADMINISTRATOR_RID = 500 };

struct account {
    const struct sid *sid;
    right_set rights;
};

struct domain_member {
    uint32_t rid;
    const struct sid *group;
};

struct policy {
    struct watched_object object; /* first: see policy_of */
    struct account *accounts;     /* by SID, none twice */
    size_t account_count;
    struct template_member *members; /* by member */
    size_t member_count;
    struct domain_member domain_members[DOMAIN_MEMBERS_MAX];
    size_t domain_member_count;
    struct audit_overrides audit;
};

enum {
    W = 1,    /* Everyone */
    A = 2,    /* Administrators */
    B = 4,    /* Backup Operators */
    U = 8,    /* Users */
    SVC = 16, /* SERVICE */
    LS = 32,
    NS = 64,
    WDI = 128, /* NT SERVICE\WdiServiceHost */
    ALL_SERVICES = 256,
    LOG_USERS = 512,
    DESKTOP_USERS = 1024,
};

static const struct {
    unsigned who;
    const char *sid;
} default_holders[] = {
    {W, "S-1-1-0"},
    {A, "S-1-5-32-544"},
    {B, "S-1-5-32-551"},
    {U, "S-1-5-32-545"},
    {SVC, "S-1-5-6"},
    {LS, "S-1-5-19"},
    {NS, "S-1-5-20"},
    {WDI, "S-1-5-80-3139157870-2983391045-3678747466-658725712-1809340420"},
    {ALL_SERVICES, "S-1-5-80-0"},
    {LOG_USERS, "S-1-5-32-559"},
    {DESKTOP_USERS, "S-1-5-32-555"},
};
enum { HOLDER_COUNT = sizeof default_holders / sizeof default_holders[0] };

/* Column M of reference 4.3; the rights that are not here have no default holders. */
static const struct {
    unsigned right;
    unsigned holders;
} default_rights[] = {
    {3, LS | NS},                  /* SeAssignPrimaryToken */
    {5, LS | NS | A},              /* SeIncreaseQuota */
    {8, A},                        /* SeSecurity */
    {9, A},                        /* SeTakeOwnership */
    {10, A},                       /* SeLoadDriver */
    {11, A | WDI},                 /* SeSystemProfile */
    {12, LS | A},                  /* SeSystemtime */
    {13, A},                       /* SeProfileSingleProcess */
    {14, A},                       /* SeIncreaseBasePriority */
    {15, A},                       /* SeCreatePagefile */
    {17, A | B},                   /* SeBackup */
    {18, A | B},                   /* SeRestore */
    {19, A | B},                   /* SeShutdown */
    {20, A},                       /* SeDebug */
    {21, LS | NS},                 /* SeAudit */
    {22, A},                       /* SeSystemEnvironment */
    {23, W | LS | NS | A | U | B}, /* SeChangeNotify */
    {24, A},                       /* SeRemoteShutdown */
    {25, A},                       /* SeUndock */
    {28, A},                       /* SeManageVolume */
    {29, LS | NS | A | SVC},       /* SeImpersonate */
    {30, LS | NS | A | SVC},       /* SeCreateGlobal */
    {33, U},                       /* SeIncreaseWorkingSet */
    {34, LS | A},                  /* SeTimeZone */
    {35, A},                       /* SeCreateSymbolicLink */
    {36, A},                       /* SeDelegateSessionUserImpersonate */
    {RIGHT_INTERACTIVE_LOGON, A | U | B},
    {RIGHT_NETWORK_LOGON, W | A | U | B},
    {RIGHT_BATCH_LOGON, A | B | LOG_USERS},
    {RIGHT_SERVICE_LOGON, ALL_SERVICES},
    {RIGHT_REMOTE_INTERACTIVE_LOGON, A | DESKTOP_USERS},
};

/* A server that joined a domain. sid NULL: the RID is the machine's, or the domain's. */
static const struct {
    uint32_t group; /* of BUILTIN */
    const char *sid;
    uint32_t machine_rid;
    uint32_t domain_rid;
} default_members[] = {
    {544, NULL, ADMINISTRATOR_RID, 0}, /* Administrators: Administrator */
    {544, NULL, 0, 512},               /* Administrators: Domain Admins */
    {545, "S-1-5-4", 0, 0},            /* Users: INTERACTIVE */
    {545, "S-1-5-11", 0, 0},           /* Users: Authenticated Users */
    {545, NULL, 0, 513},               /* Users: Domain Users */
    {546, NULL, 501, 0},               /* Guests: Guest */
    {546, NULL, 0, 514},               /* Guests: Domain Guests */
    {568, "S-1-5-17", 0, 0},           /* IIS_IUSRS: IUSR */
    {581, NULL, 503, 0},               /* System Managed Accounts Group: DefaultAccount */
};
enum { DEFAULT_MEMBER_COUNT = sizeof default_members / sizeof default_members[0] };

static int order(const struct sid *a, const struct sid *b)
{
    if (a->sub_authority_count != b->sub_authority_count)
        return a->sub_authority_count < b->sub_authority_count ? -1 : 1;
    return memcmp(a, b, sid_size(a));
}

static int order_accounts(const void *a, const void *b)
{
    return order(((const struct account *)a)->sid, ((const struct account *)b)->sid);
}

static int order_members(const void *a, const void *b)
{
    return order(((const struct template_member *)a)->member, ((const struct template_member *)b)->member);
}

static const struct sid *keep(struct arena *arena, const struct sid *sid)
{
    return arena_copy(arena, sid, sid_size(sid));
}

static const struct sid *keep_text(struct arena *arena, const char *text)
{
    struct sid_buffer sid;
    return sid_parse(bytes_of_string(text), &sid) == ERR_NONE ? keep(arena, sid_of(&sid)) : NULL;
}

static const struct sid *keep_rid(struct arena *arena, const struct sid *domain, uint32_t rid)
{
    struct sid_buffer sid;
    return sid_append(&sid, domain, rid) == ERR_NONE ? keep(arena, sid_of(&sid)) : NULL;
}

static right_set default_rights_of(unsigned who, right_set listed)
{
    right_set rights = 0;
    for (size_t i = 0; i < sizeof default_rights / sizeof default_rights[0]; i++) {
        if ((default_rights[i].holders & who) != 0)
            rights |= right_bit(default_rights[i].right);
    }
    return rights & ~listed;
}

static void merge_accounts(struct policy *policy)
{
    size_t kept = 0;
    qsort(policy->accounts, policy->account_count, sizeof *policy->accounts, order_accounts);
    for (size_t i = 0; i < policy->account_count; i++) {
        if (kept > 0 && sid_equal(policy->accounts[kept - 1].sid, policy->accounts[i].sid))
            policy->accounts[kept - 1].rights |= policy->accounts[i].rights;
        else
            policy->accounts[kept++] = policy->accounts[i];
    }
    policy->account_count = kept;
}

static enum err load_rights(struct policy *policy, const struct template *template)
{
    struct arena *arena = &policy->object.arena;
    policy->accounts =
        arena_alloc_array(arena, HOLDER_COUNT + template->holder_count, sizeof *policy->accounts);
    if (policy->accounts == NULL)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < HOLDER_COUNT; i++) {
        right_set rights = default_rights_of(default_holders[i].who, template->listed);
        const struct sid *sid = keep_text(arena, default_holders[i].sid);
        if (sid == NULL)
            return ERR_NO_MEMORY;
        policy->accounts[policy->account_count++] = (struct account){.sid = sid, .rights = rights};
    }
    for (size_t i = 0; i < template->holder_count; i++) {
        const struct sid *sid = keep(arena, template->holders[i].sid);
        if (sid == NULL)
            return ERR_NO_MEMORY;
        policy->accounts[policy->account_count++] =
            (struct account){.sid = sid, .rights = right_bit(template->holders[i].right)};
    }
    merge_accounts(policy);
    return ERR_NONE;
}

static bool is_replaced(const struct template *template, const struct sid *group)
{
    for (size_t i = 0; i < template->replaced_count; i++) {
        if (sid_equal(template->replaced[i], group))
            return true;
    }
    return false;
}

static void put_member(struct policy *policy, const struct sid *group, const struct sid *member)
{
    policy->members[policy->member_count++] = (struct template_member){.group = group, .member = member};
}

/* One row of default_members, unless __Members replaced it; the machine's Administrator stays whatever the template says. */
static enum err load_default_member(struct policy *policy, const struct template *template,
                                    const struct sid *machine, size_t row)
{
    uint32_t rid = default_members[row].machine_rid;
    struct arena *arena = &policy->object.arena;
    const struct sid *group = keep_rid(arena, SID_BUILTIN, default_members[row].group);
    if (group == NULL)
        return ERR_NO_MEMORY;
    if (is_replaced(template, group) && rid != ADMINISTRATOR_RID)
        return ERR_NONE;
    if (default_members[row].domain_rid != 0) {
        policy->domain_members[policy->domain_member_count++] =
            (struct domain_member){.rid = default_members[row].domain_rid, .group = group};
        return ERR_NONE;
    }
    if (rid != 0 && machine == NULL)
        return ERR_NONE;
    const struct sid *member =
        rid != 0 ? keep_rid(arena, machine, rid) : keep_text(arena, default_members[row].sid);
    if (member == NULL)
        return ERR_NO_MEMORY;
    put_member(policy, group, member);
    return ERR_NONE;
}

static bool is_local_group(const struct sid *group, const struct sid *machine)
{
    return sid_in_domain(group, SID_BUILTIN) || (machine != NULL && sid_in_domain(group, machine));
}

static enum err load_members(struct policy *policy, const struct template *template,
                             const struct sid *machine, size_t *ret_ignored)
{
    struct arena *arena = &policy->object.arena;
    size_t ignored = 0;
    policy->members =
        arena_alloc_array(arena, DEFAULT_MEMBER_COUNT + template->member_count, sizeof *policy->members);
    if (policy->members == NULL)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < DEFAULT_MEMBER_COUNT; i++) {
        enum err err = load_default_member(policy, template, machine, i);
        if (err != ERR_NONE)
            return err;
    }
    for (size_t i = 0; i < template->member_count; i++) {
        if (!is_local_group(template->members[i].group, machine)) {
            ignored++;
            continue;
        }
        const struct sid *group = keep(arena, template->members[i].group);
        const struct sid *member = keep(arena, template->members[i].member);
        if (group == NULL || member == NULL)
            return ERR_NO_MEMORY;
        put_member(policy, group, member);
    }
    qsort(policy->members, policy->member_count, sizeof *policy->members, order_members);
    *ret_ignored = ignored;
    return ERR_NONE;
}

enum err policy_new(const struct template *template, const struct sid *machine, struct policy **ret,
                    size_t *ret_ignored)
{
    static const struct template nothing = {0};
    struct policy *policy = watched_object_new(sizeof *policy, TEMPLATE_MEMORY_MAX);
    if (policy == NULL)
        return ERR_NO_MEMORY;
    enum err err = load_rights(policy, template != NULL ? template : &nothing);
    if (err == ERR_NONE)
        err = load_members(policy, template != NULL ? template : &nothing, machine, ret_ignored);
    if (err != ERR_NONE) {
        policy_release(policy);
        return err;
    }
    if (template != NULL)
        policy->audit = template->audit;
    *ret = policy;
    return ERR_NONE;
}

const struct audit_overrides *policy_audit(const struct policy *policy)
{
    return &policy->audit;
}

struct policy *policy_of(struct watched_object *object)
{
    return (struct policy *)(void *)object;
}

struct watched_object *policy_object(struct policy *policy)
{
    return (struct watched_object *)(void *)policy;
}

void policy_release(struct policy *policy)
{
    watched_object_release(policy_object(policy));
}

right_set policy_rights(const struct policy *policy, const struct sid *sid)
{
    const struct account key = {.sid = sid};
    const struct account *found =
        bsearch(&key, policy->accounts, policy->account_count, sizeof key, order_accounts);
    return found != NULL ? found->rights : 0;
}

/* The first of those that list `member`. */
static size_t first_membership(const struct policy *policy, const struct sid *member)
{
    size_t low = 0;
    size_t high = policy->member_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (order(policy->members[middle].member, member) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum err policy_groups_of(const struct policy *policy, const struct sid *member, const struct sid *domain,
                          policy_visit *visit, void *context)
{
    enum err err = ERR_NONE;
    bool in_domain = domain != NULL && sid_in_domain(member, domain);
    for (size_t i = first_membership(policy, member); err == ERR_NONE && i < policy->member_count; i++) {
        if (!sid_equal(policy->members[i].member, member))
            break;
        err = visit(context, policy->members[i].group);
    }
    for (size_t i = 0; in_domain && err == ERR_NONE && i < policy->domain_member_count; i++) {
        if (policy->domain_members[i].rid == sid_rid(member))
            err = visit(context, policy->domain_members[i].group);
    }
    return err;
}
