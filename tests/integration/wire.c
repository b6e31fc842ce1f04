#include "wire.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

int wire_connect(unsigned port)
{
    struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    struct sockaddr_storage address = {0};
    memcpy(&address, &in, sizeof in);
    struct timeval wait = {.tv_sec = WIRE_WAIT_S};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
    if (connect(fd, (const struct sockaddr *)&address, sizeof in) == 0)
        return fd;
    (void)close(fd);
    return -1;
}

bool wire_send_bytes(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        size -= (size_t)sent;
    }
    return true;
}

bool wire_send(int fd, const char *text)
{
    return wire_send_bytes(fd, text, strlen(text));
}

/* A byte at a time, so that nothing of the next answer is taken. */
static bool read_head(wire_reader *read, void *context, struct wire_answer *ret)
{
    size_t size = 0;
    while (size < WIRE_HEAD_MAX - 1) {
        if (read(context, ret->head + size, 1) != 1)
            return false;
        ret->head[++size] = 0;
        if (size >= 4 && memcmp(ret->head + size - 4, "\r\n\r\n", 4) == 0)
            break;
    }
    ret->status = strncmp(ret->head, "HTTP/1.", 7) == 0 ? (int)strtol(ret->head + 8, NULL, 10) : 0;
    return ret->status >= 100 && ret->status <= 599;
}

static bool read_body(wire_reader *read, void *context, struct wire_answer *ret)
{
    char text[32];
    size_t wanted = WIRE_BODY_MAX - 1; /* without a length: until the end */
    bool has_length = wire_header(ret, "Content-Length", text, sizeof text);
    if (has_length)
        wanted = strtoul(text, NULL, 10);
    if (wanted > WIRE_BODY_MAX - 1)
        return false;
    while (ret->body_size < wanted) {
        ssize_t got = read(context, ret->body + ret->body_size, wanted - ret->body_size);
        if (got <= 0)
            return !has_length && got == 0;
        ret->body_size += (size_t)got;
    }
    return true;
}

bool wire_read_from(wire_reader *read, void *context, bool head_only, struct wire_answer *ret)
{
    do {
        memset(ret, 0, sizeof *ret);
        if (!read_head(read, context, ret))
            return false;
    } while (ret->status == 100);
    return head_only || ret->status == 204 || read_body(read, context, ret);
}

static ssize_t receive(void *context, void *data, size_t size)
{
    const int *fd = context;
    return recv(*fd, data, size, 0);
}

bool wire_read(int fd, bool head_only, struct wire_answer *ret)
{
    return wire_read_from(receive, &fd, head_only, ret);
}

long wire_until_close(int fd, int seconds)
{
    char bytes[4096];
    struct pollfd ready = {.fd = fd, .events = POLLIN};
    long count = 0;
    while (poll(&ready, 1, seconds * 1000) == 1) {
        ssize_t got = recv(fd, bytes, sizeof bytes, 0);
        if (got <= 0)
            return count;
        count += got;
    }
    return -1;
}

bool wire_header(const struct wire_answer *answer, const char *name, char *ret, size_t size)
{
    size_t length = strlen(name);
    for (const char *line = strstr(answer->head, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
        line += 2;
        if (strncasecmp(line, name, length) != 0 || line[length] != ':')
            continue;
        const char *value = line + length + 1;
        value += strspn(value, " ");
        (void)snprintf(ret, size, "%.*s", (int)strcspn(value, "\r"), value);
        return true;
    }
    return false;
}
