/* What holds where no setting says anything, because the system or another setting does. */
#include "config_reading.h"
#include "http/address.h"
#include "http/inherited.h"

static bool is_listed(const struct server_settings *server, const struct address *address)
{
    for (size_t i = 0; i < server->listen_count; i++) {
        struct address other;
        if (address_parse(server->listen[i], &other) == ERR_NONE && address_equal(&other, address))
            return true;
    }
    return false;
}

/* A socket unit says it with FileDescriptorName=. */
static enum config_scheme scheme_of(const char *name)
{
    if (strcmp(name, "https") == 0)
        return CONFIG_SCHEME_HTTPS;
    return strcmp(name, "http") == 0 ? CONFIG_SCHEME_HTTP : CONFIG_SCHEME_BARE;
}

void config_add_inherited(struct reading *reading)
{
    struct server_settings *server = &reading->config->server;
    const struct place place = {.file = config_handed_over};
    const char *problem = inherited_take();
    if (problem != NULL)
        config_complain(reading, place, "listen", problem);
    for (size_t i = 0; i < inherited_count(); i++) {
        const struct address *address = &inherited_at(i)->address;
        const bool fits = server->listen_count < SERVER_LISTEN_MAX;
        char host[ADDRESS_TEXT_MAX];
        if (is_listed(server, address))
            continue;
        address_format((const struct sockaddr *)&address->storage, host);
        const char *text =
            arena_printf(&reading->config->arena, strchr(host, ':') == NULL ? "%s:%u" : "[%s]:%u", host,
                         address_port(address));
        if (!fits || text == NULL) {
            config_complain(reading, place, "listen", "is one too many; there may be 16");
            return;
        }
        reading->config->schemes[server->listen_count] = scheme_of(inherited_at(i)->name);
        reading->listeners[server->listen_count] = place;
        server->listen[server->listen_count++] = text;
    }
}

/* The first, where there are several, and NULL where there is none. */
static const char *host_folder(struct reading *reading, enum config_folder which)
{
    const char *folder = config_host_folder(which);
    if (folder == NULL || folder[0] != '/')
        return NULL;
    const char *copy = arena_string(&reading->config->arena, bytes_of(folder, strcspn(folder, ":")));
    if (copy == NULL)
        config_complain(reading, (struct place){.file = config_by_default}, "folder",
                        "is too long; shorten it");
    return copy;
}

/* PREFIX FOLDER/NAME for what was left out, where the system has such a folder. */
static void settle_place(struct reading *reading, const char **setting, const char *prefix,
                         enum config_folder which, const char *name)
{
    const char *folder = *setting == NULL ? host_folder(reading, which) : NULL;
    if (folder == NULL)
        return;
    *setting = arena_printf(&reading->config->arena, "%s%s/%s", prefix, folder, name);
    if (*setting == NULL)
        config_complain(reading, (struct place){.file = config_by_default}, name,
                        "is too long; shorten its folder");
}

static void settle_places(struct reading *reading)
{
    struct platform_settings *platform = &reading->config->platform;
    settle_place(reading, &platform->audit.store.url, "sqlite:", CONFIG_FOLDER_STATE, "audit.db");
    /* where a reboot does not empty it: what was shown before must not pass after */
    settle_place(reading, &platform->replay_cache, "", CONFIG_FOLDER_STATE, "replay_cache");
    settle_place(reading, &platform->keytab, "", CONFIG_FOLDER_CREDENTIALS, "keytab");
}

/* A path's folder; "." without a slash. */
static const char *folder_of(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t size = slash == NULL ? 0 : slash == path ? 1 : (size_t)(slash - path);
    return size == 0 ? "." : arena_string(arena, bytes_of(path, size));
}

static void settle_forward(struct reading *reading)
{
    struct config *config = reading->config;
    const char *url = config->platform.audit.store.url;
    if (config->forward.count == 0 || config_was_refused(reading, "audit"))
        return;
    if (url == NULL)
        config_complain(reading, config_place(reading, "audit_forward"), "audit_forward",
                        "has nothing to send; say with audit where the event log is");
    if (config->forward.folder == NULL)
        config->forward.folder = host_folder(reading, CONFIG_FOLDER_STATE);
    if (config->forward.folder == NULL && url != NULL && strncmp(url, "sqlite:", 7) == 0)
        config->forward.folder = folder_of(&config->arena, url + 7);
    if (config->forward.folder == NULL && url != NULL)
        config_complain(reading, config_place(reading, "audit_forward"), "audit_forward",
                        "needs a folder to remember how far it came; give audit_forward_state");
}

void config_settle(struct reading *reading)
{
    settle_places(reading);
    settle_forward(reading);
}
