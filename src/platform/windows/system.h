/* system: all that is asked of Windows, through one table, so that tests can stand in for what a machine lacks and hand out
 * what it seldom gives. SSPI has a table of its own, which InitSecurityInterfaceW returns.
 *
 * Our headers come first: where Windows has macros of the same names, with the same meaning, these then take over without harm. */
#ifndef NTOKEND_PLATFORM_WINDOWS_SYSTEM_H
#define NTOKEND_PLATFORM_WINDOWS_SYSTEM_H

#include "engine/decide.h"
#include "engine/sddl.h"
#include "platform/audit.h"

#define SECURITY_WIN32
#include <windows.h>
/* windows.h first */
#include <bcrypt.h>
#include <ntsecapi.h>
#include <sddl.h>
#include <security.h>
#include <winevt.h>

/* Of CreateFile, with other values; those of the engine are meant. */
#undef SECURITY_ANONYMOUS
#undef SECURITY_IDENTIFICATION
#undef SECURITY_IMPERSONATION
#undef SECURITY_DELEGATION

#define SYSTEM_CALLS(X)                                                                                      \
    X(AccessCheck)                                                                                           \
    X(AccessCheckAndAuditAlarmW)                                                                             \
    X(AccessCheckByType)                                                                                     \
    X(AccessCheckByTypeAndAuditAlarmW)                                                                       \
    X(AccessCheckByTypeResultList)                                                                           \
    X(AccessCheckByTypeResultListAndAuditAlarmByHandleW)                                                     \
    X(AdjustTokenPrivileges)                                                                                 \
    X(BCryptGenRandom)                                                                                       \
    X(CloseHandle)                                                                                           \
    X(ConvertStringSecurityDescriptorToSecurityDescriptorW)                                                  \
    X(DuplicateTokenEx)                                                                                      \
    X(EvtClose)                                                                                              \
    X(EvtNext)                                                                                               \
    X(EvtQuery)                                                                                              \
    X(EvtRender)                                                                                             \
    X(EvtSubscribe)                                                                                          \
    X(GetComputerNameExW)                                                                                    \
    X(GetCurrentProcess)                                                                                     \
    X(GetCurrentThread)                                                                                      \
    X(GetLastError)                                                                                          \
    X(GetTickCount64)                                                                                        \
    X(GetTokenInformation)                                                                                   \
    X(InitSecurityInterfaceW)                                                                                \
    X(LocalFree)                                                                                             \
    X(LookupAccountSidW)                                                                                     \
    X(LsaClose)                                                                                              \
    X(LsaFreeMemory)                                                                                         \
    X(LsaOpenPolicy)                                                                                         \
    X(LsaQueryInformationPolicy)                                                                             \
    X(ObjectCloseAuditAlarmW)                                                                                \
    X(ObjectDeleteAuditAlarmW)                                                                               \
    X(ObjectOpenAuditAlarmW)                                                                                 \
    X(ObjectPrivilegeAuditAlarmW)                                                                            \
    X(OpenProcessToken)                                                                                      \
    X(OpenThreadToken)                                                                                       \
    X(PrivilegeCheck)                                                                                        \
    X(PrivilegedServiceAuditAlarmW)                                                                          \
    X(RevertToSelf)                                                                                          \
    X(SetLastError)                                                                                          \
    X(SetThreadToken)                                                                                        \
    X(TerminateProcess)

struct system {
#define X(name) __typeof__(name) *(name);
    SYSTEM_CALLS(X)
#undef X
};

/* The real ones. */
void system_of_windows(struct system *ret);

/* What GetLastError says, as an err; what has none is ERR_FAILED, and so is ERROR_SUCCESS after a failure. Call it at once. */
enum err system_error(const struct system *system);
/* The same of a code that was kept. */
enum err system_error_of(DWORD code);

/* Nothing may run as somebody else: called when going back to ourselves failed. Does not return before the process is told to end,
 * which tests survive: whoever calls it goes on to refuse. */
void system_die(const struct system *system, const char *call, DWORD code);

#endif
