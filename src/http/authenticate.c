#include "http/authenticate.h"

#include "base/base64.h"
#include "base/log.h"

#include <strings.h>

static const char challenge[] = "Negotiate";

/* Every failure looks the same to the client: a fresh challenge and no detail. The log has the reason. */
static enum authenticate_outcome refuse(struct request *request, struct reply *reply, const char *header,
                                        const char *reason)
{
    if (reason != NULL)
        LOG(LOG_LEVEL_WARNING, "authentication-refused", LOG_STRING("id", request->id),
            LOG_STRING("reason", reason));
    reply_problem(request, reply, &(struct problem){.kind = PROBLEM_UNAUTHENTICATED});
    reply_header(reply, "WWW-Authenticate", header);
    return AUTHENTICATE_REFUSED;
}

/* "Negotiate" and the token of this leg; without a token the bare word. NULL when memory is exhausted. */
static const char *challenge_with(struct arena *arena, struct bytes token)
{
    if (token.size == 0)
        return challenge;
    const char *text = base64_encode(arena, token);
    return text == NULL ? NULL : arena_printf(arena, "%s %s", challenge, text);
}

/* RFC 4559 4.2: the scheme in any case, blanks, and the token in base64. Otherwise false, and why, for the log: NULL for a
 * request that did not try. */
static bool read_token(struct request *request, struct bytes *ret, const char **ret_reason)
{
    const size_t scheme = sizeof challenge - 1;
    const char *header = request_header(request, "Authorization");
    *ret_reason = NULL;
    if (header == NULL)
        return false;
    *ret_reason = "authorization-repeated";
    if (request_header_count(request, "Authorization") != 1)
        return false;
    *ret_reason = "other-scheme";
    if (strncasecmp(header, challenge, scheme) != 0 || header[scheme] != ' ')
        return false;
    const char *text = header + scheme;
    text += strspn(text, " ");
    *ret_reason = "malformed-token";
    return base64_decode(&request->arena, bytes_of_string(text), ret) == ERR_NONE && ret->size != 0;
}

static enum authenticate_outcome accept(struct platform *platform, struct request *request,
                                        struct security_context *context, struct bytes token,
                                        struct reply *reply, struct platform_token **ret_token)
{
    const char *header = challenge_with(&request->arena, token);
    if (header == NULL)
        return refuse(request, reply, challenge, err_win32_name(ERR_NO_MEMORY));
    struct platform_token *client = NULL;
    enum err err = platform_token_open_client(platform, context, &client);
    if (err != ERR_NONE || client == NULL)
        return refuse(request, reply, challenge, err_win32_name(err));
    /* RFC 4559 4.1: the last token proves the server to the client */
    if (token.size != 0)
        reply_header(reply, "WWW-Authenticate", header);
    *ret_token = client;
    return AUTHENTICATE_ACCEPTED;
}

enum authenticate_outcome authenticate(struct platform *platform, struct acceptor *acceptor,
                                       struct request *request, struct security_context **half_done,
                                       struct reply *reply, struct platform_token **ret_token)
{
    /* Taken out of the connection first: only a leg that continues puts it back. */
    struct security_context *context = *half_done;
    *half_done = NULL;
    struct bytes token = {0};
    const char *reason = NULL;
    if (!read_token(request, &token, &reason)) {
        platform_security_context_free(context);
        return refuse(request, reply, challenge, reason);
    }
    struct negotiate_reply answer = {.outcome = NEGOTIATE_REFUSED};
    enum err err = platform_negotiate(acceptor, &context, token, (struct bytes){0}, &request->arena, &answer);
    if (err == ERR_NONE && answer.outcome == NEGOTIATE_CONTINUE) {
        const char *header = challenge_with(&request->arena, answer.token);
        *half_done = context;
        return refuse(request, reply, header == NULL ? challenge : header, NULL);
    }
    enum authenticate_outcome outcome = AUTHENTICATE_REFUSED;
    if (err == ERR_NONE && answer.outcome == NEGOTIATE_ACCEPTED)
        outcome = accept(platform, request, context, answer.token, reply, ret_token);
    else
        outcome = refuse(request, reply, challenge, err == ERR_NONE ? answer.reason : err_win32_name(err));
    platform_security_context_free(context);
    return outcome;
}
