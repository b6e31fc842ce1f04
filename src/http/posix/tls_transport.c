#include "http/tls_transport.h"

#include <errno.h>
#include <sys/socket.h>

ssize_t tls_transport_pull(void *context, void *data, size_t size)
{
    struct tls_handshake *handshake = context;
    if (handshake->late) {
        errno = ETIMEDOUT;
        return -1;
    }
    const ssize_t got = recv(handshake->fd, data, size, 0);
    const int error = errno;
    if (got < 0 && (error == EAGAIN || error == EWOULDBLOCK) && handshake->handshakes != NULL)
        tls_handshake_wait(handshake);
    errno = error;
    return got;
}
