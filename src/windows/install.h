/* install: the service in the service control manager's database, what it may do, and the source of its messages. */
#ifndef NTOKEND_WINDOWS_INSTALL_H
#define NTOKEND_WINDOWS_INSTALL_H

#include "windows/scm.h"

/* What the service is registered with: after the program's own name, and before its settings. */
#define INSTALL_SERVICE_OPTION "--service"

/* argv: after --install, perhaps --account NAME, then settings for the service. The status of the process: 0, or 1 with a message
 * on standard error. */
int install_service(const struct scm *scm, int argc, char **argv);
int uninstall_service(const struct scm *scm);

#endif
