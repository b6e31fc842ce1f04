#include "platform/token.h"

#include "base/log.h"
#include "platform/posix/security_context.h"
#include "platform/posix/state.h"
#include "platform/posix/token_build.h"
#include "platform/posix/token_pack.h"

#include <stdlib.h>
#include <string.h>

/* SIDs and claims of the largest PAC that pac.h lets through, twice. */
enum { MAKING_MEMORY_MAX = 16 << 20, LOGON_TYPE_NETWORK = 3, LOGON_TYPE_SERVICE = 5 };

void platform_token_free(struct platform_token *token)
{
    if (token == NULL)
        return;
    struct token_storage *storage = token->storage;
    free(token);
    if (atomic_fetch_sub_explicit(&storage->references, 1, memory_order_acq_rel) != 1)
        return;
    free(storage);
}

enum err platform_token_duplicate(const struct platform_token *token, struct platform_token **ret)
{
    struct platform_token *copy = malloc(sizeof *copy);
    if (copy == NULL)
        return ERR_NO_MEMORY;
    *copy = *token;
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

/* A client that asked for identification only gets no more, whatever else it forwarded. Reference 6.5 */
static enum impersonation_level level_of(const struct security_context *context)
{
    if (context->identify_only)
        return SECURITY_IDENTIFICATION;
    return context->delegated ? SECURITY_DELEGATION : SECURITY_IMPERSONATION;
}

static struct token_origin origin_of(struct platform *platform, const struct policy *policy)
{
    return (struct token_origin){
        .policy = policy,
        .domain = platform->accounts.domains.domain,
        .machine = platform->accounts.domains.machine,
        .logon_id = atomic_fetch_add_explicit(&platform->next_logon_id, 1, memory_order_relaxed),
        .level = SECURITY_IMPERSONATION,
    };
}

/* What follows the first '@' that is not escaped; NULL when there is none. */
static const char *realm_of(const char *principal)
{
    for (const char *at = principal; *at != '\0'; at++) {
        if (*at == '@')
            return at + 1;
        if (*at == '\\' && at[1] != '\0')
            at++;
    }
    return NULL;
}

static bool is_from_realm(const struct security_context *context, const char *realm)
{
    const char *own = context->principal != NULL ? realm_of(context->principal) : NULL;
    return own != NULL && realm != NULL && strcmp(own, realm) == 0;
}

/* When the operator did not say which domain the machine belongs to: the users of the realm that gave the service its keys are
 * that domain's. A user of a trusted realm tells nothing. */
static const struct sid *own_domain(struct platform *platform, const struct security_context *context,
                                    const struct pac_identity *identity)
{
    char realm[KEYTAB_REALM_MAX];
    if (platform->accounts.domains.domain != NULL)
        return platform->accounts.domains.domain;
    bool own = keytab_realm(&platform->keytab, realm) && is_from_realm(context, realm);
    return own ? identity->logon_domain : NULL;
}

static void log_refused_sids(const struct security_context *context, const struct token_refused *refused)
{
    for (size_t i = 0; i < refused->count && i < TOKEN_REFUSED_SHOWN; i++) {
        char text[SID_TEXT_MAX];
        (void)sid_format(sid_of(&refused->shown[i]), text);
        LOG_LIMITED(LOG_LEVEL_WARNING, "sid-refused", LOG_STRING("principal", context->principal),
                    LOG_STRING("sid", text), LOG_NUMBER("refusedInAll", refused->count),
                    LOG_STRING("reason", "a domain must not assert this SID: it was left out of the token"));
    }
}

/* The name of the domain as the operator gave it, else as the PAC says; the first such PAC names it for the whole process. */
static const char *name_of_domain(struct platform *platform, const struct pac_identity *identity)
{
    const struct sid *domain = platform->accounts.domains.domain;
    if (domain == NULL || identity->domain_name == NULL || identity->logon_domain == NULL ||
        !sid_equal(domain, identity->logon_domain))
        return identity->domain_name;
    if (platform->settings.domain_name != NULL)
        return platform->settings.domain_name;
    if (atomic_load_explicit(&platform->learned_domain_name, memory_order_relaxed) == NULL) {
        char *none = NULL;
        char *name = strdup(identity->domain_name);
        if (!atomic_compare_exchange_strong_explicit(&platform->learned_domain_name, &none, name,
                                                     memory_order_release, memory_order_relaxed))
            free(name);
    }
    return identity->domain_name;
}

static struct token_details details_of(const struct security_context *context,
                                       const struct token_origin *origin)
{
    return (struct token_details){.principal = context->principal,
                                  .authentication = "Kerberos",
                                  .expires_at = context->expires_at,
                                  .logon_id = origin->logon_id,
                                  .logon_type = LOGON_TYPE_NETWORK};
}

static enum err open_domain(struct platform *platform, const struct security_context *context,
                            const struct policy *policy, struct arena *arena, struct platform_token **ret)
{
    struct token_origin origin = origin_of(platform, policy);
    struct token_refused refused = {0};
    struct pac_identity identity = {0};
    struct token token = {0};
    enum err err = pac_decode(arena, &context->pac, &identity);
    if (err != ERR_NONE)
        return err;
    origin.level = level_of(context);
    origin.domain = own_domain(platform, context, &identity);
    err = token_build_domain(arena, &origin, &identity, &token, &refused);
    log_refused_sids(context, &refused);
    if (err != ERR_NONE)
        return err;
    struct token_details details = details_of(context, &origin);
    details.account_name = identity.account_name;
    details.domain_name = name_of_domain(platform, &identity);
    details.upn = identity.upn;
    return token_pack(platform, &token, &details, platform->hash_key, ret);
}

/* A ticket without a PAC: by name, only where the operator wants it, and only for the realm whose names NSS knows.
 * Reference 8.1, traps 23 and 24 */
static enum err open_local(struct platform *platform, const struct security_context *context,
                           const struct policy *policy, struct arena *arena, struct platform_token **ret)
{
    struct token_origin origin = origin_of(platform, policy);
    struct nss_account account = {0};
    struct token token = {0};
    if (!platform->settings.local_accounts || context->user_name == NULL ||
        !is_from_realm(context, platform->default_realm))
        return ERR_LOGON_FAILURE;
    enum err err = nss_find_account(arena, context->user_name, &account);
    if (err != ERR_NONE)
        return err;
    origin.level = level_of(context);
    err = token_build_local(arena, &origin, &account, &token);
    if (err != ERR_NONE)
        return err;
    struct token_details details = details_of(context, &origin);
    details.account_name = account.name;
    return token_pack(platform, &token, &details, platform->hash_key, ret);
}

/* Callers are told of three outcomes; what else went wrong is a doubt, so no logon. */
static enum err log_outcome(const struct security_context *context, enum err err)
{
    if (err == ERR_NONE)
        return ERR_NONE;
    LOG_LIMITED(LOG_LEVEL_WARNING, "logon-refused", LOG_STRING("principal", context->principal),
                LOG_STRING("error", err_text(err)), LOG_STRING("pac", context->has_pac ? "there" : "none"));
    return err == ERR_LOGON_TYPE_NOT_GRANTED || err == ERR_NO_MEMORY ? err : ERR_LOGON_FAILURE;
}

enum err platform_token_open_client(struct platform *platform, struct security_context *context,
                                    struct platform_token **ret)
{
    AUTO_ARENA arena;
    arena_init(&arena, MAKING_MEMORY_MAX);
    if (context == NULL || !context->finished)
        return ERR_LOGON_FAILURE;
    struct policy *policy = policy_file_acquire(&platform->policy);
    enum err err = context->has_pac ? open_domain(platform, context, policy, &arena, ret)
                                    : open_local(platform, context, policy, &arena, ret);
    policy_release(policy);
    return log_outcome(context, err);
}

const char *platform_token_refusal(const struct security_context *context, enum err err)
{
    if (err == ERR_NO_MEMORY)
        return "no-memory";
    if (err == ERR_LOGON_TYPE_NOT_GRANTED)
        return "logon-type";
    return context != NULL && context->has_pac ? "bad-pac" : "no-pac";
}

/* Whether the service may write events is its configuration's to say. The alarms need the privilege enabled: reference 5.1. */
static void settle_audit_privilege(const struct platform *platform, struct privilege_state *state)
{
    const privilege_set audit = privilege_bit(SE_AUDIT);
    const privilege_set held = platform->settings.audit.privilege ? audit : 0;
    state->present = (state->present & ~audit) | held;
    state->enabled = (state->enabled & ~audit) | held;
    state->enabled_by_default = (state->enabled_by_default & ~audit) | held;
}

enum err platform_token_open_process(struct platform *platform, struct platform_token **ret)
{
    AUTO_ARENA arena;
    struct nss_account account = {0};
    struct token token = {0};
    arena_init(&arena, MAKING_MEMORY_MAX);
    struct policy *policy = policy_file_acquire(&platform->policy);
    struct token_origin origin = origin_of(platform, policy);
    enum err err = nss_own_account(&arena, &account);
    if (err == ERR_NONE)
        err = token_build_service(&arena, &origin, &account, &token);
    policy_release(policy);
    if (err != ERR_NONE)
        return err;
    settle_audit_privilege(platform, &token.privileges);
    const struct token_details details = {
        .account_name = account.name, .logon_id = origin.logon_id, .logon_type = LOGON_TYPE_SERVICE};
    return token_pack(platform, &token, &details, platform->hash_key, ret);
}
