#include "http/authenticate.h"

#include "base/base64.h"
#include "base/log.h"
#include "http/clock.h"
#include "http/credentials.h"
#include "http/metrics.h"

static const char challenge[] = "Negotiate";

/* Every failure looks the same to the client: a fresh challenge and no detail. The log has the reason. */
static enum authenticate_outcome refuse(struct request *request, struct reply *reply, const char *header,
                                        const char *reason)
{
    request->refusal = reason;
    if (reason != NULL)
        LOG_LIMITED(LOG_LEVEL_WARNING, "authentication-refused", LOG_STRING("id", request->id),
                    LOG_STRING("reason", reason));
    reply_problem(request, reply, &(struct problem){.kind = PROBLEM_UNAUTHENTICATED});
    reply_header(reply, "WWW-Authenticate", header);
    return AUTHENTICATE_REFUSED;
}

/* Somebody showed a token that is worth nothing. `code` is why in a word of metrics.h, `reason` as the log says it. */
static enum authenticate_outcome fail(const struct authenticator *authenticator, struct request *request,
                                      struct reply *reply, const char *code, const char *reason)
{
    metrics_refuse(request->metrics, code);
    unsigned wait_s = rate_limit_take(authenticator->failures, authenticator->client, clock_us());
    (void)wait_s; /* it was asked before the token was looked at */
    enum err err =
        platform_audit_logon_failure(authenticator->platform, reason, &request->source, &request->trail);
    (void)refuse(request, reply, challenge, reason);
    if (err != ERR_NONE)
        reply_withhold(request, reply, err);
    return AUTHENTICATE_REFUSED;
}

/* Nobody knows yet what the token is worth: so it is no failed logon. */
static enum authenticate_outcome run_out(struct request *request, struct reply *reply)
{
    metrics_refuse(request->metrics, "no-memory");
    static const char detail[] = "There is no memory to find out who you are. Try again later.";
    reply_problem(request, reply, &(struct problem){.kind = PROBLEM_UNAVAILABLE, .detail = detail});
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

static enum authenticate_outcome accept(const struct authenticator *authenticator, struct request *request,
                                        struct security_context *context, struct bytes token,
                                        struct reply *reply, struct caller *ret)
{
    const char *header = challenge_with(&request->arena, token);
    if (header == NULL)
        return run_out(request, reply);
    struct platform_token *client = NULL;
    enum err err = platform_token_open_client(authenticator->platform, context, &client);
    if (err == ERR_NO_MEMORY)
        return run_out(request, reply);
    if (err != ERR_NONE || client == NULL)
        return fail(authenticator, request, reply, platform_token_refusal(context, err), err_win32_name(err));
    metrics_count(request->metrics, METRIC_HANDSHAKES_ACCEPTED);
    err = platform_audit_logon(client, &request->source, &request->trail);
    if (err != ERR_NONE) {
        platform_token_free(client);
        reply_withhold(request, reply, err);
        return AUTHENTICATE_REFUSED;
    }
    /* RFC 4559 4.1: the last token proves the server to the client */
    if (token.size != 0)
        reply_header(reply, "WWW-Authenticate", header);
    *ret = (struct caller){.proof = CALLER_NEGOTIATE, .negotiated = client};
    return AUTHENTICATE_ACCEPTED;
}

/* What is half done costs memory, and whoever began it has proved nothing. */
static enum authenticate_outcome turn_away(struct request *request, struct reply *reply)
{
    static const char detail[] = "Too many callers are about to prove who they are. Try again later.";
    metrics_count(request->metrics, METRIC_LIMIT_HANDSHAKES);
    reply_problem(request, reply, &(struct problem){.kind = PROBLEM_UNAVAILABLE, .detail = detail});
    return AUTHENTICATE_REFUSED;
}

static enum authenticate_outcome negotiate(const struct authenticator *authenticator, struct request *request,
                                           struct security_context *context, struct bytes token,
                                           struct handshake *handshake, struct reply *reply,
                                           struct caller *ret)
{
    struct negotiate_reply answer = {.outcome = NEGOTIATE_REFUSED};
    enum err err = platform_negotiate(authenticator->acceptor, &context, token, authenticator->channel,
                                      &request->arena, &answer);
    if (err == ERR_NONE && answer.outcome == NEGOTIATE_CONTINUE) {
        const char *header = challenge_with(&request->arena, answer.token);
        if (!handshake_keep(authenticator->handshakes, handshake, context))
            return turn_away(request, reply);
        metrics_count(request->metrics, METRIC_HANDSHAKES_CONTINUED);
        return refuse(request, reply, header == NULL ? challenge : header, NULL);
    }
    enum authenticate_outcome outcome = AUTHENTICATE_REFUSED;
    if (err == ERR_NONE && answer.outcome == NEGOTIATE_ACCEPTED)
        outcome = accept(authenticator, request, context, answer.token, reply, ret);
    else if (err == ERR_NO_MEMORY)
        outcome = run_out(request, reply);
    else if (err == ERR_NONE)
        outcome = fail(authenticator, request, reply, answer.reason, answer.reason);
    else
        outcome = fail(authenticator, request, reply, "no-memory", err_win32_name(err));
    platform_security_context_free(context);
    return outcome;
}

/* A session that is unknown may live in another replica: the challenge lets the client go on without it. */
static enum authenticate_outcome resume(const struct authenticator *authenticator, struct request *request,
                                        const struct credentials *shown, struct reply *reply,
                                        struct caller *ret)
{
    struct session_use use = {0};
    if (authenticator->sessions == NULL ||
        !sessions_find(authenticator->sessions, shown->token, session_time_now(), &use)) {
        metrics_count(request->metrics, METRIC_UNPROVEN_UNKNOWN_SESSION);
        return refuse(request, reply, challenge, "unknown-session");
    }
    metrics_count(request->metrics, METRIC_SESSION_USES);
    *ret = (struct caller){.proof = shown->kind, .session = use};
    return AUTHENTICATE_ACCEPTED;
}

enum authenticate_outcome authenticate(const struct authenticator *authenticator, struct request *request,
                                       struct handshake *handshake, struct reply *reply, struct caller *ret)
{
    /* Taken out of the connection first: only a leg that continues puts it back. */
    struct security_context *context = handshake_take(authenticator->handshakes, handshake);
    struct credentials shown;
    credentials_read(request, request->secure, &shown);
    unsigned wait_s = shown.kind != CALLER_NEGOTIATE
                          ? 0
                          : rate_limit_peek(authenticator->failures, authenticator->client, clock_us());
    if (shown.kind == CALLER_NEGOTIATE && wait_s == 0)
        return negotiate(authenticator, request, context, shown.token, handshake, reply, ret);
    platform_security_context_free(context);
    if (wait_s != 0) {
        metrics_count(request->metrics, METRIC_LIMIT_FAILURES);
        reply_busy(request, reply, wait_s, "Too many tickets that came from where you are were refused.");
        return AUTHENTICATE_REFUSED;
    }
    if (shown.no_memory)
        return run_out(request, reply);
    if (shown.kind == CALLER_UNPROVEN) {
        metrics_count(request->metrics,
                      shown.reason == NULL ? METRIC_UNPROVEN_NOTHING : METRIC_UNPROVEN_MALFORMED);
        return refuse(request, reply, challenge, shown.reason);
    }
    return resume(authenticator, request, &shown, reply, ret);
}

void authenticate_challenge(struct request *request, struct reply *reply)
{
    (void)refuse(request, reply, challenge, NULL);
}

void caller_done(struct caller *caller)
{
    platform_token_free(caller->negotiated);
    session_use_done(&caller->session);
    *caller = (struct caller){0};
}

const struct platform_token *caller_token(const struct caller *caller)
{
    return caller->proof == CALLER_NEGOTIATE ? caller->negotiated : caller->session.token;
}
