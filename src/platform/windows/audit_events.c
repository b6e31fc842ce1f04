#include "platform/windows/audit_events.h"

#include "base/log.h"
#include "eventlog/filter.h"
#include "eventlog/position.h"
#include "eventlog/record.h"
#include "platform/windows/event_path.h"
#include "platform/windows/event_xml.h"
#include "platform/windows/wide.h"

enum {
    PAGE_MAX = 1000,
    BATCH = 32,
    LOOKED_AT_MAX = 4096, /* for one page */
    WAIT_MS = 5000,
    XML_START = 32 << 10, /* bytes */
    XML_MAX = 1 << 20,
    EVENT_MEMORY_MAX = 8 << 20,
};

static const wchar_t channel[] = L"Security";

/* One search through the channel. */
struct search {
    const struct system *system;
    struct filter filter;
    EVT_HANDLE result;
    struct event_page *page;
    struct arena *arena; /* of the page */
    size_t limit;
    DWORD batch; /* so many events at a time; BATCH at most */
    size_t looked_at;
    uint64_t last; /* the newest number looked at, in the order of the search; 0 for none */
    bool over;     /* there is nothing more */
};

/* A call has failed. Whoever asks for the log, or how the service is, can cause it. */
static void unreadable(const char *call, DWORD code)
{
    LOG_LIMITED(LOG_LEVEL_ERROR, "audit-log-unreadable", LOG_STRING("call", call), LOG_NUMBER("error", code),
                LOG_STRING("remedy", code == ERROR_ACCESS_DENIED
                                         ? "add the service's account to the group Event Log Readers"
                                         : "look whether the service Windows Event Log runs, and ask again"));
}

static enum err open_channel(struct search *search, const struct event_filter *filter, uint64_t after,
                             uint64_t before, DWORD direction)
{
    AUTO_ARENA arena;
    const char *path = NULL;
    wchar_t *wide = NULL;
    arena_init(&arena, EVENT_MEMORY_MAX);
    enum err err = event_path(&arena, filter, after, before, &path);
    if (err == ERR_NONE)
        err = wide_of(&arena, path, &wide);
    if (err != ERR_NONE)
        return err;
    search->result = search->system->EvtQuery(NULL, channel, wide, EvtQueryChannelPath | direction);
    if (search->result != NULL)
        return ERR_NONE;
    unreadable("EvtQuery", search->system->GetLastError());
    return ERR_IO;
}

/* What EvtRender says of one event that is damaged, or whose schema is gone: any other code speaks of the log. */
static bool is_of_the_event(DWORD code)
{
    static const DWORD codes[] = {ERROR_INVALID_DATA,
                                  ERROR_EVT_EVENT_TEMPLATE_NOT_FOUND,
                                  ERROR_EVT_INVALID_EVENT_DATA,
                                  ERROR_EVT_MALFORMED_XML_TEXT,
                                  ERROR_EVT_UNRESOLVED_VALUE_INSERT,
                                  ERROR_EVT_UNRESOLVED_PARAMETER_INSERT,
                                  ERROR_EVT_MAX_INSERTS_REACHED,
                                  ERROR_EVT_EVENT_DEFINITION_NOT_FOUND,
                                  ERROR_EVT_VERSION_TOO_OLD,
                                  ERROR_EVT_VERSION_TOO_NEW};
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i] == code)
            return true;
    return false;
}

static enum err render(const struct search *search, EVT_HANDLE event, struct arena *arena, const char **ret)
{
    DWORD size = XML_START;
    while (size <= XML_MAX) {
        DWORD used = 0;
        DWORD count = 0;
        wchar_t *text = arena_alloc(arena, size);
        if (text == NULL)
            return ERR_NO_MEMORY;
        if (search->system->EvtRender(NULL, event, EvtRenderEventXml, size, text, &used, &count))
            return wide_to_text(arena, text, wcsnlen(text, size / sizeof *text), ret);
        const DWORD code = search->system->GetLastError();
        if (is_of_the_event(code))
            return ERR_MALFORMED;
        if (code != ERROR_INSUFFICIENT_BUFFER) {
            unreadable("EvtRender", code);
            return ERR_IO;
        }
        size = used > size ? used : size * 2;
    }
    return ERR_TOO_LARGE;
}

/* Appends the event when it matches. */
static enum err weigh(struct search *search, EVT_HANDLE handle)
{
    AUTO_ARENA arena;
    struct event event = {0};
    const char *xml = NULL;
    bool matches = false;
    arena_init(&arena, EVENT_MEMORY_MAX);
    enum err err = render(search, handle, &arena, &xml);
    if (err == ERR_NONE)
        err = event_xml_parse(&arena, bytes_of_string(xml), &event);
    search->looked_at++;
    if (err == ERR_MALFORMED || err == ERR_TOO_LARGE) { /* one must not hide all others */
        LOG_LIMITED(LOG_LEVEL_WARNING, "event-unreadable", LOG_NUMBER("after", search->last),
                    LOG_STRING("error", err_text(err)));
        return ERR_NONE;
    }
    if (err != ERR_NONE)
        return err;
    const size_t size = record_fields_size(&event);
    uint8_t *fields = arena_alloc(&arena, size);
    if (fields == NULL)
        return ERR_NO_MEMORY;
    record_fields_write(&event, fields);
    search->last = event.record_id;
    err = filter_match(&search->filter, &event, bytes_of(fields, size), &matches);
    if (err != ERR_NONE || !matches)
        return err;
    event.field_count = 0;
    err = record_keep(search->arena, bytes_of(fields, size), &event);
    if (err == ERR_NONE)
        search->page->events[search->page->count++] = event;
    return err;
}

static bool is_full(const struct search *search)
{
    return search->page->count == search->limit || search->looked_at >= LOOKED_AT_MAX;
}

static enum err weigh_batch(struct search *search)
{
    EVT_HANDLE events[BATCH];
    DWORD count = 0;
    enum err err = ERR_NONE;
    if (!search->system->EvtNext(search->result, search->batch, events, WAIT_MS, 0, &count)) {
        const DWORD code = search->system->GetLastError();
        search->over = code == ERROR_NO_MORE_ITEMS;
        if (!search->over)
            unreadable("EvtNext", code);
        return search->over ? ERR_NONE : ERR_IO;
    }
    search->over = count == 0;
    for (DWORD i = 0; i < count && i < search->batch; i++) {
        if (err == ERR_NONE && !is_full(search))
            err = weigh(search, events[i]);
        (void)search->system->EvtClose(events[i]);
    }
    return err;
}

static enum err run(struct search *search, const struct event_filter *filter, uint64_t after, uint64_t before,
                    DWORD direction)
{
    AUTO_ARENA folded;
    arena_init(&folded, EVENT_MEMORY_MAX);
    if (search->limit == 0 || search->limit > PAGE_MAX)
        return ERR_INVALID_PARAMETER;
    *search->page =
        (struct event_page){.events = arena_alloc_array(search->arena, search->limit, sizeof(struct event))};
    if (search->page->events == NULL)
        return ERR_NO_MEMORY;
    enum err err = filter_init(&search->filter, &folded, filter);
    if (err == ERR_NONE)
        err = open_channel(search, filter, after, before, direction);
    if (err != ERR_NONE)
        return err;
    while (err == ERR_NONE && !search->over && !is_full(search))
        err = weigh_batch(search);
    (void)search->system->EvtClose(search->result);
    /* without a number to go on from, an end would be told that is none */
    return err == ERR_NONE && !search->over && search->last == 0 ? ERR_IO : err;
}

enum err platform_audit_read(struct platform *platform, const struct event_filter *filter, const char *cursor,
                             size_t limit, struct arena *arena, struct event_page *ret)
{
    struct event_position position = {0};
    struct event_page page = {0};
    struct search search = {
        .system = &platform->system, .page = &page, .arena = arena, .limit = limit, .batch = BATCH};
    enum err err = ERR_NONE;
    if (cursor != NULL)
        err = position_parse(bytes_of_string(cursor), filter, &position);
    if (err == ERR_NONE)
        err = run(&search, filter, 0, position.record_id, EvtQueryReverseDirection);
    if (err == ERR_NONE && !search.over && search.last > 1) {
        position = (struct event_position){.record_id = search.last};
        page.next = position_format(arena, &position, filter);
        err = page.next != NULL ? ERR_NONE : ERR_NO_MEMORY;
    }
    if (err == ERR_NONE)
        *ret = page;
    return err;
}

enum err platform_audit_read_after(struct platform *platform, const struct event_filter *filter,
                                   uint64_t record_id, size_t limit, struct arena *arena,
                                   struct event_page *ret, uint64_t *ret_last)
{
    struct event_page page = {0};
    struct search search = {
        .system = &platform->system, .page = &page, .arena = arena, .limit = limit, .batch = BATCH};
    enum err err = run(&search, filter, record_id, 0, EvtQueryForwardDirection);
    if (err != ERR_NONE)
        return err;
    *ret = page;
    *ret_last = search.last > record_id ? search.last : record_id;
    return ERR_NONE;
}

static DWORD WINAPI deliver(EVT_SUBSCRIBE_NOTIFY_ACTION action, PVOID context, EVT_HANDLE event)
{
    struct audit_watch *watch = context;
    (void)event;
    (void)action; /* an error is news too: who reads after it learns of it */
    AcquireSRWLockShared(&watch->lock);
    if (watch->wake != NULL)
        watch->wake(watch->context);
    ReleaseSRWLockShared(&watch->lock);
    return ERROR_SUCCESS;
}

static void set_wake(struct audit_watch *watch, event_store_wake *wake, void *context)
{
    AcquireSRWLockExclusive(&watch->lock);
    watch->wake = wake;
    watch->context = context;
    ReleaseSRWLockExclusive(&watch->lock);
}

/* The lock is free while the subscription closes, which may wait for a delivery. */
void audit_watch_end(struct platform *platform)
{
    struct audit_watch *watch = &platform->watch;
    set_wake(watch, NULL, NULL);
    if (watch->subscription != NULL)
        (void)platform->system.EvtClose(watch->subscription);
    watch->subscription = NULL;
}

enum err platform_audit_watch(struct platform *platform, event_store_wake *wake, void *context)
{
    struct audit_watch *watch = &platform->watch;
    audit_watch_end(platform);
    if (wake == NULL)
        return ERR_NONE;
    set_wake(watch, wake, context);
    watch->subscription = platform->system.EvtSubscribe(NULL, NULL, channel, L"*", NULL, watch, deliver,
                                                        EvtSubscribeToFutureEvents);
    if (watch->subscription != NULL)
        return ERR_NONE;
    unreadable("EvtSubscribe", platform->system.GetLastError());
    set_wake(watch, NULL, NULL);
    return ERR_IO;
}

/* Nothing waits and nothing is lost here: the system answers for its log. */
void platform_audit_health(struct platform *platform, struct event_store_health *ret)
{
    AUTO_ARENA arena;
    static const struct event_filter all = {0};
    struct event_page page = {0};
    struct search search = {
        .system = &platform->system, .page = &page, .arena = &arena, .limit = 1, .batch = 1};
    arena_init(&arena, EVENT_MEMORY_MAX);
    enum err err = run(&search, &all, 0, 0, EvtQueryReverseDirection);
    *ret = (struct event_store_health){.writable = platform->may_audit,
                                       .newest_record_id = err == ERR_NONE ? search.last : 0,
                                       .newest_unknown = err != ERR_NONE};
}
