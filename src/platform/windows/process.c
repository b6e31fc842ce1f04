#include "platform/process.h"

#include "base/log.h"
#include "platform/windows/account.h"
#include "platform/windows/audit_events.h"
#include "platform/windows/domains.h"
#include "platform/windows/privilege_list.h"
#include "platform/windows/wide.h"

#include <stdlib.h>

enum {
    PLATFORM_MEMORY_MAX = 1 << 20,
    RANDOM_CHUNK_MAX = 1 << 20,
    COMPUTER_SIZE = 256,
    NAMES_MEMORY_MAX = 1 << 20
};

static const char *const standard_package = "Negotiate";

static enum err draw(const struct system *system, void *ret, size_t size)
{
    uint8_t *at = ret;
    while (size > 0) {
        const ULONG chunk = size < RANDOM_CHUNK_MAX ? (ULONG)size : RANDOM_CHUNK_MAX;
        if (system->BCryptGenRandom(NULL, at, chunk, BCRYPT_USE_SYSTEM_PREFERRED_RNG) != 0)
            return ERR_IO;
        at += chunk;
        size -= chunk;
    }
    return ERR_NONE;
}

/* Before any platform is started, and of no platform: so always the system's own. */
enum err platform_random(void *ret, size_t size)
{
    struct system system;
    system_of_windows(&system);
    return draw(&system, ret, size);
}

/* Enables it in the process's token, which must hold it. TRUE says only that the call was made. */
static bool enable(const struct system *system, HANDLE token, unsigned luid)
{
    TOKEN_PRIVILEGES change = {
        .PrivilegeCount = 1, .Privileges = {{.Luid = {.LowPart = luid}, .Attributes = SE_PRIVILEGE_ENABLED}}};
    system->SetLastError(ERROR_SUCCESS);
    return system->AdjustTokenPrivileges(token, FALSE, &change, 0, NULL, NULL) &&
           system->GetLastError() == ERROR_SUCCESS;
}

static void take_privileges(struct platform *platform)
{
    const struct system *system = &platform->system;
    HANDLE token = NULL;
    if (system->OpenProcessToken(system->GetCurrentProcess(), TOKEN_QUERY | TOKEN_ADJUST_PRIVILEGES,
                                 &token)) {
        platform->may_audit = enable(system, token, SE_AUDIT);
        platform->may_impersonate = enable(system, token, SE_IMPERSONATE);
        (void)system->CloseHandle(token);
    }
    if (!platform->may_audit)
        LOG(LOG_LEVEL_WARNING, "privilege-missing", LOG_STRING("privilege", "SeAuditPrivilege"),
            LOG_STRING("remedy", "give the service's account the right to generate security audits; "
                                 "until then every alarm is refused"));
    if (!platform->may_impersonate)
        LOG(LOG_LEVEL_ERROR, "privilege-missing", LOG_STRING("privilege", "SeImpersonatePrivilege"),
            LOG_STRING("remedy", "give the service's account the right to impersonate a client after "
                                 "authentication; until then nobody can be served"));
}

/* Whether the package is there and has credentials: each thread takes its own. */
static void try_package(struct platform *platform)
{
    CredHandle credentials;
    TimeStamp expires;
    PSecPkgInfoW information = NULL;
    const PSecurityFunctionTableW sspi = platform->sspi;
    wchar_t name[COMPUTER_SIZE];
    bool taken = false;
    (void)wcsncpy(name, platform->package, COMPUTER_SIZE - 1);
    name[COMPUTER_SIZE - 1] = L'\0';
    SECURITY_STATUS status = sspi->QuerySecurityPackageInfoW(name, &information);
    if (status == SEC_E_OK && information != NULL) {
        platform->token_max = information->cbMaxToken;
        (void)sspi->FreeContextBuffer(information);
        status = sspi->AcquireCredentialsHandleW(NULL, name, SECPKG_CRED_INBOUND, NULL, NULL, NULL, NULL,
                                                 &credentials, &expires);
        taken = status == SEC_E_OK;
    }
    atomic_store_explicit(&platform->has_credentials, taken, memory_order_relaxed);
    if (taken)
        (void)sspi->FreeCredentialsHandle(&credentials);
    else
        LOG(LOG_LEVEL_ERROR, "package-unusable", LOG_STRING("package", platform->settings.package),
            LOG_NUMBER("status", (uint32_t)status),
            LOG_STRING("remedy", "name a security package of this machine; until then nobody can be served"));
}

static enum err read_computer(struct platform *platform)
{
    wchar_t name[COMPUTER_SIZE] = {0};
    DWORD size = COMPUTER_SIZE;
    if (!platform->system.GetComputerNameExW(ComputerNameDnsFullyQualified, name, &size))
        name[0] = L'\0';
    return wide_to_text(&platform->arena, name, wcsnlen(name, COMPUTER_SIZE), &platform->computer);
}

static enum err read_package(struct platform *platform)
{
    wchar_t *package = NULL;
    enum err err = wide_of(&platform->arena, platform->settings.package, &package);
    if (err != ERR_NONE)
        LOG(LOG_LEVEL_ERROR, "setting-refused", LOG_STRING("key", "package"),
            LOG_STRING("error", err_text(err)),
            LOG_STRING("remedy", "name a security package of this machine, in UTF-8"));
    platform->package = package;
    return err;
}

static enum err start(struct platform *platform)
{
    if (platform->settings.package == NULL)
        platform->settings.package = standard_package;
    platform->sspi = platform->system.InitSecurityInterfaceW();
    if (platform->sspi == NULL)
        return ERR_FAILED;
    enum err err = domains_read(platform);
    if (err == ERR_NONE)
        err = draw(&platform->system, platform->hash_key, sizeof platform->hash_key);
    if (err == ERR_NONE)
        err = read_package(platform);
    if (err == ERR_NONE)
        err = read_computer(platform);
    if (err == ERR_NONE)
        err = watched_file_init(&platform->certificate, &certificate_file_kind,
                                platform->settings.certificate.file, &platform->settings.certificate);
    if (err != ERR_NONE)
        return err == ERR_NOT_FOUND ? ERR_IO : err;
    take_privileges(platform);
    try_package(platform);
    if (platform->settings.allow_ntlm)
        LOG(LOG_LEVEL_WARNING, "ntlm-allowed",
            LOG_STRING("remedy",
                       "an NTLM logon can be relayed: set allow_ntlm = no when no client needs it"));
    return ERR_NONE;
}

enum err platform_open(const struct platform_settings *settings, const struct system *system,
                       struct platform **ret)
{
    struct platform *platform = calloc(1, sizeof *platform);
    if (platform == NULL)
        return ERR_NO_MEMORY;
    arena_init(&platform->arena, PLATFORM_MEMORY_MAX);
    InitializeSRWLock(&platform->watch.lock);
    platform->settings = *settings;
    platform->system = *system;
    enum err err = start(platform);
    if (err != ERR_NONE) {
        platform_stop(platform);
        return err;
    }
    *ret = platform;
    return ERR_NONE;
}

enum err platform_start(const struct platform_settings *settings, struct platform **ret)
{
    struct system system;
    system_of_windows(&system);
    return platform_open(settings, &system, ret);
}

void platform_stop(struct platform *platform)
{
    if (platform == NULL)
        return;
    audit_watch_end(platform);
    watched_file_done(&platform->certificate);
    arena_done(&platform->arena);
    free(platform);
}

/* Keys and policy are the system's, which watches them itself. */
void platform_reload(struct platform *platform, bool force)
{
    watched_file_reload(&platform->certificate, force);
}

void platform_health(struct platform *platform, struct platform_health *ret)
{
    const bool has_credentials = atomic_load_explicit(&platform->has_credentials, memory_order_relaxed);
    int64_t expires_at = 0;
    const char *certificate = certificate_file_state(&platform->certificate, &expires_at);
    *ret = (struct platform_health){.ready = has_credentials && platform->may_impersonate,
                                    .keys = has_credentials ? "ok" : "missing",
                                    .policy = "ok",
                                    .central_policies = "ok",
                                    .audit_policy = "ok",
                                    .certificate = certificate,
                                    .certificate_expires_at = expires_at};
}

/* Of the files that the operator names the certificate is the only one here: keys and policy are the system's. */
void platform_figures(struct platform *platform, struct platform_figures *ret)
{
    *ret = (struct platform_figures){
        .shadowed = platform->settings.shadow_check,
        .shadow_checked = atomic_load_explicit(&platform->shadow_checked, memory_order_relaxed) +
                          atomic_load_explicit(&platform->shadow_sddl_read, memory_order_relaxed),
        .shadow_differing = atomic_load_explicit(&platform->shadow_differing, memory_order_relaxed) +
                            atomic_load_explicit(&platform->shadow_sddl_differing, memory_order_relaxed)};
    if (watched_file_figures(&platform->certificate, &ret->files[0])) {
        ret->files[0].key = "certificate";
        ret->file_count = 1;
    }
}

const struct sddl_domains *platform_domains(const struct platform *platform)
{
    return &platform->domains;
}

const uint64_t *platform_hash_key(const struct platform *platform)
{
    return platform->hash_key;
}

const char *platform_account_name(const struct platform *platform, const struct sid *sid, struct arena *arena)
{
    AUTO_ARENA scratch;
    const char *domain = NULL;
    const char *name = NULL;
    const char *known = sid_well_known_name(sid);
    arena_init(&scratch, NAMES_MEMORY_MAX);
    if (known != NULL)
        return known;
    if (account_lookup(&platform->system, sid, &scratch, &domain, &name) != ERR_NONE)
        return NULL;
    return domain[0] == '\0' ? arena_string(arena, bytes_of_string(name))
                             : arena_printf(arena, "%s\\%s", domain, name);
}
