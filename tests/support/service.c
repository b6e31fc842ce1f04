#include "support/service.h"
#include "support/pause.h"

#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEP_MS = 10, ARGUMENTS_MAX = 32, LINE_MAX_BYTES = 65536 };

static void give_up(const char *what, const char *why)
{
    (void)fprintf(stderr, "service: %s: %s\n", what, why);
    exit(99);
}

static void write_config(const char *folder, const char *path)
{
    FILE *file = fopen(path, "we");
    if (file == NULL)
        give_up(path, "cannot be written");
    (void)fprintf(file,
                  "listen = 127.0.0.1:0\nkeytab = %s/http.keytab\nreplay_cache = %s/rcache2\nthreads = 2\n",
                  folder, folder);
    (void)fclose(file);
}

static void set(const char *name, const char *value)
{
    if (value != NULL ? setenv(name, value, 1) != 0 : unsetenv(name) != 0)
        _exit(98);
}

/* As systemd does: the sockets from 3 on, and whose they are. */
static void hand_over(const struct service_starter *starter)
{
    char pid[32];
    (void)snprintf(pid, sizeof pid, "%d", (int)getpid() + (starter->foreign ? 1 : 0));
    if (starter->listener >= 0 && dup2(starter->listener, 3) != 3)
        _exit(98);
    if (starter->listener == 3 && fcntl(3, F_SETFD, 0) != 0)
        _exit(98);
    set("LISTEN_FDS", starter->listener >= 0 ? "1" : NULL);
    set("LISTEN_PID", starter->listener >= 0 ? pid : NULL);
    set("LISTEN_FDNAMES", starter->listener >= 0 ? "http" : NULL);
    set("NOTIFY_SOCKET", starter->notify);
    set("WATCHDOG_USEC", starter->watchdog_us);
    set("CREDENTIALS_DIRECTORY", starter->credentials);
}

static void become(const char *folder, const char *config, const char *const *options,
                   const struct service_starter *starter, const char *log)
{
    const char *program = getenv("NTOKEND");
    char krb5_config[SERVICE_PATH_SIZE];
    const char *arguments[ARGUMENTS_MAX] = {program, "--config", config};
    size_t count = 3;
    for (; options != NULL && *options != NULL && count + 1 < ARGUMENTS_MAX; options++)
        arguments[count++] = *options;
    (void)snprintf(krb5_config, sizeof krb5_config, "%s/krb5.conf", folder);
    int out = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (program == NULL || out < 0 || dup2(out, STDERR_FILENO) < 0)
        _exit(98);
    set("KRB5_CONFIG", krb5_config);
    hand_over(starter);
    /* execv takes the strings as they are */
    (void)execv(program, (char *const *)(uintptr_t)arguments);
    _exit(98);
}

/* Calls `each` for every whole line of the log; true as soon as it is. */
static bool log_any(const char *path, bool (*each)(void *context, const json_t *line), void *context)
{
    static char text[LINE_MAX_BYTES];
    bool found = false;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    while (!found && fgets(text, sizeof text, file) != NULL) {
        json_auto_t *line = json_loads(text, 0, NULL);
        found = line != NULL && each(context, line);
    }
    (void)fclose(file);
    return found;
}

static bool is_event(void *context, const json_t *line)
{
    const char *event = json_string_value(json_object_get(line, "event"));
    return event != NULL && strcmp(event, context) == 0;
}

static bool is_listening(void *context, const json_t *line)
{
    char listening[] = "listening";
    const char *serves = json_string_value(json_object_get(line, "serves"));
    if (!is_event(listening, line) || (serves != NULL && strcmp(serves, "health") == 0))
        return false;
    *(unsigned *)context = (unsigned)json_integer_value(json_object_get(line, "port"));
    return true;
}

static void show_log(const char *path)
{
    char text[4096];
    FILE *file = fopen(path, "re");
    while (file != NULL && fgets(text, sizeof text, file) != NULL)
        (void)fputs(text, stderr);
    if (file != NULL)
        (void)fclose(file);
}

void service_spawn(const char *folder, const char *const *options, const struct service_starter *starter,
                   struct service_process *ret)
{
    char config[SERVICE_PATH_SIZE];
    (void)snprintf(config, sizeof config, "%s/ntokend.conf", folder);
    (void)snprintf(ret->log, sizeof ret->log, "%s/%s", folder, starter->log);
    if (starter->configuration == NULL)
        write_config(folder, config);
    ret->pid = fork();
    if (ret->pid < 0)
        give_up("fork", "failed");
    if (ret->pid == 0)
        become(folder, starter->configuration == NULL ? config : starter->configuration, options, starter,
               ret->log);
}

void service_wait(struct service_process *process)
{
    for (unsigned waited = 0; waited < SERVICE_WAIT_MS; waited += STEP_MS) {
        if (log_any(process->log, is_listening, &process->port))
            return;
        if (waitpid(process->pid, NULL, WNOHANG) != 0)
            break;
        pause_ms(STEP_MS);
    }
    show_log(process->log);
    give_up("ntokend", "does not listen");
}

void service_start(const char *folder, const char *const *options, struct service_process *ret)
{
    service_spawn(folder, options, &(struct service_starter){.log = "ntokend.log", .listener = -1}, ret);
    service_wait(ret);
}

bool service_stop(struct service_process *process)
{
    int status = -1;
    pid_t ended = 0;
    if (kill(process->pid, SIGTERM) != 0)
        return false;
    for (unsigned waited = 0; waited < SERVICE_WAIT_MS && ended == 0; waited += STEP_MS) {
        ended = waitpid(process->pid, &status, WNOHANG);
        if (ended == 0)
            pause_ms(STEP_MS);
    }
    bool good = ended == process->pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (ended == 0) {
        (void)kill(process->pid, SIGKILL);
        (void)waitpid(process->pid, NULL, 0);
    }
    if (!good)
        show_log(process->log);
    return good;
}

bool service_logged(const struct service_process *process, const char *event, unsigned wait_ms)
{
    char name[128];
    (void)snprintf(name, sizeof name, "%s", event);
    for (unsigned waited = 0;; waited += STEP_MS) {
        if (log_any(process->log, is_event, name))
            return true;
        if (waited >= wait_ms)
            return false;
        pause_ms(STEP_MS);
    }
}

bool service_log_has(const struct service_process *process, const char *text)
{
    static char line[LINE_MAX_BYTES];
    bool found = false;
    FILE *file = fopen(process->log, "re");
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL)
        found = strstr(line, text) != NULL;
    if (file != NULL)
        (void)fclose(file);
    return found;
}
