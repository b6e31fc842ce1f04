/* The token that stays between ImpersonateSecurityContext and RevertSecurityContext, kept over many requests. */
#include "http/session.h"

#include "api/query.h"
#include "api/routes.h"
#include "api/service.h"
#include "api/write_token.h"
#include "http/authenticate.h"
#include "http/metrics.h"
#include "http/session_cookie.h"

enum { RETRY_MAX_S = 60 };

static void conflict(struct request *request, struct reply *reply, const char *detail)
{
    reply_problem(request, reply, &(struct problem){.kind = PROBLEM_CONFLICT, .detail = detail});
}

/* False, with the reply written, for a caller who came with a ticket. */
static bool in_session(struct request *request, struct reply *reply)
{
    if (request->session != NULL)
        return true;
    conflict(request, reply,
             "This request has no session. Open one with POST /session and send its token as Authorization: "
             "Bearer, or its cookie.");
    return false;
}

/* Sessions end by themselves, so waiting helps; how long nobody can say. */
static void refuse_many(struct request *request, struct reply *reply, enum session_opening outcome)
{
    metrics_count(request->metrics,
                  outcome == SESSION_USER_FULL ? METRIC_LIMIT_SESSIONS_OF_USER : METRIC_LIMIT_SESSIONS);
    unsigned wait_s = sessions_settings(request->service->sessions)->idle_s;
    const char *seconds = arena_printf(&request->arena, "%u", wait_s < RETRY_MAX_S ? wait_s : RETRY_MAX_S);
    const struct problem problem = {
        .kind = PROBLEM_TOO_MANY_SESSIONS,
        .detail =
            outcome == SESSION_USER_FULL
                ? "The user has as many sessions as one user may have. End those that are not needed with "
                  "DELETE /session, or wait until they expire."
                : "The service has as many sessions as it takes. Use a ticket for each request, or try later."};
    reply_problem(request, reply, &problem);
    reply_header(reply, "Retry-After", seconds == NULL ? "60" : seconds);
}

/* The answer is withheld: nobody will ever know the session's token. */
static void end_unknown(struct request *request, void *id)
{
    if (id != NULL)
        sessions_end(request->service->sessions, id);
}

static void reply_opened(struct request *request, struct reply *reply, const struct session_opened *opened)
{
    struct writer writer = {.arena = &request->arena, .platform = request->service->platform};
    const struct session_details *details = &opened->details;
    const char *cookie = session_cookie_format(&request->arena, opened->text, request->secure,
                                               details->expires_at - details->created_at);
    json_t *object = json_object();
    write_member(&writer, object, "token", write_text(opened->text));
    write_member(
        &writer, object, "user",
        write_user(&writer, platform_token_view(request->token), platform_token_details(request->token)));
    write_member(&writer, object, "expiresAt", write_time(&writer, details->expires_at));
    void *id = arena_copy(&request->arena, &details->id, sizeof details->id);
    writer.failed = writer.failed || cookie == NULL || id == NULL;
    reply_json(request, reply, 201, write_done(&writer, object));
    if (reply->status == 201)
        reply_header(reply, "Set-Cookie", cookie);
    else
        sessions_end(request->service->sessions, &details->id); /* nobody would ever know its token */
    reply->withdraw = end_unknown;
    reply->withdraw_context = id;
}

void session_post(struct request *request, struct reply *reply)
{
    if (!query_none(request, reply))
        return;
    if (request->session != NULL) {
        conflict(request, reply,
                 "A session cannot open another one: prove yourself with a ticket (Negotiate).");
        return;
    }
    struct session_opened opened;
    enum err err = sessions_open(request->service->sessions, request->token, session_time_now(), &opened);
    if (err != ERR_NONE)
        reply_problem(request, reply, &(struct problem){.kind = PROBLEM_UNAVAILABLE});
    else if (opened.outcome == SESSION_OPENED)
        reply_opened(request, reply, &opened);
    else if (opened.outcome == SESSION_TICKET_ENDED)
        authenticate_challenge(request, reply);
    else
        refuse_many(request, reply, opened.outcome);
    explicit_bzero(&opened, sizeof opened);
}

void session_get(struct request *request, struct reply *reply)
{
    if (!query_none(request, reply) || !in_session(request, reply))
        return;
    struct writer writer = {.arena = &request->arena, .platform = request->service->platform};
    const struct token_details *details = platform_token_details(request->token);
    const struct session_details *session = &request->session->details;
    json_t *object = json_object();
    write_member(&writer, object, "user", write_user(&writer, platform_token_view(request->token), details));
    write_member(&writer, object, "logonId",
                 write_text(arena_printf(&request->arena, "0x%llx", (unsigned long long)details->logon_id)));
    write_member(&writer, object, "createdAt", write_time(&writer, session->created_at));
    write_member(&writer, object, "expiresAt", write_time(&writer, session->expires_at));
    write_member(&writer, object, "idleTimeout",
                 json_integer(sessions_settings(request->service->sessions)->idle_s));
    reply_json(request, reply, 200, write_done(&writer, object));
}

void session_delete(struct request *request, struct reply *reply)
{
    if (!query_none(request, reply) || !in_session(request, reply))
        return;
    sessions_end(request->service->sessions, &request->session->details.id);
    reply_bytes(reply, 204, NULL, (struct bytes){0});
    const char *cookie = session_cookie_format(&request->arena, "", request->secure, 0);
    if (cookie != NULL)
        reply_header(reply, "Set-Cookie", cookie);
}
