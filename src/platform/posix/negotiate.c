#include "platform/negotiate.h"

#include "base/log.h"
#include "base/utf16.h"
#include "platform/posix/keys.h"
#include "platform/posix/pac_fetch.h"
#include "platform/posix/refusal.h"
#include "platform/posix/security_context.h"
#include "platform/posix/spnego.h"

#include <errno.h>
#include <gssapi/gssapi_ext.h>
#include <gssapi/gssapi_krb5.h>
#include <krb5.h>
#include <profile.h>
#include <stdlib.h>
#include <time.h>

enum {
    TOKEN_SIZE_MAX = 65535,      /* the most that Windows lets MaxTokenSize be */
    LEGS_MAX = 4,                /* NTLM offered first and a MIC asked for: three */
    CONTEXT_BYTES_MAX = 1 << 18, /* a PAC cannot be larger than its token; its buffers are copied once */
    NAME_SIZE_MAX = 1024,
    CLOCK_SKEW_STANDARD_S = 300,
};

struct acceptor {
    struct platform *platform;
    krb5_context k5; /* kept open: while one is, libkrb5 does not parse krb5.conf again for every token */
    int skew_s;      /* for so long after its end a ticket is still taken */
    gss_cred_id_t credential;
    struct pac_keys keys; /* those of `credential` */
    uint64_t generation;  /* of both */
};

static char spnego_octets[] = "\x2b\x06\x01\x05\x05\x02"; /* 1.3.6.1.5.5.2 */
static gss_OID_desc spnego_oid = {sizeof spnego_octets - 1, spnego_octets};

/* krb5.conf(5), clockskew. */
static int clock_skew(krb5_context k5)
{
    profile_t profile = NULL;
    int seconds = CLOCK_SKEW_STANDARD_S;
    if (krb5_get_profile(k5, &profile) != 0)
        return seconds;
    if (profile_get_integer(profile, "libdefaults", "clockskew", NULL, CLOCK_SKEW_STANDARD_S, &seconds) !=
            0 ||
        seconds < 0)
        seconds = CLOCK_SKEW_STANDARD_S;
    profile_release(profile);
    return seconds;
}

enum err platform_acceptor_new(struct platform *platform, struct acceptor **ret)
{
    struct acceptor *acceptor = calloc(1, sizeof *acceptor);
    if (acceptor == NULL)
        return ERR_NO_MEMORY;
    acceptor->platform = platform;
    krb5_error_code code = krb5_init_context(&acceptor->k5);
    if (code != 0) {
        LOG(LOG_LEVEL_ERROR, "krb5-config-unreadable", LOG_STRING("problem", error_message(code)),
            LOG_STRING("remedy", "correct krb5.conf, or the file that KRB5_CONFIG names"));
        free(acceptor);
        return code == ENOMEM ? ERR_NO_MEMORY : ERR_FAILED;
    }
    acceptor->skew_s = clock_skew(acceptor->k5);
    *ret = acceptor;
    return ERR_NONE;
}

static void drop_credential(struct acceptor *acceptor)
{
    OM_uint32 ignored = 0;
    (void)gss_release_cred(&ignored, &acceptor->credential);
    pac_keys_done(acceptor->k5, &acceptor->keys);
}

void platform_acceptor_free(struct acceptor *acceptor)
{
    if (acceptor == NULL)
        return;
    drop_credential(acceptor);
    krb5_free_context(acceptor->k5);
    free(acceptor);
}

void platform_security_context_free(struct security_context *context)
{
    if (context == NULL)
        return;
    OM_uint32 ignored = 0;
    (void)gss_delete_sec_context(&ignored, &context->gss, GSS_C_NO_BUFFER);
    arena_done(&context->arena);
    free(context);
}

static OM_uint32 acquire(const char *keytab, const char *replay_cache, gss_cred_id_t *ret)
{
    gss_key_value_element_desc elements[] = {{"keytab", keytab}, {"rcache", replay_cache}};
    const gss_key_value_set_desc store = {2, elements};
    gss_OID_desc both[] = {spnego_oid, *gss_mech_krb5};
    gss_OID_set_desc mechanisms = {2, both};
    gss_OID_set_desc kerberos = {1, &both[1]};
    OM_uint32 minor = 0;
    OM_uint32 major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechanisms,
                                            GSS_C_ACCEPT, &store, ret, NULL, NULL);
    /* Else SPNEGO would negotiate whatever is installed, gss-ntlmssp for one. */
    if (major == GSS_S_COMPLETE)
        major = gss_set_neg_mechs(&minor, *ret, &kerberos);
    return major;
}

/* NULL when acceptor->credential holds the keys in force, else the reason. */
static const char *take_up_keys(struct acceptor *acceptor)
{
    if (acceptor->credential != GSS_C_NO_CREDENTIAL &&
        acceptor->generation == platform_keys_generation(acceptor->platform))
        return NULL;
    drop_credential(acceptor);
    char keytab[KEYS_NAME_MAX];
    if (!platform_keys(acceptor->platform, keytab, &acceptor->generation))
        return "no-keytab";
    gss_cred_id_t credential = GSS_C_NO_CREDENTIAL;
    OM_uint32 major = acquire(keytab, platform_replay_cache(acceptor->platform), &credential);
    if (major == GSS_S_COMPLETE && pac_keys_load(acceptor->k5, keytab, &acceptor->keys) == ERR_NONE) {
        acceptor->credential = credential;
        return NULL;
    }
    OM_uint32 ignored = 0;
    (void)gss_release_cred(&ignored, &credential);
    return "no-keytab";
}

/* What one gss_accept_sec_context gave. */
struct leg {
    OM_uint32 major;
    OM_uint32 minor;
    gss_name_t client;
    gss_OID mechanism; /* static in the library */
    OM_uint32 flags;
    OM_uint32 seconds_left;
    gss_cred_id_t delegated;
    gss_buffer_desc token;
};

static void leg_done(struct leg *leg)
{
    OM_uint32 ignored = 0;
    (void)gss_release_name(&ignored, &leg->client);
    (void)gss_release_cred(&ignored, &leg->delegated);
    (void)gss_release_buffer(&ignored, &leg->token);
}

static gss_buffer_desc buffer_of(struct bytes bytes)
{
    union {
        const uint8_t *from;
        void *to;
    } value = {.from = bytes.data}; /* GSSAPI's type has no const */
    return (gss_buffer_desc){.length = bytes.size, .value = value.to};
}

static void accept_leg(const struct acceptor *acceptor, struct security_context *context, struct bytes token,
                       struct bytes channel_binding, struct leg *ret)
{
    gss_buffer_desc input = buffer_of(token);
    struct gss_channel_bindings_struct binding = {.initiator_addrtype = GSS_C_AF_UNSPEC,
                                                  .acceptor_addrtype = GSS_C_AF_UNSPEC,
                                                  .application_data = buffer_of(channel_binding)};
    *ret = (struct leg){0};
    ret->major = gss_accept_sec_context(&ret->minor, &context->gss, acceptor->credential, &input,
                                        channel_binding.size == 0 ? GSS_C_NO_CHANNEL_BINDINGS : &binding,
                                        &ret->client, &ret->mechanism, &ret->token, &ret->flags,
                                        &ret->seconds_left, &ret->delegated);
}

static bool is_utf8(struct bytes text)
{
    for (size_t at = 0; at < text.size;)
        if (utf8_next(text, &at) <= 0)
            return false;
    return true;
}

/* A reason that says nothing about the token. */
static const char no_memory[] = "no-memory";
static const char bad_name[] = "bad-name";

static const char *take_user(struct bytes only, struct security_context *context)
{
    if (only.size == 0 || !is_utf8(only))
        return bad_name;
    context->user_name = arena_string(&context->arena, only);
    return context->user_name == NULL ? no_memory : NULL;
}

/* The client's name as libkrb5 prints and escapes it, and its only component. NULL, or the reason to refuse. */
static const char *take_name(const struct acceptor *acceptor, gss_name_t client,
                             struct security_context *context)
{
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    gss_OID type = GSS_C_NO_OID;
    OM_uint32 minor = 0;
    krb5_principal principal = NULL;
    const char *reason = bad_name;
    if (client != GSS_C_NO_NAME && gss_display_name(&minor, client, &text, &type) == GSS_S_COMPLETE &&
        gss_oid_equal(type, (gss_OID)GSS_KRB5_NT_PRINCIPAL_NAME) && text.length <= NAME_SIZE_MAX &&
        is_utf8(bytes_of(text.value, text.length))) {
        context->principal = arena_string(&context->arena, bytes_of(text.value, text.length));
        reason = context->principal == NULL ? no_memory : NULL;
    }
    (void)gss_release_buffer(&minor, &text);
    if (reason != NULL)
        return reason;
    if (krb5_parse_name(acceptor->k5, context->principal, &principal) != 0)
        return bad_name;
    if (principal->length == 0 || principal->realm.length == 0)
        reason = bad_name;
    if (principal->length == 1 && reason == NULL)
        reason = take_user(bytes_of(principal->data[0].data, principal->data[0].length), context);
    krb5_free_principal(acceptor->k5, principal);
    return reason;
}

static enum err take_pac(const struct acceptor *acceptor, gss_name_t client, struct security_context *context)
{
    struct pac_ticket ticket = {.client = context->principal};
    OM_uint32 minor = 0;
    if (gsskrb5_extract_authtime_from_sec_context(&minor, context->gss, &ticket.authtime) != GSS_S_COMPLETE)
        return ERR_ACCESS_DENIED;
    return pac_fetch(acceptor->k5, client, &acceptor->keys, &ticket, &context->arena, &context->has_pac,
                     &context->pac);
}

/* Fills the finished context. NULL, or the reason to refuse it after all. */
static const char *finish(const struct acceptor *acceptor, const struct leg *leg, bool must_be_bound,
                          struct security_context *context)
{
    if (leg->mechanism == GSS_C_NO_OID || !gss_oid_equal(leg->mechanism, gss_mech_krb5))
        return "no-kerberos";
    /* An anonymous ticket proves nobody; DCE style wants a leg that HTTP does not have. */
    if ((leg->flags & (GSS_C_ANON_FLAG | GSS_C_DCE_STYLE)) != 0)
        return "bad-flags";
    /* GSSAPI takes a client that has bound to nothing, and says so here alone. */
    if (must_be_bound && (leg->flags & GSS_C_CHANNEL_BOUND_FLAG) == 0)
        return "no-binding";
    if (leg->seconds_left == 0)
        return "expired";
    const char *reason = take_name(acceptor, leg->client, context);
    if (reason != NULL)
        return reason;
    enum err err = take_pac(acceptor, leg->client, context);
    if (err != ERR_NONE)
        return err == ERR_NO_MEMORY ? no_memory : "bad-pac";
    /* An acceptor's time is how long the ticket will be taken, which is longer than it lives. */
    context->expires_at = leg->seconds_left == GSS_C_INDEFINITE
                              ? 0
                              : (int64_t)time(NULL) + (int64_t)leg->seconds_left - acceptor->skew_s;
    context->identify_only = (leg->flags & GSS_C_IDENTIFY_FLAG) != 0;
    context->delegated = (leg->flags & GSS_C_DELEG_FLAG) != 0 && leg->delegated != GSS_C_NO_CREDENTIAL;
    OM_uint32 ignored = 0;
    (void)gss_delete_sec_context(&ignored, &context->gss, GSS_C_NO_BUFFER);
    context->finished = true;
    return NULL;
}

/* NULL, or the reason to refuse. */
static const char *weigh(const struct acceptor *acceptor, const struct leg *leg, bool must_be_bound,
                         struct security_context *context)
{
    if (GSS_ERROR(leg->major) != 0) {
        struct refusal refusal;
        refusal_of(leg->major, leg->minor, &refusal);
        LOG(LOG_LEVEL_DEBUG, "negotiate-refused", LOG_STRING("reason", refusal.reason),
            LOG_STRING("detail", refusal.detail));
        if (refusal.keytab_is_old)
            platform_keys_stale(acceptor->platform);
        return refusal.reason;
    }
    if ((leg->major & GSS_S_CONTINUE_NEEDED) != 0)
        return leg->token.length == 0 || context->legs >= LEGS_MAX ? "malformed" : NULL;
    return finish(acceptor, leg, must_be_bound, context);
}

static struct security_context *context_new(void)
{
    struct security_context *context = calloc(1, sizeof *context);
    if (context == NULL)
        return NULL;
    context->gss = GSS_C_NO_CONTEXT;
    arena_init(&context->arena, CONTEXT_BYTES_MAX);
    return context;
}

/* NULL when the token may go to GSSAPI. */
static const char *admit(struct acceptor *acceptor, const struct security_context *context,
                         struct bytes token, struct negotiate_channel channel)
{
    if (channel.required && channel.binding.size == 0)
        return "no-channel";
    if (token.size == 0 || token.size > TOKEN_SIZE_MAX)
        return "malformed";
    if (context != NULL && context->finished)
        return "malformed"; /* a finished handshake takes no more */
    const char *reason = spnego_refusal(token, context == NULL);
    return reason != NULL ? reason : take_up_keys(acceptor);
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
    *ret = (struct negotiate_reply){.outcome = NEGOTIATE_REFUSED, .reason = "refused"};
    const char *reason = admit(acceptor, *context, token, channel);
    if (reason != NULL)
        return refuse(context, reason, ERR_NONE, ret);
    if (*context == NULL && (*context = context_new()) == NULL)
        return refuse(context, no_memory, ERR_NO_MEMORY, ret);

    struct leg leg;
    accept_leg(acceptor, *context, token, channel.binding, &leg);
    (*context)->legs++;
    reason = weigh(acceptor, &leg, channel.required, *context);
    void *reply = NULL;
    if (reason == NULL)
        reply = arena_copy(arena, leg.token.value, leg.token.length);
    size_t reply_size = leg.token.length;
    leg_done(&leg);
    if (reason != NULL)
        return refuse(context, reason, reason == no_memory ? ERR_NO_MEMORY : ERR_NONE, ret);
    if (reply == NULL)
        return refuse(context, no_memory, ERR_NO_MEMORY, ret);
    *ret = (struct negotiate_reply){
        .outcome = (*context)->finished ? NEGOTIATE_ACCEPTED : NEGOTIATE_CONTINUE,
        .token = bytes_of(reply, reply_size),
    };
    return ERR_NONE;
}
