/* The roles whose requests change what later ones answer. */
#include "roles.h"

#define ADMIN   "{\"user\":{\"sid\":\"S-1-5-21-1000-2000-3000-1106\"}}"
#define ALICE   "{\"user\":{\"sid\":\"S-1-5-21-1000-2000-3000-1104\"}}"
#define PROBLEM "{\"type\":\"urn:ntokend:problem:unauthenticated\",\"detail\":{\"$absent\":true}}"
#define SECURITY                                                                                             \
    "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FA;;;BA)\",\"desiredAccess\":\"ACCESS_SYSTEM_SECURITY\","       \
    "\"objectType\":\"file\"}"
#define HELD "\"privileges\":[\"SeSecurityPrivilege\"]"

/* One round of a session, in the order of the rows; the first opens it. */
struct turn {
    const char *line;
    const char *body;
    int status;
    const char *expected;
};

static const struct turn changes[] = {
    {"POST /access-check", SECURITY, 200, "{\"allowed\":true,\"privilegesUsed\":[\"SeSecurityPrivilege\"]}"},
    {"POST /privileges/check", "{" HELD "}", 200, "{\"held\":true}"},
    {"PATCH /privileges", "{\"disable\":[\"SeSecurityPrivilege\"]}", 200,
     "{\"previousState\":[{\"name\":\"SeSecurityPrivilege\"}],\"notAllAssigned\":false}"},
    {"POST /access-check", SECURITY, 200, "{\"allowed\":false,\"win32Error\":1314}"},
    {"POST /privileges/check", "{" HELD "}", 200, "{\"held\":false}"},
    {"POST /privileges/check", "{" HELD ",\"enablePrivileges\":[\"SeSecurityPrivilege\"]}", 200,
     "{\"held\":true}"},
    {"GET /privileges", NULL, 200, "{\"privileges\":{\"$has\":[{\"name\":\"SeSecurityPrivilege\"}]}}"},
    {"PATCH /privileges", "{\"enable\":[\"SeSecurityPrivilege\"]}", 200,
     "{\"previousState\":[{\"name\":\"SeSecurityPrivilege\"}],\"notAllAssigned\":false}"},
};
enum { CHANGES = sizeof changes / sizeof changes[0] };

static void ask_turn(struct actor *actor, const struct turn *turn)
{
    actor_put(actor, turn->line, actor_bearer(actor), turn->body);
}

static const char *judge_turn(const struct turn *turn, const struct answer *answer)
{
    return roles_expect(answer, turn->status, turn->expected);
}

/* Step 0 opens the one session; it goes round and round. */
static void ask_change(struct actor *actor)
{
    if (actor->step == 0)
        roles_open(actor, actor->stage->admin);
    else
        ask_turn(actor, &changes[(actor->step - 1) % CHANGES]);
}

static const char *judge_change(struct actor *actor, const struct answer *answer)
{
    return actor->step == 0 ? roles_opened(actor, answer)
                            : judge_turn(&changes[(actor->step - 1) % CHANGES], answer);
}

const struct role role_changer = {"changer", 4, ask_change, judge_change};

#define VISIT(name, who)                                                                                     \
    static const struct turn name[] = {{"GET /session", NULL, 200, who},                                     \
                                       {"GET /token", NULL, 200, who},                                       \
                                       {"POST /session", NULL, 409, NULL},                                   \
                                       {"DELETE /session", NULL, 204, NULL},                                 \
                                       {"GET /token", NULL, 401, PROBLEM}}
VISIT(visit_alice, ALICE);
VISIT(visit_admin, ADMIN);
enum { VISIT_STEPS = 1 + sizeof visit_alice / sizeof visit_alice[0] };

static bool is_alice(const struct actor *actor)
{
    return actor->step / VISIT_STEPS % 2 == 0;
}

static const struct turn *turn_of(const struct actor *actor)
{
    return (is_alice(actor) ? visit_alice : visit_admin) + actor->step % VISIT_STEPS - 1;
}

static void ask_visit(struct actor *actor)
{
    if (actor->step % VISIT_STEPS == 0)
        roles_open(actor, is_alice(actor) ? actor->stage->alice : actor->stage->admin);
    else
        ask_turn(actor, turn_of(actor));
}

static const char *judge_visit(struct actor *actor, const struct answer *answer)
{
    return actor->step % VISIT_STEPS == 0 ? roles_opened(actor, answer) : judge_turn(turn_of(actor), answer);
}

const struct role role_visitor = {"visitor", 6, ask_visit, judge_visit};
