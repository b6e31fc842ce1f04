#include "platform/check.h"

#include "platform/certificate_file.h"
#include "platform/posix/audit_file.h"
#include "platform/posix/central_file.h"
#include "platform/posix/claim.h"
#include "platform/posix/keytab.h"
#include "platform/posix/policy_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { MESSAGE_SIZE = 4096 };

struct check {
    platform_found *found;
    void *context;
};

__attribute__((format(printf, 4, 5))) static void find(const struct check *check, const char *key, bool note,
                                                       const char *format, ...)
{
    char text[MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    check->found(check->context, key, note, text);
}

/* The name of the file of a pair, and the words that have their remedy; of another file the line, and what is named there. */
static void find_problem(const struct check *check, const char *key, const char *path,
                         const struct watched_kind *kind, const struct watched_problem *problem)
{
    const char *name = problem->name == NULL ? "" : problem->name;
    const char *colon = problem->name == NULL ? "" : ": ";
    const char *end = problem->note ? "" : "; ";
    const char *remedy = problem->note ? "" : kind->remedy;
    if (kind->companion != NULL)
        find(check, key, problem->note, "%s %s", problem->name != NULL ? name : path, problem->text);
    else if (problem->line == 0)
        find(check, key, problem->note, "%s: %s%s%s%s%s", path, name, colon, problem->text, end, remedy);
    else if (problem->character != 0)
        find(check, key, problem->note, "%s:%u: %s %s, character %u%s%s", path, problem->line, problem->text,
             name, problem->character, end, remedy);
    else
        find(check, key, problem->note, "%s:%u: %s%s%s%s%s", path, problem->line, name, colon, problem->text,
             end, remedy);
}

static void check_file(const struct check *check, const char *key, const char *path,
                       const struct watched_kind *kind, const void *context)
{
    AUTO_ARENA scratch;
    struct watched_problems problems = {.count = 0};
    bool told = false;
    arena_init(&scratch, kind->scratch_max);
    if (path == NULL)
        return;
    enum err err = watched_file_try(kind, path, context, &scratch, &problems);
    for (size_t i = 0; i < problems.count; i++) {
        find_problem(check, key, path, kind, &problems.items[i]);
        told |= !problems.items[i].note;
    }
    if (problems.left_out > 0)
        find(check, key, true, "%s: there are %zu more like these", path, problems.left_out);
    if (err != ERR_NONE && !told)
        find(check, key, false, "%s cannot be used (%s); %s", path, err_text(err), kind->remedy);
}

static void check_keytab(const struct check *check, const char *file)
{
    struct keytab_look *look = calloc(1, sizeof *look);
    enum err err = look == NULL ? ERR_NO_MEMORY : keytab_try(file, look);
    if (err == ERR_TOO_LARGE)
        find(check, "keytab", false, "has too long a name; shorten it");
    else if (err != ERR_NONE)
        find(check, "keytab", false, "cannot be looked at (%s); check /etc/krb5.conf or KRB5_CONFIG",
             err_text(err));
    else if (strcmp(look->state, "missing") == 0)
        find(check, "keytab", false, "%s is missing; export the service's keys into it, or correct the name",
             look->path);
    else if (strcmp(look->state, "empty") == 0)
        find(check, "keytab", false, "%s is empty: it has no key; export the service's keys into it",
             look->path);
    else if (strcmp(look->state, "ok") != 0)
        find(check, "keytab", false,
             "%s is unreadable, or no keytab; let the service's user read it, or export it again",
             look->path);
    else if (look->exposed)
        find(check, "keytab", true,
             "%s can be read or written by others, who so can be everybody; chmod o-rwx,g-w it", look->path);
    else if (look->weak)
        find(check, "keytab", true,
             "%s has no AES key, and what it has (RC4, DES) is refused by new Kerberos libraries; give the "
             "service's account AES keys, and export them",
             look->path);
    free(look);
}

static void check_replay_cache(const struct check *check, const char *file)
{
    if (file != NULL && !file_is_claimable(file))
        find(
            check, "replay_cache", false,
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
    const struct check check = {.found = found, .context = context};
    struct sid_buffer sids[3];
    struct accounts accounts = {.domain_name = settings->domain_name,
                                .local_accounts = settings->local_accounts,
                                .domains = {.domain = domain_of(settings->domain_sid, &sids[0]),
                                            .machine = domain_of(settings->machine_sid, &sids[1]),
                                            .forest_root = domain_of(settings->forest_sid, &sids[2])}};
    if (accounts.domains.forest_root == NULL)
        accounts.domains.forest_root = accounts.domains.domain;
    check_keytab(&check, settings->keytab);
    check_replay_cache(&check, settings->replay_cache);
    check_file(&check, "certificate", settings->certificate.file, &certificate_file_kind,
               &settings->certificate);
    check_file(&check, "policy", settings->policy, &policy_file_kind, &accounts);
    check_file(&check, "central_policies", settings->central_policies, &central_file_kind, &accounts.domains);
    check_file(&check, "audit_csv", settings->audit.subcategories, &audit_file_kind, NULL);
    if (settings->local_accounts && accounts.domains.domain != NULL)
        find(&check, "local_accounts", true,
             "maps accounts of a domain, where a ticket without a PAC is to be refused; set it to no");
}
