/* What tests/forward/real.py starts: a log, events, and their way to a receiver.
 *
 *   forward_tool FOLDER COUNT TARGET SECONDS     appends COUNT events to FOLDER/audit.db, sends for SECONDS what TARGET does not
 *                                                have yet, and prints the UUID of every event of the log, oldest first */
#include "forward/forward.h"
#include "support/events.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { ARENA_MAX = 64 << 20 };

static void must(bool right, const char *what)
{
    if (right)
        return;
    (void)fprintf(stderr, "forward_tool: %s failed\n", what);
    exit(1);
}

static enum err read_after(void *context, uint64_t record_id, size_t limit, struct arena *arena,
                           struct event_page *ret, uint64_t *ret_last)
{
    static const struct event_filter all = {.since_ns = INT64_MIN};
    return event_store_read_after(context, &all, record_id, limit, arena, ret, ret_last);
}

static uint64_t newest(void *context)
{
    struct event_store_health health;
    event_store_health(context, &health);
    return health.newest_record_id;
}

static void send_for(struct event_store *store, const char *folder, const char *target, unsigned seconds)
{
    struct forward_settings settings = {.targets = {target}, .count = 1, .folder = folder};
    struct forward_source source = {
        .context = store, .read_after = read_after, .newest = newest, .computer = "test.example"};
    struct forward *forward = NULL;
    const char *problem = "";
    must(forward_start(&settings, &source, &forward, &problem) == ERR_NONE, problem);
    (void)sleep(seconds);
    forward_stop(forward);
}

static void print_all(struct event_store *store)
{
    for (uint64_t last = 0; last < newest(store);) {
        struct event_page page;
        AUTO_ARENA arena;
        arena_init(&arena, ARENA_MAX);
        must(read_after(store, last, 1000, &arena, &page, &last) == ERR_NONE, "reading");
        for (size_t i = 0; i < page.count; i++) {
            char uuid[EVENT_UUID_TEXT_MAX];
            event_uuid_format(&page.events[i].uuid, uuid);
            (void)printf("%s\n", uuid);
        }
    }
}

int main(int argc, char **argv)
{
    char url[4096];
    struct event_store *store = NULL;
    const char *problem = "";
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    must(argc == 5, "the command line");
    (void)snprintf(url, sizeof url, "sqlite:%s/audit.db", argv[1]);
    struct event_store_settings settings = {.url = url, .queue_max = 100000};
    must(event_store_open(&settings, &arena, &store, &problem) == ERR_NONE, problem);
    must(events_append(store, newest(store) + 1, strtoul(argv[2], NULL, 10)) == ERR_NONE, "appending");
    send_for(store, argv[1], argv[3], (unsigned)strtoul(argv[4], NULL, 10));
    print_all(store);
    event_store_close(store);
    return 0;
}
