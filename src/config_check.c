/* What is wrong with settings that are each right, and with what they name. */
#include "config_guard.h"
#include "config_listen.h"
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
            config_complain(reading, reading->listeners[i], config_listen_key(reading->config, i),
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

static void check_limits(struct reading *reading)
{
    const struct server_settings *server = &config_of(reading)->server;
    if (server->connections_per_ip >= server->connections_max)
        config_note(reading, config_place(reading, "connections_per_ip"), "connections_per_ip",
                    "lets one address take all of connections_max; lower it");
    if (server->streams_max >= server->connections_max)
        config_note(reading, config_place(reading, "streams_max"), "streams_max",
                    "lets streams take all of connections_max; lower it");
    if (server->requests_burst != 0 && server->requests_per_second == 0)
        config_note(reading, config_place(reading, "requests_burst"), "requests_burst",
                    "bounds nobody by itself; give requests_per_second too, or leave this out");
    if (server->body_bytes_max > server->memory_max)
        config_note(reading, config_place(reading, "body_bytes_max"), "body_bytes_max",
                    "is more than memory_max, so that no such body is ever taken; lower it");
}

/* What does not leave the machine nobody can change on its way. */
static bool is_of_this_machine(const char *origin)
{
    static const char *const hosts[] = {"http://localhost", "http://127.0.0.1", "http://[::1]"};
    for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
        const size_t size = strlen(hosts[i]);
        if (strncmp(origin, hosts[i], size) == 0 && (origin[size] == 0 || origin[size] == ':'))
            return true;
    }
    return false;
}

/* Whoever sits between a browser and such a page writes what it does, and it does that as the browser's user. */
static void check_origins(struct reading *reading)
{
    const struct server_settings *server = &config_of(reading)->server;
    bool tls = false;
    for (size_t i = 0; i < server->listen_count; i++)
        tls = tls || server->listen_tls[i];
    for (size_t i = 0; i < server->origins.count && tls; i++) {
        const char *origin = server->origins.items[i];
        if (strncmp(origin, "http://", 7) == 0 && !is_of_this_machine(origin))
            config_note(reading, reading->origins[i], "allow_origin",
                        "is of pages that come without TLS, so that whoever is between can ask here as their "
                        "user; serve the page with TLS, and name it https://");
    }
}

/* A name of his that its owner lets point here makes his page one of this service's; a certificate would tell the browser. */
static void check_hosts(struct reading *reading)
{
    const struct config *config = config_of(reading);
    bool exposed = false;
    for (size_t i = 0; i < config->server.listen_count; i++)
        exposed |= config_listen_is_exposed(config, i);
    if (config->server.hosts.count == 0 && config->cleartext_anywhere && exposed)
        config_note(reading, config_place(reading, "cleartext"), "cleartext",
                    "lets pages of any name that is made to point here ask as their reader; give a line host "
                    "for each name that this service has");
}

static void check_health(struct reading *reading)
{
    const struct server_settings *server = &config_of(reading)->server;
    for (size_t i = 0; i < server->listen_count; i++) {
        struct address address;
        if (server->listen_health[i] && address_parse(server->listen[i], &address) == ERR_NONE &&
            address_is_any(&address))
            config_note(
                reading, reading->listeners[i], "listen_health",
                "shows everybody who reaches this machine what is for operators; name the address that "
                "the monitoring has");
    }
}

void config_check_rules(struct reading *reading)
{
    check_listeners(reading);
    check_domains(reading);
    check_sessions(reading);
    check_limits(reading);
    check_origins(reading);
    check_hosts(reading);
    check_health(reading);
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
            config_note(reading, reading->listeners[i], config_listen_key(reading->config, i), problem);
        else if (problem != NULL)
            config_complain(reading, reading->listeners[i], config_listen_key(reading->config, i), problem);
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
    if (config_was_refused(reading, "audit")) /* where the position is kept may follow from it */
        return;
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
    if (config_was_refused(reading, key)) /* what holds instead is nobody's wish */
        return;
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
