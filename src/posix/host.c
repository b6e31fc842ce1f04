#include "host.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>

static sigset_t signals;

int host_run(int argc, char **argv, host_program *program)
{
    return program(argc, argv);
}

void host_listen(void)
{
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)sigaddset(&signals, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &signals, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

void host_serving(void)
{
}

enum host_request host_wait(unsigned seconds, int *ret_signal)
{
    const struct timespec timeout = {.tv_sec = (time_t)seconds};
    int number = sigtimedwait(&signals, NULL, &timeout);
    if (number == SIGTERM || number == SIGINT) {
        *ret_signal = number;
        return HOST_STOP;
    }
    return number == SIGHUP ? HOST_RELOAD : HOST_NOTHING;
}

void host_stopping(unsigned seconds)
{
    (void)seconds;
}

const char *host_usage(void)
{
    return "";
}
