/* refusal: why a handshake failed, as a stable code for the log. */
#ifndef NTOKEND_PLATFORM_WINDOWS_REFUSAL_H
#define NTOKEND_PLATFORM_WINDOWS_REFUSAL_H

#include "platform/windows/system.h"

/* The same words as the POSIX twin's where both can tell; "refused" for what is not listed. Static. */
const char *refusal_of(SECURITY_STATUS status);

#endif
