/* state: what is inside a struct platform; for access.c, audit*.c, process.c and token.c alone. */
#ifndef NTOKEND_PLATFORM_POSIX_STATE_H
#define NTOKEND_PLATFORM_POSIX_STATE_H

#include "platform/certificate_file.h"
#include "platform/posix/accounts.h"
#include "platform/posix/audit_file.h"
#include "platform/posix/audit_log.h"
#include "platform/posix/audit_policy.h"
#include "platform/posix/central_file.h"
#include "platform/posix/keytab.h"
#include "platform/posix/policy_file.h"

enum { MACHINE_NAME_MAX = 16 }; /* a NetBIOS name and its NUL */

struct platform {
    struct platform_settings settings;
    struct sid_buffer machine;
    struct sid_buffer domain;
    struct sid_buffer forest_root;
    char machine_name[MACHINE_NAME_MAX];
    struct accounts accounts; /* its domains point at the SIDs above */
    /* What the first PAC of the domain called it, where the operator gave no name; never changes once it is there. */
    _Atomic(char *) learned_domain_name;
    uint64_t hash_key[2];
    atomic_uint_least64_t next_logon_id;
    char *replay_cache;
    char *default_realm; /* NULL when there is none */
    struct audit_log log;
    struct keytab keytab;
    struct watched_file policy;
    struct watched_file central;
    struct watched_file audit_csv;
    struct watched_file certificate;
    atomic_uint_least64_t audit_policy; /* audit_policy_pack: what template and audit.csv amount to */
};

#endif
