#include "support/events.h"

#include <stdio.h>
#include <stdlib.h>

struct event events_make(uint64_t number, struct events_text *text)
{
    static const uint16_t ids[] = {4656, 4656, 4656, 4658, 4662, 4663, 4673, 4703};
    uint8_t random[10];
    memset(random, (int)number, sizeof random);
    int64_t time_ns = (EVENTS_BASE_S + (int64_t)number) * 1000000000;
    (void)snprintf(text->user, sizeof text->user, "CORP\\user%u", (unsigned)(number % 97));
    (void)snprintf(text->sid, sizeof text->sid, "S-1-5-21-1-2-3-%u", (unsigned)(1000 + number % 97));
    (void)snprintf(text->object, sizeof text->object, "C:\\Shares\\Team%u\\Report%07llu.docx",
                   (unsigned)(number % 31), (unsigned long long)number);
    (void)snprintf(text->handle, sizeof text->handle, "0x%llx", (unsigned long long)number * 4);
    (void)snprintf(text->session, sizeof text->session, "0x%llx", 0x10000 + (unsigned long long)number / 50);
    struct event event = {
        .uuid = event_uuid_make(time_ns, random),
        .event_id = ids[number % 8],
        .version = 1,
        .task = 12800,
        .success = number % 5 != 0,
        .time_ns = time_ns,
        .process_id = 4711,
        .thread_id = (uint32_t)(number % 64),
        .subject_sid = text->sid,
        .subject_name = text->user,
        .object_name = text->object,
        .session = text->session,
        .fields = {{"SubjectUserSid", text->sid},
                   {"SubjectUserName", text->user + 5},
                   {"SubjectDomainName", "CORP"},
                   {"SubjectLogonId", text->session},
                   {"ObjectServer", "Security"},
                   {"ObjectType", "File"},
                   {"ObjectName", text->object},
                   {"HandleId", text->handle},
                   {"TransactionId", "{00000000-0000-0000-0000-000000000000}"},
                   {"AccessList", "%%1537\n\t\t\t\t%%1538\n\t\t\t\t%%4416"},
                   {"AccessReason", "%%1537:\t%%1801\tD:(A;ID;FA;;;BA)"},
                   {"AccessMask", "0x120089"},
                   {"PrivilegeList", "-"},
                   {"RestrictedSidCount", "0"},
                   {"ProcessId", "0x1267"},
                   {"ProcessName", "/usr/sbin/ntokend"}},
        .field_count = 16,
    };
    return event;
}

void events_wait_init(struct events_wait *wait)
{
    *wait = (struct events_wait){.err = ERR_NONE};
    (void)pthread_mutex_init(&wait->lock, NULL);
    (void)pthread_cond_init(&wait->changed, NULL);
}

void events_wait_done(struct events_wait *wait)
{
    (void)pthread_cond_destroy(&wait->changed);
    (void)pthread_mutex_destroy(&wait->lock);
}

static void count(void *context, enum err err)
{
    struct events_wait *wait = context;
    (void)pthread_mutex_lock(&wait->lock);
    wait->waiting--;
    if (err != ERR_NONE) {
        wait->failed++;
        wait->err = err;
    }
    (void)pthread_cond_broadcast(&wait->changed);
    (void)pthread_mutex_unlock(&wait->lock);
}

static void expect(struct events_wait *wait, size_t more)
{
    (void)pthread_mutex_lock(&wait->lock);
    wait->waiting += more;
    (void)pthread_mutex_unlock(&wait->lock);
}

enum err events_post(struct event_store *store, struct events_wait *wait, const struct event *event)
{
    expect(wait, 1);
    enum err err = event_store_append(store, event, 1, count, wait);
    if (err != ERR_NONE)
        expect(wait, (size_t)-1);
    return err;
}

enum err events_join(struct events_wait *wait)
{
    (void)pthread_mutex_lock(&wait->lock);
    while (wait->waiting > 0)
        (void)pthread_cond_wait(&wait->changed, &wait->lock);
    enum err err = wait->err;
    wait->err = ERR_NONE;
    (void)pthread_mutex_unlock(&wait->lock);
    return err;
}

enum err events_append(struct event_store *store, uint64_t first, size_t count_all)
{
    struct events_wait wait;
    struct events_text text;
    events_wait_init(&wait);
    enum err err = ERR_NONE;
    for (uint64_t number = first; number < first + count_all && err == ERR_NONE; number++) {
        struct event event = events_make(number, &text);
        err = events_post(store, &wait, &event);
    }
    enum err joined = events_join(&wait);
    events_wait_done(&wait);
    return err == ERR_NONE ? joined : err;
}

enum { OPEN_ARENA_MAX = 4 << 20 };

static void expect_done(enum err err, const char *problem)
{
    if (err == ERR_NONE)
        return;
    (void)fprintf(stderr, "events: %s: %s\n", err_text(err), problem != NULL ? problem : "");
    exit(99);
}

struct event_store *events_open(const struct event_store_settings *settings)
{
    struct event_store *store = NULL;
    const char *problem = NULL;
    AUTO_ARENA arena;
    arena_init(&arena, OPEN_ARENA_MAX);
    expect_done(event_store_open(settings, &arena, &store, &problem), problem);
    return store;
}

struct event_store_health events_health(struct event_store *store)
{
    struct event_store_health health;
    event_store_health(store, &health);
    return health;
}

struct event_verdict events_verify(const char *url)
{
    struct event_verdict verdict;
    const char *problem = NULL;
    expect_done(event_store_verify(url, &verdict, &problem), problem);
    return verdict;
}
