#include "platform/check.h"

#include "platform/certificate_file.h"
#include "platform/finding.h"
#include "platform/posix/audit_file.h"
#include "platform/posix/central_file.h"
#include "platform/posix/claim.h"
#include "platform/posix/keytab.h"
#include "platform/posix/policy_file.h"

#include <stdlib.h>

static void check_keytab(const struct finding *finding, const char *file)
{
    struct keytab_look *look = calloc(1, sizeof *look);
    enum err err = look == NULL ? ERR_NO_MEMORY : keytab_try(file, look);
    if (err == ERR_TOO_LARGE)
        finding_tell(finding, "keytab", false, "has too long a name; shorten it");
    else if (err != ERR_NONE)
        finding_tell(finding, "keytab", false,
                     "cannot be looked at (%s); check /etc/krb5.conf or KRB5_CONFIG", err_text(err));
    else if (strcmp(look->state, "missing") == 0)
        finding_tell(finding, "keytab", false,
                     "%s is missing; export the service's keys into it, or correct the name", look->path);
    else if (strcmp(look->state, "empty") == 0)
        finding_tell(finding, "keytab", false,
                     "%s is empty: it has no key; export the service's keys into it", look->path);
    else if (strcmp(look->state, "ok") != 0)
        finding_tell(finding, "keytab", false,
                     "%s is unreadable, or no keytab; let the service's user read it, or export it again",
                     look->path);
    else if (look->exposed)
        finding_tell(finding, "keytab", true,
                     "%s can be read or written by others, who so can be everybody; chmod o-rwx,g-w it",
                     look->path);
    else if (look->weak)
        finding_tell(
            finding, "keytab", true,
            "%s has no AES key, and what it has (RC4, DES) is refused by new Kerberos libraries; give the "
            "service's account AES keys, and export them",
            look->path);
    free(look);
}

static void check_replay_cache(const struct finding *finding, const char *file)
{
    if (file != NULL && !file_is_claimable(file))
        finding_tell(
            finding, "replay_cache", false,
            "%s is no file that only the service's user can write, nor can be made; name one in a folder of its own",
            file);
}

/* A setting that is none was found by its reader. */
static const struct sid *domain_of(const char *text, struct sid_buffer *buffer)
{
    return text != NULL && sid_parse(bytes_of_string(text), buffer) == ERR_NONE ? sid_of(buffer) : NULL;
}

void platform_check(const struct platform_settings *settings, platform_found *found, void *context)
{
    const struct finding finding = {.found = found, .context = context};
    struct sid_buffer sids[3];
    struct accounts accounts = {.domain_name = settings->domain_name,
                                .local_accounts = settings->local_accounts,
                                .domains = {.domain = domain_of(settings->domain_sid, &sids[0]),
                                            .machine = domain_of(settings->machine_sid, &sids[1]),
                                            .forest_root = domain_of(settings->forest_sid, &sids[2])}};
    if (accounts.domains.forest_root == NULL)
        accounts.domains.forest_root = accounts.domains.domain;
    check_keytab(&finding, settings->keytab);
    check_replay_cache(&finding, settings->replay_cache);
    finding_of_file(&finding, "certificate", settings->certificate.file, &certificate_file_kind,
                    &settings->certificate);
    finding_of_file(&finding, "policy", settings->policy, &policy_file_kind, &accounts);
    finding_of_file(&finding, "central_policies", settings->central_policies, &central_file_kind,
                    &accounts.domains);
    finding_of_file(&finding, "audit_csv", settings->audit.subcategories, &audit_file_kind, NULL);
    if (settings->local_accounts && accounts.domains.domain != NULL)
        finding_tell(
            &finding, "local_accounts", true,
            "maps accounts of a domain, where a ticket without a PAC is to be refused; set it to no");
}
