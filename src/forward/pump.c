#include "forward/pump.h"

#include "base/log.h"
#include "forward/journal.h"
#include "forward/syslog.h"

#include <time.h>
#include <unistd.h>

enum {
    IDLE_MS = 100,
    STEP_MS = 100,
    AGAIN_MS = 500,
    AGAIN_MAX_MS = 15000,
    SAVE_MS = 1000,
    FINISH_MS = 2000,
    NS_PER_MS = 1000000,
    STEADY_MS = 10000,
    ARENA_MAX = 256 << 20
};

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t wall_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool stopping(const struct pump *pump)
{
    return atomic_load(pump->stop);
}

static void sleep_ms(const struct pump *pump, int64_t ms)
{
    const struct timespec step = {.tv_nsec = STEP_MS * 1000000L};
    for (int64_t slept = 0; slept < ms && !stopping(pump); slept += STEP_MS)
        (void)nanosleep(&step, NULL);
}

enum err pump_init(struct pump *pump, const char *folder)
{
    enum err err = mark_path(folder, pump->target.url, pump->path);
    if (err != ERR_NONE)
        return err;
    pump->journal = -1;
    pump->wire.socket = -1;
    err = mark_load(pump->path, &pump->sure);
    /* A file that says nothing is no reason to lose an event: from the beginning. */
    if (err != ERR_NONE)
        pump->sure = (struct mark){.record_id = 0};
    pump->kept = pump->sure;
    atomic_store(&pump->shown.last, pump->sure.record_id);
    atomic_store(&pump->shown.at_ms, wall_ms());
    return mark_save(pump->path, &pump->sure);
}

static void save(struct pump *pump, bool now)
{
    if (pump->sure.record_id == pump->kept.record_id || (!now && now_ms() - pump->saved_ms < SAVE_MS))
        return;
    pump->saved_ms = now_ms();
    if (mark_save(pump->path, &pump->sure) == ERR_NONE)
        pump->kept = pump->sure;
    else
        LOG(LOG_LEVEL_ERROR, "forward-position",
            LOG_STRING(
                "remedy",
                "make the folder of audit_forward_state writable; until then a restart sends events again"),
            LOG_STRING("file", pump->path));
}

/* Said once for an outage, and once for its end. */
static void tell(struct pump *pump, const char *problem)
{
    if (problem != NULL && !pump->failing)
        LOG(LOG_LEVEL_ERROR, "forward-stopped", LOG_STRING("target", pump->target.url),
            LOG_STRING("reason", problem));
    if (problem == NULL && pump->failing)
        LOG(LOG_LEVEL_INFO, "forward-resumed", LOG_STRING("target", pump->target.url));
    if (problem != NULL && !pump->failing)
        atomic_fetch_add(&pump->shown.outages, 1);
    atomic_store(&pump->shown.connected, problem == NULL);
    pump->failing = problem != NULL;
}

static void close_target(struct pump *pump)
{
    if (pump->journal >= 0)
        (void)close(pump->journal);
    pump->journal = -1;
    wire_close(&pump->wire);
    atomic_store(&pump->shown.connected, false);
}

/* A new connection starts behind what the target surely has. */
static enum err open_target(struct pump *pump)
{
    const char *problem = NULL;
    enum err err = ERR_IO;
    if (pump->target.kind == TARGET_JOURNAL) {
        pump->journal = journal_open(pump->target.socket, &problem);
        err = pump->journal >= 0 ? ERR_NONE : ERR_IO;
    } else {
        err = wire_open(&pump->wire, &pump->target, pump->stop, &problem);
    }
    pump->last = pump->sure;
    pump->written = 0;
    pump->first = 0;
    pump->count = 0;
    if (!stopping(pump))
        tell(pump, err == ERR_NONE ? NULL : problem);
    return err;
}

static void remember(struct pump *pump)
{
    size_t newest = (pump->first + pump->count + PUMP_MARKS - 1) % PUMP_MARKS;
    if (pump->count > 0 && pump->written - pump->marks[newest].end < PUMP_MARK_BYTES)
        return;
    if (pump->count == PUMP_MARKS) { /* the next one tells as much a little later */
        pump->first = (pump->first + 1) % PUMP_MARKS;
        pump->count--;
    }
    pump->marks[(pump->first + pump->count) % PUMP_MARKS] = (struct pump_mark){pump->written, pump->last};
    pump->count++;
}

/* What lies further back than all that the receiver may not have read. */
static void confirm(struct pump *pump)
{
    size_t unsent = wire_unsent(&pump->wire);
    while (pump->count > 0 && unsent < SIZE_MAX &&
           pump->marks[pump->first].end + PUMP_WINDOW + unsent <= pump->written) {
        pump->sure = pump->marks[pump->first].mark;
        pump->first = (pump->first + 1) % PUMP_MARKS;
        pump->count--;
    }
}

static enum err give_journal(struct pump *pump, const struct event *event, struct arena *arena)
{
    struct bytes entry;
    enum err err = journal_entry(arena, event, pump->source.computer, &entry);
    if (err == ERR_NONE)
        err = journal_send(pump->journal, entry);
    if (err == ERR_NONE)
        pump->sure = (struct mark){event->record_id, event->uuid};
    return err;
}

static enum err give_wire(struct pump *pump, const struct event *event, struct arena *arena)
{
    struct bytes frame;
    enum err err = syslog_frame(arena, event, pump->source.computer, &frame);
    if (err == ERR_NONE)
        err = wire_write(&pump->wire, frame);
    pump->written += err == ERR_NONE ? frame.size : 0;
    return err;
}

static void show(struct pump *pump, int64_t at_ms)
{
    atomic_store(&pump->shown.last, pump->last.record_id);
    atomic_store(&pump->shown.at_ms, at_ms);
}

void pump_figures(const struct pump *pump, struct forward_figures *ret)
{
    static const char *const kinds[] = {
        [TARGET_TCP] = "syslog+tcp", [TARGET_TLS] = "syslog+tls", [TARGET_JOURNAL] = "journal"};
    const int64_t at_ms = atomic_load(&pump->shown.at_ms);
    const uint64_t last = atomic_load(&pump->shown.last);
    const uint64_t newest = pump->source.newest(pump->source.context);
    const int64_t age_ms = wall_ms() - at_ms;
    *ret = (struct forward_figures){.kind = kinds[pump->target.kind],
                                    .sent = atomic_load(&pump->shown.sent),
                                    .behind = newest > last ? newest - last : 0,
                                    .outages = atomic_load(&pump->shown.outages),
                                    .connected = atomic_load(&pump->shown.connected)};
    if (ret->behind != 0 && age_ms > 0)
        ret->behind_ms = (uint64_t)age_ms;
}

static enum err give(struct pump *pump, const struct event_page *page)
{
    enum err err = ERR_NONE;
    for (size_t i = 0; i < page->count && err == ERR_NONE && !stopping(pump); i++) {
        const struct event *event = &page->events[i];
        AUTO_ARENA arena;
        arena_init(&arena, ARENA_MAX);
        err = pump->journal >= 0 ? give_journal(pump, event, &arena) : give_wire(pump, event, &arena);
        if (err != ERR_NONE)
            continue;
        pump->last = (struct mark){event->record_id, event->uuid};
        atomic_fetch_add(&pump->shown.sent, 1);
        show(pump, event->time_ns / NS_PER_MS);
    }
    if (pump->journal < 0 && err == ERR_NONE) {
        remember(pump);
        confirm(pump);
    }
    return err;
}

/* Everything that is new; *ret_some: there was any. */
static enum err serve(struct pump *pump, bool *ret_some)
{
    struct event_page page = {.count = 0};
    uint64_t last = 0;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    *ret_some = false;
    const int64_t looked_ms = wall_ms();
    if (pump->source.newest(pump->source.context) <= pump->last.record_id) {
        show(pump, looked_ms);
        return pump->journal >= 0 ? ERR_NONE : wire_look(&pump->wire);
    }
    enum err err =
        pump->source.read_after(pump->source.context, pump->last.record_id, PUMP_PAGE, &arena, &page, &last);
    if (err != ERR_NONE) /* the log's own trouble, which it tells itself */
        return ERR_NONE;
    *ret_some = page.count > 0;
    return give(pump, &page);
}

/* Whether the position is one of this log: another may have taken the old one's place. ERR_IO: cannot say yet. */
static enum err check_log(struct pump *pump)
{
    struct event_page page = {.count = 0};
    uint64_t last = 0;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    if (pump->sure.record_id == 0)
        return ERR_NONE;
    enum err err =
        pump->source.read_after(pump->source.context, pump->sure.record_id - 1, 1, &arena, &page, &last);
    if (err != ERR_NONE)
        return ERR_IO;
    bool same =
        page.count == 1 && (page.events[0].record_id > pump->sure.record_id ||
                            memcmp(&page.events[0].uuid, &pump->sure.uuid, sizeof pump->sure.uuid) == 0);
    if (!same)
        pump->sure = (struct mark){.record_id = 0};
    return ERR_NONE;
}

/* A receiver that closes after all was said has read all. */
static void finish(struct pump *pump)
{
    if (pump->wire.socket >= 0 && pump->last.record_id > pump->sure.record_id &&
        wire_finish(&pump->wire, FINISH_MS))
        pump->sure = pump->last;
    close_target(pump);
    save(pump, true);
}

/* Twice as long each time that nothing got further. */
static void pause_after(struct pump *pump, const struct mark *before, int64_t *again_ms)
{
    bool further = pump->sure.record_id != before->record_id;
    sleep_ms(pump, *again_ms);
    *again_ms = further ? AGAIN_MS : *again_ms * 2 < AGAIN_MAX_MS ? *again_ms * 2 : AGAIN_MAX_MS;
}

/* One connection, until it breaks or it is time to stop. */
static void run_connection(struct pump *pump, int64_t *again_ms)
{
    bool some = false;
    int64_t opened = now_ms();
    while (!stopping(pump) && serve(pump, &some) == ERR_NONE) {
        save(pump, false);
        if (now_ms() - opened > STEADY_MS)
            *again_ms = AGAIN_MS;
        if (!some)
            sleep_ms(pump, IDLE_MS);
    }
    if (stopping(pump))
        return;
    close_target(pump);
    tell(pump, "the connection was closed");
}

void *pump_run(void *context)
{
    struct pump *pump = context;
    int64_t again_ms = AGAIN_MS;
    while (!stopping(pump) && check_log(pump) != ERR_NONE)
        sleep_ms(pump, AGAIN_MS);
    while (!stopping(pump)) {
        struct mark before = pump->sure;
        if (open_target(pump) == ERR_NONE)
            run_connection(pump, &again_ms);
        if (!stopping(pump))
            pause_after(pump, &before, &again_ms);
    }
    finish(pump);
    return NULL;
}
