#include "support/logon.h"

#include <stdio.h>
#include <stdlib.h>

static enum err find_nobody(const void *context, struct bytes name, struct sid_buffer *ret)
{
    (void)context;
    (void)name;
    (void)ret;
    return ERR_NONE_MAPPED;
}

struct policy *logon_policy(struct arena *arena, const char *text)
{
    struct policy *policy = NULL;
    struct template template = {0};
    struct notes notes;
    const struct template_names names = {.find = find_nobody};
    size_t ignored = 0;
    enum err err = ERR_NONE;
    if (text != NULL)
        err = template_parse(arena, bytes_of_string(text), &names, &template, &notes);
    if (err == ERR_NONE)
        err = policy_new(&template, sids_one(arena, LOGON_MACHINE), &policy, &ignored);
    if (err != ERR_NONE) {
        (void)fprintf(stderr, "logon: %s: %s\n", err_text(err), text != NULL ? text : "the defaults");
        exit(99);
    }
    return policy;
}

struct token_origin logon_origin(struct arena *arena, const struct policy *policy)
{
    return (struct token_origin){.policy = policy,
                                 .domain = sids_one(arena, LOGON_DOMAIN),
                                 .machine = sids_one(arena, LOGON_MACHINE),
                                 .logon_id = UINT64_C(0x100000002),
                                 .level = SECURITY_IMPERSONATION};
}

static struct sid_list list_of(struct arena *arena, const char *text)
{
    return sids_of(arena, text != NULL ? text : "");
}

enum err logon_build(struct arena *arena, const struct logon *logon, struct token *ret,
                     struct token_refused *ret_refused)
{
    static const struct claim_set no_claims = {0};
    struct policy *policy = logon_policy(arena, logon->template);
    struct token_origin origin = logon_origin(arena, policy);
    const struct pac_identity identity = {
        .user = sids_one(arena, logon->user != NULL ? logon->user : LOGON_DOMAIN "-1104"),
        .logon_domain = sids_one(arena, LOGON_DOMAIN),
        .user_flags = logon->user_flags,
        .groups = list_of(arena, logon->groups),
        .extra_sids = list_of(arena, logon->extra),
        .resource_groups = list_of(arena, logon->resource),
        .user_claims = logon->user_claims != NULL ? *logon->user_claims : no_claims,
        .has_device = logon->device != NULL,
        .device_groups = list_of(arena, logon->device),
        .device_extra_sids = list_of(arena, logon->device_extra),
        .device_claims = logon->device_claims != NULL ? *logon->device_claims : no_claims};
    if (logon->foreign)
        origin.domain = NULL;
    enum err err = token_build_domain(arena, &origin, &identity, ret, ret_refused);
    policy_release(policy);
    return err;
}
