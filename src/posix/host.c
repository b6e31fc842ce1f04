#include "host.h"

#include "posix/notify.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

/* What the end may take beside the drain. */
enum { STOP_SPARE_S = 20 };

static sigset_t signals;

/* Where standard error is closed, the next file that is opened would have its number, and get what is logged: a caller's connection. */
static void keep_standard_files(void)
{
    int file = 0;
    do
        file = open("/dev/null", O_RDWR);
    while (file >= 0 && file <= STDERR_FILENO);
    if (file >= 0)
        (void)close(file);
}

int host_run(int argc, char **argv, host_program *program)
{
    keep_standard_files();
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
    notify_open();
}

void host_serving(void)
{
    notify_send("READY=1");
}

/* systemd tells by the time that this is the answer to its request, and not to one before. */
void host_reloading(void)
{
    struct timespec now = {.tv_sec = 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    notify_send("RELOADING=1\nMONOTONIC_USEC=%" PRId64,
                (int64_t)now.tv_sec * 1000000 + (int64_t)now.tv_nsec / 1000);
}

void host_status(const char *words)
{
    notify_send("STATUS=%s", words);
}

void host_alive(void)
{
    if (notify_is_watched())
        notify_send("WATCHDOG=1");
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

/* What was answered is durable, so that the default, to end there and then, loses nothing. */
void host_stopping(unsigned seconds)
{
    sigset_t enders;
    notify_send("STOPPING=1\nSTATUS=Answering what is under way\nEXTEND_TIMEOUT_USEC=%" PRIu64,
                (uint64_t)(seconds + STOP_SPARE_S) * 1000000);
    (void)sigemptyset(&enders);
    (void)sigaddset(&enders, SIGTERM);
    (void)sigaddset(&enders, SIGINT);
    (void)sigprocmask(SIG_UNBLOCK, &enders, NULL);
}

const char *host_usage(void)
{
    return "";
}
