#include "config_keys.h"

#include "config_listen.h"
#include "forward/target.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum { SECONDS_PER_DAY = 86400 };

static bool same_name(struct bytes name, const char *key)
{
    if (name.size != strlen(key))
        return false;
    for (size_t i = 0; i < name.size; i++) {
        char letter = (char)name.data[i];
        if ((letter == '-' ? '_' : letter) != key[i])
            return false;
    }
    return true;
}

bool config_key_is_here(const struct config_key *key)
{
    return key->system == CONFIG_EVERYWHERE || key->system == config_host_system;
}

bool config_key_repeats(const struct config_key *key)
{
    return key->kind == CONFIG_LISTEN || key->kind == CONFIG_LISTEN_HEALTH || key->kind == CONFIG_GUARD ||
           key->kind == CONFIG_FORWARD || key->kind == CONFIG_ORIGIN || key->kind == CONFIG_HOST;
}

bool config_key_is_number(const struct config_key *key)
{
    return key->kind == CONFIG_COUNT || key->kind == CONFIG_SIZE || key->kind == CONFIG_BYTES ||
           key->kind == CONFIG_DAYS;
}

void config_key_standard(const struct config_key *key, char ret[CONFIG_STANDARD_SIZE])
{
    if (key->without != NULL)
        (void)snprintf(ret, CONFIG_STANDARD_SIZE, "%s", key->without);
    else if (config_key_is_number(key))
        (void)snprintf(ret, CONFIG_STANDARD_SIZE, "%" PRIu64, key->standard);
    else
        (void)snprintf(ret, CONFIG_STANDARD_SIZE, "%s", key->standard != 0 ? "yes" : "no");
}

const struct config_key *config_key_find(struct bytes name)
{
    for (const struct config_key *key = config_keys; key->name != NULL; key++) {
        if (config_key_is_here(key) && same_name(name, key->name))
            return key;
    }
    return NULL;
}

static void put(struct config *config, size_t offset, const void *value, size_t size)
{
    memcpy((uint8_t *)config + offset, value, size);
}

/* A file that systemd passed with LoadCredential=NAME:FILE. */
static const char credential[] = "credential:";

static const char *set_text(struct config *config, const struct config_key *key, const char *value)
{
    const char *copy = arena_string(&config->arena, bytes_of_string(value));
    if (copy == NULL)
        return "is too long; shorten it";
    put(config, key->offset, &copy, sizeof copy);
    return NULL;
}

/* What a value that starts so names. NULL, or what is wrong and what to do. */
static const char *find_credential(struct config *config, const char *name, const char **ret_path)
{
    const char *folder = config_host_folder(CONFIG_FOLDER_CREDENTIALS);
    if (name[0] == 0 || strchr(name, '/') != NULL)
        return "names no credential; write credential:NAME";
    if (folder == NULL || folder[0] != '/')
        return "is a credential, and nobody passed any; start the unit that has LoadCredential=, or for --check give this option with the file itself";
    *ret_path = arena_printf(&config->arena, "%s/%s", folder, name);
    return *ret_path == NULL ? "is too long; shorten it" : NULL;
}

static const char *set_file(struct config *config, const struct config_key *key, const char *value)
{
    const char *path = value;
    const char *mistake = NULL;
    if (strncmp(value, credential, strlen(credential)) == 0)
        mistake = find_credential(config, value + strlen(credential), &path);
    if (mistake != NULL)
        return mistake;
    if (key->must_exist && config_host_access(path) != 0) {
        mistake = arena_printf(&config->arena, "%s cannot be read (%s); correct the name or the permissions",
                               path, strerror(errno));
        return mistake == NULL ? "cannot be read" : mistake;
    }
    return set_text(config, key, path);
}

/* [MS-DTYP] 2.4.2.4: a domain, also that of a machine's own accounts, is S-1-5-21 and three numbers. */
static const char *set_sid(struct config *config, const struct config_key *key, const char *value)
{
    struct sid_buffer buffer;
    enum err err = sid_parse(bytes_of_string(value), &buffer);
    if (err != ERR_NONE || sid_authority(sid_of(&buffer)) != 5 || sid_of(&buffer)->sub_authority_count != 4 ||
        sid_sub_authority(sid_of(&buffer), 0) != 21)
        return "is not the SID of a domain; write S-1-5-21-x-y-z";
    return set_text(config, key, value);
}

static bool read_number(const char *text, uint64_t *ret)
{
    if (strspn(text, "0123456789") != strlen(text) || text[0] == 0)
        return false;
    errno = 0;
    *ret = strtoull(text, NULL, 10);
    return errno == 0;
}

static void put_number(struct config *config, const struct config_key *key, uint64_t number)
{
    const unsigned count = (unsigned)number;
    const size_t size = (size_t)number;
    const uint64_t wide = key->kind == CONFIG_DAYS ? number * SECONDS_PER_DAY : number;
    if (key->kind == CONFIG_COUNT)
        put(config, key->offset, &count, sizeof count);
    else if (key->kind == CONFIG_SIZE)
        put(config, key->offset, &size, sizeof size);
    else
        put(config, key->offset, &wide, sizeof wide);
}

static const char *set_number(struct config *config, const struct config_key *key, const char *value)
{
    uint64_t number = 0;
    if (!read_number(value, &number) || number < key->min || number > key->max) {
        const char *mistake =
            arena_printf(&config->arena, "is out of range; write a number from %" PRIu64 " to %" PRIu64,
                         key->min, key->max);
        return mistake == NULL ? "is out of range" : mistake;
    }
    put_number(config, key, number);
    return NULL;
}

static const char *set_choice(struct config *config, const struct config_key *key, const char *value,
                              const char *no, const char *yes)
{
    bool chosen = strcmp(value, yes) == 0;
    if (!chosen && strcmp(value, no) != 0) {
        const char *mistake = arena_printf(&config->arena, "is not known; write \"%s\" or \"%s\"", no, yes);
        return mistake == NULL ? "is not known" : mistake;
    }
    put(config, key->offset, &chosen, sizeof chosen);
    return NULL;
}

static const char *set_forward(struct config *config, const char *value)
{
    struct target target;
    struct forward_settings *forward = &config->forward;
    const char *mistake = target_parse(&config->arena, value, &target);
    if (mistake != NULL)
        return mistake;
    if (forward->count == FORWARD_TARGETS_MAX)
        return "is one too many; there may be 4";
    for (size_t i = 0; i < forward->count; i++) {
        if (strcmp(forward->targets[i], target.url) == 0)
            return "is given twice; keep one";
    }
    forward->targets[forward->count++] = target.url;
    return NULL;
}

static const char *set_log(struct config *config, const struct config_key *key, const char *value)
{
    const char *expected = NULL;
    return event_store_known(value, &expected) ? set_text(config, key, value) : expected;
}

static const char *set_binding(struct config *config, const struct config_key *key, const char *value)
{
    static const char *const names[] = {[CHANNEL_BINDING_OFF] = "off",
                                        [CHANNEL_BINDING_ALLOW] = "allow",
                                        [CHANNEL_BINDING_REQUIRE] = "require"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        const enum channel_binding binding = i;
        if (strcmp(value, names[i]) == 0) {
            put(config, key->offset, &binding, sizeof binding);
            return NULL;
        }
    }
    return "is not known; write off, allow or require";
}

static const char *set_full(struct config *config, const struct config_key *key, const char *value)
{
    static const char *const names[] = {
        [EVENT_FAIL_CLOSED] = "fail_closed", [EVENT_OVERWRITE] = "overwrite", [EVENT_DROP] = "drop"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        const enum event_store_policy policy = i;
        if (strcmp(value, names[i]) == 0) {
            put(config, key->offset, &policy, sizeof policy);
            return NULL;
        }
    }
    return "is not known; write fail_closed, overwrite or drop";
}

const char *config_key_set(struct config *config, const struct config_key *key, const char *value)
{
    if (value[0] == 0)
        return "is empty; give a value, or leave the key out";
    switch (key->kind) {
    case CONFIG_TEXT:
        return set_text(config, key, value);
    case CONFIG_FILE:
        return set_file(config, key, value);
    case CONFIG_SID:
        return set_sid(config, key, value);
    case CONFIG_LISTEN:
        return config_listen_set(config, value);
    case CONFIG_LISTEN_HEALTH:
        return config_listen_set_health(config, value);
    case CONFIG_BINDING:
        return set_binding(config, key, value);
    case CONFIG_FORWARD:
        return set_forward(config, value);
    case CONFIG_ORIGIN:
        return origin_list_add(&config->server.origins, &config->arena, value);
    case CONFIG_HOST:
        return host_list_add(&config->server.hosts, &config->arena, value);
    case CONFIG_GUARD:
        break;
    case CONFIG_COUNT:
    case CONFIG_SIZE:
    case CONFIG_BYTES:
    case CONFIG_DAYS:
        return set_number(config, key, value);
    case CONFIG_YES_NO:
        return set_choice(config, key, value, "no", "yes");
    case CONFIG_ANYWHERE:
        return set_choice(config, key, value, "loopback", "anywhere");
    case CONFIG_LOG:
        return set_log(config, key, value);
    case CONFIG_FULL:
        return set_full(config, key, value);
    case CONFIG_LEVEL:
        if (log_level_parse(value, &config->log_level) == 0)
            return NULL;
        return "is not known; write error, warning, info or debug";
    }
    return "has no reader";
}

void config_keys_standard(struct config *config)
{
    for (const struct config_key *key = config_keys; key->name != NULL; key++) {
        if (key->kind == CONFIG_COUNT || key->kind == CONFIG_SIZE)
            put_number(config, key, key->standard);
        const bool yes = key->standard != 0;
        if (key->kind == CONFIG_YES_NO)
            put(config, key->offset, &yes, sizeof yes);
    }
    const unsigned processors = config_host_processors();
    config->server.threads = processors > CONFIG_THREADS_MAX ? CONFIG_THREADS_MAX : processors;
    config->log_level = LOG_LEVEL_INFO;
    config->server.channel_binding = CHANNEL_BINDING_ALLOW;
}
