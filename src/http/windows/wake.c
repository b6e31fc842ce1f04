#include "http/wake.h"

#include "http/windows/winsock.h"

#include <stdbool.h>
#include <winsock2.h>

/* Only sockets can be waited for together with sockets. This one is connected to itself, so that nobody else is heard; what came
 * before it was connected is thrown away. */
static bool connect_to_itself(SOCKET fd)
{
    struct sockaddr_in self = {.sin_family = AF_INET};
    int size = sizeof self;
    BOOL alone = TRUE;
    u_long on = 1;
    self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return setsockopt(fd, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, (const char *)&alone, sizeof alone) == 0 &&
           bind(fd, (const struct sockaddr *)&self, sizeof self) == 0 &&
           getsockname(fd, (struct sockaddr *)&self, &size) == 0 &&
           connect(fd, (const struct sockaddr *)&self, sizeof self) == 0 &&
           ioctlsocket(fd, (long)FIONBIO, &on) == 0;
}

enum err wake_open(struct wake *ret)
{
    if (winsock_start() != ERR_NONE)
        return ERR_IO;
    SOCKET fd = WSASocketW(AF_INET, SOCK_DGRAM, IPPROTO_UDP, NULL, 0,
                           WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (fd == INVALID_SOCKET)
        return ERR_IO;
    const struct wake wake = {.fd = fd};
    if (!connect_to_itself(fd)) {
        wake_close(&wake);
        return ERR_IO;
    }
    wake_take(&wake);
    *ret = wake;
    return ERR_NONE;
}

void wake_close(const struct wake *wake)
{
    (void)closesocket(wake->fd);
}

/* A full buffer is a wake that was given. */
void wake_give(const struct wake *wake)
{
    (void)send(wake->fd, "", 1, 0);
}

void wake_take(const struct wake *wake)
{
    char byte;
    int got = 0;
    do
        got = recv(wake->fd, &byte, 1, 0);
    while (got >= 0);
}
