/* process: what the service is to its system, and what it loads once for all threads: the service keys, the security
 * policy, the account domains. Everything else behind the seam starts from a struct platform. */
#ifndef NTOKEND_PLATFORM_PROCESS_H
#define NTOKEND_PLATFORM_PROCESS_H

#include "engine/sddl.h"
#include "eventlog/store.h"

/* POSIX: the Security log; Windows has its own. */
struct audit_settings {
    struct event_store_settings store; /* url NULL: there is no log */
    const char *subcategories;         /* audit.csv; NULL: [Event Audit] of the policy, or everything */
    bool privilege;                    /* the service holds SeAuditPrivilege */
};

/* What TLS clients are shown: see certificate.h. */
struct certificate_settings {
    const char *file; /* PEM: the service's own certificate and its chain; NULL: there is no TLS */
    const char *key;  /* PEM; NULL: `file` holds it too */
    bool
        must_bind; /* every handshake must be bound to its channel: a certificate without a binding is refused */
};

/* Strings are borrowed from the configuration and outlive the platform; NULL where the operator gave none. */
struct platform_settings {
    const char *keytab; /* POSIX: a file; NULL: the system's default keytab */
    const char
        *replay_cache; /* POSIX: a file of our own; NULL: <temporary directory>/ntokend_<uid>.rcache2 */
    const char
        *policy; /* POSIX: security template, secedit /export or GptTmpl.inf; NULL: member server defaults */
    const char *central_policies; /* POSIX: file of central access policies; NULL: every policy is unknown */
    const char *domain_name;      /* NetBIOS name shown for the account domain, NULL: as the PAC says */
    const char *domain_sid;       /* S-1-5-21-…: what DA, DU … stand for */
    const char *machine_sid;      /* the local account domain: LA, LG; never accepted from a PAC */
    const char *forest_sid;       /* forest root domain: EA, SA …; NULL: domain_sid */
    bool local_accounts;          /* POSIX: map principals whose ticket has no PAC to NSS accounts */
    struct audit_settings audit;
    struct certificate_settings certificate;
    const char *package; /* Windows: the security package; NULL: Negotiate */
    bool allow_ntlm;     /* Windows: take callers whom NTLM proved */
    bool shadow_check;   /* Windows: the engine decides every check again, and differences are logged */
};

struct platform;

/* ERR_INVALID_SID, ERR_MALFORMED, ERR_NO_MEMORY, ERR_IO, ERR_NOT_SUPPORTED: logged with the remedy. A missing or unreadable keytab is not an
 * error: the service runs, refuses everybody and says so in the log and in its health. */
enum err platform_start(const struct platform_settings *settings, struct platform **ret) MUST_USE;
void platform_stop(struct platform *platform);

/* Reads keytab and policy again if they changed, or always when `force` (SIGHUP). What cannot be read stays as it was (the
 * keytab: is dropped, since the operator took it away), and is logged. Call it about once a second from one thread. */
void platform_reload(struct platform *platform, bool force);

struct platform_health {
    bool ready;
    const char *keys;             /* "ok", "missing", "unreadable", "empty", "stale": a static string */
    const char *policy;           /* "ok", "default", "stale" (the file changed to something unreadable) */
    const char *central_policies; /* "ok", "none", "stale" */
    const char *audit_policy;     /* audit.csv: "ok", "none", "stale" */
    const char
        *certificate; /* "ok", "none", "stale" (the files changed to a pair that cannot be used), "expired" */
    int64_t certificate_expires_at; /* of the one in force, seconds since the epoch; 0 without one */
};
void platform_health(struct platform *platform, struct platform_health *ret);

/* A file of the operator's that is read again when it changes. */
struct platform_file {
    const char *key; /* its name in the configuration; static */
    bool usable;     /* what it says now is in force */
    uint64_t loads;  /* since the start, as those that failed */
    uint64_t failures;
    int64_t modified_s; /* since the epoch; 0: not known */
};

enum { PLATFORM_FILES_MAX = 8 };

/* What operators watch. */
struct platform_figures {
    struct platform_file files[PLATFORM_FILES_MAX];
    size_t file_count;
    bool shadowed; /* checks are decided, and SDDL read, a second time (shadow_check): both are counted */
    uint64_t shadow_checked;
    uint64_t shadow_differing;
};
/* Any thread. */
void platform_figures(struct platform *platform, struct platform_figures *ret);

/* What SDDL aliases stand for here; borrowed, lives as long as the platform. */
const struct sddl_domains *platform_domains(const struct platform *platform);
/* 128 random bits of this process, for token_index. */
const uint64_t *platform_hash_key(const struct platform *platform);
/* LookupAccountSid: "NT AUTHORITY\\NETWORK", "CORP\\Domain Admins", or NULL when the name is not known. Where another machine may be
 * asked for it (Windows: a domain, POSIX: NSS) names are left out for a while when they take long. In the arena. */
const char *platform_account_name(const struct platform *platform, const struct sid *sid,
                                  struct arena *arena);
/* `size` bytes from the system's random source. ERR_IO. */
enum err platform_random(void *ret, size_t size) MUST_USE;

#endif
