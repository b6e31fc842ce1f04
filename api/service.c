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

void service_readiness(const struct service *service, struct readiness *ret)
{
    *ret = (struct readiness){.draining = service->server != NULL && server_draining(service->server),
                              .has_audit = platform_audit_available(service->platform)};
    ret->target_count = forward_figures(service->forward, ret->targets);
    platform_health(service->platform, &ret->health);
    if (ret->has_audit)
        platform_audit_health(service->platform, &ret->audit);
    if (ret->draining)
        ret->detail = "the service is shutting down";
    else if (!ret->health.ready)
        ret->detail = "the service cannot authenticate callers";
    else if (service->audit_required && ret->has_audit && !ret->audit.writable)
        ret->detail = "the security log cannot be written";
}

static const char *audit_state(const struct readiness *readiness)
{
    if (!readiness->has_audit)
        return "none";
    return readiness->audit.writable ? "ok" : "failing";
}

/* A receiver that is away is no reason to send callers elsewhere: what it misses is kept for it. */
static const char *forward_state(const struct readiness *readiness)
{
    bool connected = true;
    for (size_t i = 0; i < readiness->target_count; i++)
        connected = connected && readiness->targets[i].connected;
    return readiness->target_count == 0 ? "none" : connected ? "ok" : "failing";
}

/* Which check failed, in a word each; nothing about why. */
static json_t *readyz_checks(const struct readiness *readiness)
{
    const struct platform_health *health = &readiness->health;
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b}", "keys", health->keys, "policy",
                     health->policy, "centralPolicies", health->central_policies, "auditPolicy",
                     health->audit_policy, "certificate", health->certificate, "audit",
                     audit_state(readiness), "forward", forward_state(readiness), "draining",
                     (int)readiness->draining);
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
    struct readiness readiness;
    service_readiness(request->service, &readiness);
    json_t *checks = readyz_checks(&readiness);
    if (readiness.detail == NULL)
        reply_json(request, reply, 200, json_pack("{s:s, s:o}", "status", "ready", "checks", checks));
    else
        readyz_refuse(request, reply, checks, readiness.detail);
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
