#include "config_keys.h"

#include "forward/target.h"
#include "http/address.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#define SERVER(field)   offsetof(struct config, server.field)
#define PLATFORM(field) offsetof(struct config, platform.field)
#define SESSION(field)  offsetof(struct config, session.field)
#define AUDIT(field)    offsetof(struct config, platform.audit.field)

/* A Negotiate token may have 64 KiB, which are 86 KiB in base64, and other headers come with it. */
enum { HEADER_BYTES_MIN = 128 << 10, SECONDS_PER_DAY = 86400, THREADS_MAX = 256 };

const struct config_key config_keys[] = {
    {"listen", "ADDRESS:PORT",
     "where to listen, repeatable; [::1]:8080 for IPv6, port 0 for any (127.0.0.1:8080)",
     .kind = CONFIG_LISTEN},
    {"cleartext", "WHERE", "\"loopback\" or \"anywhere\": where HTTP without TLS is served (loopback)",
     .kind = CONFIG_ANYWHERE, .offset = offsetof(struct config, cleartext_anywhere)},
    {"keytab", "FILE", "the service's keys (the system's default keytab)", .kind = CONFIG_FILE,
     .offset = PLATFORM(keytab), .system = CONFIG_POSIX},
    {"replay_cache", "FILE",
     "where tokens that were seen are remembered (a file of its own in TMPDIR or /var/tmp)",
     .kind = CONFIG_FILE, .offset = PLATFORM(replay_cache), .system = CONFIG_POSIX},
    {"policy", "FILE", "security template: secedit /export or GptTmpl.inf (defaults of a member server)",
     .kind = CONFIG_FILE, .offset = PLATFORM(policy), .must_exist = true, .system = CONFIG_POSIX},
    {"central_policies", "FILE",
     "central access policies (none: objects that name one are for administrators)", .kind = CONFIG_FILE,
     .offset = PLATFORM(central_policies), .must_exist = true, .system = CONFIG_POSIX},
    {"domain_name", "NAME", "NetBIOS name of the account domain (as the ticket says)", .kind = CONFIG_TEXT,
     .offset = PLATFORM(domain_name), .system = CONFIG_POSIX},
    {"domain_sid", "SID", "the account domain: what DA and DU stand for", .kind = CONFIG_SID,
     .offset = PLATFORM(domain_sid)},
    {"machine_sid", "SID", "the local account domain: what LA and LG stand for", .kind = CONFIG_SID,
     .offset = PLATFORM(machine_sid)},
    {"forest_sid", "SID", "the forest's root domain: what EA and SA stand for (domain_sid)",
     .kind = CONFIG_SID, .offset = PLATFORM(forest_sid)},
    {"local_accounts", "YES|NO", "map callers whose ticket has no PAC to accounts of this system (no)",
     .kind = CONFIG_YES_NO, .offset = PLATFORM(local_accounts), .system = CONFIG_POSIX},
    {"package", "NAME", "the security package that callers are asked for (Negotiate)", .kind = CONFIG_TEXT,
     .offset = PLATFORM(package), .system = CONFIG_WINDOWS},
    {"allow_ntlm", "YES|NO", "take callers whom NTLM proved, not Kerberos (no)", .kind = CONFIG_YES_NO,
     .offset = PLATFORM(allow_ntlm), .system = CONFIG_WINDOWS},
    {"shadow_check", "YES|NO", "decide every check once more without Windows, and log each difference (no)",
     .kind = CONFIG_YES_NO, .offset = PLATFORM(shadow_check), .system = CONFIG_WINDOWS},
    {"threads", "COUNT", "threads that answer (one for each processor)", .kind = CONFIG_COUNT,
     .offset = SERVER(threads), .min = 1, .max = THREADS_MAX},
    {"connections_max", "COUNT", "connections over all threads (1000)", .kind = CONFIG_COUNT,
     .offset = SERVER(connections_max), .min = 1, .max = 1000000, .standard = 1000},
    {"connections_per_ip", "COUNT", "connections from one IPv4 address or IPv6 /64, 0 for no bound (512)",
     .kind = CONFIG_COUNT, .offset = SERVER(connections_per_ip), .max = 1000000, .standard = 512},
    {"timeout", "SECONDS", "a connection without traffic for so long is closed (30)", .kind = CONFIG_COUNT,
     .offset = SERVER(timeout_s), .min = 1, .max = 3600, .standard = 30},
    {"header_bytes_max", "BYTES", "request line and headers (131072)", .kind = CONFIG_SIZE,
     .offset = SERVER(header_bytes_max), .min = HEADER_BYTES_MIN, .max = 1 << 20,
     .standard = HEADER_BYTES_MIN},
    {"body_bytes_max", "BYTES", "body of a request (4194304)", .kind = CONFIG_SIZE,
     .offset = SERVER(body_bytes_max), .min = 1024, .max = 256 << 20, .standard = 4 << 20},
    {"drain", "SECONDS", "how long SIGTERM waits for requests under way (10)", .kind = CONFIG_COUNT,
     .offset = SERVER(drain_s), .max = 3600, .standard = 10},
    {"streams_max", "COUNT", "answers that go on as things happen, at a time (64)", .kind = CONFIG_COUNT,
     .offset = SERVER(streams_max), .max = 100000, .standard = 64},
    {"batch_max", "COUNT", "checks in one batch (1000)", .kind = CONFIG_SIZE,
     .offset = offsetof(struct config, batch_max), .min = 1, .max = 100000, .standard = 1000},
    {"session_max", "COUNT", "sessions in all (100000)", .kind = CONFIG_SIZE, .offset = SESSION(max),
     .min = 1, .max = 1000000, .standard = 100000},
    {"session_per_user", "COUNT", "sessions of one user (1000)", .kind = CONFIG_SIZE,
     .offset = SESSION(per_user), .min = 1, .max = 1000000, .standard = 1000},
    {"session_idle", "SECONDS", "a session that is not used for so long ends (900)", .kind = CONFIG_COUNT,
     .offset = SESSION(idle_s), .min = 1, .max = 86400, .standard = 900},
    {"session_lifetime", "SECONDS", "the longest a session lives, and never past its ticket (28800)",
     .kind = CONFIG_COUNT, .offset = SESSION(lifetime_s), .min = 1, .max = 604800, .standard = 28800},
    {"guard", "GUARD",
     "\"METHOD /path SDDL\", repeatable: who may call a route; CC is the right (as in README)",
     .kind = CONFIG_GUARD},
    {"audit", "URL",
     "the event log: sqlite:FILE or postgresql://… (under systemd sqlite:$STATE_DIRECTORY/audit.db)",
     .kind = CONFIG_LOG, .offset = AUDIT(store.url), .system = CONFIG_POSIX},
    {"audit_policy", "POLICY",
     "when the log cannot be written: \"fail_closed\", \"overwrite\" or \"drop\" (fail_closed)",
     .kind = CONFIG_FULL, .offset = AUDIT(store.policy), .system = CONFIG_POSIX},
    {"audit_retention_days", "DAYS", "events that are older are removed, 0 for none (0)", .kind = CONFIG_DAYS,
     .offset = AUDIT(store.retention_s), .max = 36500, .system = CONFIG_POSIX},
    {"audit_retention_bytes", "BYTES", "the oldest events are removed beyond that, 0 for no bound (0)",
     .kind = CONFIG_BYTES, .offset = AUDIT(store.retention_bytes), .max = UINT64_C(1) << 50,
     .system = CONFIG_POSIX},
    {"audit_queue", "COUNT", "events that may wait to be written (16384)", .kind = CONFIG_SIZE,
     .offset = AUDIT(store.queue_max), .min = 4096, .max = 1 << 20, .standard = 16384,
     .system = CONFIG_POSIX},
    {"audit_csv", "FILE", "audit.csv: which events are written ([Event Audit] of the policy, else all)",
     .kind = CONFIG_FILE, .offset = AUDIT(subcategories), .must_exist = true, .system = CONFIG_POSIX},
    {"audit_privilege", "YES|NO", "the service holds SeAuditPrivilege, so that it may write events (yes)",
     .kind = CONFIG_YES_NO, .offset = AUDIT(privilege), .standard = true, .system = CONFIG_POSIX},
    {"audit_forward", "URL",
     "syslog+tcp://HOST:PORT, syslog+tls://HOST:PORT[?ca=FILE] or journal:, repeatable: events also go there",
     .kind = CONFIG_FORWARD, .system = CONFIG_POSIX},
    {"audit_forward_state", "FOLDER",
     "where it is kept how far they went ($STATE_DIRECTORY, else the folder of the event log's file)",
     .kind = CONFIG_FILE, .offset = offsetof(struct config, forward.folder), .must_exist = true,
     .system = CONFIG_POSIX},
    {"log_level", "LEVEL", "error, warning, info or debug (info)", .kind = CONFIG_LEVEL,
     .offset = offsetof(struct config, log_level)},
    {0},
};

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

static const char *set_text(struct config *config, const struct config_key *key, const char *value)
{
    const char *copy = arena_string(&config->arena, bytes_of_string(value));
    if (copy == NULL)
        return "is too long; shorten it";
    put(config, key->offset, &copy, sizeof copy);
    return NULL;
}

static const char *set_file(struct config *config, const struct config_key *key, const char *value)
{
    if (key->must_exist && access(value, R_OK) != 0) {
        const char *mistake =
            arena_printf(&config->arena, "%s cannot be read (%s); correct the name or the permissions", value,
                         strerror(errno));
        return mistake == NULL ? "cannot be read" : mistake;
    }
    return set_text(config, key, value);
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

static const char *set_listen(struct config *config, const char *value)
{
    struct address address;
    if (address_parse(value, &address) != ERR_NONE)
        return "is not a numeric address and port; write ADDRESS:PORT or [ADDRESS]:PORT";
    if (config->server.listen_count == SERVER_LISTEN_MAX)
        return "is one too many; there may be 16";
    const char *copy = arena_string(&config->arena, bytes_of_string(value));
    if (copy == NULL)
        return "is too long; shorten it";
    config->server.listen[config->server.listen_count++] = copy;
    return NULL;
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
        return set_listen(config, value);
    case CONFIG_FORWARD:
        return set_forward(config, value);
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
    config->server.threads = processors > THREADS_MAX ? THREADS_MAX : processors;
    config->log_level = LOG_LEVEL_INFO;
}
