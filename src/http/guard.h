/* guard: may the caller use this route? The service's own access check on the caller's token. */
#ifndef NTOKEND_HTTP_GUARD_H
#define NTOKEND_HTTP_GUARD_H

#include "http/router.h"

#define GUARD_RIGHT_CALL      UINT32_C(0x1) /* CC in SDDL */
#define GUARD_RIGHT_CALL_NAME "ROUTE_CALL"
/* On the routes that check access: to have the check written to the Security log. */
#define GUARD_RIGHT_AUDIT      UINT32_C(0x2) /* DC in SDDL */
#define GUARD_RIGHT_AUDIT_NAME "ROUTE_AUDIT"

/* What the configuration says in place of a route's own guard. */
struct guard_setting {
    const struct route *route; /* of the table */
    const char *sddl;
};

/* The parsed guards of a table, in its order. */
struct guards;
/* A guard whose SDDL has no SACL gets one that audits whoever is refused; one that has a SACL keeps it, also when that audits
 * nobody. ERR_INVALID_ACL and friends when a guard does not parse: a mistake of ours or of the configuration, found at start. */
enum err guards_new(const struct route_table *table, const struct guard_setting *settings,
                    size_t setting_count, const struct sddl_domains *domains, struct guards **ret) MUST_USE;
void guards_free(struct guards *guards);
/* May the token have `right`, one of the above? *ret_allowed is false for every doubt, and for a NULL token. What the guard's SACL
 * asks for goes into the trail, as an object "METHOD /path" of the type "Route". An error: what had to be audited cannot be, so
 * nothing may be answered. */
enum err guards_check(const struct guards *guards, size_t route_index, uint32_t right,
                      const struct platform_token *token, struct audit_trail *trail,
                      bool *ret_allowed) MUST_USE;
/* The same of GUARD_RIGHT_AUDIT and the request's own route and caller; asked, and audited, once for a request. */
enum err guards_may_audit(struct request *request, bool *ret_allowed) MUST_USE;

#endif
