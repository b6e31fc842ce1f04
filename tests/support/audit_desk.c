#include "support/audit_desk.h"

#include "engine/sddl.h"
#include "platform/posix/audit_text.h"
#include "support/folder.h"
#include "support/keytab_file.h"
#include "support/station.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { DESK_MEMORY_MAX = 64 << 20, URL_SIZE = FOLDER_PATH_SIZE + 32, EXE_SIZE = 1024 };

static struct folder folder;

void audit_desk_setup(void)
{
    station_setup();
    folder_make(&folder);
}

void audit_desk_teardown(void)
{
    folder_remove(&folder);
    station_teardown();
}

static _Noreturn void fail(const char *what)
{
    (void)fprintf(stderr, "audit_desk: %s\n", what);
    exit(99);
}

/* A file of that text in the folder; NULL stays NULL. */
static const char *put_file(struct audit_desk *desk, const char *name, const char *text)
{
    if (text == NULL)
        return NULL;
    const char *path = arena_printf(&desk->arena, "%s/%s", folder.path, name);
    if (path == NULL)
        fail("no memory");
    keytab_file_put(path, text);
    return path;
}

void audit_desk_open(struct audit_desk *desk, const struct audit_desk_order *order)
{
    char url[URL_SIZE];
    *desk = (struct audit_desk){.platform = NULL};
    arena_init(&desk->arena, DESK_MEMORY_MAX);
    desk->trail.arena = &desk->arena;
    (void)snprintf(url, sizeof url, "sqlite:%s/audit.db", folder.path);
    const struct platform_settings settings = {
        .keytab = station_keytab,
        .replay_cache = station_cache,
        .domain_sid = order->administrator ? STATION_DOMAIN : "S-1-5-21-4-5-6",
        .policy = put_file(desk, "policy.inf", order->template),
        .central_policies = put_file(desk, "central.txt", order->central),
        .audit = {
            .store = {.url = order->no_log ? NULL : arena_printf(&desk->arena, "%s", url), .queue_max = 4096},
            .privilege = !order->no_privilege}};
    if (platform_start(&settings, &desk->platform) != ERR_NONE)
        fail("the platform does not start");
    struct security_context context = station_context(&desk->arena, "alice@EXAMPLE.TEST", true);
    if (platform_token_open_client(desk->platform, &context, &desk->token) != ERR_NONE)
        fail("alice cannot log on");
}

void audit_desk_close(struct audit_desk *desk)
{
    platform_token_free(desk->token);
    platform_stop(desk->platform);
    arena_done(&desk->arena);
}

const struct descriptor *audit_desk_descriptor(struct audit_desk *desk, const char *sddl)
{
    struct descriptor *descriptor = arena_alloc(&desk->arena, sizeof *descriptor);
    struct bytes bytes;
    struct sddl_error error;
    if (descriptor == NULL ||
        sddl_read(&desk->arena, bytes_of_string(sddl), NULL, &bytes, &error) != ERR_NONE ||
        descriptor_parse(bytes, descriptor) != ERR_NONE)
        fail(sddl);
    return descriptor;
}

static void add_escaped(struct audit_text *text, const char *value)
{
    for (; *value != '\0'; value++) {
        const char letter[2] = {*value, '\0'};
        audit_text_add(text, *value == '\n' ? "\\n" : *value == '\t' ? "\\t" : letter);
    }
}

/* What stands in place of a value, or NULL. */
static const char *stand_in(const struct audit_desk *desk, const struct event_field *field)
{
    char known[EXE_SIZE] = "";
    (void)snprintf(known, sizeof known, "0x%" PRIx64, platform_token_details(desk->token)->logon_id);
    if (strcmp(field->value, known) == 0)
        return "$LOGON";
    (void)snprintf(known, sizeof known, "0x%x", (unsigned)getpid());
    if (strcmp(field->name, "ProcessId") == 0 && strcmp(field->value, known) == 0)
        return "$PID";
    ssize_t size = readlink("/proc/self/exe", known, sizeof known - 1);
    known[size < 0 ? 0 : size] = '\0';
    return strcmp(field->value, known) == 0 ? "$EXE" : NULL;
}

static void add_event(struct audit_desk *desk, struct audit_text *text, const struct event *event)
{
    audit_text_printf(text, "%u v%u %u %s", event->event_id, event->version, event->task,
                      event->success ? "success" : "failure");
    for (size_t i = 0; i < event->field_count; i++) {
        const struct event_field *field = &event->fields[i];
        const char *other = stand_in(desk, field);
        audit_text_printf(text, "\n%s ", field->name);
        add_escaped(text, other != NULL ? other : field->value);
    }
}

const char *audit_desk_event(struct audit_desk *desk, const struct event *event)
{
    struct audit_text text = {.arena = &desk->arena};
    add_event(desk, &text, event);
    const char *done = audit_text_done(&text);
    if (done == NULL)
        fail("no memory");
    return done;
}

const char *audit_desk_trail(struct audit_desk *desk)
{
    struct audit_text text = {.arena = &desk->arena};
    for (size_t i = 0; i < desk->trail.count; i++) {
        if (i != 0)
            audit_text_add(&text, "\n\n");
        add_event(desk, &text, &desk->trail.events[i]);
    }
    const char *done = audit_text_done(&text);
    if (done == NULL)
        fail("no memory");
    return desk->trail.count == 0 ? "" : done;
}
