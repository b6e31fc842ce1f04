/* routes: the handlers of the API, one file for each tag of openapi.yaml. The table itself is routes_all (service.h). */
#ifndef NTOKEND_API_ROUTES_H
#define NTOKEND_API_ROUTES_H

#include "http/router.h"

/* access_check.c */
route_handler access_check_post;
route_handler access_check_batch_post;
/* audit.c */
route_handler audit_object_open_post;
route_handler audit_object_close_post;
route_handler audit_object_delete_post;
route_handler audit_object_privilege_post;
route_handler audit_privileged_service_post;
/* audit_read.c */
route_handler audit_get;
/* token.c */
route_handler token_get;
route_handler token_primary_get;
/* privileges.c */
route_handler privileges_get;
route_handler privileges_patch;
route_handler privileges_check_post;
/* session.c */
route_handler session_get;
route_handler session_post;
route_handler session_delete;
/* security_descriptor.c */
route_handler security_descriptor_post;
/* metrics.c */
route_handler metrics_get;
/* service.c */
route_handler livez_get;
route_handler readyz_get;
route_handler version_get;
route_handler openapi_get;

#endif
