#include "platform/token.h"

#include "base/log.h"
#include "platform/windows/account.h"
#include "platform/windows/security_context.h"
#include "platform/windows/snapshot.h"
#include "platform/windows/token_storage.h"

#include <stdlib.h>

enum {
    SNAPSHOT_MEMORY_MAX = 64 << 20, /* each class of information in the largest buffer that is asked with */
    LOGON_TYPE_INTERACTIVE = 2,
    LOGON_TYPE_NETWORK = 3,
    LOGON_TYPE_BATCH = 4,
    LOGON_TYPE_SERVICE = 5,
};

#define TOKEN_RIGHTS (TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_IMPERSONATE | TOKEN_ADJUST_PRIVILEGES)

void platform_token_free(struct platform_token *token)
{
    if (token == NULL)
        return;
    struct token_storage *storage = token->storage;
    (void)storage->platform->system.CloseHandle(token->handle);
    free(token);
    if (atomic_fetch_sub_explicit(&storage->references, 1, memory_order_acq_rel) != 1)
        return;
    arena_done(&storage->arena);
    free(storage);
}

/* A token of the same type and level of which nobody else has a handle. */
static enum err duplicate(const struct system *system, HANDLE handle, const struct token *view, HANDLE *ret)
{
    const bool primary = view->type == TOKEN_PRIMARY;
    HANDLE copy = NULL;
    if (!system->DuplicateTokenEx(handle, TOKEN_RIGHTS, NULL,
                                  primary ? SecurityImpersonation : (SECURITY_IMPERSONATION_LEVEL)view->level,
                                  primary ? TokenPrimary : TokenImpersonation, &copy))
        return system_error(system);
    if (copy == NULL)
        return ERR_FAILED;
    *ret = copy;
    return ERR_NONE;
}

enum err platform_token_duplicate(const struct platform_token *token, struct platform_token **ret)
{
    struct platform_token *copy = malloc(sizeof *copy);
    if (copy == NULL)
        return ERR_NO_MEMORY;
    *copy = *token;
    enum err err = duplicate(&token->storage->platform->system, token->handle, &token->view, &copy->handle);
    if (err != ERR_NONE) {
        free(copy);
        return err;
    }
    (void)atomic_fetch_add_explicit(&copy->storage->references, 1, memory_order_relaxed);
    *ret = copy;
    return ERR_NONE;
}

const struct token *platform_token_view(const struct platform_token *token)
{
    return &token->view;
}

const struct token_details *platform_token_details(const struct platform_token *token)
{
    return &token->storage->details;
}

static bool is_in(const struct token *token, const struct sid *sid)
{
    for (size_t i = 0; i < token->groups.count; i++)
        if (sid_equal(token->groups.items[i].sid, sid))
            return true;
    return sid_equal(token->user, sid);
}

/* Who logged on is told by the groups that the logon added. [MS-DTYP] 2.4.2.4 */
static uint32_t logon_type_of(const struct token *token)
{
    static const struct {
        uint32_t rid; /* under S-1-5 */
        uint32_t type;
    } kinds[] = {{2, LOGON_TYPE_NETWORK},
                 {6, LOGON_TYPE_SERVICE},
                 {18, LOGON_TYPE_SERVICE},
                 {3, LOGON_TYPE_BATCH},
                 {4, LOGON_TYPE_INTERACTIVE}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct sid_buffer sid;
        if (sid_make(&sid, 5, &kinds[i].rid, 1) == ERR_NONE && is_in(token, sid_of(&sid)))
            return kinds[i].type;
    }
    return 0;
}

static enum err describe(struct token_storage *storage, const struct token *view,
                         const struct security_context *context)
{
    struct token_details *details = &storage->details;
    const struct system *system = &storage->platform->system;
    struct arena *arena = &storage->arena;
    details->logon_type = logon_type_of(view);
    if (account_lookup(system, view->user, arena, &details->domain_name, &details->account_name) ==
        ERR_NO_MEMORY)
        return ERR_NO_MEMORY;
    if (context == NULL)
        return ERR_NONE;
    details->expires_at = context->expires_at;
    details->authentication = arena_string(arena, bytes_of_string(context->package));
    if (context->principal != NULL)
        details->principal = arena_string(arena, bytes_of_string(context->principal));
    else if (details->account_name != NULL)
        details->principal = arena_printf(arena, "%s\\%s", details->domain_name, details->account_name);
    return details->authentication == NULL || (context->principal != NULL && details->principal == NULL)
               ? ERR_NO_MEMORY
               : ERR_NONE;
}

static enum err fill(struct platform_token *token, HANDLE opened, const struct security_context *context)
{
    struct token_storage *storage = token->storage;
    struct platform *platform = storage->platform;
    enum err err =
        snapshot_take(&platform->system, opened, &storage->arena, &token->view, &storage->details.logon_id);
    if (err == ERR_NONE)
        err = token_index(&token->view, &storage->arena, platform->hash_key);
    if (err == ERR_NONE)
        err = describe(storage, &token->view, context);
    return err == ERR_NONE ? duplicate(&platform->system, opened, &token->view, &token->handle) : err;
}

/* Takes a duplicate of `opened`, which stays the caller's; `context` is NULL for the process's own. */
static enum err take(struct platform *platform, HANDLE opened, const struct security_context *context,
                     struct platform_token **ret)
{
    struct platform_token *token = calloc(1, sizeof *token);
    struct token_storage *storage = calloc(1, sizeof *storage);
    enum err err = ERR_NO_MEMORY;
    if (token != NULL && storage != NULL) {
        arena_init(&storage->arena, SNAPSHOT_MEMORY_MAX);
        atomic_init(&storage->references, 1);
        storage->platform = platform;
        token->storage = storage;
        err = fill(token, opened, context);
    }
    if (err == ERR_NONE) {
        *ret = token;
        return ERR_NONE;
    }
    if (storage != NULL)
        arena_done(&storage->arena);
    free(storage);
    free(token);
    return err;
}

/* Impersonates, opens and reverts, with nothing in between that could go wrong otherwise. OpenAsSelf: the service may open what the
 * client may not. */
static enum err open_impersonated(struct security_context *context, HANDLE *ret)
{
    const struct system *system = &context->platform->system;
    const PSecurityFunctionTableW sspi = context->platform->sspi;
    HANDLE opened = NULL;
    const SECURITY_STATUS impersonated = sspi->ImpersonateSecurityContext(&context->handle);
    if (impersonated != SEC_E_OK) {
        LOG_LIMITED(LOG_LEVEL_WARNING, "impersonation-failed", LOG_STRING("principal", context->principal),
                    LOG_NUMBER("status", (uint32_t)impersonated));
        return ERR_LOGON_FAILURE;
    }
    const BOOL done = system->OpenThreadToken(
        system->GetCurrentThread(), TOKEN_QUERY | TOKEN_DUPLICATE | TOKEN_IMPERSONATE, TRUE, &opened);
    const DWORD code = done ? ERROR_SUCCESS : system->GetLastError();
    const SECURITY_STATUS reverted = sspi->RevertSecurityContext(&context->handle);
    if (reverted != SEC_E_OK) {
        system_die(system, "RevertSecurityContext", (DWORD)reverted);
        return ERR_LOGON_FAILURE;
    }
    if (!done || opened == NULL)
        return done ? ERR_FAILED : system_error_of(code);
    *ret = opened;
    return ERR_NONE;
}

/* A token that proves nobody, or that no check takes, is none. */
static enum err judge(const struct token *view)
{
    if (view->type != TOKEN_IMPERSONATION || view->level < SECURITY_IDENTIFICATION)
        return ERR_LOGON_FAILURE;
    return sid_equal(view->user, SID_ANONYMOUS) ? ERR_LOGON_FAILURE : ERR_NONE;
}

enum err platform_token_open_client(struct platform *platform, struct security_context *context,
                                    struct platform_token **ret)
{
    struct platform_token *token = NULL;
    HANDLE opened = NULL;
    if (context == NULL || !context->finished)
        return ERR_LOGON_FAILURE;
    enum err err = open_impersonated(context, &opened);
    if (err == ERR_NONE)
        err = take(platform, opened, context, &token);
    if (opened != NULL)
        (void)platform->system.CloseHandle(opened);
    if (err == ERR_NONE)
        err = judge(&token->view);
    if (err == ERR_NONE) {
        *ret = token;
        return ERR_NONE;
    }
    platform_token_free(token);
    LOG_LIMITED(LOG_LEVEL_WARNING, "logon-refused", LOG_STRING("principal", context->principal),
                LOG_STRING("error", err_text(err)));
    return err == ERR_LOGON_TYPE_NOT_GRANTED || err == ERR_NO_MEMORY ? err : ERR_LOGON_FAILURE;
}

const char *platform_token_refusal(const struct security_context *context, enum err err)
{
    (void)context; /* Windows has looked at the PAC itself */
    if (err == ERR_NO_MEMORY)
        return "no-memory";
    return err == ERR_LOGON_TYPE_NOT_GRANTED ? "logon-type" : "logon-denied";
}

enum err platform_token_open_process(struct platform *platform, struct platform_token **ret)
{
    const struct system *system = &platform->system;
    HANDLE opened = NULL;
    if (!system->OpenProcessToken(system->GetCurrentProcess(), TOKEN_QUERY | TOKEN_DUPLICATE, &opened))
        return system_error(system);
    enum err err = take(platform, opened, NULL, ret);
    (void)system->CloseHandle(opened);
    return err;
}
