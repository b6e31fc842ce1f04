#include "roles.h"

#include "support/subset.h"

#include <stdio.h>
#include <stdlib.h>

const struct role *const roles[] = {
    &role_checker, &role_fresh,  &role_replay,  &role_batch,   &role_changer,  &role_visitor,
    &role_auditor, &role_reader, &role_refused, &role_mangled, &role_vanisher, NULL,
};

const char *roles_expect(const struct answer *answer, int status, const char *expected)
{
    static char why[600];
    char where[512] = "";
    if (answer->status != status) {
        (void)snprintf(why, sizeof why, "status %d, not %d", answer->status, status);
        return why;
    }
    if (expected == NULL)
        return NULL;
    json_auto_t *wanted = json_loads(expected, 0, NULL);
    json_auto_t *given = json_loadb(answer->body, answer->body_size, 0, NULL);
    if (wanted == NULL)
        abort();
    if (given != NULL && subset_fits(wanted, given, where))
        return NULL;
    (void)snprintf(why, sizeof why, "%s differs", where);
    return why;
}

void roles_open(struct actor *actor, struct tokens *of)
{
    actor_put(actor, "POST /session", actor_ticket(of), NULL);
}

const char *roles_opened(struct actor *actor, const struct answer *answer)
{
    json_auto_t *given = json_loadb(answer->body, answer->body_size, 0, NULL);
    const char *token = json_string_value(json_object_get(given, "token"));
    if (answer->status != 201 || token == NULL || strlen(token) >= ACTOR_BEARER_MAX)
        return "no session";
    (void)snprintf(actor->bearer, sizeof actor->bearer, "%s", token);
    return NULL;
}
