#include "api/routes.h"

#include "api/service.h"

/* CC (0x1) is the right to call: GUARD_RIGHT_CALL. DC (0x2) is the right to have a check audited: GUARD_RIGHT_AUDIT. */
#define AUTHENTICATED_USERS         "O:SYG:SYD:(A;;CC;;;AU)"
#define CHECKERS                    "O:SYG:SYD:(A;;CC;;;AU)(A;;DC;;;BA)(A;;DC;;;SY)(A;;DC;;;SU)"
#define ADMINISTRATORS_AND_SERVICES "O:SYG:SYD:(A;;CC;;;BA)(A;;CC;;;SY)(A;;CC;;;SU)"
/* As the Security channel of Windows: administrators, SYSTEM, Event Log Readers. */
#define EVENT_LOG_READERS "O:SYG:SYD:(A;;CC;;;BA)(A;;CC;;;SY)(A;;CC;;;S-1-5-32-573)"

static const struct route routes[] = {
    {.method = HTTP_POST,
     .takes_body = true,
     .path = "/access-check",
     .handle = access_check_post,
     .guard = CHECKERS},
    {.method = HTTP_POST,
     .takes_body = true,
     .path = "/access-check/batch",
     .handle = access_check_batch_post,
     .guard = CHECKERS},
    {.method = HTTP_POST,
     .takes_body = true,
     .path = "/security-descriptor",
     .handle = security_descriptor_post,
     .guard = AUTHENTICATED_USERS},
    {.method = HTTP_GET, .path = "/token", .handle = token_get, .guard = AUTHENTICATED_USERS},
    {.method = HTTP_GET,
     .path = "/token/primary",
     .handle = token_primary_get,
     .guard = ADMINISTRATORS_AND_SERVICES},
    {.method = HTTP_GET, .path = "/privileges", .handle = privileges_get, .guard = AUTHENTICATED_USERS},
    {.method = HTTP_PATCH,
     .takes_body = true,
     .path = "/privileges",
     .handle = privileges_patch,
     .guard = AUTHENTICATED_USERS},
    {.method = HTTP_POST,
     .takes_body = true,
     .path = "/privileges/check",
     .handle = privileges_check_post,
     .guard = AUTHENTICATED_USERS},
    {.method = HTTP_GET,
     .path = "/audit",
     .handle = audit_get,
     .guard = EVENT_LOG_READERS,
     .has_forms = true,
     .streams = true},
    {.method = HTTP_POST,
     .takes_body = true,
     .path = "/audit/object-open",
     .handle = audit_object_open_post,
     .guard = ADMINISTRATORS_AND_SERVICES},
    {.method = HTTP_POST,
     .takes_body = true,
     .path = "/audit/object-close",
     .handle = audit_object_close_post,
     .guard = ADMINISTRATORS_AND_SERVICES},
    {.method = HTTP_POST,
     .takes_body = true,
     .path = "/audit/object-delete",
     .handle = audit_object_delete_post,
     .guard = ADMINISTRATORS_AND_SERVICES},
    {.method = HTTP_POST,
     .takes_body = true,
     .path = "/audit/object-privilege",
     .handle = audit_object_privilege_post,
     .guard = ADMINISTRATORS_AND_SERVICES},
    {.method = HTTP_POST,
     .takes_body = true,
     .path = "/audit/privileged-service",
     .handle = audit_privileged_service_post,
     .guard = ADMINISTRATORS_AND_SERVICES},
    {.method = HTTP_GET, .path = "/session", .handle = session_get, .guard = AUTHENTICATED_USERS},
    {.method = HTTP_POST, .path = "/session", .handle = session_post, .guard = AUTHENTICATED_USERS},
    {.method = HTTP_DELETE, .path = "/session", .handle = session_delete, .guard = AUTHENTICATED_USERS},
    {.method = HTTP_GET, .path = "/livez", .handle = livez_get, .health = true},
    {.method = HTTP_GET, .path = "/readyz", .handle = readyz_get, .health = true},
    {.method = HTTP_GET,
     .path = "/metrics",
     .handle = metrics_get,
     .health = true,
     .moves = true,
     .has_forms = true},
    {.method = HTTP_GET, .path = "/version", .handle = version_get, .health = true},
    {.method = HTTP_GET, .path = "/openapi.yaml", .handle = openapi_get},
};

static const struct route_table table = {routes, sizeof routes / sizeof routes[0]};

const struct route_table *routes_all(void)
{
    return &table;
}
