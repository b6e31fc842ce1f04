#include "platform_double.h"

#include "platform/access.h"
#include "platform/privilege.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <sys/random.h>

static const char *const names[] = {"alice", "bob", "mallory", "nologon"};
enum { NAME_COUNT = sizeof names / sizeof names[0], MALLORY = 2, NOLOGON = 3 };

struct security_context {
    size_t name;
};

struct platform_token {
    size_t name;
    struct sid_buffer user;
    struct token view;
    struct token_details details;
};

static atomic_int alive;

int platform_double_alive(void)
{
    return atomic_load(&alive);
}

enum err platform_acceptor_new(struct platform *platform, struct acceptor **ret)
{
    (void)platform;
    *ret = NULL;
    return ERR_NONE;
}

void platform_acceptor_free(struct acceptor *acceptor)
{
    (void)acceptor;
}

void platform_security_context_free(struct security_context *context)
{
    if (context != NULL)
        atomic_fetch_sub(&alive, 1);
    free(context);
}

static enum err context_new(size_t name, struct security_context **ret)
{
    *ret = malloc(sizeof **ret);
    if (*ret == NULL)
        return ERR_NO_MEMORY;
    (*ret)->name = name;
    atomic_fetch_add(&alive, 1);
    return ERR_NONE;
}

static size_t name_of(struct bytes token)
{
    while (token.size > 0 && token.data[token.size - 1] == '.')
        token.size--;
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (bytes_equal(token, bytes_of_string(names[i])))
            return i;
    }
    return NAME_COUNT;
}

static struct bytes text_in(struct arena *arena, const char *prefix, const char *text)
{
    char *both = arena_printf(arena, "%s%s", prefix, text);
    return bytes_of_string(both == NULL ? "" : both);
}

enum err platform_negotiate(struct acceptor *acceptor, struct security_context **context, struct bytes token,
                            struct negotiate_channel channel, struct arena *arena,
                            struct negotiate_reply *ret)
{
    static const char begin[] = "begin:";
    (void)acceptor;
    (void)channel;
    *ret = (struct negotiate_reply){.outcome = NEGOTIATE_REFUSED, .reason = "unknown-token"};
    bool ends = bytes_equal(token, bytes_of_string("end"));
    if (*context != NULL && ends) {
        *ret = (struct negotiate_reply){.outcome = NEGOTIATE_ACCEPTED};
        ret->token = text_in(arena, "mutual:", names[(*context)->name]);
        return ERR_NONE;
    }
    platform_security_context_free(*context);
    *context = NULL;
    bool begins = token.size > sizeof begin - 1 && memcmp(token.data, begin, sizeof begin - 1) == 0;
    if (begins)
        token = bytes_of(token.data + sizeof begin - 1, token.size - sizeof begin + 1);
    size_t name = name_of(token);
    if (name == NAME_COUNT)
        return ERR_NONE;
    enum err err = context_new(name, context);
    if (err != ERR_NONE)
        return err;
    *ret = (struct negotiate_reply){.outcome = begins ? NEGOTIATE_CONTINUE : NEGOTIATE_ACCEPTED};
    ret->token = begins ? bytes_of_string("more") : text_in(arena, "mutual:", names[name]);
    return ERR_NONE;
}

const char *platform_token_refusal(const struct security_context *context, enum err err)
{
    (void)context;
    return err == ERR_LOGON_TYPE_NOT_GRANTED ? "logon-type" : "no-pac";
}

enum err platform_token_open_client(struct platform *platform, struct security_context *context,
                                    struct platform_token **ret)
{
    (void)platform;
    if (context == NULL || context->name == NOLOGON)
        return ERR_LOGON_TYPE_NOT_GRANTED;
    struct platform_token *token = calloc(1, sizeof *token);
    if (token == NULL)
        return ERR_NO_MEMORY;
    token->name = context->name;
    enum err err =
        sid_make(&token->user, 5, (const uint32_t[]){21, 1, 2, 3, 1000 + (uint32_t)context->name}, 5);
    token->view = (struct token){.type = TOKEN_IMPERSONATION, .user = sid_of(&token->user)};
    token->details =
        (struct token_details){.account_name = names[context->name], .principal = names[context->name]};
    atomic_fetch_add(&alive, 1);
    *ret = token;
    return err;
}

enum err platform_token_duplicate(const struct platform_token *token, struct platform_token **ret)
{
    *ret = malloc(sizeof **ret);
    if (*ret == NULL)
        return ERR_NO_MEMORY;
    **ret = *token;
    (*ret)->view.user = sid_of(&(*ret)->user);
    atomic_fetch_add(&alive, 1);
    return ERR_NONE;
}

enum err platform_privilege_adjust(struct platform_token *token, const struct privilege_change *change,
                                   struct privilege_state *ret_previous, privilege_set *ret_changed)
{
    return privilege_adjust(&token->view.privileges, token->view.integrity_level, change, ret_previous,
                            ret_changed);
}

void platform_token_free(struct platform_token *token)
{
    if (token != NULL)
        atomic_fetch_sub(&alive, 1);
    free(token);
}

const struct token *platform_token_view(const struct platform_token *token)
{
    return &token->view;
}

const struct token_details *platform_token_details(const struct platform_token *token)
{
    return &token->details;
}

/* Asks for the right that guards mean, and of a descriptor that was read. */
enum err platform_access_check(const struct platform_token *token, const struct access_request *request,
                               struct access_answer *ret)
{
    bool allowed = token->name != MALLORY && request->desired == 1 && request->descriptor->owner != NULL;
    *ret = (struct access_answer){.allowed = allowed, .granted = allowed ? 1 : 0};
    return ERR_NONE;
}

const struct sddl_domains *platform_domains(const struct platform *platform)
{
    static const struct sddl_domains none;
    (void)platform;
    return &none;
}

enum err platform_random(void *ret, size_t size)
{
    return getrandom(ret, size, 0) == (ssize_t)size ? ERR_NONE : ERR_IO;
}
