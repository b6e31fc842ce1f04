#include "http/tls_transport.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <limits.h>
#include <winsock2.h>

/* Winsock keeps its errors for itself, so the session is told. */
static ssize_t fail(const struct tls_handshake *handshake, int error)
{
    gnutls_transport_set_errno(handshake->session, error);
    return -1;
}

static int errno_of(int code)
{
    switch (code) {
    case WSAEWOULDBLOCK:
        return EAGAIN;
    case WSAEINTR:
        return EINTR;
    default:
        return EIO;
    }
}

ssize_t tls_transport_pull(void *context, void *data, size_t size)
{
    struct tls_handshake *handshake = context;
    if (handshake->late)
        return fail(handshake, ETIMEDOUT);
    const int got = recv(handshake->fd, data, size > INT_MAX ? INT_MAX : (int)size, 0);
    if (got >= 0)
        return got;
    const int error = errno_of(WSAGetLastError());
    if (error == EAGAIN && handshake->handshakes != NULL)
        tls_handshake_wait(handshake);
    return fail(handshake, error);
}
