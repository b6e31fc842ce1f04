/* What is wrong with settings that are each right, and with what they name. */
#include "config_guard.h"
#include "config_reading.h"
#include "http/listener.h"
#include "platform/check.h"

static const struct config *config_of(const struct reading *reading)
{
    return reading->config;
}

/* Port 0 is another one each time. */
static void check_listeners(struct reading *reading)
{
    const struct server_settings *server = &config_of(reading)->server;
    struct address addresses[SERVER_LISTEN_MAX];
    for (size_t i = 0; i < server->listen_count; i++) {
        size_t other = 0;
        if (address_parse(server->listen[i], &addresses[i]) != ERR_NONE || address_port(&addresses[i]) == 0)
            addresses[i] = (struct address){.size = 0};
        while (other < i && (addresses[i].size == 0 || !address_equal(&addresses[i], &addresses[other])))
            other++;
        if (other < i)
            config_complain(reading, reading->listeners[i], "listen",
                            "is an address that is listened on already; keep one");
    }
}

/* Only on a domain controller are they one; there every user of the domain would count as the machine's own. */
static void check_domains(struct reading *reading)
{
    const struct platform_settings *platform = &config_of(reading)->platform;
    struct sid_buffer machine;
    struct sid_buffer domain;
    if (platform->machine_sid != NULL && platform->domain_sid != NULL &&
        sid_parse(bytes_of_string(platform->machine_sid), &machine) == ERR_NONE &&
        sid_parse(bytes_of_string(platform->domain_sid), &domain) == ERR_NONE &&
        sid_equal(sid_of(&machine), sid_of(&domain)))
        config_complain(reading, config_place(reading, "machine_sid"), "machine_sid",
                        "is the domain's; give the machine a SID of its own, or leave it out");
}

static void check_sessions(struct reading *reading)
{
    const struct session_settings *session = &config_of(reading)->session;
    if (session->per_user > session->max)
        config_note(reading, config_place(reading, "session_per_user"), "session_per_user",
                    "is more than session_max, which holds; lower it");
    if (session->idle_s > session->lifetime_s)
        config_note(reading, config_place(reading, "session_idle"), "session_idle",
                    "is more than session_lifetime, which holds; lower it");
}

void config_check_rules(struct reading *reading)
{
    check_listeners(reading);
    check_domains(reading);
    check_sessions(reading);
}

static void look_at_listeners(struct reading *reading)
{
    const struct server_settings *server = &config_of(reading)->server;
    for (size_t i = 0; i < server->listen_count; i++) {
        struct address address;
        bool note = false;
        const char *problem =
            address_parse(server->listen[i], &address) == ERR_NONE ? listener_check(&address, &note) : NULL;
        if (problem != NULL && note)
            config_note(reading, reading->listeners[i], "listen", problem);
        else if (problem != NULL)
            config_complain(reading, reading->listeners[i], "listen", problem);
    }
}

static void look_at_guards(struct reading *reading)
{
    for (size_t i = 0; i < config_of(reading)->server.guard_count; i++) {
        const char *note = config_guard_look(reading->config, i);
        if (note != NULL)
            config_note(reading, reading->guards[i], "guard", note);
    }
}

static void look_at_log(struct reading *reading)
{
    const char *url = config_of(reading)->platform.audit.store.url;
    const char *problem = NULL;
    if (url != NULL && event_store_check(url, &problem) != ERR_NONE)
        config_complain(reading, config_place(reading, "audit"), "audit", problem);
}

static void look_at_forwards(struct reading *reading)
{
    const struct forward_settings *forward = &config_of(reading)->forward;
    for (size_t i = 0; i < forward->count; i++) {
        const char *problem = NULL;
        if (forward_check(forward, i, &problem) != ERR_NONE)
            config_complain(reading, reading->forwards[i], "audit_forward", problem);
    }
}

static void found(void *context, const char *key, bool note, const char *problem)
{
    struct reading *reading = context;
    const struct place place = config_place(reading, key);
    if (note)
        config_note(reading, place, key, problem);
    else
        config_complain(reading, place, key, problem);
}

void config_check_world(struct reading *reading)
{
    look_at_listeners(reading);
    look_at_guards(reading);
    look_at_log(reading);
    look_at_forwards(reading);
    platform_check(&config_of(reading)->platform, found, reading);
}
