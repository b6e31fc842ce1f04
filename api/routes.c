#include "api/routes.h"

#include "api/service.h"

/* CC (0x1) is the right to call: GUARD_RIGHT_CALL. */
#define AUTHENTICATED_USERS         "O:SYG:SYD:(A;;CC;;;AU)"
#define ADMINISTRATORS_AND_SERVICES "O:SYG:SYD:(A;;CC;;;BA)(A;;CC;;;SY)(A;;CC;;;SU)"

static const struct route routes[] = {
    {HTTP_POST, "/access-check", access_check_post, AUTHENTICATED_USERS, true},
    {HTTP_POST, "/access-check/batch", access_check_batch_post, AUTHENTICATED_USERS, true},
    {HTTP_POST, "/security-descriptor", security_descriptor_post, AUTHENTICATED_USERS, true},
    {HTTP_GET, "/token", token_get, AUTHENTICATED_USERS, false},
    {HTTP_GET, "/token/primary", token_primary_get, ADMINISTRATORS_AND_SERVICES, false},
    {HTTP_GET, "/privileges", privileges_get, AUTHENTICATED_USERS, false},
    {HTTP_GET, "/livez", livez_get, NULL, false},
    {HTTP_GET, "/readyz", readyz_get, NULL, false},
    {HTTP_GET, "/version", version_get, NULL, false},
    {HTTP_GET, "/openapi.yaml", openapi_get, NULL, false},
};

static const struct route_table table = {routes, sizeof routes / sizeof routes[0]};

const struct route_table *routes_all(void)
{
    return &table;
}
