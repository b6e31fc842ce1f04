/* Tokens from nothing: NtCreateTokenEx of Windows 8 and later, for who holds SeCreateTokenPrivilege. Its structures are those of
 * ntifs.h: TOKEN_SECURITY_ATTRIBUTES_INFORMATION and what it points at. */
#include "platform/windows/privilege_list.h"
#include "windows/real/machine.h"

struct counted_text { /* UNICODE_STRING */
    USHORT length;    /* bytes */
    USHORT room;
    const void *text;
};

struct octets { /* TOKEN_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE */
    const void *data;
    ULONG size;
};

struct security_attribute { /* TOKEN_SECURITY_ATTRIBUTE_V1 */
    struct counted_text name;
    USHORT type;
    USHORT reserved;
    ULONG flags;
    ULONG value_count;
    const void *values;
};

struct security_attributes { /* TOKEN_SECURITY_ATTRIBUTES_INFORMATION */
    USHORT version;
    USHORT reserved;
    ULONG count;
    const struct security_attribute *items;
};

struct object_attributes { /* OBJECT_ATTRIBUTES */
    ULONG size;
    HANDLE root;
    const void *name;
    ULONG flags;
    const void *descriptor;
    const SECURITY_QUALITY_OF_SERVICE *quality;
};

typedef LONG WINAPI create_token(PHANDLE token, ACCESS_MASK access, struct object_attributes *attributes,
                                 TOKEN_TYPE type, PLUID logon, PLARGE_INTEGER expires, PTOKEN_USER user,
                                 PTOKEN_GROUPS groups, PTOKEN_PRIVILEGES privileges,
                                 struct security_attributes *user_claims,
                                 struct security_attributes *device_claims, PTOKEN_GROUPS device_groups,
                                 PTOKEN_MANDATORY_POLICY policy, PTOKEN_OWNER owner,
                                 PTOKEN_PRIMARY_GROUP group, PTOKEN_DEFAULT_DACL dacl, PTOKEN_SOURCE source);

static struct counted_text text_of(struct bytes utf16)
{
    return (struct counted_text){(USHORT)utf16.size, (USHORT)utf16.size, utf16.data};
}

static const void *values_of(struct arena *arena, const struct claim *claim)
{
    uint64_t *numbers = arena_alloc_array(arena, claim->value_count, sizeof *numbers);
    struct counted_text *texts = arena_alloc_array(arena, claim->value_count, sizeof *texts);
    struct octets *octets = arena_alloc_array(arena, claim->value_count, sizeof *octets);
    if (numbers == NULL || texts == NULL || octets == NULL)
        return NULL;
    for (size_t i = 0; i < claim->value_count; i++) {
        numbers[i] = claim->values[i].number;
        texts[i] = text_of(claim->values[i].data);
        octets[i] = (struct octets){claim->values[i].data.data, (ULONG)claim->values[i].data.size};
    }
    if (claim->type == CLAIM_STRING)
        return texts;
    return claim->type == CLAIM_SID || claim->type == CLAIM_OCTETS ? (const void *)octets : numbers;
}

static bool list_claims(struct arena *arena, const struct claim_set *claims, struct security_attributes *ret)
{
    struct security_attribute *items = arena_alloc_array(arena, claims->count, sizeof *items);
    if (items == NULL)
        return false;
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->claims[i];
        items[i] = (struct security_attribute){.name = text_of(claim->name),
                                               .type = (USHORT)claim->type,
                                               .flags = claim->flags,
                                               .value_count = (ULONG)claim->value_count,
                                               .values = values_of(arena, claim)};
        if (items[i].values == NULL)
            return false;
    }
    *ret = (struct security_attributes){.version = 1, .count = (ULONG)claims->count, .items = items};
    return true;
}

/* `level`: the integrity label, which stands among them; NULL for none. What may only deny is enabled until it is denied. */
static TOKEN_GROUPS *list_groups(struct arena *arena, const struct sid_list *list, struct sid_buffer *level)
{
    TOKEN_GROUPS *groups =
        arena_alloc(arena, sizeof *groups + (list->count + 1) * sizeof(SID_AND_ATTRIBUTES));
    if (groups == NULL)
        return NULL;
    SID_AND_ATTRIBUTES *items = groups->Groups;
    for (size_t i = 0; i < list->count; i++) {
        const bool denies = (list->items[i].attributes & SE_GROUP_USE_FOR_DENY_ONLY) != 0;
        items[i].Sid = (PSID)(uintptr_t)list->items[i].sid;
        items[i].Attributes =
            denies ? SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED : list->items[i].attributes;
    }
    groups->GroupCount = (DWORD)list->count;
    if (level != NULL)
        items[groups->GroupCount++] =
            (SID_AND_ATTRIBUTES){level->bytes, SE_GROUP_INTEGRITY | SE_GROUP_INTEGRITY_ENABLED};
    return groups;
}

static void list_privileges(const struct privilege_state *state, union privilege_list *ret)
{
    *ret = (union privilege_list){0};
    for (unsigned luid = SE_PRIVILEGE_FIRST; luid <= SE_PRIVILEGE_LAST; luid++)
        if ((state->present & privilege_bit(luid)) != 0)
            ret->token.Privileges[ret->token.PrivilegeCount++] = (LUID_AND_ATTRIBUTES){
                .Luid = {.LowPart = luid},
                .Attributes = (state->enabled & privilege_bit(luid)) != 0
                                  ? SE_PRIVILEGE_ENABLED | SE_PRIVILEGE_ENABLED_BY_DEFAULT
                                  : 0};
}

/* The logon session is the system's, which always is. */
static LONG create(create_token *function, const struct token *wanted, struct arena *arena, HANDLE *ret)
{
    static const SECURITY_QUALITY_OF_SERVICE quality = {sizeof quality, SecurityImpersonation, FALSE, FALSE};
    struct object_attributes attributes = {.size = sizeof attributes, .quality = &quality};
    LUID logon = {0x3e7, 0};
    LARGE_INTEGER never = {.QuadPart = INT64_MAX};
    struct sid_buffer level;
    union privilege_list privileges;
    struct security_attributes user_claims;
    struct security_attributes device_claims;
    TOKEN_USER user = {{(PSID)(uintptr_t)wanted->user, 0}};
    TOKEN_MANDATORY_POLICY policy = {wanted->mandatory_policy};
    TOKEN_OWNER owner = {user.User.Sid};
    TOKEN_PRIMARY_GROUP group = {user.User.Sid};
    TOKEN_DEFAULT_DACL dacl = {NULL};
    TOKEN_SOURCE source = {.SourceName = {'n', 't', 'o', 'k', 'e', 'n', 'd', ' '}};
    list_privileges(&wanted->privileges, &privileges);
    if (sid_make(&level, 16, &wanted->integrity_level, 1) != ERR_NONE ||
        !list_claims(arena, &wanted->user_claims, &user_claims) ||
        !list_claims(arena, &wanted->device_claims, &device_claims))
        return -1;
    TOKEN_GROUPS *groups = list_groups(arena, &wanted->groups, &level);
    TOKEN_GROUPS *device_groups = list_groups(arena, &wanted->device_groups, NULL);
    if (groups == NULL || device_groups == NULL)
        return -1;
    return function(ret, TOKEN_ALL_ACCESS, &attributes, TokenPrimary, &logon, &never, &user, groups,
                    &privileges.token, user_claims.count != 0 ? &user_claims : NULL,
                    device_claims.count != 0 ? &device_claims : NULL,
                    wanted->has_device ? device_groups : NULL, &policy, &owner, &group, &dacl, &source);
}

HANDLE maker_create(const struct machine *machine, const struct token *wanted, struct arena *arena,
                    const char **ret_why_not)
{
    HANDLE token = NULL;
    (void)machine;
    create_token *function = (create_token *)(uintptr_t)machine_function("ntdll.dll", "NtCreateTokenEx");
    *ret_why_not = NULL;
    if (function == NULL)
        *ret_why_not = "this Windows has no NtCreateTokenEx";
    else if (wanted->trust != NULL)
        *ret_why_not = "a trust level is the system's to give";
    else if (wanted->local_claims.count != 0)
        *ret_why_not = "local claims are the system's to give";
    if (*ret_why_not != NULL)
        return NULL;
    const LONG status = create(function, wanted, arena, &token);
    if (status == 0 && token != NULL)
        return token;
    *ret_why_not = arena_printf(arena, "NtCreateTokenEx: status 0x%lx", (unsigned long)status);
    return NULL;
}
