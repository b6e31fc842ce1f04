#include "forward/mark.h"

#include "eventlog/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#define HEAD "ntokend forward 1 "

enum { TEXT_MAX = 128, NAME_BYTES = 8 };

enum err mark_path(const char *folder, const char *url, char ret[MARK_PATH_MAX])
{
    struct digest digest;
    uint8_t hash[DIGEST_SIZE];
    char name[2 * NAME_BYTES + 1];
    digest_init(&digest, "ntokend forward");
    digest_string(&digest, url);
    digest_done(&digest, hash);
    for (size_t i = 0; i < NAME_BYTES; i++)
        (void)snprintf(name + 2 * i, 3, "%02x", hash[i]);
    int size = snprintf(ret, MARK_PATH_MAX - 8, "%s/forward-%s", folder, name);
    return size < MARK_PATH_MAX - 8 ? ERR_NONE : ERR_TOO_LARGE;
}

/* Decimal digits up to a blank. */
static bool take_number(struct cursor *cursor, uint64_t *ret)
{
    uint64_t number = 0;
    size_t digits = 0;
    for (uint8_t letter = cursor_u8(cursor); letter != ' '; letter = cursor_u8(cursor)) {
        if (letter < '0' || letter > '9' || ++digits > 18)
            return false;
        number = number * 10 + (uint64_t)(letter - '0');
    }
    *ret = number;
    return digits > 0;
}

static enum err parse(struct bytes text, struct mark *ret)
{
    struct cursor cursor = cursor_of(text);
    struct mark mark = {.record_id = 0};
    if (!bytes_equal(cursor_take(&cursor, strlen(HEAD)), bytes_of_string(HEAD)) ||
        !take_number(&cursor, &mark.record_id))
        return ERR_MALFORMED;
    struct bytes uuid = cursor_take(&cursor, EVENT_UUID_TEXT_MAX - 1);
    if (cursor_u8(&cursor) != '\n' || cursor_left(&cursor) != 0 ||
        event_uuid_parse(uuid, &mark.uuid) != ERR_NONE)
        return ERR_MALFORMED;
    *ret = mark;
    return ERR_NONE;
}

enum err mark_load(const char *path, struct mark *ret)
{
    char text[TEXT_MAX];
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return errno == ENOENT ? ERR_NOT_FOUND : ERR_IO;
    ssize_t size = read(file, text, sizeof text);
    (void)close(file);
    return size < 0 ? ERR_IO : parse(bytes_of(text, (size_t)size), ret);
}

enum err mark_save(const char *path, const struct mark *mark)
{
    char text[TEXT_MAX];
    char uuid[EVENT_UUID_TEXT_MAX];
    char other[MARK_PATH_MAX];
    event_uuid_format(&mark->uuid, uuid);
    int size = snprintf(text, sizeof text, HEAD "%" PRIu64 " %s\n", mark->record_id, uuid);
    (void)snprintf(other, sizeof other, "%.*s.new", MARK_PATH_MAX - 8, path);
    int file = open(other, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0)
        return ERR_IO;
    bool kept = write(file, text, (size_t)size) == size && fsync(file) == 0;
    kept = close(file) == 0 && kept;
    return kept && rename(other, path) == 0 ? ERR_NONE : ERR_IO;
}
