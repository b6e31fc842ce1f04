#include "auditors.h"

#include "support/pause.h"
#include "wire.h"

#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MAX = 8192, REQUEST_MAX = 2048, REFUSED_MS = 10 };

/* A decision with its audit, and two alarms; each is one event. */
static const char *const requests[][2] = {
    {"/access-check",
     "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)S:(AU;SAFA;FA;;;WD)\",\"desiredAccess\":[\"FILE_WRITE_DATA\"],"
     "\"objectType\":\"file\",\"audit\":{\"subsystem\":\"build\",\"objectTypeName\":\"Share\",\"objectName\":\"drop\","
     "\"handleId\":\"0x1f4\"}}"},
    {"/audit/privileged-service", "{\"subsystem\":\"build\",\"service\":\"publish\",\"privileges\":"
                                  "[\"SeTcbPrivilege\"],\"accessGranted\":false}"},
    {"/audit/object-close", "{\"subsystem\":\"build\",\"handleId\":\"0x1f4\",\"generateOnClose\":true}"},
};
enum { REQUESTS = sizeof requests / sizeof requests[0] };

void auditors_init(struct auditors *auditors)
{
    memset(auditors, 0, sizeof *auditors);
    (void)pthread_mutex_init(&auditors->lock, NULL);
}

void auditors_done(struct auditors *auditors)
{
    (void)pthread_mutex_destroy(&auditors->lock);
    free(auditors->uuids);
}

static bool remember(struct auditors *auditors, const struct event_uuid *uuid)
{
    (void)pthread_mutex_lock(&auditors->lock);
    if (auditors->count == auditors->room) {
        size_t room = 2 * auditors->room + 1024;
        struct event_uuid *uuids = realloc(auditors->uuids, room * sizeof *uuids);
        if (uuids != NULL) {
            auditors->uuids = uuids;
            auditors->room = room;
        }
    }
    bool fits = auditors->count < auditors->room;
    if (fits)
        auditors->uuids[auditors->count++] = *uuid;
    (void)pthread_mutex_unlock(&auditors->lock);
    return fits;
}

/* Every decision that was answered says which events it caused. */
static bool remember_all(struct auditors *auditors, const char *body)
{
    json_auto_t *answer = json_loads(body, 0, NULL);
    const json_t *events = json_object_get(answer, "events");
    const json_t *event;
    size_t i;
    bool good = json_array_size(events) > 0;
    json_array_foreach (events, i, event) {
        struct event_uuid uuid;
        const char *text = json_string_value(event);
        good = text != NULL && event_uuid_parse(bytes_of_string(text), &uuid) == ERR_NONE &&
               remember(auditors, &uuid) && good;
    }
    return good;
}

/* The body of the answer; NULL when the service is gone before all of it came. */
static const char *receive(int fd, char answer[ANSWER_MAX])
{
    size_t size = 0;
    for (;;) {
        answer[size] = 0;
        const char *head = strstr(answer, "\r\n\r\n");
        const char *length = strstr(answer, "Content-Length: ");
        if (head != NULL && length != NULL &&
            size >= (size_t)(head + 4 - answer) + strtoul(length + sizeof "Content-Length: " - 1, NULL, 10))
            return head + 4;
        ssize_t got = size < ANSWER_MAX - 1 ? recv(fd, answer + size, ANSWER_MAX - 1 - size, 0) : 0;
        if (got <= 0)
            return NULL;
        size += (size_t)got;
    }
}

static void refuse(struct auditors *auditors)
{
    atomic_fetch_add(&auditors->refused, 1);
    pause_ms(REFUSED_MS);
}

static bool ask(struct auditors *auditors, int fd, const char *request)
{
    char answer[ANSWER_MAX];
    const char *body = wire_send(fd, request) ? receive(fd, answer) : NULL;
    if (body == NULL)
        return false;
    if (strncmp(answer, "HTTP/1.1 200 ", 13) == 0 && remember_all(auditors, body))
        atomic_fetch_add(&auditors->answered, 1);
    else if (strncmp(answer, "HTTP/1.1 503 ", 13) == 0 && strstr(answer, "\r\nRetry-After: ") != NULL)
        refuse(auditors);
    else if (atomic_fetch_add(&auditors->wrong, 1) == 0)
        (void)fprintf(stderr, "auditors: %s\n", answer);
    return true;
}

static void *audit(void *context)
{
    struct auditors *auditors = context;
    char request[REQUESTS][REQUEST_MAX];
    int fd = wire_connect(auditors->port);
    if (fd < 0) {
        atomic_fetch_add(&auditors->deserted, 1);
        return NULL;
    }
    for (size_t i = 0; i < REQUESTS; i++)
        (void)snprintf(
            request[i], REQUEST_MAX,
            "POST %s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
            "Content-Length: %zu\r\n\r\n%s",
            requests[i][0], auditors->bearer, strlen(requests[i][1]), requests[i][1]);
    for (size_t i = (size_t)fd; !atomic_load(&auditors->stopping); i++) {
        if (!ask(auditors, fd, request[i % REQUESTS])) {
            atomic_fetch_add(&auditors->deserted, 1);
            break;
        }
    }
    (void)close(fd);
    return NULL;
}

void auditors_start(struct auditors *auditors, unsigned port, const char *bearer)
{
    auditors->port = port;
    (void)snprintf(auditors->bearer, sizeof auditors->bearer, "%s", bearer);
    atomic_store(&auditors->stopping, false);
    for (size_t i = 0; i < AUDITORS; i++) {
        if (pthread_create(&auditors->threads[i], NULL, audit, auditors) != 0)
            exit(99);
    }
}

void auditors_stop(struct auditors *auditors)
{
    atomic_store(&auditors->stopping, true);
    for (size_t i = 0; i < AUDITORS; i++)
        (void)pthread_join(auditors->threads[i], NULL);
}

struct event_uuid *auditors_log(const char *path, size_t *ret_count)
{
    static const char sql[] = "SELECT uuid, max(record_id) OVER () FROM event ORDER BY record_id";
    sqlite3 *db = NULL;
    sqlite3_stmt *rows = NULL;
    struct event_uuid *uuids = NULL;
    size_t count = 0;
    if (sqlite3_open(path, &db) == SQLITE_OK && sqlite3_prepare_v2(db, sql, -1, &rows, NULL) == SQLITE_OK) {
        while (sqlite3_step(rows) == SQLITE_ROW) {
            if (uuids == NULL)
                uuids = calloc((size_t)sqlite3_column_int64(rows, 1), sizeof *uuids);
            if (uuids == NULL || sqlite3_column_bytes(rows, 0) != EVENT_UUID_SIZE)
                break;
            memcpy(uuids[count++].bytes, sqlite3_column_blob(rows, 0), EVENT_UUID_SIZE);
        }
    }
    (void)sqlite3_finalize(rows);
    (void)sqlite3_close(db);
    *ret_count = count;
    return uuids;
}

static bool is_once(sqlite3_stmt *find, const struct event_uuid *uuid)
{
    (void)sqlite3_bind_blob(find, 1, uuid->bytes, EVENT_UUID_SIZE, SQLITE_STATIC);
    bool once = sqlite3_step(find) == SQLITE_ROW && sqlite3_column_int64(find, 0) == 1;
    (void)sqlite3_reset(find);
    return once;
}

size_t auditors_missing(const struct auditors *auditors, const char *path)
{
    /* The unique index on uuid is what is not to be trusted here. */
    static const char copy[] =
        "PRAGMA temp_store = MEMORY; CREATE TEMP TABLE seen AS SELECT uuid FROM event NOT INDEXED;"
        "CREATE INDEX temp.s ON seen(uuid)";
    sqlite3 *db = NULL;
    sqlite3_stmt *find = NULL;
    size_t missing = 0;
    if (sqlite3_open(path, &db) != SQLITE_OK || sqlite3_exec(db, copy, NULL, NULL, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT count(*) FROM seen WHERE uuid = ?", -1, &find, NULL) != SQLITE_OK)
        missing = SIZE_MAX;
    for (size_t i = 0; i < auditors->count && missing != SIZE_MAX; i++)
        missing += !is_once(find, &auditors->uuids[i]);
    (void)sqlite3_finalize(find);
    (void)sqlite3_close(db);
    return missing;
}
