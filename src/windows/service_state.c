#include "windows/service_state.h"

#include <stdbool.h>

static SRWLOCK lock = SRWLOCK_INIT;
static struct {
    const struct scm *scm;
    SERVICE_STATUS_HANDLE manager; /* NULL: a console */
    DWORD state;
    DWORD checkpoint;
} service;

void service_state_open(const struct scm *scm, SERVICE_STATUS_HANDLE manager)
{
    AcquireSRWLockExclusive(&lock);
    service.scm = scm;
    service.manager = manager;
    service.state = 0;
    service.checkpoint = 0;
    ReleaseSRWLockExclusive(&lock);
}

static void tell(DWORD state, DWORD status, DWORD wait_ms)
{
    const DWORD accepted = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE;
    const bool pending = state == SERVICE_START_PENDING || state == SERVICE_STOP_PENDING;
    SERVICE_STATUS answer = {
        .dwServiceType = SERVICE_WIN32_OWN_PROCESS,
        .dwCurrentState = state,
        .dwControlsAccepted = state == SERVICE_RUNNING ? accepted : 0,
        .dwWin32ExitCode = status == 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR,
        .dwServiceSpecificExitCode = status,
        .dwCheckPoint = pending ? ++service.checkpoint : 0,
        .dwWaitHint = wait_ms,
    };
    service.state = state;
    (void)service.scm->SetServiceStatus(service.manager, &answer);
}

static int rank(DWORD state)
{
    switch (state) {
    case SERVICE_START_PENDING:
        return 1;
    case SERVICE_RUNNING:
        return 2;
    case SERVICE_STOP_PENDING:
        return 3;
    case SERVICE_STOPPED:
        return 4;
    default:
        return 0;
    }
}

void service_state_tell(DWORD state, DWORD status, DWORD wait_ms)
{
    AcquireSRWLockExclusive(&lock);
    if (service.manager != NULL && rank(state) >= rank(service.state))
        tell(state, status, wait_ms);
    ReleaseSRWLockExclusive(&lock);
}
