#include "windows/real/ask_authz.h"

#include "platform/windows/check_call.h"
#include "platform/windows/wide.h"

#include <authz.h>

#define FUNCTIONS(X)                                                                                         \
    X(AuthzInitializeResourceManager)                                                                        \
    X(AuthzFreeResourceManager)                                                                              \
    X(AuthzInitializeContextFromSid)                                                                         \
    X(AuthzAddSidsToContext)                                                                                 \
    X(AuthzFreeContext)                                                                                      \
    X(AuthzModifyClaims)                                                                                     \
    X(AuthzModifySids)                                                                                       \
    X(AuthzAccessCheck)

struct library {
#define X(name) __typeof__(name) *(name);
    FUNCTIONS(X)
#undef X
};

struct work {
    struct library library;
    const struct token *wanted;
    struct arena *arena;
    AUTHZ_RESOURCE_MANAGER_HANDLE manager;
    AUTHZ_CLIENT_CONTEXT_HANDLE context;
    const char *why_not;
};

static bool fail(struct work *work, const char *name)
{
    work->why_not = maker_failed(work->arena, name);
    return false;
}

static bool load(struct library *ret)
{
#define X(name) ret->name = (__typeof__(name) *)(uintptr_t)machine_function("authz.dll", #name);
    FUNCTIONS(X)
#undef X
#define X(name) &&ret->name != NULL
    return true FUNCTIONS(X);
#undef X
}

static SID_AND_ATTRIBUTES *list_sids(struct work *work, const struct sid_list *list)
{
    SID_AND_ATTRIBUTES *items = arena_alloc_array(work->arena, list->count + 1, sizeof *items);
    for (size_t i = 0; items != NULL && i < list->count; i++)
        items[i] = (SID_AND_ATTRIBUTES){(PSID)(uintptr_t)list->items[i].sid, list->items[i].attributes};
    return items;
}

static bool open_context(struct work *work)
{
    const LUID identifier = {0, 0};
    const struct token *wanted = work->wanted;
    AUTHZ_CLIENT_CONTEXT_HANDLE context = NULL;
    SID_AND_ATTRIBUTES *groups = list_sids(work, &wanted->groups);
    SID_AND_ATTRIBUTES *restricting = list_sids(work, &wanted->restricting_sids);
    if (groups == NULL || restricting == NULL)
        return false;
    if (!work->library.AuthzInitializeResourceManager(AUTHZ_RM_FLAG_NO_AUDIT |
                                                          AUTHZ_RM_FLAG_NO_CENTRAL_ACCESS_POLICIES,
                                                      NULL, NULL, NULL, NULL, &work->manager))
        return fail(work, "AuthzInitializeResourceManager");
    if (!work->library.AuthzInitializeContextFromSid(AUTHZ_SKIP_TOKEN_GROUPS, (PSID)(uintptr_t)wanted->user,
                                                     work->manager, NULL, identifier, NULL, &work->context))
        return fail(work, "AuthzInitializeContextFromSid");
    if (!work->library.AuthzAddSidsToContext(work->context, groups, (DWORD)wanted->groups.count, restricting,
                                             (DWORD)wanted->restricting_sids.count, &context))
        return fail(work, "AuthzAddSidsToContext");
    (void)work->library.AuthzFreeContext(work->context);
    work->context = context;
    return true;
}

/* UTF-16 with a NUL behind it, as this library wants it. */
static PWSTR text_of(struct work *work, struct bytes utf16)
{
    wchar_t *text = arena_alloc(work->arena, utf16.size + sizeof *text);
    if (text != NULL && utf16.size != 0)
        memcpy(text, utf16.data, utf16.size);
    return text;
}

static bool set_values(struct work *work, const struct claim *claim, AUTHZ_SECURITY_ATTRIBUTE_V1 *ret)
{
    const size_t count = claim->value_count;
    uint64_t *numbers = arena_alloc_array(work->arena, count, sizeof *numbers);
    PWSTR *texts = arena_alloc_array(work->arena, count, sizeof *texts);
    AUTHZ_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE *octets =
        arena_alloc_array(work->arena, count, sizeof *octets);
    if (numbers == NULL || texts == NULL || octets == NULL)
        return false;
    for (size_t i = 0; i < count; i++) {
        const struct bytes data = claim->values[i].data;
        numbers[i] = claim->values[i].number;
        texts[i] = claim->type == CLAIM_STRING ? text_of(work, data) : NULL;
        octets[i] =
            (AUTHZ_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE){(PVOID)(uintptr_t)data.data, (ULONG)data.size};
    }
    if (claim->type == CLAIM_STRING)
        ret->Values.ppString = texts;
    else if (claim->type == CLAIM_SID || claim->type == CLAIM_OCTETS)
        ret->Values.pOctetString = octets;
    else
        ret->Values.pUint64 = (PULONG64)numbers;
    return true;
}

static bool add_claims(struct work *work, const struct claim_set *claims,
                       AUTHZ_CONTEXT_INFORMATION_CLASS class)
{
    AUTHZ_SECURITY_ATTRIBUTES_INFORMATION information = {.Version = 1,
                                                         .AttributeCount = (ULONG)claims->count};
    AUTHZ_SECURITY_ATTRIBUTE_OPERATION operation = AUTHZ_SECURITY_ATTRIBUTE_OPERATION_REPLACE_ALL;
    AUTHZ_SECURITY_ATTRIBUTE_V1 *items = arena_alloc_array(work->arena, claims->count + 1, sizeof *items);
    if (claims->count == 0)
        return true;
    if (items == NULL)
        return false;
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->claims[i];
        items[i] = (AUTHZ_SECURITY_ATTRIBUTE_V1){.pName = text_of(work, claim->name),
                                                 .ValueType = (USHORT)claim->type,
                                                 .Flags = claim->flags,
                                                 .ValueCount = (ULONG)claim->value_count};
        if (items[i].pName == NULL || !set_values(work, claim, &items[i]))
            return false;
    }
    information.Attribute.pAttributeV1 = items;
    return work->library.AuthzModifyClaims(work->context, class, &operation, &information) ||
           fail(work, "AuthzModifyClaims");
}

static bool add_device(struct work *work)
{
    const struct sid_list *list = &work->wanted->device_groups;
    AUTHZ_SID_OPERATION *operations = arena_alloc_array(work->arena, list->count + 1, sizeof *operations);
    TOKEN_GROUPS *groups =
        arena_alloc(work->arena, sizeof *groups + (list->count + 1) * sizeof(SID_AND_ATTRIBUTES));
    const SID_AND_ATTRIBUTES *items = list_sids(work, list);
    if (!work->wanted->has_device)
        return true;
    if (operations == NULL || groups == NULL || items == NULL)
        return false;
    SID_AND_ATTRIBUTES *at = groups->Groups;
    for (size_t i = 0; i < list->count; i++) {
        operations[i] = AUTHZ_SID_OPERATION_ADD;
        at[i] = items[i];
    }
    groups->GroupCount = (DWORD)list->count;
    return work->library.AuthzModifySids(work->context, AuthzContextInfoDeviceSids, operations, groups) ||
           fail(work, "AuthzModifySids");
}

static bool check(struct work *work, const struct access_request *request, struct authz_answer *ret)
{
    struct check_call call;
    if (check_call_init(&call, work->arena, request) != ERR_NONE)
        return false;
    const size_t count = request->result_list ? request->node_count : 1;
    DWORD *audits = arena_alloc_array(work->arena, count, sizeof *audits);
    AUTHZ_ACCESS_REQUEST asked = {.DesiredAccess = request->desired,
                                  .PrincipalSelfSid = call.self,
                                  .ObjectTypeList = call.types,
                                  .ObjectTypeListLength = call.type_count};
    AUTHZ_ACCESS_REPLY reply = {.ResultListLength = (DWORD)count,
                                .GrantedAccessMask = call.granted,
                                .SaclEvaluationResults = audits,
                                .Error = call.statuses};
    if (audits == NULL)
        return false;
    const BOOL done = work->library.AuthzAccessCheck(0, work->context, &asked, NULL, call.descriptor, NULL, 0,
                                                     &reply, NULL);
    *ret = (struct authz_answer){.count = count,
                                 .granted = call.granted,
                                 .errors = call.statuses,
                                 .code = done ? ERROR_SUCCESS : GetLastError()};
    return true;
}

static bool has_labels(const struct descriptor *descriptor)
{
    struct acl_iterator iterator = {0};
    const uint8_t *raw;
    while (descriptor->sacl_state == ACL_THERE && acl_next_raw(&descriptor->sacl, &iterator, &raw))
        if (raw[0] == ACE_SYSTEM_MANDATORY_LABEL || raw[0] == ACE_SYSTEM_PROCESS_TRUST_LABEL ||
            raw[0] == ACE_SYSTEM_ACCESS_FILTER)
            return true;
    return false;
}

/* What a context has no place for. */
static const char *lacks(const struct token *wanted, const struct access_request *request)
{
    if (wanted->type != TOKEN_IMPERSONATION || wanted->level < SECURITY_IDENTIFICATION)
        return "a context has no type and level";
    if (wanted->privileges.present != 0)
        return "a context is given no privileges";
    if (wanted->package != NULL || wanted->trust != NULL || wanted->local_claims.count != 0 ||
        wanted->write_restricted || (wanted->restricted && wanted->restricting_sids.count == 0) ||
        wanted->user_deny_only)
        return "a context of this kind is not made";
    if (wanted->integrity_level != INTEGRITY_MEDIUM)
        return "a context has no integrity level";
    if (has_labels(request->descriptor))
        return "a context has no integrity level and no trust";
    return request->policies != NULL ? "central access policies are the domain's to give" : NULL;
}

const char *authz_ask(const struct token *wanted, const struct access_request *request, struct arena *arena,
                      struct authz_answer *ret)
{
    struct work work = {.wanted = wanted, .arena = arena, .why_not = lacks(wanted, request)};
    if (work.why_not != NULL)
        return work.why_not;
    if (!load(&work.library))
        return "this Windows has no such function";
    work.why_not = "no memory";
    const bool done = open_context(&work) && add_device(&work) &&
                      add_claims(&work, &wanted->user_claims, AuthzContextInfoUserClaims) &&
                      add_claims(&work, &wanted->device_claims, AuthzContextInfoDeviceClaims) &&
                      check(&work, request, ret);
    if (work.context != NULL)
        (void)work.library.AuthzFreeContext(work.context);
    if (work.manager != NULL)
        (void)work.library.AuthzFreeResourceManager(work.manager);
    return done ? NULL : work.why_not;
}
