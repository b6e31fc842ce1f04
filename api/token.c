/* OpenThreadToken, OpenProcessToken and GetTokenInformation. */
#include "api/query.h"
#include "api/routes.h"
#include "api/service.h"
#include "api/write_token.h"

static void token_reply(struct request *request, struct reply *reply, const struct platform_token *token)
{
    struct writer writer = {.arena = &request->arena, .platform = request->service->platform};
    reply_json(request, reply, 200,
               write_token(&writer, platform_token_view(token), platform_token_details(token)));
}

void token_get(struct request *request, struct reply *reply)
{
    if (query_none(request, reply))
        token_reply(request, reply, request->token);
}

void token_primary_get(struct request *request, struct reply *reply)
{
    struct platform_token *token = NULL;
    if (!query_none(request, reply))
        return;
    enum err err = platform_token_open_process(request->service->platform, &token);
    if (err == ERR_NONE)
        token_reply(request, reply, token);
    else
        reply_problem(request, reply, &(struct problem){.kind = PROBLEM_INTERNAL});
    platform_token_free(token);
}
