/* GetTokenInformation(TokenPrivileges). */
#include "api/query.h"
#include "api/routes.h"
#include "api/service.h"
#include "api/write.h"

void privileges_get(struct request *request, struct reply *reply)
{
    if (!query_none(request, reply))
        return;
    struct writer writer = {.arena = &request->arena, .platform = request->service->platform};
    json_t *object = json_object();
    write_member(&writer, object, "privileges",
                 write_privileges(&writer, &platform_token_view(request->token)->privileges));
    reply_json(request, reply, 200, write_done(&writer, object));
}
