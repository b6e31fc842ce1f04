#include "starter.h"

#include "support/keytab_file.h"
#include "support/pause.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { STEP_MS = 10 };

static void must(bool good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(99);
}

static void open_notify(struct starter *starter)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(starter->notify_path, sizeof starter->notify_path, "%s/notify", starter->path);
    must(strlen(starter->notify_path) < sizeof address.sun_path, "notify");
    memcpy(address.sun_path, starter->notify_path, strlen(starter->notify_path) + 1);
    starter->notify = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    must(starter->notify >= 0 &&
             bind(starter->notify, (const struct sockaddr *)&address, sizeof address) == 0,
         "notify");
}

void starter_open_at(struct starter *ret, const char *path)
{
    memset(ret, 0, sizeof *ret);
    ret->listener = -1;
    (void)snprintf(ret->path, sizeof ret->path, "%s", path);
    open_notify(ret);
}

void starter_open(struct starter *ret)
{
    static const char *const principals[] = {"HTTP/localhost@STARTER.TEST", NULL};
    struct folder folder;
    char path[SERVICE_PATH_SIZE];
    folder_make(&folder);
    keytab_file_configure(folder.path, "STARTER.TEST");
    (void)snprintf(path, sizeof path, "%s/http.keytab", folder.path);
    keytab_file_write(path, 1, principals);
    starter_open_at(ret, folder.path);
    ret->folder = folder;
    ret->owns = true;
}

void starter_close(struct starter *starter)
{
    (void)close(starter->notify);
    if (starter->listener >= 0)
        (void)close(starter->listener);
    if (starter->owns)
        folder_remove(&starter->folder);
}

static int bound(int family, int kind, const struct sockaddr *address, socklen_t size)
{
    int fd = socket(family, kind | SOCK_CLOEXEC, 0);
    must(fd >= 0 && bind(fd, address, size) == 0, "bind");
    return fd;
}

static int bound4(int kind, in_addr_t host)
{
    const struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = host};
    return bound(AF_INET, kind, (const struct sockaddr *)&address, sizeof address);
}

unsigned starter_listen(struct starter *starter, in_addr_t address)
{
    struct sockaddr_in in = {.sin_port = 0};
    socklen_t size = sizeof in;
    starter->listener = bound4(SOCK_STREAM, address);
    must(listen(starter->listener, SOMAXCONN) == 0 &&
             getsockname(starter->listener, (struct sockaddr *)&in, &size) == 0,
         "listen");
    return ntohs(in.sin_port);
}

int starter_udp(struct starter *starter)
{
    (void)starter;
    return bound4(SOCK_DGRAM, htonl(INADDR_LOOPBACK));
}

int starter_deaf(struct starter *starter)
{
    (void)starter;
    return bound4(SOCK_STREAM, htonl(INADDR_LOOPBACK));
}

int starter_anywhere(struct starter *starter)
{
    (void)starter_listen(starter, htonl(INADDR_ANY));
    return starter->listener;
}

int starter_unix(struct starter *starter)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%.90s/socket", starter->path);
    int fd = bound(AF_UNIX, SOCK_STREAM, (const struct sockaddr *)&address, sizeof address);
    must(listen(fd, 1) == 0, "listen");
    return fd;
}

int starter_both_families(struct starter *starter)
{
    const struct sockaddr_in6 address = {.sin6_family = AF_INET6};
    int off = 0;
    (void)starter;
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(fd >= 0 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0 &&
             bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0,
         "socket");
    return fd;
}

int starter_no_socket(struct starter *starter)
{
    (void)starter;
    return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

void starter_spawn(struct starter *starter, const char *const *options, struct service_process *ret)
{
    char log[64];
    (void)snprintf(log, sizeof log, "ntokend-%u.log", starter->number++);
    const struct service_starter as = {.log = log,
                                       .listener = starter->listener,
                                       .foreign = starter->foreign,
                                       .notify = starter->notify_path,
                                       .watchdog_us = starter->watchdog_us,
                                       .configuration = starter->configuration,
                                       .credentials =
                                           starter->credentials[0] == 0 ? NULL : starter->credentials};
    service_spawn(starter->path, options, &as, ret);
}

static void hear(struct starter *starter)
{
    for (;;) {
        must(starter->heard_count < STARTER_HEARD_MAX, "too many messages");
        char *message = starter->heard[starter->heard_count];
        ssize_t size = recv(starter->notify, message, STARTER_MESSAGE_SIZE - 1, 0);
        if (size <= 0)
            return;
        message[size] = 0;
        starter->heard_count++;
    }
}

static void drop(struct starter *starter, size_t count)
{
    starter->heard_count -= count;
    memmove(starter->heard[0], starter->heard[count], starter->heard_count * sizeof starter->heard[0]);
}

bool starter_hears(struct starter *starter, const char *text, char ret[STARTER_MESSAGE_SIZE])
{
    for (unsigned waited = 0; waited < SERVICE_WAIT_MS; waited += STEP_MS) {
        hear(starter);
        for (size_t i = 0; i < starter->heard_count; i++) {
            if (strncmp(starter->heard[i], text, strlen(text)) != 0)
                continue;
            memcpy(ret, starter->heard[i], STARTER_MESSAGE_SIZE);
            drop(starter, i + 1);
            return true;
        }
        pause_ms(STEP_MS);
    }
    return false;
}

bool starter_has_heard(struct starter *starter, const char *text)
{
    hear(starter);
    for (size_t i = 0; i < starter->heard_count; i++) {
        if (strncmp(starter->heard[i], text, strlen(text)) == 0)
            return true;
    }
    return false;
}

void starter_forget(struct starter *starter)
{
    hear(starter);
    starter->heard_count = 0;
}

size_t starter_threads(pid_t pid, pid_t ret[STARTER_THREADS_MAX])
{
    char path[64];
    size_t count = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    DIR *folder = opendir(path);
    must(folder != NULL, path);
    // cppcheck-suppress readdirCalled ; the stream is of this call alone
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        const pid_t thread = (pid_t)strtol(entry->d_name, NULL, 10);
        if (thread > 0 && thread != pid && count < STARTER_THREADS_MAX)
            ret[count++] = thread;
    }
    (void)closedir(folder);
    return count;
}
