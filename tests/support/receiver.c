#include "support/receiver.h"
#include "support/pause.h"

#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    FRAME_MAX = 1 << 20,
    STEP_MS = 50,
    WAIT_MS = 30000,
    READ_MAX = 65536,
    SLOW_READ_MAX = 1024,
    STEP_S = 0,
    STEP_US = 50000
};

void received_init(struct received *received)
{
    *received = (struct received){.count = 0};
    (void)pthread_mutex_init(&received->lock, NULL);
}

void received_done(struct received *received)
{
    (void)pthread_mutex_destroy(&received->lock);
    free(received->uuids);
}

size_t received_count(struct received *received)
{
    (void)pthread_mutex_lock(&received->lock);
    size_t count = received->count;
    (void)pthread_mutex_unlock(&received->lock);
    return count;
}

static bool is_same(const struct event_uuid *left, const struct event_uuid *right)
{
    return memcmp(left, right, sizeof *left) == 0;
}

bool received_ends_with(struct received *received, const struct event_uuid *uuid)
{
    bool here = false;
    for (unsigned ms = 0; ms < WAIT_MS && !here; ms += STEP_MS) {
        if (ms > 0)
            pause_ms(STEP_MS);
        (void)pthread_mutex_lock(&received->lock);
        here = received->count > 0 && is_same(&received->uuids[received->count - 1], uuid);
        (void)pthread_mutex_unlock(&received->lock);
    }
    return here;
}

static bool came_before(const struct received *received, size_t at)
{
    for (size_t i = at; i-- > 0;) {
        if (is_same(&received->uuids[i], &received->uuids[at]))
            return true;
    }
    return false;
}

size_t received_in_order(const struct received *received, const struct event_uuid *due, size_t count,
                         size_t *ret_repeats)
{
    size_t at = 0;
    *ret_repeats = 0;
    for (size_t i = 0; i < received->count; i++) {
        if (at < count && is_same(&received->uuids[i], &due[at]))
            at++;
        else if (came_before(received, i))
            ++*ret_repeats;
        else
            return SIZE_MAX;
    }
    return at;
}

static void must(bool right, const char *what)
{
    if (right)
        return;
    perror(what);
    exit(99);
}

static bool uuid_of(struct bytes message, struct event_uuid *ret)
{
    static const char mark[] = " [ntokend@32473 uuid=\"";
    const uint8_t *at = memmem(message.data, message.size, mark, strlen(mark));
    size_t left = at == NULL ? 0 : message.size - (size_t)(at - message.data) - strlen(mark);
    return left > EVENT_UUID_TEXT_MAX &&
           event_uuid_parse(bytes_of(at + strlen(mark), EVENT_UUID_TEXT_MAX - 1), ret) == ERR_NONE;
}

static void take_message(struct received *received, struct bytes message)
{
    struct event_uuid uuid;
    bool right = uuid_of(message, &uuid) && message.data[0] == '<';
    (void)pthread_mutex_lock(&received->lock);
    if (received->count == received->room) {
        received->room = received->room * 2 + 1024;
        received->uuids = realloc(received->uuids, received->room * sizeof uuid);
        must(received->uuids != NULL, "memory");
    }
    if (received->count == 0 && message.size < sizeof received->first)
        memcpy(received->first, message.data, message.size);
    if (right && received->uuids != NULL)
        received->uuids[received->count++] = uuid;
    else
        received->wrong++;
    (void)pthread_mutex_unlock(&received->lock);
}

/* Whole frames, "SIZE SP MESSAGE"; gives how much of the buffer they were. */
static size_t take_frames(struct received *received, struct bytes buffer)
{
    size_t at = 0;
    for (;;) {
        char digits[16] = {0};
        const uint8_t *start = buffer.data + at;
        const uint8_t *blank = memchr(start, ' ', buffer.size - at);
        size_t count = blank == NULL ? 0 : (size_t)(blank - start);
        if (blank == NULL || count >= sizeof digits)
            return at;
        memcpy(digits, start, count);
        size_t size = strtoul(digits, NULL, 10);
        if (size == 0 || size > FRAME_MAX)
            received->wrong++;
        if (buffer.size - at - count - 1 < size)
            return at;
        take_message(received, bytes_of(blank + 1, size));
        at += count + 1 + size;
    }
}

struct talk {
    int socket;
    gnutls_session_t tls;
};

static ssize_t read_some(struct talk *talk, uint8_t *ret, size_t size)
{
    if (talk->tls != NULL) {
        ssize_t got = gnutls_record_recv(talk->tls, ret, size);
        return got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED ? -1 : got < 0 ? 0 : got;
    }
    return recv(talk->socket, ret, size, 0);
}

static void listen_to(struct receiver *receiver, struct talk *talk)
{
    static _Thread_local uint8_t buffer[FRAME_MAX + READ_MAX];
    const struct receiver_manner *manner = &receiver->manner;
    size_t kept = 0;
    size_t total = 0;
    bool cut = receiver->received->connections <= manner->cuts;
    while (!receiver->stop && (!cut || total < manner->cut_bytes)) {
        if (manner->pause_us != 0)
            pause_us(manner->pause_us);
        ssize_t size = read_some(talk, buffer + kept, manner->pause_us != 0 ? SLOW_READ_MAX : READ_MAX);
        if (size == 0)
            return;
        if (size < 0)
            continue;
        kept += (size_t)size;
        total += (size_t)size;
        size_t used = take_frames(receiver->received, bytes_of(buffer, kept));
        memmove(buffer, buffer + used, kept - used);
        kept -= used;
    }
}

static void serve(struct receiver *receiver, int socket, gnutls_certificate_credentials_t credentials)
{
    struct talk talk = {.socket = socket};
    struct timeval step = {.tv_sec = STEP_S, .tv_usec = STEP_US};
    (void)setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &step, sizeof step);
    (void)pthread_mutex_lock(&receiver->received->lock);
    receiver->received->connections++;
    (void)pthread_mutex_unlock(&receiver->received->lock);
    int code = 0;
    if (credentials != NULL) {
        must(gnutls_init(&talk.tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL) >= 0 &&
                 gnutls_set_default_priority(talk.tls) >= 0 &&
                 gnutls_credentials_set(talk.tls, GNUTLS_CRD_CERTIFICATE, credentials) >= 0,
             "TLS");
        gnutls_transport_set_int(talk.tls, socket);
        do
            code = gnutls_handshake(talk.tls);
        while (code < 0 && gnutls_error_is_fatal(code) == 0 && !receiver->stop);
    }
    if (code >= 0)
        listen_to(receiver, &talk);
    if (talk.tls != NULL) {
        (void)gnutls_bye(talk.tls, GNUTLS_SHUT_WR);
        gnutls_deinit(talk.tls);
    }
    (void)close(socket);
}

static void *run(void *context)
{
    struct receiver *receiver = context;
    gnutls_certificate_credentials_t credentials = NULL;
    if (receiver->manner.certificate != NULL)
        must(gnutls_certificate_allocate_credentials(&credentials) >= 0 &&
                 gnutls_certificate_set_x509_key_file(credentials, receiver->manner.certificate,
                                                      receiver->manner.key, GNUTLS_X509_FMT_PEM) >= 0,
             "the receiver's certificate");
    while (!receiver->stop) {
        struct pollfd poll_fd = {.fd = receiver->listener, .events = POLLIN};
        if (poll(&poll_fd, 1, STEP_MS) != 1)
            continue;
        int socket = accept4(receiver->listener, NULL, NULL, SOCK_CLOEXEC);
        if (socket >= 0)
            serve(receiver, socket, credentials);
    }
    if (credentials != NULL)
        gnutls_certificate_free_credentials(credentials);
    return NULL;
}

void receiver_start(struct receiver *receiver, unsigned port, const struct receiver_manner *manner,
                    struct received *received)
{
    int on = 1;
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    *receiver = (struct receiver){.manner = *manner, .received = received};
    receiver->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    must(receiver->listener >= 0 &&
             setsockopt(receiver->listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
             bind(receiver->listener, (struct sockaddr *)&address, size) == 0 &&
             listen(receiver->listener, 8) == 0 &&
             getsockname(receiver->listener, (struct sockaddr *)&address, &size) == 0,
         "the receiver's socket");
    receiver->port = ntohs(address.sin_port);
    must(pthread_create(&receiver->thread, NULL, run, receiver) == 0, "the receiver's thread");
}

void receiver_stop(struct receiver *receiver)
{
    receiver->stop = true;
    (void)pthread_join(receiver->thread, NULL);
    (void)close(receiver->listener);
}
