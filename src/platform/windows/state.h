/* state: what is inside a struct platform; for the twins of this folder alone. */
#ifndef NTOKEND_PLATFORM_WINDOWS_STATE_H
#define NTOKEND_PLATFORM_WINDOWS_STATE_H

#include "platform/certificate_file.h"
#include "platform/windows/system.h"

#include <stdatomic.h>

struct audit_watch {
    SRWLOCK lock;
    EVT_HANDLE subscription;
    event_store_wake *wake; /* NULL: nobody watches */
    void *context;
};

struct platform {
    struct platform_settings settings;
    struct system system;
    PSecurityFunctionTableW sspi;
    struct sid_buffer machine;
    struct sid_buffer domain;
    struct sid_buffer forest_root;
    struct sddl_domains domains; /* points at the SIDs above */
    uint64_t hash_key[2];
    bool may_audit;              /* SeAuditPrivilege is enabled in the process's token */
    bool may_impersonate;        /* SeImpersonatePrivilege likewise */
    atomic_bool has_credentials; /* SSPI gave some for the package, at the start or since */
    unsigned long token_max;     /* the largest token that the package makes */
    struct arena arena;          /* for what follows; nothing is added once the platform is started */
    const wchar_t *package;
    const char *computer;
    struct watched_file certificate;
    struct audit_watch watch;
    atomic_uint_least64_t shadow_checked;
    atomic_uint_least64_t shadow_differing;
    atomic_uint_least64_t shadow_sddl_read; /* the same of texts */
    atomic_uint_least64_t shadow_sddl_differing;
};

/* platform_start on a system that the caller chose: tests give one of their own. */
enum err platform_open(const struct platform_settings *settings, const struct system *system,
                       struct platform **ret) MUST_USE;

#endif
