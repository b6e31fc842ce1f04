/* host: how the system starts the service, tells it to stop, and hears of it. */
#ifndef NTOKEND_HOST_H
#define NTOKEND_HOST_H

#include <stdbool.h>

enum host_request { HOST_NOTHING, HOST_RELOAD, HOST_STOP };

typedef int host_program(int argc, char **argv);

/* Runs `program` in the way that the arguments ask for, and gives its status. Windows: under the service control manager with
 * --service; --install and --uninstall are done here, without the program. */
int host_run(int argc, char **argv, host_program *program);
/* From here on requests to stop are kept for host_wait. Before threads start. */
void host_listen(void);
/* The service answers; also once it has reloaded. */
void host_serving(void);
/* It reads its files again, until the next host_serving. */
void host_reloading(void);
/* How it is, a line for a person who asks the system. Windows has no place for it. */
void host_status(const char *words);
/* All of it moves. To be said about once a second while that is so: where the system watches, it restarts a service that falls silent. */
void host_alive(void);
/* Waits at most so long for a request; *ret_signal is what asked to stop: a signal, on Windows a control code. */
enum host_request host_wait(unsigned seconds, int *ret_signal);
/* The service ends, which may take so long. Who asks once more ends it at once. */
void host_stopping(unsigned seconds);
/* What --help says beside the settings of every system; "" for nothing. */
const char *host_usage(void);

#endif
