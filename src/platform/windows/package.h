/* package: who negotiated, and who was it that proved itself. What a finished SSPI context says of itself. */
#ifndef NTOKEND_PLATFORM_WINDOWS_PACKAGE_H
#define NTOKEND_PLATFORM_WINDOWS_PACKAGE_H

#include "platform/windows/security_context.h"

/* The name of the package that Negotiate came to, "Kerberos", in the context's arena. ERR_NOT_FOUND: nobody says, or it has not come
 * to one. */
enum err package_negotiated(struct security_context *context, const char **ret) MUST_USE;
/* The same of a handshake that goes on: the package that it goes on with. ERR_NOT_FOUND: nobody says yet. */
enum err package_proposed(struct security_context *context, const char **ret) MUST_USE;
/* Whether a caller that this package proved may be served; else the reason why not. */
bool package_allowed(const struct platform_settings *settings, const char *name, const char **ret_reason);
/* The client as the package names it, "alice@CORP.EXAMPLE" or "CORP\\alice", in the arena; NULL when it does not. ERR_NO_MEMORY. */
enum err package_principal(struct security_context *context, const char **ret) MUST_USE;

#endif
