#include "forward/syslog.h"

#include "forward/ocsf.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { NS_PER_S = 1000000000, NS_PER_US = 1000, HOST_MAX = 255, TIME_SIZE = 40 };

/* RFC 5424 6.2.4: printable ASCII, or "-". */
static const char *host_of(const char *computer)
{
    size_t size = strlen(computer);
    for (size_t i = 0; i < size; i++) {
        if (computer[i] < 33 || computer[i] > 126)
            return "-";
    }
    return size == 0 || size > HOST_MAX ? "-" : computer;
}

/* RFC 5424 6.2.3: no more than six digits behind the point. "-" for years that it cannot write. */
static void time_text(int64_t time_ns, char ret[TIME_SIZE])
{
    int64_t rest = time_ns % NS_PER_S;
    time_t seconds = (time_t)(time_ns / NS_PER_S);
    struct tm tm;
    if (rest < 0) {
        rest += NS_PER_S;
        seconds--;
    }
    size_t size = gmtime_r(&seconds, &tm) == NULL ? 0 : strftime(ret, TIME_SIZE, "%Y-%m-%dT%H:%M:%S", &tm);
    if (size != strlen("2026-01-01T00:00:00"))
        (void)snprintf(ret, TIME_SIZE, "-");
    else
        (void)snprintf(ret + size, TIME_SIZE - size, ".%06" PRId64 "Z", rest / NS_PER_US);
}

enum err syslog_frame(struct arena *arena, const struct event *event, const char *computer, struct bytes *ret)
{
    char uuid[EVENT_UUID_TEXT_MAX];
    char when[TIME_SIZE];
    char *json = ocsf_text(event, computer);
    if (json == NULL)
        return ERR_NO_MEMORY;
    event_uuid_format(&event->uuid, uuid);
    time_text(event->time_ns, when);
    /* 32473 is the number that RFC 5612 leaves to everybody. */
    const char *message = arena_printf(
        arena, "<%d>1 %s %s ntokend %" PRIu32 " %u [ntokend@32473 uuid=\"%s\" record=\"%" PRIu64 "\"] %s",
        SYSLOG_FACILITY * 8 + (event->success ? SYSLOG_SUCCESS : SYSLOG_FAILURE), when, host_of(computer),
        event->process_id, event->event_id, uuid, event->record_id, json);
    free(json);
    const char *frame = message == NULL ? NULL : arena_printf(arena, "%zu %s", strlen(message), message);
    if (frame == NULL)
        return ERR_NO_MEMORY;
    *ret = bytes_of_string(frame);
    return ERR_NONE;
}
