/* <winsock2.h>, which brings all of <windows.h>: after our headers, so that where Windows has macros of the same names, with the
 * same meaning, these take over without harm. The build puts this folder first. */
#ifndef NTOKEND_WINDOWS_INCLUDE_WINSOCK2_H
#define NTOKEND_WINDOWS_INCLUDE_WINSOCK2_H

#include "engine/decide.h"
#include "engine/sddl.h"

#include_next <winsock2.h>

/* Of CreateFile, with other values; those of the engine are meant. */
#undef SECURITY_ANONYMOUS
#undef SECURITY_IDENTIFICATION
#undef SECURITY_IMPERSONATION
#undef SECURITY_DELEGATION

#endif
