#include "http/listener.h"

#include "base/log.h"
#include "http/windows/connections.h"
#include "http/windows/winsock.h"

#include <winsock2.h>

/* How many that had connected are taken up at the end. */
enum { BACKLOG_MAX = 256 };

/* On Windows SO_REUSEADDR would let any process take the port; SO_EXCLUSIVEADDRUSE keeps all others off it. */
static bool listen_at(SOCKET fd, const struct address *address, struct listener *ret)
{
    BOOL alone = TRUE;
    int size = sizeof ret->address.storage;
    if (setsockopt(fd, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&alone, sizeof alone) != 0 ||
        bind(fd, (const struct sockaddr *)&address->storage, address->size) != 0 ||
        listen(fd, SOMAXCONN) != 0)
        return false;
    *ret = (struct listener){.address = *address, .socket = fd};
    return getsockname(fd, (struct sockaddr *)&ret->address.storage, &size) == 0;
}

enum err listener_open(const struct address *address, struct listener *ret)
{
    SOCKET fd = INVALID_SOCKET;
    *ret = (struct listener){.address = *address, .socket = MHD_INVALID_SOCKET};
    if (winsock_start() == ERR_NONE)
        fd = WSASocketW(address->storage.ss_family, SOCK_STREAM, IPPROTO_TCP, NULL, 0,
                        WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (fd != INVALID_SOCKET && listen_at(fd, address, ret))
        return ERR_NONE;
    char text[ADDRESS_TEXT_MAX];
    int code = WSAGetLastError();
    address_format((const struct sockaddr *)&address->storage, text);
    LOG(LOG_LEVEL_ERROR, "listen-failed", LOG_STRING("address", text),
        LOG_NUMBER("port", address_port(address)), LOG_NUMBER("win32Error", code),
        LOG_STRING("remedy", code == WSAEADDRINUSE || code == WSAEACCES
                                 ? "stop the program that has the port, or choose another"
                                 : "choose an address of this machine"));
    if (fd != INVALID_SOCKET)
        (void)closesocket(fd);
    ret->socket = MHD_INVALID_SOCKET;
    return ERR_IO;
}

const char *listener_check(const struct address *address, bool *ret_note)
{
    SOCKET fd = INVALID_SOCKET;
    struct listener listener;
    *ret_note = false;
    if (winsock_start() == ERR_NONE)
        fd = WSASocketW(address->storage.ss_family, SOCK_STREAM, IPPROTO_TCP, NULL, 0,
                        WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (fd == INVALID_SOCKET)
        return "is of a kind of address that this system does not have; choose another";
    const int code = listen_at(fd, address, &listener) ? 0 : WSAGetLastError();
    (void)closesocket(fd);
    *ret_note = code == WSAEADDRINUSE || code == WSAEACCES;
    if (*ret_note)
        return "is taken now; that is right if this service runs already, else stop the program that has it";
    return code == 0 ? NULL : "is no address of this machine; choose one that is";
}

void listener_close(struct listener *listener)
{
    if (listener->socket != MHD_INVALID_SOCKET)
        (void)closesocket(listener->socket);
    listener->socket = MHD_INVALID_SOCKET;
}

/* A daemon closes its socket, so each gets a handle of its own to the one. */
enum err listener_options(const struct listener *listener, struct MHD_OptionItem ret[LISTENER_OPTIONS])
{
    WSAPROTOCOL_INFOW info;
    if (WSADuplicateSocketW(listener->socket, GetCurrentProcessId(), &info) != 0)
        return ERR_IO;
    SOCKET fd = WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0,
                           WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (fd == INVALID_SOCKET)
        return ERR_IO;
    ret[0] = (struct MHD_OptionItem){MHD_OPTION_LISTEN_SOCKET, (intptr_t)fd, NULL};
    ret[1] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    ret[2] = ret[1];
    return ERR_NONE;
}

void listener_options_drop(const struct MHD_OptionItem options[LISTENER_OPTIONS])
{
    (void)closesocket((SOCKET)options[0].value);
}

static bool somebody_waits(SOCKET fd)
{
    struct timeval at_once = {.tv_sec = 0};
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    return select(0, &set, NULL, NULL, &at_once) == 1;
}

/* Without epoll a daemon accepts one at a time. */
void listener_quiesce(struct MHD_Daemon *daemon)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_LISTEN_FD);
    for (unsigned i = 0; i < BACKLOG_MAX && info != NULL && somebody_waits(info->listen_fd); i++)
        (void)MHD_run(daemon);
    MHD_socket fd = MHD_quiesce_daemon(daemon);
    if (fd != MHD_INVALID_SOCKET)
        (void)closesocket(fd);
}

/* Any one worker may come to wait for all of them. */
unsigned listener_make_room(unsigned connections, unsigned threads, size_t listeners)
{
    (void)threads;
    (void)listeners;
    if (connections <= CONNECTIONS_BOUND)
        return connections;
    LOG(LOG_LEVEL_WARNING, "few-connections", LOG_NUMBER("limit", CONNECTIONS_BOUND),
        LOG_NUMBER("wanted", connections),
        LOG_STRING("remedy", "lower connections_max, or use several machines"));
    return CONNECTIONS_BOUND;
}
