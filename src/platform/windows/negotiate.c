#include "platform/negotiate.h"

#include "base/log.h"
#include "platform/windows/package.h"
#include "platform/windows/refusal.h"

#include <stdlib.h>

enum {
    TOKEN_SIZE_MAX = 65535,      /* the most that Windows lets MaxTokenSize be */
    LEGS_MAX = 4,                /* NTLM, where it is allowed, takes three with a MIC */
    CONTEXT_BYTES_MAX = 1 << 16, /* names */
};

/* 1601 to 1970, in the 100 ns of a FILETIME */
#define EPOCH_TICKS      INT64_C(116444736000000000)
#define TICKS_PER_SECOND INT64_C(10000000)

struct acceptor {
    struct platform *platform;
    bool open;
    CredHandle credentials;
};

enum err platform_acceptor_new(struct platform *platform, struct acceptor **ret)
{
    struct acceptor *acceptor = calloc(1, sizeof *acceptor);
    if (acceptor == NULL)
        return ERR_NO_MEMORY;
    acceptor->platform = platform;
    *ret = acceptor;
    return ERR_NONE;
}

void platform_acceptor_free(struct acceptor *acceptor)
{
    if (acceptor == NULL)
        return;
    if (acceptor->open)
        (void)acceptor->platform->sspi->FreeCredentialsHandle(&acceptor->credentials);
    free(acceptor);
}

void platform_security_context_free(struct security_context *context)
{
    if (context == NULL)
        return;
    if (context->open)
        (void)context->platform->sspi->DeleteSecurityContext(&context->handle);
    arena_done(&context->arena);
    free(context);
}

/* Taken when first needed, so that a machine whose package comes late is served then. */
static SECURITY_STATUS take_credentials(struct acceptor *acceptor)
{
    struct platform *platform = acceptor->platform;
    wchar_t name[256];
    TimeStamp expires;
    if (acceptor->open)
        return SEC_E_OK;
    (void)wcsncpy(name, platform->package, sizeof name / sizeof name[0] - 1);
    name[sizeof name / sizeof name[0] - 1] = L'\0';
    const SECURITY_STATUS status = platform->sspi->AcquireCredentialsHandleW(
        NULL, name, SECPKG_CRED_INBOUND, NULL, NULL, NULL, NULL, &acceptor->credentials, &expires);
    acceptor->open = status == SEC_E_OK;
    if (acceptor->open)
        atomic_store_explicit(&platform->has_credentials, true, memory_order_relaxed);
    return status;
}

/* What one AcceptSecurityContext gave. */
struct leg {
    SECURITY_STATUS status;
    void *reply;
    unsigned long
        reply_size; /* 0 unless the call succeeded: after a failure cbBuffer keeps the size of the buffer */
    unsigned long attributes;
    TimeStamp expires;
};

/* SEC_CHANNEL_BINDINGS with the application data behind it. RFC 5929, [MS-NLMP] 3.1.5.1.2 */
static enum err make_bindings(struct arena *arena, struct bytes data, SecBuffer *ret)
{
    const size_t head = sizeof(SEC_CHANNEL_BINDINGS);
    uint8_t *memory = arena_alloc(arena, head + data.size);
    if (memory == NULL)
        return ERR_NO_MEMORY;
    const SEC_CHANNEL_BINDINGS bindings = {.cbApplicationDataLength = (unsigned long)data.size,
                                           .dwApplicationDataOffset = (unsigned long)head};
    memcpy(memory, &bindings, head);
    memcpy(memory + head, data.data, data.size);
    *ret = (SecBuffer){.cbBuffer = (unsigned long)(head + data.size),
                       .BufferType = SECBUFFER_CHANNEL_BINDINGS,
                       .pvBuffer = memory};
    return ERR_NONE;
}

static unsigned long reply_room(const struct platform *platform)
{
    const unsigned long most = platform->token_max;
    return most == 0 || most > TOKEN_SIZE_MAX ? TOKEN_SIZE_MAX : most;
}

/* Where SSPI is given a binding it refuses a client that has bound to nothing, unless it is told to take one. */
static unsigned long requirements(struct negotiate_channel channel)
{
    const bool optional = channel.binding.size != 0 && !channel.required;
    return optional ? ASC_REQ_CONNECTION | ASC_REQ_ALLOW_MISSING_BINDINGS : ASC_REQ_CONNECTION;
}

static enum err accept_leg(struct acceptor *acceptor, struct security_context *context, struct bytes token,
                           struct negotiate_channel channel, struct arena *arena, struct leg *ret)
{
    const PSecurityFunctionTableW sspi = acceptor->platform->sspi;
    const unsigned long room = reply_room(acceptor->platform);
    void *input = arena_copy(arena, token.data, token.size); /* packages decode in place */
    void *reply = arena_alloc(arena, room);
    SecBuffer in[2] = {
        {.cbBuffer = (unsigned long)token.size, .BufferType = SECBUFFER_TOKEN, .pvBuffer = input}};
    SecBuffer out = {.cbBuffer = room, .BufferType = SECBUFFER_TOKEN, .pvBuffer = reply};
    SecBufferDesc ins = {.ulVersion = SECBUFFER_VERSION, .cBuffers = 1, .pBuffers = in};
    SecBufferDesc outs = {.ulVersion = SECBUFFER_VERSION, .cBuffers = 1, .pBuffers = &out};
    if (input == NULL || reply == NULL)
        return ERR_NO_MEMORY;
    if (channel.binding.size != 0 && make_bindings(arena, channel.binding, &in[ins.cBuffers++]) != ERR_NONE)
        return ERR_NO_MEMORY;
    CtxtHandle made;
    *ret = (struct leg){.status = SEC_E_INTERNAL_ERROR};
    SECURITY_STATUS status = sspi->AcceptSecurityContext(
        &acceptor->credentials, context->open ? &context->handle : NULL, &ins, requirements(channel),
        SECURITY_NATIVE_DREP, context->open ? &context->handle : &made, &outs, &ret->attributes,
        &ret->expires);
    if (!context->open && status >= 0) {
        context->handle = made;
        context->open = true;
    }
    if (status == SEC_I_COMPLETE_NEEDED || status == SEC_I_COMPLETE_AND_CONTINUE) {
        const SECURITY_STATUS completed = sspi->CompleteAuthToken(&context->handle, &outs);
        if (completed == SEC_E_OK)
            status = status == SEC_I_COMPLETE_NEEDED ? SEC_E_OK : SEC_I_CONTINUE_NEEDED;
        else
            status = completed < 0 ? completed : SEC_E_INTERNAL_ERROR;
    }
    ret->status = status;
    if (status == SEC_E_OK || status == SEC_I_CONTINUE_NEEDED) {
        ret->reply = out.pvBuffer;
        ret->reply_size = out.cbBuffer;
    }
    return ERR_NONE;
}

/* Packages give local time. 0 for what never ends: as Windows writes it, the end of its calendar. */
static int64_t expiry_of(TimeStamp local)
{
    const FILETIME there = {.dwLowDateTime = (DWORD)local.LowPart, .dwHighDateTime = (DWORD)local.HighPart};
    FILETIME utc;
    const int64_t never = INT64_MAX / 2;
    if (local.QuadPart <= 0 || local.QuadPart >= never || !LocalFileTimeToFileTime(&there, &utc))
        return 0;
    const int64_t ticks = (int64_t)utc.dwHighDateTime << 32 | utc.dwLowDateTime;
    return ticks > EPOCH_TICKS ? (ticks - EPOCH_TICKS) / TICKS_PER_SECOND : 1;
}

/* Fills the finished context. ERR_NO_MEMORY; *ret_reason is NULL, or why to refuse it after all. */
static enum err finish(const struct leg *leg, struct security_context *context, const char **ret_reason)
{
    const unsigned long proves_nobody =
        ASC_RET_NULL_SESSION | ASC_RET_USED_DCE_STYLE | ASC_RET_THIRD_LEG_FAILED;
    const char *package = NULL;
    *ret_reason = "bad-flags";
    if ((leg->attributes & proves_nobody) != 0)
        return ERR_NONE;
    *ret_reason = "no-kerberos";
    enum err err = package_negotiated(context, &package);
    if (err != ERR_NONE)
        return err == ERR_NO_MEMORY ? err : ERR_NONE;
    if (!package_allowed(&context->platform->settings, package, ret_reason))
        return ERR_NONE;
    *ret_reason = "bad-name";
    err = package_principal(context, &context->principal);
    if (err != ERR_NONE)
        return err == ERR_NO_MEMORY ? err : ERR_NONE;
    context->package = package;
    context->expires_at = expiry_of(leg->expires);
    context->finished = true;
    *ret_reason = NULL;
    return ERR_NONE;
}

/* NTLM is refused as soon as it is known: its last leg has a domain controller try a password, which strangers could guess, or lock
 * an account with. */
static enum err weigh_more(const struct leg *leg, struct security_context *context, const char **ret_reason)
{
    const char *package = NULL;
    const char *refusal = NULL;
    *ret_reason = "malformed";
    if (leg->reply_size == 0 || context->legs >= LEGS_MAX)
        return ERR_NONE;
    enum err err = package_proposed(context, &package);
    if (err == ERR_NO_MEMORY)
        return err;
    const bool ntlm = err == ERR_NONE && !package_allowed(&context->platform->settings, package, &refusal) &&
                      strcmp(refusal, "ntlm") == 0;
    *ret_reason = ntlm ? refusal : NULL;
    return ERR_NONE;
}

static enum err weigh(const struct leg *leg, struct security_context *context, const char **ret_reason)
{
    const unsigned long room = reply_room(context->platform);
    if (leg->status == SEC_E_INSUFFICIENT_MEMORY) {
        *ret_reason = "no-memory";
        return ERR_NO_MEMORY;
    }
    if (leg->status != SEC_E_OK && leg->status != SEC_I_CONTINUE_NEEDED) {
        *ret_reason = refusal_of(leg->status);
        LOG(LOG_LEVEL_DEBUG, "negotiate-refused", LOG_STRING("reason", *ret_reason),
            LOG_NUMBER("status", (uint32_t)leg->status));
        return ERR_NONE;
    }
    *ret_reason = "malformed";
    if (leg->reply_size > room || (leg->reply_size != 0 && leg->reply == NULL))
        return ERR_NONE;
    return leg->status == SEC_E_OK ? finish(leg, context, ret_reason) : weigh_more(leg, context, ret_reason);
}

/* NTLM that comes by itself need not be tried to be refused. [MS-NLMP] 2.2.1 */
static bool is_bare_ntlm(struct bytes token)
{
    static const char signature[] = "NTLMSSP";
    return token.size >= sizeof signature && memcmp(token.data, signature, sizeof signature) == 0;
}

/* NULL when the token may go to SSPI. */
static const char *admit(struct acceptor *acceptor, const struct security_context *context,
                         struct bytes token, struct negotiate_channel channel)
{
    if (channel.required && channel.binding.size == 0)
        return "no-channel";
    if (token.size == 0 || token.size > TOKEN_SIZE_MAX)
        return "malformed";
    if (context != NULL && context->finished)
        return "malformed"; /* a finished handshake takes no more */
    if (is_bare_ntlm(token) && !acceptor->platform->settings.allow_ntlm)
        return "ntlm";
    const SECURITY_STATUS status = take_credentials(acceptor);
    return status == SEC_E_OK ? NULL : "no-keytab";
}

static struct security_context *context_new(struct platform *platform)
{
    struct security_context *context = calloc(1, sizeof *context);
    if (context == NULL)
        return NULL;
    context->platform = platform;
    arena_init(&context->arena, CONTEXT_BYTES_MAX);
    return context;
}

static enum err refuse(struct security_context **context, const char *reason, enum err err,
                       struct negotiate_reply *ret)
{
    platform_security_context_free(*context);
    *context = NULL;
    *ret = (struct negotiate_reply){.outcome = NEGOTIATE_REFUSED, .reason = reason};
    return err;
}

enum err platform_negotiate(struct acceptor *acceptor, struct security_context **context, struct bytes token,
                            struct negotiate_channel channel, struct arena *arena,
                            struct negotiate_reply *ret)
{
    AUTO_ARENA memory;
    struct leg leg;
    arena_init(&memory, (size_t)4 * (TOKEN_SIZE_MAX + 1));
    *ret = (struct negotiate_reply){.outcome = NEGOTIATE_REFUSED, .reason = "refused"};
    const char *reason = admit(acceptor, *context, token, channel);
    if (reason != NULL)
        return refuse(context, reason, ERR_NONE, ret);
    if (*context == NULL && (*context = context_new(acceptor->platform)) == NULL)
        return refuse(context, "no-memory", ERR_NO_MEMORY, ret);
    enum err err = accept_leg(acceptor, *context, token, channel, &memory, &leg);
    if (err != ERR_NONE)
        return refuse(context, "no-memory", err, ret);
    (*context)->legs++;
    err = weigh(&leg, *context, &reason);
    if (err != ERR_NONE || reason != NULL)
        return refuse(context, reason, err, ret);
    void *reply = arena_copy(arena, leg.reply, leg.reply_size);
    if (reply == NULL)
        return refuse(context, "no-memory", ERR_NO_MEMORY, ret);
    *ret = (struct negotiate_reply){
        .outcome = (*context)->finished ? NEGOTIATE_ACCEPTED : NEGOTIATE_CONTINUE,
        .token = bytes_of(reply, leg.reply_size),
    };
    return ERR_NONE;
}
