/* scm: what registering a service, and its messages, ask of Windows, through one table, so that tests can stand in for what a machine lacks. */
#ifndef NTOKEND_WINDOWS_SCM_H
#define NTOKEND_WINDOWS_SCM_H

#include <windows.h>
/* windows.h first */
#include <ntsecapi.h>

#define SCM_CALLS(X)                                                                                         \
    X(ChangeServiceConfig2W)                                                                                 \
    X(CloseServiceHandle)                                                                                    \
    X(ControlService)                                                                                        \
    X(CreateServiceW)                                                                                        \
    X(DeleteService)                                                                                         \
    X(GetLastError)                                                                                          \
    X(GetModuleFileNameW)                                                                                    \
    X(LookupAccountNameW)                                                                                    \
    X(LsaAddAccountRights)                                                                                   \
    X(LsaClose)                                                                                              \
    X(LsaNtStatusToWinError)                                                                                 \
    X(LsaOpenPolicy)                                                                                         \
    X(OpenSCManagerW)                                                                                        \
    X(OpenServiceW)                                                                                          \
    X(RegCloseKey)                                                                                           \
    X(RegCreateKeyExW)                                                                                       \
    X(RegDeleteKeyW)                                                                                         \
    X(RegSetValueExW)                                                                                        \
    X(RegisterEventSourceW)                                                                                  \
    X(ReportEventW)                                                                                          \
    X(SetServiceStatus)

struct scm {
#define X(name) __typeof__(name) *(name);
    SCM_CALLS(X)
#undef X
};

/* The real ones. */
void scm_of_windows(struct scm *ret);

#endif
