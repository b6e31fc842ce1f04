#include "host.h"

#include "windows/install.h"
#include "windows/report.h"
#include "windows/service_state.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

/* How long a start may take, and the system's patience between two signs of life. */
enum { START_MS = 30000, HINT_SPARE_MS = 10000 };

static HANDLE stop;                   /* an event: somebody asked to stop */
static HANDLE reload;                 /* an event: somebody said that the settings changed */
static HANDLE ended;                  /* an event: the program has come to its end */
static volatile LONG stopper;         /* the control code that asked */
static SERVICE_STATUS_HANDLE manager; /* NULL: a console */
static struct scm scm;
static struct {
    host_program *program;
    int argc;
    char **argv;
} service;

/* GnuTLS is ready before main is called, and reads a file of settings then, of which the path is that of whoever built it: from the root of
 * a drive, where on Windows every user may make folders. There is no file of this name. The first of the constructors. */
__attribute__((constructor(101))) static void keep_to_own_settings(void)
{
    (void)_putenv_s("GNUTLS_SYSTEM_PRIORITY_FILE", "?");
}

/* False when somebody had asked before. */
static bool ask_to_stop(DWORD control)
{
    const bool first = WaitForSingleObject(stop, 0) != WAIT_OBJECT_0;
    if (first)
        (void)InterlockedExchange(&stopper, (LONG)control);
    (void)SetEvent(stop);
    return first;
}

/* Windows ends the process when this returns from a console that is closed, or a session that ends. */
static BOOL WINAPI take_console_control(DWORD control)
{
    const bool first = ask_to_stop(control);
    if (!first && (control == CTRL_C_EVENT || control == CTRL_BREAK_EVENT))
        return FALSE; /* what ends the process at once */
    if (control != CTRL_C_EVENT && control != CTRL_BREAK_EVENT)
        (void)WaitForSingleObject(ended, INFINITE);
    return TRUE;
}

static DWORD WINAPI take_service_control(DWORD control, DWORD type, void *data, void *context)
{
    (void)type;
    (void)data;
    (void)context;
    if (control == SERVICE_CONTROL_INTERROGATE)
        return NO_ERROR;
    if (control == SERVICE_CONTROL_PARAMCHANGE) {
        (void)SetEvent(reload);
        return NO_ERROR;
    }
    if (control != SERVICE_CONTROL_STOP && control != SERVICE_CONTROL_PRESHUTDOWN)
        return ERROR_CALL_NOT_IMPLEMENTED;
    service_state_tell(SERVICE_STOP_PENDING, 0, HINT_SPARE_MS);
    (void)ask_to_stop(control);
    return NO_ERROR;
}

/* On a thread of the system's. The settings are those of the registered command line; what a start adds is not looked at. */
static void WINAPI run_service(DWORD argc, wchar_t **argv)
{
    (void)argc;
    (void)argv;
    manager = RegisterServiceCtrlHandlerExW(REPORT_SOURCE, take_service_control, NULL);
    if (manager == NULL)
        return;
    service_state_open(&scm, manager);
    service_state_tell(SERVICE_START_PENDING, 0, START_MS);
    report_open(&scm);
    const int status = service.program(service.argc, service.argv);
    report_news(status == 0 ? "The service has stopped." : "The service has stopped because of an error.");
    service_state_tell(SERVICE_STOPPED, (DWORD)status, 0);
}

static int serve_manager(void)
{
    wchar_t name[] = REPORT_SOURCE;
    const SERVICE_TABLE_ENTRYW table[] = {{name, run_service}, {NULL, NULL}};
    if (StartServiceCtrlDispatcherW(table))
        return 0;
    (void)fprintf(stderr,
                  "ntokend: " INSTALL_SERVICE_OPTION
                  " is for the service control manager (Windows error %lu); leave it out\n",
                  GetLastError());
    return 1;
}

static int install(int argc, char **argv)
{
    const int status = install_service(&scm, argc, argv);
    if (status == 0)
        (void)printf("The service ntokend is registered; start it with: sc start ntokend\n");
    return status;
}

static int run(int argc, char **argv, host_program *program)
{
    scm_of_windows(&scm);
    if (argc > 1 && strcmp(argv[1], "--install") == 0)
        return install(argc - 2, argv + 2);
    if (argc > 1 && strcmp(argv[1], "--uninstall") == 0)
        return uninstall_service(&scm);
    if (argc < 2 || strcmp(argv[1], INSTALL_SERVICE_OPTION) != 0)
        return program(argc, argv);
    argv[1] = argv[0];
    service.program = program;
    service.argc = argc - 1;
    service.argv = argv + 1;
    return serve_manager();
}

int host_run(int argc, char **argv, host_program *program)
{
    /* Lines end as they do elsewhere, for whoever reads them by program. */
    (void)_setmode(_fileno(stdout), _O_BINARY);
    (void)_setmode(_fileno(stderr), _O_BINARY);
    stop = CreateEventW(NULL, TRUE, FALSE, NULL);
    reload = CreateEventW(NULL, FALSE, FALSE, NULL);
    ended = CreateEventW(NULL, TRUE, FALSE, NULL);
    if (stop == NULL || reload == NULL || ended == NULL)
        return EXIT_FAILURE;
    const int status = run(argc, argv, program);
    (void)fflush(stdout);
    (void)SetEvent(ended);
    return status;
}

void host_listen(void)
{
    if (manager == NULL)
        (void)SetConsoleCtrlHandler(take_console_control, TRUE);
}

void host_serving(void)
{
    static bool told;
    service_state_tell(SERVICE_RUNNING, 0, 0);
    if (manager != NULL && !told)
        report_news("The service answers.");
    told = true;
}

/* The service control manager knows no such state, keeps no words, and watches nothing but whether the process is there. */
void host_reloading(void)
{
}

void host_status(const char *words)
{
    (void)words;
}

void host_alive(void)
{
}

enum host_request host_wait(unsigned seconds, int *ret_signal)
{
    const HANDLE events[] = {stop, reload};
    const DWORD found = WaitForMultipleObjects(2, events, FALSE, seconds * 1000);
    if (found == WAIT_OBJECT_0) {
        *ret_signal = (int)stopper;
        return HOST_STOP;
    }
    return found == WAIT_OBJECT_0 + 1 ? HOST_RELOAD : HOST_NOTHING;
}

void host_stopping(unsigned seconds)
{
    service_state_tell(SERVICE_STOP_PENDING, 0, seconds * 1000 + HINT_SPARE_MS);
}

const char *host_usage(void)
{
    return "\nAs a service of Windows, by an administrator:\n"
           "  --install [--account NAME] [SETTING…]  register it with these settings, for NT SERVICE\\ntokend or a\n"
           "                  gMSA (DOMAIN\\NAME$); give its account what it needs\n"
           "  --uninstall     stop it and take it out again\n";
}
