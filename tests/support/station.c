#include "support/station.h"

#include "support/folder.h"
#include "support/keytab_file.h"
#include "support/pac_build.h"

#include <stdio.h>
#include <stdlib.h>

enum { PATH_SIZE = 1024 };

static struct folder folder;
static char template[PATH_SIZE];
char station_keytab[PATH_SIZE];
char station_cache[PATH_SIZE];

void station_setup(void)
{
    static const char *const keys[] = {"HTTP/a.example.test@EXAMPLE.TEST", NULL};
    folder_make(&folder);
    (void)snprintf(station_keytab, PATH_SIZE, "%s/http.keytab", folder.path);
    (void)snprintf(template, PATH_SIZE, "%s/policy.inf", folder.path);
    (void)snprintf(station_cache, PATH_SIZE, "%s/replay", folder.path);
    keytab_file_configure(folder.path, "EXAMPLE.TEST");
    keytab_file_write(station_keytab, 1, keys);
}

void station_teardown(void)
{
    folder_remove(&folder);
}

struct platform *station_start(bool local_accounts, const char *domain, const char *policy)
{
    struct platform *platform = NULL;
    struct platform_settings settings = {.keytab = station_keytab,
                                         .replay_cache = station_cache,
                                         .local_accounts = local_accounts,
                                         .domain_sid = domain};
    if (policy != NULL) {
        keytab_file_put(template, policy);
        settings.policy = template;
    }
    if (platform_start(&settings, &platform) != ERR_NONE) {
        (void)fprintf(stderr, "station: the platform does not start\n");
        exit(99);
    }
    return platform;
}

struct security_context station_context(struct arena *arena, const char *principal, bool pac)
{
    static const struct pac_build_group groups[] = {{513, 7}, {512, 7}};
    const struct pac_build built = {.account_name = "alice",
                                    .domain_name = "CORP",
                                    .domain_sid = STATION_DOMAIN,
                                    .user_rid = 1104,
                                    .primary_group_rid = 513,
                                    .groups = groups,
                                    .group_count = 2,
                                    .upn = "alice@corp.example",
                                    .dns_domain = "EXAMPLE.TEST"};
    struct security_context context = {
        .finished = true, .principal = principal, .expires_at = 4102444800, .has_pac = pac};
    if (pac)
        context.pac = pac_build(arena, &built);
    return context;
}
