/* service_state: what the service control manager is told of the service. */
#ifndef NTOKEND_WINDOWS_SERVICE_STATE_H
#define NTOKEND_WINDOWS_SERVICE_STATE_H

#include "windows/scm.h"

/* From here on it is told. Once, before the service can be asked for anything; the table stays. */
void service_state_open(const struct scm *scm, SERVICE_STATUS_HANDLE manager);
/* SERVICE_START_PENDING, _RUNNING, _STOP_PENDING, _STOPPED, in this order alone: whoever comes too late with an earlier one, since the
 * manager asks on a thread of its own, is not heard. `status` is the process's, `wait_ms` how long until the next sign of life of what
 * is pending. Any thread; does nothing on a console. */
void service_state_tell(DWORD state, DWORD status, DWORD wait_ms);

#endif
