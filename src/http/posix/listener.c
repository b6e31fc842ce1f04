#include "http/listener.h"

#include "base/log.h"
#include "http/admission.h"
#include "http/inherited.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum { FILES_BESIDE_CONNECTIONS = 64 + ADMISSION_OPERATORS_MAX, FILES_OF_THREAD = 6, FILES_OF_LISTENER = 3 };

/* The kernel shares a port between sockets that all ask for it, so a second ntokend would start and take half of the
 * connections. Binding once without sharing finds the first. */
enum err listener_open(const struct address *address, struct listener *ret)
{
    const struct inherited *inherited = inherited_find(address);
    *ret = (struct listener){.address = *address,
                             .socket = inherited == NULL ? MHD_INVALID_SOCKET : inherited->socket};
    if (inherited != NULL || address_port(address) == 0)
        return ERR_NONE;
    int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return ERR_NONE; /* starting the daemon tells */
    int on = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    bool taken =
        bind(fd, (const struct sockaddr *)&address->storage, address->size) != 0 && errno == EADDRINUSE;
    (void)close(fd);
    if (!taken)
        return ERR_NONE;
    char text[ADDRESS_TEXT_MAX];
    address_format((const struct sockaddr *)&address->storage, text);
    LOG(LOG_LEVEL_ERROR, "listen-failed", LOG_STRING("address", text),
        LOG_NUMBER("port", address_port(address)), LOG_STRING("error", strerror(EADDRINUSE)),
        LOG_STRING("remedy", "stop the program that has the port, or choose another"));
    return ERR_IO;
}

const char *listener_check(const struct address *address, bool *ret_note)
{
    *ret_note = false;
    if (inherited_find(address) != NULL)
        return NULL;
    int fd = socket(address->storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return "is of a kind of address that this system does not have; choose another";
    int on = 1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const int error = bind(fd, (const struct sockaddr *)&address->storage, address->size) == 0 ? 0 : errno;
    (void)close(fd);
    *ret_note = error == EADDRINUSE;
    switch (error) {
    case 0:
        return NULL;
    case EADDRINUSE:
        return "is taken now; that is right if this service runs already, else stop the program that has it";
    case EADDRNOTAVAIL:
        return "is no address of this machine; choose one that is";
    case EACCES:
        return "is a port that this user may not take; choose one from 1024 on, or give CAP_NET_BIND_SERVICE";
    default:
        return "cannot be listened on; choose another";
    }
}

/* An inherited socket is whoever's who made it: what waits in it is for the next process. */
void listener_close(struct listener *listener)
{
    listener->socket = MHD_INVALID_SOCKET; /* otherwise each daemon has one of its own */
}

/* All daemons of one address share an inherited socket; each closes what it was given. */
static enum err share(const struct listener *listener, struct MHD_OptionItem ret[LISTENER_OPTIONS])
{
    const int fd = fcntl(listener->socket, F_DUPFD_CLOEXEC, 0);
    if (fd < 0)
        return ERR_IO;
    ret[0] = (struct MHD_OptionItem){MHD_OPTION_LISTEN_SOCKET, fd, NULL};
    ret[1] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    ret[2] = ret[1];
    return ERR_NONE;
}

enum err listener_options(const struct listener *listener, struct MHD_OptionItem ret[LISTENER_OPTIONS])
{
    union {
        const struct sockaddr_storage *address;
        void *value;
    } storage = {.address = &listener->address.storage};
    if (listener->socket != MHD_INVALID_SOCKET)
        return share(listener, ret);
    ret[0] = (struct MHD_OptionItem){MHD_OPTION_SOCK_ADDR, 0, storage.value};
    ret[1] = (struct MHD_OptionItem){MHD_OPTION_LISTENING_ADDRESS_REUSE, 1, NULL};
    ret[2] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    return ERR_NONE;
}

void listener_options_drop(const struct MHD_OptionItem options[LISTENER_OPTIONS])
{
    if (options[0].option == MHD_OPTION_LISTEN_SOCKET)
        (void)close((int)options[0].value);
}

void listener_quiesce(struct MHD_Daemon *daemon)
{
    (void)MHD_run(daemon);
    MHD_socket fd = MHD_quiesce_daemon(daemon);
    if (fd != MHD_INVALID_SOCKET)
        (void)close(fd);
}

/* Each connection is a file; the soft limit is often 1,024. What is left for others is an estimate, which does not take more than
 * three quarters. */
unsigned listener_make_room(unsigned connections, unsigned threads, size_t listeners)
{
    struct rlimit limit;
    const rlim_t others =
        FILES_BESIDE_CONNECTIONS + (FILES_OF_THREAD + FILES_OF_LISTENER * (rlim_t)listeners) * threads;
    const rlim_t wanted = connections + others;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return connections;
    const struct rlimit before = limit;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        limit = before;
    if (limit.rlim_cur >= wanted)
        return connections;
    const rlim_t least = limit.rlim_cur / 4;
    rlim_t room = limit.rlim_cur > others + least ? limit.rlim_cur - others : least;
    room = room < connections ? room : connections;
    LOG(LOG_LEVEL_WARNING, "few-files", LOG_NUMBER("limit", limit.rlim_cur), LOG_NUMBER("wanted", wanted),
        LOG_NUMBER("connections_max", room),
        LOG_STRING("remedy", "raise the hard limit of open files, or lower connections_max"));
    return room == 0 ? 1 : (unsigned)room;
}
