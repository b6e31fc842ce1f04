/* The roles that ask for decisions. */
#include "roles.h"

#include <stdio.h>
#include <stdlib.h>

#define FILE_OF(sddl, rights)                                                                                \
    "{\"securityDescriptor\":\"" sddl "\",\"desiredAccess\":[" rights "],\"objectType\":\"file\""
#define YES(mask, rights)                                                                                    \
    "{\"allowed\":true,\"grantedAccess\":{\"mask\":\"" mask "\",\"rights\":[" rights                         \
    "]},\"privilegesUsed\":[],\"win32Error\":{\"$absent\":true},\"hypothetical\":{\"$absent\":true}"
#define NO                                                                                                   \
    "{\"allowed\":false,\"grantedAccess\":{\"mask\":\"0x00000000\",\"rights\":[]},\"privilegesUsed\":[],"    \
    "\"win32Error\":5,\"win32ErrorName\":\"ERROR_ACCESS_DENIED\""

static const struct {
    const char *body;
    const char *expected;
} checks[] = {
    {FILE_OF("O:BAG:BAD:(A;;FR;;;AU)", "\"FILE_READ_DATA\"") "}",
     YES("0x00000001", "\"FILE_READ_DATA\"") "}"},
    {FILE_OF("O:BAG:BAD:(D;;FW;;;BG)(A;;FR;;;AU)(A;;FA;;;BA)", "\"FILE_READ_DATA\",\"WRITE_DAC\"") "}",
     NO "}"},
    {FILE_OF("O:BAG:BAD:(A;;KR;;;S-1-5-21-1000-2000-3000-1601)", "\"READ_CONTROL\"") "}",
     YES("0x00020000", "\"READ_CONTROL\"") "}"},
    {FILE_OF("O:BAG:BAD:(XA;;FR;;;AU;(@USER.ad://ext/department == \\\"eng\\\"))",
             "\"FILE_WRITE_DATA\"") ",\"explain\":true}",
     NO ",\"explanation\":{\"rights\":[{\"right\":\"FILE_WRITE_DATA\",\"granted\":false}]}}"},
    {FILE_OF("O:BAG:BAD:(D;;FR;;;WD)",
             "\"FILE_READ_DATA\"") ",\"subject\":{\"token\":{\"user\":\"BA\",\"groups\":[\"WD\"]}}}",
     NO ",\"hypothetical\":true}"},
};
enum { CHECKS = sizeof checks / sizeof checks[0], SESSION_STEPS = 5000 };

/* A session, its checks, its end, and from the start. */
static void ask_check(struct actor *actor)
{
    unsigned step = actor->step % SESSION_STEPS;
    if (step == 0)
        roles_open(actor, actor->stage->alice);
    else if (step == SESSION_STEPS - 1)
        actor_put(actor, "DELETE /session", actor_bearer(actor), NULL);
    else
        actor_put(actor, "POST /access-check", actor_bearer(actor), checks[step % CHECKS].body);
}

static const char *judge_check(struct actor *actor, const struct answer *answer)
{
    unsigned step = actor->step % SESSION_STEPS;
    if (step == 0)
        return roles_opened(actor, answer);
    if (step == SESSION_STEPS - 1)
        return roles_expect(answer, 204, NULL);
    return roles_expect(answer, 200, checks[step % CHECKS].expected);
}

const struct role role_checker = {"checker", 12, ask_check, judge_check};

/* What one may, the other may not. */
static const char for_admins[] = FILE_OF("O:BAG:BAD:(A;;FA;;;BA)", "\"FILE_READ_DATA\"") "}";

static void ask_fresh(struct actor *actor)
{
    struct tokens *of = actor->step % 2 == 0 ? actor->stage->alice : actor->stage->admin;
    actor_put(actor, "POST /access-check", actor_ticket(of), for_admins);
}

static const char *judge_fresh(struct actor *actor, const struct answer *answer)
{
    if (strstr(answer->head, "\r\nWWW-Authenticate: Negotiate ") == NULL)
        return "the service does not prove itself";
    return roles_expect(answer, 200,
                        actor->step % 2 == 0 ? NO "}" : YES("0x00000001", "\"FILE_READ_DATA\"") "}");
}

const struct role role_fresh = {"fresh", 8, ask_fresh, judge_fresh};

/* The same bytes again, on the same connection. */
static void ask_replay(struct actor *actor)
{
    if (actor->step % 2 == 0)
        actor_put(actor, "GET /token", actor_ticket(actor->stage->alice), NULL);
}

static const char *judge_replay(struct actor *actor, const struct answer *answer)
{
    if (actor->step % 2 == 0)
        return roles_expect(answer, 200, "{\"user\":{\"sid\":\"S-1-5-21-1000-2000-3000-1104\"}}");
    return roles_expect(answer, 401, "{\"type\":\"urn:ntokend:problem:unauthenticated\"}");
}

const struct role role_replay = {"replay", 1, ask_replay, judge_replay};

static const char *const batch_items[][2] = {
    {FILE_OF("O:BAG:BAD:(A;;FR;;;AU)", "\"FILE_READ_DATA\"") "}",
     "{\"allowed\":true,\"grantedAccess\":{\"mask\":\"0x00000001\"}}"},
    {FILE_OF("O:BAG:BAD:(A;;FR;;;BA)", "\"FILE_READ_DATA\"") "}", "{\"allowed\":false,\"win32Error\":5}"},
    {FILE_OF("O:BAG:BAD:(A;;FR;;;", "\"FILE_READ_DATA\"") "}",
     "{\"problem\":{\"status\":422,\"offset\":19}}"},
    {FILE_OF("O:BAG:BAD:(A;;FR;;;AU)", "\"KEY_READ\"") "}", "{\"problem\":{\"status\":400}}"},
};
enum { BATCH_ITEMS = sizeof batch_items / sizeof batch_items[0], BATCH_SIZE = 100, BATCH_TEXT = 32768 };

/* BATCH_SIZE of them, the questions (0) or the answers (1). */
static const char *batch_text(const char *member, unsigned which)
{
    static char texts[2][BATCH_TEXT];
    char *text = texts[which];
    if (text[0] != '\0')
        return text;
    size_t size = (size_t)snprintf(text, BATCH_TEXT, "{\"%s\":[", member);
    for (size_t i = 0; i < BATCH_SIZE; i++)
        size += (size_t)snprintf(text + size, BATCH_TEXT - size, "%s%s", i == 0 ? "" : ",",
                                 batch_items[i % BATCH_ITEMS][which]);
    (void)snprintf(text + size, BATCH_TEXT - size, "]}");
    if (size >= BATCH_TEXT - 3)
        abort();
    return text;
}

static void ask_batch(struct actor *actor)
{
    if (actor->step == 0)
        roles_open(actor, actor->stage->alice);
    else
        actor_put(actor, "POST /access-check/batch", actor_bearer(actor), batch_text("checks", 0));
}

static const char *judge_batch(struct actor *actor, const struct answer *answer)
{
    return actor->step == 0 ? roles_opened(actor, answer)
                            : roles_expect(answer, 200, batch_text("results", 1));
}

const struct role role_batch = {"batch", 3, ask_batch, judge_batch};
