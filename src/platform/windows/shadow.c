#include "platform/windows/shadow.h"

#include "base/log.h"
#include "engine/sddl.h"

#include <stdlib.h>

enum { REPORT_MEMORY_MAX = 4 << 20, REPORT_TEXT_MAX = 4096 };

/* The system's central access policies are unknown to the engine, which then refuses. Reference 3.11 */
static bool names_policy(const struct descriptor *descriptor)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    if (descriptor->sacl_state != ACL_THERE)
        return false;
    while (acl_next(&descriptor->sacl, &iterator, &ace))
        if (ace.type == ACE_SYSTEM_SCOPED_POLICY_ID && (ace.flags & ACE_INHERIT_ONLY) == 0)
            return true;
    return false;
}

void shadow_begin(struct shadow *shadow, const struct platform_token *token,
                  const struct access_request *request)
{
    const struct platform_settings *settings = &token->storage->platform->settings;
    const bool listed = request->nodes != NULL && request->node_count != 0;
    *shadow = (struct shadow){.err = ERR_FAILED};
    if (request->explanation == NULL && (!settings->shadow_check || names_policy(request->descriptor)))
        return;
    shadow->err = decide_access(&token->view, request, &shadow->answer);
    if (listed) {
        shadow->nodes = calloc(request->node_count, sizeof *shadow->nodes);
        if (shadow->nodes == NULL)
            return;
        memcpy(shadow->nodes, request->nodes, request->node_count * sizeof *shadow->nodes);
    }
    shadow->decided = !names_policy(request->descriptor);
}

static bool differs(const struct shadow *shadow, const struct access_request *request, enum err err,
                    const struct access_answer *answer)
{
    if (err != shadow->err)
        return true;
    if (err != ERR_NONE)
        return false;
    bool differing = answer->allowed != shadow->answer.allowed || answer->granted != shadow->answer.granted ||
                     answer->reason != shadow->answer.reason ||
                     answer->privileges_used != shadow->answer.privileges_used;
    for (size_t i = 0; shadow->nodes != NULL && request->result_list && i < request->node_count; i++)
        differing = differing || request->nodes[i].allowed != shadow->nodes[i].allowed ||
                    request->nodes[i].granted != shadow->nodes[i].granted;
    return differing;
}

static void report(const struct shadow *shadow, const struct platform_token *token,
                   const struct access_request *request, enum err err, const struct access_answer *answer)
{
    AUTO_ARENA arena;
    struct platform *platform = token->storage->platform;
    struct bytes sddl = {0};
    char user[SID_TEXT_MAX];
    arena_init(&arena, REPORT_MEMORY_MAX);
    (void)sid_format(token->view.user, user);
    const uint64_t count =
        atomic_fetch_add_explicit(&platform->shadow_differing, 1, memory_order_relaxed) + 1;
    const bool written = sddl_write(&arena, request->descriptor, ALL_SECURITY_INFORMATION, &platform->domains,
                                    &sddl) == ERR_NONE;
    LOG_LIMITED(LOG_LEVEL_WARNING, "shadow-check-differs", LOG_STRING("user", user),
                LOG_NUMBER("desired", request->desired), LOG_STRING("systemError", err_win32_name(err)),
                LOG_STRING("systemReason", err_win32_name(answer->reason)),
                LOG_NUMBER("systemGranted", answer->granted),
                LOG_STRING("engineError", err_win32_name(shadow->err)),
                LOG_STRING("engineReason", err_win32_name(shadow->answer.reason)),
                LOG_NUMBER("engineGranted", shadow->answer.granted),
                LOG_NUMBER("systemPrivileges", answer->privileges_used),
                LOG_NUMBER("enginePrivileges", shadow->answer.privileges_used),
                LOG_NUMBER("nodes", request->node_count), LOG_NUMBER("differing", count),
                LOG_NUMBER("checked", atomic_load_explicit(&platform->shadow_checked, memory_order_relaxed)),
                LOG_STRING("descriptor", written ? (const char *)sddl.data : NULL));
}

void shadow_end(struct shadow *shadow, const struct platform_token *token,
                const struct access_request *request, enum err err, const struct access_answer *answer)
{
    struct platform *platform = token->storage->platform;
    if (shadow->decided) {
        (void)atomic_fetch_add_explicit(&platform->shadow_checked, 1, memory_order_relaxed);
        if (differs(shadow, request, err, answer))
            report(shadow, token, request, err, answer);
    }
    free(shadow->nodes);
    *shadow = (struct shadow){.err = ERR_FAILED};
}

/* Where the bytes begin to differ; -1 where they do not, or there are none of one. */
static int64_t differing_at(const struct sddl_reading *system, const struct sddl_reading *engine)
{
    size_t at = 0;
    if (system->err != ERR_NONE || engine->err != ERR_NONE || bytes_equal(system->bytes, engine->bytes))
        return -1;
    while (at < system->bytes.size && at < engine->bytes.size &&
           system->bytes.data[at] == engine->bytes.data[at])
        at++;
    return (int64_t)at;
}

void shadow_read(struct platform *platform, struct bytes text, const struct sddl_reading *system,
                 const struct sddl_reading *engine)
{
    char shown[REPORT_TEXT_MAX + 1];
    const int64_t at = differing_at(system, engine);
    const size_t size = text.size < REPORT_TEXT_MAX ? text.size : REPORT_TEXT_MAX;
    if (system->err == ERR_NO_MEMORY || engine->err == ERR_NO_MEMORY)
        return;
    (void)atomic_fetch_add_explicit(&platform->shadow_sddl_read, 1, memory_order_relaxed);
    if (system->err == engine->err && at < 0)
        return;
    const uint64_t count =
        atomic_fetch_add_explicit(&platform->shadow_sddl_differing, 1, memory_order_relaxed) + 1;
    memcpy(shown, text.data, size);
    shown[size] = '\0';
    LOG_LIMITED(
        LOG_LEVEL_WARNING, "shadow-sddl-differs", LOG_STRING("systemError", err_win32_name(system->err)),
        LOG_NUMBER("systemSize", system->bytes.size), LOG_STRING("engineError", err_win32_name(engine->err)),
        LOG_NUMBER("engineSize", engine->bytes.size), LOG_NUMBER("at", at), LOG_NUMBER("differing", count),
        LOG_NUMBER("read", atomic_load_explicit(&platform->shadow_sddl_read, memory_order_relaxed)),
        LOG_STRING("text", shown));
}
