/* wire: a client that puts any bytes on a socket, and reads answers one at a time. */
#ifndef NTOKEND_TESTS_WIRE_H
#define NTOKEND_TESTS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { WIRE_HEAD_MAX = 16384, WIRE_BODY_MAX = 65536, WIRE_WAIT_S = 5 };

struct wire_answer {
    int status;
    char head[WIRE_HEAD_MAX];
    char body[WIRE_BODY_MAX]; /* NUL-terminated */
    size_t body_size;
};

/* To 127.0.0.1. -1 when refused. Reads give up after WIRE_WAIT_S. */
int wire_connect(unsigned port);
/* false when the other side has closed. */
bool wire_send(int fd, const char *text);
bool wire_send_bytes(int fd, const char *data, size_t size);
/* One answer, 100 Continue skipped; `head_only` for HEAD. false when there is none. */
bool wire_read(int fd, bool head_only, struct wire_answer *ret);
/* The same of what `read` gives: as recv, 0 at the end, negative when there is nothing. */
typedef ssize_t wire_reader(void *context, void *data, size_t size);
bool wire_read_from(wire_reader *read, void *context, bool head_only, struct wire_answer *ret);
/* How many more bytes come until the other side closes; -1 when it has not within `seconds`. */
long wire_until_close(int fd, int seconds);
/* The value of the first header of that name into `ret`; false when absent. */
bool wire_header(const struct wire_answer *answer, const char *name, char *ret, size_t size);

#endif
