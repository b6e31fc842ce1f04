/* service: the built ntokend as a child process, with a folder of its own for configuration and log. Mistakes of the fixture
 * itself exit 99 with words on stderr. */
#ifndef NTOKEND_TESTS_SERVICE_H
#define NTOKEND_TESTS_SERVICE_H

#include "support/pause.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { SERVICE_PATH_SIZE = 600, SERVICE_WAIT_MS = 15000 };

struct service_process {
    pid_t pid;
    unsigned port;
    char log[SERVICE_PATH_SIZE]; /* standard error */
};

/* Starts the program that NTOKEND names, with FOLDER/krb5.conf, FOLDER/http.keytab and any port of the loopback, and waits
 * until it listens. `options`: more of the command line ("--batch-max", "5", NULL), or NULL. */
void service_start(const char *folder, const char *const *options, struct service_process *ret);
/* How whoever starts services would start it. */
struct service_starter {
    const char *log;           /* the name of its log in the folder */
    int listener;              /* a listening socket that it inherits; -1: none */
    bool foreign;              /* $LISTEN_PID names another process */
    const char *notify;        /* $NOTIFY_SOCKET; NULL: none */
    const char *watchdog_us;   /* $WATCHDOG_USEC; NULL: none */
    const char *credentials;   /* $CREDENTIALS_DIRECTORY; NULL: none */
    const char *configuration; /* its file; NULL: as service_start has it */
};
/* The same, without waiting for it. */
void service_spawn(const char *folder, const char *const *options, const struct service_starter *starter,
                   struct service_process *ret);
/* Until it listens. */
void service_wait(struct service_process *process);
/* SIGTERM, and waits. True iff it ended by itself with status 0: under a sanitizer a leak is another one. */
bool service_stop(struct service_process *process);
/* Is there a line with this event in the log, now or within the time? */
bool service_logged(const struct service_process *process, const char *event, unsigned wait_ms);
/* Does the text stand anywhere in the log? */
bool service_log_has(const struct service_process *process, const char *text);

#endif
