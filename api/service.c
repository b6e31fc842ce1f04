/* Health, version and the contract itself: no authentication. */
#include "api/service.h"

#include "api/query.h"
#include "api/routes.h"
#include "api/write.h"
#include "http/server.h"

void livez_get(struct request *request, struct reply *reply)
{
    if (query_none(request, reply))
        reply_json(request, reply, 200, json_pack("{s:s}", "status", "alive"));
}

/* Which check failed, in a word each; nothing about why. */
static json_t *readyz_checks(const struct platform_health *health, const char *audit, bool draining)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "keys", health->keys, "policy", health->policy,
                     "centralPolicies", health->central_policies, "auditPolicy", health->audit_policy,
                     "audit", audit, "draining", (int)draining);
}

/* Whether the log can be written. */
static const char *audit_state(struct platform *platform)
{
    struct event_store_health health = {.writable = false};
    if (!platform_audit_available(platform))
        return "none";
    platform_audit_health(platform, &health);
    return health.writable ? "ok" : "failing";
}

static void readyz_refuse(struct request *request, struct reply *reply, json_t *checks, const char *detail)
{
    const struct problem problem = {.kind = PROBLEM_UNAVAILABLE, .detail = detail};
    json_t *object = problem_json(&problem);
    if (json_object_set_new(object, "checks", checks) != 0) {
        json_decref(object);
        object = NULL;
    }
    reply_json(request, reply, problem_status(problem.kind), object);
    if (object == NULL)
        return;
    reply->content_type = "application/problem+json";
    reply_header(reply, "Retry-After", "5");
}

void readyz_get(struct request *request, struct reply *reply)
{
    if (!query_none(request, reply))
        return;
    const struct service *service = request->service;
    struct platform_health health;
    platform_health(service->platform, &health);
    bool draining = service->server != NULL && server_draining(service->server);
    const char *audit = audit_state(service->platform);
    bool mute = service->audit_required && strcmp(audit, "failing") == 0;
    json_t *checks = readyz_checks(&health, audit, draining);
    if (health.ready && !draining && !mute)
        reply_json(request, reply, 200, json_pack("{s:s, s:o}", "status", "ready", "checks", checks));
    else if (draining)
        readyz_refuse(request, reply, checks, "the service is shutting down");
    else if (!health.ready)
        readyz_refuse(request, reply, checks, "the service cannot authenticate callers");
    else
        readyz_refuse(request, reply, checks, "the security log cannot be written");
}

void version_get(struct request *request, struct reply *reply)
{
    if (query_none(request, reply))
        reply_json(request, reply, 200,
                   json_pack("{s:s, s:s}", "name", "ntokend", "version", NTOKEND_VERSION));
}

void openapi_get(struct request *request, struct reply *reply)
{
    if (query_none(request, reply))
        reply_bytes(reply, 200, "application/yaml", request->service->openapi);
}
