#include "forward/journal.h"

#include "forward/ocsf.h"
#include "forward/syslog.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIELDS = 12 };

int journal_open(const char *path, const char **ret_problem)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval second = {.tv_sec = 1};
    *ret_problem = "the socket of the journal is not there";
    if (strlen(path) >= sizeof address.sun_path)
        return -1;
    memcpy(address.sun_path, path, strlen(path) + 1);
    int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (sock < 0)
        return -1;
    (void)setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &second, sizeof second);
    if (connect(sock, (const struct sockaddr *)&address, sizeof address) == 0)
        return sock;
    (void)close(sock);
    return -1;
}

struct field {
    const char *name;
    const char *value; /* NULL: left out */
};

/* A value of several lines has its size before it, in 64 bits, little-endian. */
static size_t put(const struct field *field, uint8_t *ret)
{
    size_t name = strlen(field->name);
    size_t value = strlen(field->value);
    bool lines = strchr(field->value, '\n') != NULL;
    memcpy(ret, field->name, name);
    ret[name] = (uint8_t)(lines ? '\n' : '=');
    uint8_t *at = ret + name + 1;
    if (lines) {
        le64_store(at, value);
        at += 8;
    }
    memcpy(at, field->value, value);
    at[value] = '\n';
    return (size_t)(at - ret) + value + 1;
}

static const char *message_of(struct arena *arena, const struct event *event)
{
    const char *who = event->subject_name;
    const char *what = event->object_name;
    return arena_printf(arena, "%u %s %s%s%s%s%s", event->event_id, ocsf_title(event->event_id),
                        event->success ? "Audit Success" : "Audit Failure", who == NULL ? "" : ", ",
                        who == NULL ? "" : who, what == NULL ? "" : ", ", what == NULL ? "" : what);
}

static enum err write_all(struct arena *arena, const struct field *fields, size_t count, struct bytes *ret)
{
    size_t room = 0;
    for (size_t i = 0; i < count; i++)
        room += fields[i].value == NULL ? 0 : strlen(fields[i].name) + strlen(fields[i].value) + 10;
    uint8_t *data = arena_alloc(arena, room);
    size_t size = 0;
    if (data == NULL)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++) {
        if (fields[i].value != NULL)
            size += put(&fields[i], data + size);
    }
    *ret = bytes_of(data, size);
    return ERR_NONE;
}

enum err journal_entry(struct arena *arena, const struct event *event, const char *computer,
                       struct bytes *ret)
{
    char uuid[EVENT_UUID_TEXT_MAX];
    char *json = ocsf_text(event, computer);
    event_uuid_format(&event->uuid, uuid);
    const struct field fields[FIELDS] = {
        {"MESSAGE", message_of(arena, event)},
        {"PRIORITY", arena_printf(arena, "%d", event->success ? SYSLOG_SUCCESS : SYSLOG_FAILURE)},
        {"SYSLOG_FACILITY", arena_printf(arena, "%d", SYSLOG_FACILITY)},
        {"SYSLOG_IDENTIFIER", "ntokend"},
        {"NTOKEND_UUID", uuid},
        {"NTOKEND_RECORD", arena_printf(arena, "%" PRIu64, event->record_id)},
        {"NTOKEND_EVENT_ID", arena_printf(arena, "%u", event->event_id)},
        {"NTOKEND_OCSF", json},
        {"NTOKEND_SUBJECT", event->subject_name},
        {"NTOKEND_SUBJECT_SID", event->subject_sid},
        {"NTOKEND_OBJECT", event->object_name},
        {"NTOKEND_SESSION", event->session},
    };
    enum err err = ERR_NONE;
    for (size_t i = 0; i < 8; i++)
        err = fields[i].value == NULL ? ERR_NO_MEMORY : err;
    if (err == ERR_NONE)
        err = write_all(arena, fields, FIELDS, ret);
    free(json);
    return err;
}

/* What is too long for a datagram goes as a sealed file. */
static enum err send_file(int sock, struct bytes entry)
{
    union {
        struct cmsghdr header;
        uint8_t room[CMSG_SPACE(sizeof(int))];
    } control = {.room = {0}};
    struct msghdr message = {.msg_control = control.room, .msg_controllen = sizeof control.room};
    int file = memfd_create("ntokend-journal", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (file < 0)
        return ERR_IO;
    bool ready = write(file, entry.data, entry.size) == (ssize_t)entry.size &&
                 fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) == 0;
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(sizeof file);
    memcpy(CMSG_DATA(&control.header), &file, sizeof file);
    ready = ready && sendmsg(sock, &message, MSG_NOSIGNAL) >= 0;
    (void)close(file);
    return ready ? ERR_NONE : ERR_IO;
}

enum err journal_send(int sock, struct bytes entry)
{
    ssize_t size = send(sock, entry.data, entry.size, MSG_NOSIGNAL);
    if (size < 0 && (errno == EMSGSIZE || errno == ENOBUFS))
        return send_file(sock, entry);
    return size == (ssize_t)entry.size ? ERR_NONE : ERR_IO;
}
