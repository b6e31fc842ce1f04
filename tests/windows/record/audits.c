/* What a SACL has audited: the alarms of the rows, then their events in the Security log. */
#include "windows/record/record.h"

#include "platform/audit.h"
#include "support/decide_row.h"

#include <check.h>

enum { AUDIT_MEMORY_MAX = 64 << 20, AUDITS_MAX = 512, PAGE = 1000, WAIT_MS = 200, WAITS_MAX = 50 };

#define SUBSYSTEM "ntokend-record"

/* An alarm that was given. */
struct alarm {
    const char *row;
    const char *question;
    const char *engine;
    struct asked asked;
    bool success;
    bool failure;
};

struct desk {
    struct record *record;
    struct arena arena;
    struct alarm alarms[AUDITS_MAX];
    size_t count;
    uint64_t before; /* the last record in the log before the first alarm */
};

static const char *outcome(bool success, bool failure)
{
    return success && failure ? "audits SF" : success ? "audits S" : failure ? "audits F" : "audits nothing";
}

/* The alarm on a token that was made, by the platform's own function, whose name for the object is the row's. */
static enum err give(const struct machine *machine, struct made_token *made,
                     const struct access_request *request, const char *row)
{
    struct token_storage storage = {.platform = (struct platform *)(uintptr_t)&machine->platform};
    const struct platform_token token = {.view = made->view, .handle = made->handle, .storage = &storage};
    const struct audit_object object = {
        .subsystem = SUBSYSTEM, .type_name = "File", .name = row, .handle_id = 1};
    struct audit_trail trail = {0};
    struct access_answer answer;
    bool generate = false;
    return platform_access_check_and_audit(&token, request, &object, &trail, &answer, &generate);
}

static void ask(struct desk *desk, struct vector *vector, struct alarm *alarm)
{
    struct decide_row row;
    struct made_token made;
    struct decide_case *ready = arena_alloc(&vector->arena, sizeof *ready);
    struct machine *machine = desk->record->machine;
    ck_assert_ptr_nonnull(ready);
    vector_access_row(vector, &row);
    decide_row_prepare(&row, &vector->arena, ready);
    alarm->asked.function = "AccessCheckByTypeAndAuditAlarmW";
    if (!machine->platform.may_audit) {
        alarm->asked.why_not = "SeAuditPrivilege is not held";
        return;
    }
    machine_make(machine, ready->token, ready->descriptor.raw, &vector->arena, &made);
    alarm->asked.by = made.by;
    if (made.why_not != NULL)
        alarm->asked.why_not = arena_string(&desk->arena, bytes_of_string(made.why_not));
    else if (made.instead_of != NULL && row.err == ERR_NONE &&
             strstr(row.sddl, "S-1-5-21-1-2-3-1001") != NULL)
        alarm->asked.why_not = "the user of this process stands for another";
    if (alarm->asked.why_not == NULL) {
        const enum err err = give(machine, &made, &ready->request, alarm->row);
        if (err != ERR_NONE)
            alarm->asked.windows = ask_error(&desk->arena, err_win32(err));
    }
    machine_unmake(&made);
}

static void take_event(struct desk *desk, const struct event *event)
{
    const char *subsystem = NULL;
    for (size_t i = 0; i < event->field_count; i++)
        if (strcmp(event->fields[i].name, "ObjectServer") == 0)
            subsystem = event->fields[i].value;
    if (subsystem == NULL || strcmp(subsystem, SUBSYSTEM) != 0 || event->object_name == NULL)
        return;
    for (size_t i = 0; i < desk->count; i++) {
        if (strcmp(desk->alarms[i].row, event->object_name) != 0)
            continue;
        desk->alarms[i].success |= event->success;
        desk->alarms[i].failure |= !event->success;
    }
}

/* Reads on until the last alarm, of which it is known that it audits, has come. */
static bool read_events(struct desk *desk)
{
    const struct event_filter filter = {.text = SUBSYSTEM};
    const struct alarm *last = &desk->alarms[desk->count - 1];
    for (int waits = 0; waits < WAITS_MAX && !last->success; waits++) {
        struct event_page page = {0};
        if (platform_audit_read_after(&desk->record->machine->platform, &filter, desk->before, PAGE,
                                      &desk->arena, &page, &desk->before) != ERR_NONE)
            return false;
        for (size_t i = 0; i < page.count; i++)
            take_event(desk, &page.events[i]);
        if (page.count == 0)
            Sleep(WAIT_MS);
    }
    return last->success;
}

/* An alarm that Windows audits whenever it audits at all. */
static void mark(struct desk *desk)
{
    static const char sddl[] = "O:SYG:SYD:(A;;0x1;;;WD)S:(AU;SA;0x1;;;WD)";
    struct alarm *alarm = &desk->alarms[desk->count];
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s}", "id", "the-last", "token", "groups=WD", "sd", sddl,
                             "desired", "0x1", "granted", "0x1");
    struct vector vector = {.json = json};
    arena_init(&vector.arena, AUDIT_MEMORY_MAX);
    *alarm = (struct alarm){.row = "the-last", .engine = "audits S"};
    desk->count++;
    ask(desk, &vector, alarm);
    arena_done(&vector.arena);
    json_decref(json);
}

static void start(struct desk *desk)
{
    struct machine *machine = desk->record->machine;
    struct event_store_health health;
    machine->platform.may_audit = privilege_is_enabled(&machine->self.privileges, SE_AUDIT);
    if (!machine->platform.may_audit)
        return;
    platform_audit_health(&machine->platform, &health);
    desk->before = health.newest_record_id;
}

static void ask_all(struct desk *desk)
{
    for (size_t i = 0; i < vector_count() && desk->count < AUDITS_MAX - 1; i++) {
        struct vector vector = {.json = vector_at(i)};
        const char *wanted = json_string_value(json_object_get(vector.json, "audit"));
        struct alarm *alarm = &desk->alarms[desk->count];
        if (wanted == NULL)
            continue;
        arena_init(&vector.arena, AUDIT_MEMORY_MAX);
        *alarm = (struct alarm){.row = vector_text(&vector, "id"),
                                .question = vector_optional(&vector, "question"),
                                .engine = outcome(strchr(wanted, 'S') != NULL, strchr(wanted, 'F') != NULL)};
        desk->count++;
        ask(desk, &vector, alarm);
        arena_done(&vector.arena);
    }
}

void record_audits(struct record *record)
{
    static struct desk desk;
    desk.record = record;
    arena_init(&desk.arena, AUDIT_MEMORY_MAX);
    start(&desk);
    ask_all(&desk);
    mark(&desk);
    const bool audited = record->machine->platform.may_audit && read_events(&desk);
    for (size_t i = 0; i + 1 < desk.count; i++) {
        struct alarm *alarm = &desk.alarms[i];
        alarm->asked.engine = alarm->engine;
        if (alarm->asked.why_not == NULL && alarm->asked.windows == NULL && !audited)
            alarm->asked.why_not = "this Windows audits no object access, or its log cannot be read";
        if (alarm->asked.why_not == NULL && alarm->asked.windows == NULL)
            alarm->asked.windows = outcome(alarm->success, alarm->failure);
        record_answer(record, alarm->row, "audit", alarm->question, &alarm->asked);
    }
    arena_done(&desk.arena);
}
