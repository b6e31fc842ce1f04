#include "platform/process.h"

#include "base/log.h"
#include "platform/posix/claim.h"
#include "platform/posix/state.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum err platform_random(void *ret, size_t size)
{
    uint8_t *at = ret;
    while (size > 0) {
        ssize_t got = getrandom(at, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return ERR_IO;
        at += got;
        size -= (size_t)got;
    }
    return ERR_NONE;
}

/* A domain is S-1-5-21 and three numbers. *ret_sid is NULL for a setting that is not there. */
static enum err read_domain(const char *key, const char *text, struct sid_buffer *buffer,
                            const struct sid **ret_sid)
{
    *ret_sid = NULL;
    if (text == NULL)
        return ERR_NONE;
    enum err err = sid_parse(bytes_of_string(text), buffer);
    const struct sid *sid = sid_of(buffer);
    if (err != ERR_NONE || sid_authority(sid) != 5 || sid->sub_authority_count != 4 ||
        sid_sub_authority(sid, 0) != 21) {
        LOG(LOG_LEVEL_ERROR, "setting-refused", LOG_STRING("key", key), LOG_STRING("value", text),
            LOG_STRING("remedy", "give the SID of a domain: S-1-5-21 and three numbers"));
        return ERR_INVALID_SID;
    }
    *ret_sid = sid;
    return ERR_NONE;
}

static enum err read_domains(struct platform *platform)
{
    const struct platform_settings *settings = &platform->settings;
    struct sddl_domains *domains = &platform->accounts.domains;
    enum err err = read_domain("machine-sid", settings->machine_sid, &platform->machine, &domains->machine);
    if (err == ERR_NONE)
        err = read_domain("domain-sid", settings->domain_sid, &platform->domain, &domains->domain);
    if (err == ERR_NONE)
        err = read_domain("forest-sid", settings->forest_sid, &platform->forest_root, &domains->forest_root);
    if (err != ERR_NONE)
        return err;
    if (domains->forest_root == NULL)
        domains->forest_root = domains->domain;
    /* Only on a domain controller are they one; there every user of the domain would count as the machine's own. */
    if (domains->machine != NULL && domains->domain != NULL && sid_equal(domains->machine, domains->domain)) {
        LOG(LOG_LEVEL_ERROR, "setting-refused", LOG_STRING("key", "machine-sid"),
            LOG_STRING("value", settings->machine_sid),
            LOG_STRING("remedy", "give the machine a SID of its own, not the domain's"));
        return ERR_INVALID_SID;
    }
    return ERR_NONE;
}

/* As Windows makes the NetBIOS name of a machine: the first 15 letters of its host name in upper case. */
static void read_machine_name(struct platform *platform)
{
    char host[256] = {0};
    size_t size = 0;
    if (gethostname(host, sizeof host - 1) != 0)
        return;
    while (size < MACHINE_NAME_MAX - 1 && host[size] != '\0' && host[size] != '.') {
        char c = host[size];
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 'a' + 'A');
        platform->machine_name[size++] = c;
    }
    platform->accounts.machine_name = size > 0 ? platform->machine_name : NULL;
}

/* A cache that somebody else can write to or made first would let replays through. */
static enum err open_replay_cache(struct platform *platform)
{
    char *name = NULL;
    const char *folder = secure_getenv("TMPDIR");
    const char *file = platform->settings.replay_cache;
    int size = file != NULL ? asprintf(&name, "file2:%s", file)
                            : asprintf(&name, "file2:%s/ntokend_%lu.rcache2",
                                       folder != NULL ? folder : "/var/tmp", (unsigned long)geteuid());
    if (size < 0)
        return ERR_NO_MEMORY;
    platform->replay_cache = name;
    enum err err = file_claim(name + strlen("file2:"));
    if (err != ERR_NONE)
        LOG(LOG_LEVEL_ERROR, "replay-cache-unusable", LOG_STRING("file", name + strlen("file2:")),
            LOG_STRING("remedy", "name a file in a folder that only the service's user can write to"));
    return err;
}

static void read_default_realm(struct platform *platform)
{
    char *realm = NULL;
    if (krb5_get_default_realm(platform->keytab.context, &realm) != 0)
        return;
    platform->default_realm = strdup(realm);
    krb5_free_default_realm(platform->keytab.context, realm);
}

static enum err draw_random(struct platform *platform)
{
    uint32_t high = 0;
    enum err err = platform_random(platform->hash_key, sizeof platform->hash_key);
    if (err == ERR_NONE)
        err = platform_random(&high, sizeof high);
    /* LUIDs of one process never come again in the next, so that a stored logon SID names nobody else. */
    atomic_init(&platform->next_logon_id, (uint64_t)high << 32 | 0x10000);
    return err;
}

/* After each reading of a file that has a say in it. */
static void settle_audit_policy(struct platform *platform)
{
    struct audit_policy audit = audit_policy_standard;
    struct policy *policy = policy_file_acquire(&platform->policy);
    audit_policy_override(&audit, policy_audit(policy));
    policy_release(policy);
    audit_file_apply(&platform->audit_csv, &audit);
    atomic_store_explicit(&platform->audit_policy, audit_policy_pack(&audit), memory_order_relaxed);
}

void platform_audit_policy(const struct platform *platform, struct audit_policy *ret)
{
    audit_policy_unpack(atomic_load_explicit(&platform->audit_policy, memory_order_relaxed), ret);
}

static enum err start(struct platform *platform)
{
    platform->accounts.domain_name = platform->settings.domain_name;
    platform->accounts.local_accounts = platform->settings.local_accounts;
    read_machine_name(platform);
    enum err err = read_domains(platform);
    if (err == ERR_NONE)
        err = draw_random(platform);
    if (err == ERR_NONE)
        err = open_replay_cache(platform);
    if (err == ERR_NONE)
        err = watched_file_init(&platform->policy, &policy_file_kind, platform->settings.policy,
                                &platform->accounts);
    if (err == ERR_NONE)
        err = watched_file_init(&platform->central, &central_file_kind, platform->settings.central_policies,
                                &platform->accounts.domains);
    if (err == ERR_NONE)
        err = watched_file_init(&platform->audit_csv, &audit_file_kind,
                                platform->settings.audit.subcategories, NULL);
    if (err == ERR_NONE)
        err = watched_file_init(&platform->certificate, &certificate_file_kind,
                                platform->settings.certificate.file, &platform->settings.certificate);
    if (err == ERR_NONE)
        err = keytab_init(&platform->keytab, platform->settings.keytab);
    if (err != ERR_NONE)
        return err == ERR_NOT_FOUND ? ERR_IO : err;
    settle_audit_policy(platform);
    read_default_realm(platform);
    /* CVE-2020-25717 and -25719: in an Active Directory somebody may make an account of any name, and ask for no PAC. */
    if (platform->settings.local_accounts && platform->accounts.domains.domain != NULL)
        LOG(LOG_LEVEL_WARNING, "local-accounts-in-a-domain",
            LOG_STRING("remedy", "map principals to local accounts only in a realm that issues no PACs"));
    keytab_reload(&platform->keytab, true);
    return audit_log_open(&platform->log, &platform->settings.audit.store);
}

enum err platform_start(const struct platform_settings *settings, struct platform **ret)
{
    struct platform *platform = calloc(1, sizeof *platform);
    if (platform == NULL)
        return ERR_NO_MEMORY;
    platform->settings = *settings;
    enum err err = start(platform);
    if (err != ERR_NONE) {
        platform_stop(platform);
        return err;
    }
    *ret = platform;
    return ERR_NONE;
}

void platform_stop(struct platform *platform)
{
    if (platform == NULL)
        return;
    audit_log_close(&platform->log);
    keytab_done(&platform->keytab);
    watched_file_done(&platform->policy);
    watched_file_done(&platform->central);
    watched_file_done(&platform->audit_csv);
    watched_file_done(&platform->certificate);
    free(atomic_load_explicit(&platform->learned_domain_name, memory_order_relaxed));
    free(platform->replay_cache);
    free(platform->default_realm);
    free(platform);
}

void platform_reload(struct platform *platform, bool force)
{
    keytab_reload(&platform->keytab, force);
    watched_file_reload(&platform->policy, force);
    watched_file_reload(&platform->central, force);
    watched_file_reload(&platform->audit_csv, force);
    watched_file_reload(&platform->certificate, force);
    settle_audit_policy(platform);
}

/* A stale keytab does not make the service unready: anybody can send a ticket that names a key version nobody has. */
void platform_health(struct platform *platform, struct platform_health *ret)
{
    const char *keys = keytab_state(&platform->keytab);
    bool ready = strcmp(keys, "ok") == 0;
    int64_t expires_at = 0;
    const char *certificate = certificate_file_state(&platform->certificate, &expires_at);
    bool stale = ready && atomic_load_explicit(&platform->keytab.stale, memory_order_relaxed);
    *ret = (struct platform_health){.ready = ready,
                                    .keys = stale ? "stale" : keys,
                                    .policy = watched_file_state(&platform->policy),
                                    .central_policies = watched_file_state(&platform->central),
                                    .audit_policy = watched_file_state(&platform->audit_csv),
                                    .certificate = certificate,
                                    .certificate_expires_at = expires_at};
}

static void add_file(struct platform_figures *figures, struct watched_file *file, const char *key)
{
    struct platform_file *place = &figures->files[figures->file_count];
    if (!watched_file_figures(file, place))
        return;
    place->key = key;
    figures->file_count++;
}

void platform_figures(struct platform *platform, struct platform_figures *ret)
{
    *ret = (struct platform_figures){.file_count = 1};
    keytab_figures(&platform->keytab, &ret->files[0]);
    add_file(ret, &platform->policy, "policy");
    add_file(ret, &platform->central, "central_policies");
    add_file(ret, &platform->audit_csv, "audit_csv");
    add_file(ret, &platform->certificate, "certificate");
}

const struct sddl_domains *platform_domains(const struct platform *platform)
{
    return &platform->accounts.domains;
}

const uint64_t *platform_hash_key(const struct platform *platform)
{
    return platform->hash_key;
}

const char *platform_account_name(const struct platform *platform, const struct sid *sid, struct arena *arena)
{
    struct accounts accounts = platform->accounts;
    if (accounts.domain_name == NULL)
        accounts.domain_name = atomic_load_explicit(&platform->learned_domain_name, memory_order_acquire);
    return accounts_name(&accounts, arena, sid);
}

bool platform_keys(struct platform *platform, char ret_name[KEYS_NAME_MAX], uint64_t *ret_generation)
{
    return keytab_current(&platform->keytab, ret_name, ret_generation);
}

uint64_t platform_keys_generation(const struct platform *platform)
{
    return atomic_load_explicit(&platform->keytab.generation, memory_order_relaxed);
}

const char *platform_replay_cache(const struct platform *platform)
{
    return platform->replay_cache;
}

void platform_keys_stale(struct platform *platform)
{
    if (!atomic_exchange_explicit(&platform->keytab.stale, true, memory_order_relaxed))
        LOG(LOG_LEVEL_WARNING, "keytab-stale", LOG_STRING("file", platform->keytab.path),
            LOG_STRING("remedy", "a ticket came for a key version that the keytab lacks: export it again"));
}
