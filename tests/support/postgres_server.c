#include "support/postgres_server.h"
#include "support/pause.h"

#include <grp.h>
#include <libpq-fe.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    NOBODY = 65534,
    PATH_SIZE = FOLDER_PATH_SIZE + 64,
    START_MS = 30000,
    STEP_MS = 20,
    ARGUMENTS_MAX = 24
};

static void die(const char *what)
{
    (void)fprintf(stderr, "postgres_server: %s failed\n", what);
    exit(99);
}

static void must(bool right, const char *what)
{
    if (!right)
        die(what);
}

/* In the child: a server does not run as root, and ends with the test. */
static void become(const char *log)
{
    (void)setpgid(0, 0);
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setgid(NOBODY) != 0 || setuid(NOBODY) != 0))
        _exit(98);
    (void)prctl(PR_SET_PDEATHSIG, SIGQUIT);
    if (freopen("/dev/null", "r", stdin) == NULL || freopen(log, "a", stdout) == NULL ||
        dup2(STDOUT_FILENO, STDERR_FILENO) < 0 || chdir("/") != 0)
        _exit(98);
}

static pid_t spawn(const struct postgres_server *server, const char *program, const char *const *arguments)
{
    char path[PATH_SIZE];
    char log[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", POSTGRES_PROGRAMS, program);
    (void)snprintf(log, sizeof log, "%s/pg/log", server->folder.path);
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child > 0)
        return child;
    become(log);
    /* PostgreSQL's programs find each other beside the path that they were started as. */
    const char *argv[ARGUMENTS_MAX + 1] = {path};
    for (size_t i = 1; i < ARGUMENTS_MAX && arguments[i] != NULL; i++)
        argv[i] = arguments[i];
    /* execv takes the strings as they are */
    (void)execv(path, (char *const *)(uintptr_t)argv);
    _exit(97);
}

static void write_file(const char *path, const char *text, const char *mode)
{
    FILE *file = fopen(path, mode);
    must(file != NULL && fputs(text, file) >= 0 && fclose(file) == 0, path);
}

static unsigned free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(probe >= 0 && bind(probe, (struct sockaddr *)&address, size) == 0 &&
             getsockname(probe, (struct sockaddr *)&address, &size) == 0,
         "a free port");
    (void)close(probe);
    return ntohs(address.sin_port);
}

void postgres_server_make(struct postgres_server *ret)
{
    char base[PATH_SIZE];
    char data[PATH_SIZE];
    char password[PATH_SIZE];
    char passwords[PATH_SIZE + 16];
    int status = 0;
    *ret = (struct postgres_server){.pid = 0};
    folder_make(&ret->folder);
    ret->port = free_port();
    (void)snprintf(base, sizeof base, "%s/pg", ret->folder.path);
    (void)snprintf(data, sizeof data, "%s/pg/data", ret->folder.path);
    (void)snprintf(password, sizeof password, "%s/password", ret->folder.path);
    (void)snprintf(passwords, sizeof passwords, "--pwfile=%s", password);
    write_file(password, "secret words\n", "we");
    must(chmod(ret->folder.path, 0711) == 0 && chmod(password, 0644) == 0 && mkdir(base, 0700) == 0 &&
             (geteuid() != 0 || chown(base, NOBODY, NOBODY) == 0),
         "a folder for the server");
    const char *const arguments[] = {"initdb",
                                     "-N",
                                     "-D",
                                     data,
                                     "-U",
                                     "postgres",
                                     "-E",
                                     "UTF8",
                                     "--locale=C",
                                     "--auth-local=trust",
                                     "--auth-host=scram-sha-256",
                                     passwords,
                                     NULL};
    pid_t child = spawn(ret, "initdb", arguments);
    must(waitpid(child, &status, 0) == child && status == 0, "initdb (is postgresql installed?)");
}

static void url_of(const struct postgres_server *server, const char *options, char ret[POSTGRES_URL_SIZE])
{
    char host[FOLDER_PATH_SIZE * 3];
    size_t size = 0;
    for (const char *at = server->folder.path; *at != 0 && size < sizeof host - 4; at++) {
        if (*at == '/')
            size += (size_t)snprintf(host + size, sizeof host - size, "%%2F");
        else
            host[size++] = *at;
    }
    (void)snprintf(ret, POSTGRES_URL_SIZE, "postgresql://postgres@%.*s%%2Fpg:%u/postgres%s", (int)size, host,
                   server->port, options);
}

void postgres_server_url(const struct postgres_server *server, const char *schema,
                         char ret[POSTGRES_URL_SIZE])
{
    char options[128];
    (void)snprintf(options, sizeof options, "?options=-csearch_path%%3D%s", schema);
    url_of(server, options, ret);
}

static void wait_until_up(struct postgres_server *server)
{
    char url[POSTGRES_URL_SIZE];
    url_of(server, "", url);
    for (unsigned i = 0; i < START_MS / STEP_MS; i++) {
        if (PQping(url) == PQPING_OK)
            return;
        must(waitpid(server->pid, NULL, WNOHANG) == 0, "the server's start");
        pause_ms(STEP_MS);
    }
    die("waiting for the server");
}

void postgres_server_start(struct postgres_server *server)
{
    char data[PATH_SIZE];
    char sockets[PATH_SIZE];
    char port[16];
    (void)snprintf(data, sizeof data, "%s/pg/data", server->folder.path);
    (void)snprintf(sockets, sizeof sockets, "%s/pg", server->folder.path);
    (void)snprintf(port, sizeof port, "%u", server->port);
    const char *const arguments[] = {"postgres",
                                     "-D",
                                     data,
                                     "-k",
                                     sockets,
                                     "-p",
                                     port,
                                     "-h",
                                     "127.0.0.1",
                                     "-c",
                                     "shared_buffers=64MB",
                                     "-c",
                                     "log_statement=none",
                                     NULL};
    server->pid = spawn(server, "postgres", arguments);
    wait_until_up(server);
}

/* Its processes have sessions of their own, so no group holds them all. */
static void signal_children(pid_t parent, int signal)
{
    char path[64];
    int child = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/task/%d/children", (int)parent, (int)parent);
    FILE *children = fopen(path, "re");
    must(children != NULL, path);
    while (fscanf(children, "%d", &child) == 1) // NOLINT(cert-err34-c): the kernel's numbers
        (void)kill(child, signal);
    (void)fclose(children);
}

void postgres_server_stop(struct postgres_server *server, int signal)
{
    if (server->pid == 0)
        return;
    if (signal == SIGKILL) {
        (void)kill(server->pid, SIGSTOP);
        signal_children(server->pid, SIGKILL);
    }
    (void)kill(server->pid, signal);
    (void)waitpid(server->pid, NULL, 0);
    server->pid = 0;
}

void postgres_server_freeze(const struct postgres_server *server, bool frozen)
{
    int signal = frozen ? SIGSTOP : SIGCONT;
    (void)kill(server->pid, signal);
    signal_children(server->pid, signal);
}

void postgres_server_remove(struct postgres_server *server)
{
    postgres_server_stop(server, SIGQUIT);
    folder_remove(&server->folder);
}

static PGresult *execute(const struct postgres_server *server, const char *sql)
{
    char url[POSTGRES_URL_SIZE];
    url_of(server, "", url);
    PGconn *conn = PQconnectdb(url);
    PGresult *result = PQexec(conn, sql);
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        die(PQerrorMessage(conn));
    PQfinish(conn);
    return result;
}

void postgres_server_sql(const struct postgres_server *server, const char *sql)
{
    PQclear(execute(server, sql));
}

long long postgres_server_number(const struct postgres_server *server, const char *sql)
{
    PGresult *result = execute(server, sql);
    must(PQntuples(result) == 1, sql);
    long long number = strtoll(PQgetvalue(result, 0, 0), NULL, 10);
    PQclear(result);
    return number;
}
