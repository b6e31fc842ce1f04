#include "forward/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { OPEN_MS = 10000, STEP_MS = 200, DEAD_MS = 120000, ALIVE_S = 30, BYES_MAX = 1000 };

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A step at most, so that a stop is seen. False past the deadline and when it is time to stop. */
static bool wait_for(const struct wire *wire, short events, int64_t deadline)
{
    struct pollfd poll_fd = {.fd = wire->socket, .events = events};
    int64_t left = deadline - now_ms();
    if (left <= 0 || atomic_load(wire->stop))
        return false;
    (void)poll(&poll_fd, 1, left < STEP_MS ? (int)left : STEP_MS);
    return true;
}

/* A receiver that vanished is noticed, while data waits for it and while none does. */
static void watch_peer(int socket)
{
    int on = 1;
    int dead = DEAD_MS;
    int alive = ALIVE_S;
    (void)setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    (void)setsockopt(socket, IPPROTO_TCP, TCP_KEEPIDLE, &alive, sizeof alive);
    (void)setsockopt(socket, IPPROTO_TCP, TCP_KEEPINTVL, &alive, sizeof alive);
    (void)setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead, sizeof dead);
}

static bool is_connected(const struct wire *wire)
{
    struct pollfd poll_fd = {.fd = wire->socket, .events = POLLOUT};
    return poll(&poll_fd, 1, 0) == 1;
}

/* TCP connects a socket to itself when it got the very port that it calls, and nobody else listens there. */
static bool is_itself(int socket)
{
    struct sockaddr_storage here = {.ss_family = AF_UNSPEC};
    struct sockaddr_storage there = {.ss_family = AF_UNSPEC};
    socklen_t here_size = sizeof here;
    socklen_t there_size = sizeof there;
    return getsockname(socket, (struct sockaddr *)&here, &here_size) != 0 ||
           getpeername(socket, (struct sockaddr *)&there, &there_size) != 0 ||
           (here_size == there_size && memcmp(&here, &there, here_size) == 0);
}

static enum err connect_one(struct wire *wire, const struct addrinfo *address)
{
    int failed = 0;
    socklen_t size = sizeof failed;
    int64_t deadline = now_ms() + OPEN_MS;
    wire->socket = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (wire->socket < 0)
        return ERR_IO;
    watch_peer(wire->socket);
    enum err err = ERR_IO;
    if (connect(wire->socket, address->ai_addr, address->ai_addrlen) == 0 || errno == EINPROGRESS) {
        while (!is_connected(wire) && wait_for(wire, POLLOUT, deadline)) {
        }
        if (is_connected(wire) && getsockopt(wire->socket, SOL_SOCKET, SO_ERROR, &failed, &size) == 0 &&
            failed == 0 && !is_itself(wire->socket))
            err = ERR_NONE;
    }
    if (err != ERR_NONE) {
        (void)close(wire->socket);
        wire->socket = -1;
    }
    return err;
}

static enum err connect_any(struct wire *wire, const struct target *target, const char **ret_problem)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *addresses = NULL;
    enum err err = ERR_IO;
    *ret_problem = "the receiver's name is not known";
    if (getaddrinfo(target->host, target->port, &hints, &addresses) != 0)
        return ERR_IO;
    *ret_problem = "the receiver takes no connection";
    for (const struct addrinfo *at = addresses; at != NULL && err != ERR_NONE; at = at->ai_next)
        err = connect_one(wire, at);
    freeaddrinfo(addresses);
    return err;
}

static bool load_files(gnutls_certificate_credentials_t credentials, const struct target *target,
                       const char **ret_problem)
{
    *ret_problem = "the file of authorities (ca) cannot be read, or has no certificate; correct its name";
    int authorities = target->ca == NULL ? gnutls_certificate_set_x509_system_trust(credentials)
                                         : gnutls_certificate_set_x509_trust_file(credentials, target->ca,
                                                                                  GNUTLS_X509_FMT_PEM);
    if (authorities <= 0)
        return false;
    *ret_problem =
        "our certificate or its key (cert, key) cannot be read, or they are no pair; correct their names";
    return target->certificate == NULL ||
           gnutls_certificate_set_x509_key_file(credentials, target->certificate, target->key,
                                                GNUTLS_X509_FMT_PEM) >= 0;
}

static bool set_up_tls(struct wire *wire, const struct target *target, const char **ret_problem)
{
    *ret_problem = "out of memory";
    if (gnutls_certificate_allocate_credentials(&wire->credentials) < 0 ||
        !load_files(wire->credentials, target, ret_problem))
        return false;
    *ret_problem = "TLS cannot be set up";
    return gnutls_init(&wire->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL) >= 0 &&
           gnutls_priority_set_direct(wire->tls, "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2", NULL) >= 0 &&
           gnutls_credentials_set(wire->tls, GNUTLS_CRD_CERTIFICATE, wire->credentials) >= 0;
}

enum err wire_check(const struct target *target, const char **ret_problem)
{
    gnutls_certificate_credentials_t credentials = NULL;
    *ret_problem = "out of memory";
    if (gnutls_certificate_allocate_credentials(&credentials) < 0)
        return ERR_NO_MEMORY;
    const bool sound = load_files(credentials, target, ret_problem);
    gnutls_certificate_free_credentials(credentials);
    return sound ? ERR_NONE : ERR_IO;
}

/* Servers know names, not addresses, by their hello. */
static bool is_name(const char *host)
{
    return strspn(host, "0123456789.") != strlen(host) && strchr(host, ':') == NULL;
}

static enum err shake_hands(struct wire *wire, const struct target *target, const char **ret_problem)
{
    int64_t deadline = now_ms() + OPEN_MS;
    int code = 0;
    if (is_name(target->host))
        (void)gnutls_server_name_set(wire->tls, GNUTLS_NAME_DNS, target->host, strlen(target->host));
    gnutls_session_set_verify_cert(wire->tls, target->host, 0);
    gnutls_transport_set_int(wire->tls, wire->socket);
    do {
        code = gnutls_handshake(wire->tls);
        if (code >= 0)
            return ERR_NONE;
        short events = gnutls_record_get_direction(wire->tls) == 0 ? POLLIN : POLLOUT;
        if (gnutls_error_is_fatal(code) == 0 && !wait_for(wire, events, deadline))
            break;
    } while (gnutls_error_is_fatal(code) == 0);
    *ret_problem = code == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR
                       ? "the receiver's certificate is not one to trust for its name"
                       : "the receiver does not speak TLS 1.2 or later with us";
    return ERR_IO;
}

enum err wire_open(struct wire *wire, const struct target *target, const _Atomic bool *stop,
                   const char **ret_problem)
{
    *wire = (struct wire){.socket = -1, .stop = stop};
    enum err err = connect_any(wire, target, ret_problem);
    if (err == ERR_NONE && target->kind == TARGET_TLS) {
        err = set_up_tls(wire, target, ret_problem) ? ERR_NONE : ERR_IO;
        if (err == ERR_NONE)
            err = shake_hands(wire, target, ret_problem);
    }
    if (err != ERR_NONE)
        wire_close(wire);
    return err;
}

/* Bytes taken; 0: not now; -1: broken. A call that is repeated must have the same bytes, as it has. */
static ssize_t write_some(struct wire *wire, struct bytes bytes)
{
    if (wire->tls != NULL) {
        ssize_t size = gnutls_record_send(wire->tls, bytes.data, bytes.size);
        return size >= 0 ? size : gnutls_error_is_fatal((int)size) == 0 ? 0 : -1;
    }
    ssize_t size = send(wire->socket, bytes.data, bytes.size, MSG_NOSIGNAL);
    return size >= 0 ? size : errno == EAGAIN || errno == EINTR ? 0 : -1;
}

enum err wire_write(struct wire *wire, struct bytes bytes)
{
    while (bytes.size > 0) {
        ssize_t size = write_some(wire, bytes);
        if (size < 0)
            return ERR_IO;
        bytes = bytes_from(bytes, (size_t)size);
        if (size == 0 && (!wait_for(wire, POLLOUT, INT64_MAX) || wire_look(wire) != ERR_NONE))
            return ERR_IO;
    }
    return ERR_NONE;
}

enum err wire_look(struct wire *wire)
{
    uint8_t nothing[512];
    for (unsigned i = 0; i < BYES_MAX; i++) {
        ssize_t size = 0;
        if (wire->tls != NULL) {
            size = gnutls_record_recv(wire->tls, nothing, sizeof nothing);
            if (size < 0 && gnutls_error_is_fatal((int)size) == 0)
                return ERR_NONE;
        } else {
            size = recv(wire->socket, nothing, sizeof nothing, MSG_DONTWAIT);
            if (size < 0 && (errno == EAGAIN || errno == EINTR))
                return ERR_NONE;
        }
        if (size <= 0)
            return ERR_IO;
    }
    return ERR_NONE;
}

size_t wire_unsent(const struct wire *wire)
{
    int bytes = 0;
    return ioctl(wire->socket, SIOCOUTQ, &bytes) == 0 ? (size_t)bytes : SIZE_MAX;
}

/* At the end the receiver's close is what is waited for, also when it came before ours. */
static bool is_closed(struct wire *wire)
{
    uint8_t nothing[512];
    ssize_t size = wire->tls != NULL ? gnutls_record_recv(wire->tls, nothing, sizeof nothing)
                                     : recv(wire->socket, nothing, sizeof nothing, MSG_DONTWAIT);
    return size == 0;
}

bool wire_finish(struct wire *wire, int ms)
{
    static const _Atomic bool go_on = false;
    int64_t deadline = now_ms() + ms;
    wire->stop = &go_on;
    if (wire->tls != NULL)
        (void)gnutls_bye(wire->tls, GNUTLS_SHUT_WR);
    (void)shutdown(wire->socket, SHUT_WR);
    bool closed = is_closed(wire);
    while (!closed && wait_for(wire, POLLIN, deadline))
        closed = is_closed(wire);
    return closed && wire_unsent(wire) == 0;
}

void wire_close(struct wire *wire)
{
    if (wire->tls != NULL)
        gnutls_deinit(wire->tls);
    if (wire->credentials != NULL)
        gnutls_certificate_free_credentials(wire->credentials);
    if (wire->socket >= 0)
        (void)close(wire->socket);
    wire->tls = NULL;
    wire->credentials = NULL;
    wire->socket = -1;
}
