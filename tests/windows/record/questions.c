/* The open questions of docs/evidence.md. */
#include "windows/record/record.h"

#include <check.h>
#include <inttypes.h>

enum { EXPERIMENT_MEMORY_MAX = 8 << 20 };

static void ask_privileges_of_a_logon(const struct machine *machine, struct arena *arena, struct asked *ret)
{
    struct handshake handshake;
    record_handshake(machine, 0, arena, &handshake);
    ret->function = "AcceptSecurityContext";
    if (handshake.stopped == NULL && handshake.impersonated != SEC_E_OK)
        handshake.stopped = arena_printf(arena, "ImpersonateSecurityContext: status 0x%lx",
                                         (unsigned long)handshake.impersonated);
    ret->why_not = handshake.stopped;
    for (size_t i = 0; ret->why_not == NULL && i < handshake.token.groups.count; i++)
        if (sid_equal(handshake.token.groups.items[i].sid, SID_NETWORK)) {
            const struct privilege_state *state = &handshake.token.privileges;
            ret->windows = state->enabled == state->present ? "enabled"
                                                            : arena_printf(arena, "present %s enabled %s",
                                                                           ask_luids(arena, state->present),
                                                                           ask_luids(arena, state->enabled));
        }
    if (ret->windows == NULL && ret->why_not == NULL)
        ret->why_not = arena_printf(arena, "%s with itself made no network logon", handshake.package);
}

static void ask_identification(const struct machine *machine, struct arena *arena, struct asked *ret)
{
    struct handshake handshake;
    record_handshake(machine, ISC_REQ_IDENTIFY, arena, &handshake);
    ret->function = "ImpersonateSecurityContext";
    ret->why_not = handshake.stopped;
    if (ret->why_not == NULL && machine->wine && handshake.impersonated == SEC_E_UNSUPPORTED_FUNCTION)
        ret->why_not = "this Windows has no such function";
    if (ret->why_not == NULL)
        ret->windows = arena_printf(arena, "status 0x%lx level %d", (unsigned long)handshake.impersonated,
                                    handshake.impersonated == SEC_E_OK ? (int)handshake.token.level : -1);
}

/* Of the rows with its name; of an experiment; or of neither, and why. */
static const struct question {
    const char *name;
    const char *asks;
    const char *engine; /* what it does */
    void (*experiment)(const struct machine *machine, struct arena *arena, struct asked *ret);
    const char *answer; /* of the experiment, as the engine has it */
} questions[] = {
    {"Q1", "the order of failures", "list, privilege, descriptor", NULL, NULL},
    {"Q2", "an audit callback ACE whose condition is unknown", "it audits", NULL, NULL},
    {"Q3", "an AppContainer that fails the integrity check", "it is refused like everybody", NULL, NULL},
    {"Q4", "the privileges of a network logon", "enabled from the start", ask_privileges_of_a_logon,
     "enabled"},
    {"Q5", "a central access policy that nobody knows", "the recovery policy", NULL, NULL},
    {"Q6", "Exists of an absent claim", "FALSE", NULL, NULL},
    {"Q7", "one resource attribute with several values", "a set", NULL, NULL},
    {"Q8", "WRITE_OWNER of SeTakeOwnershipPrivilege in MAXIMUM_ALLOWED", "not added", NULL, NULL},
    {"Q9", "MAXIMUM_ALLOWED with a write-restricted token", "rights to write need the restricting SIDs", NULL,
     NULL},
    {"Q10", "the privileges reported with a refusal", "those that supplied a right", NULL, NULL},
    {"Q11", "an inherit-only ACE for OWNER RIGHTS", "does not take the implicit rights", NULL, NULL},
    {"Q12", "a callback ACE without a condition", "unknown", NULL, NULL},
    {"Q13", "a deny for an object type without a list", "for the whole object", NULL, NULL},
    {"Q14", "one GUID twice in the list", "the first node", NULL, NULL},
    {"Q15", "a client that asked for identification only", "a token of that level, and no error",
     ask_identification, "status 0x0 level 1"},
    {"Q16", "an object ACE without an object type", "a plain ACE", NULL, NULL},
};

void record_questions(struct record *record)
{
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        AUTO_ARENA arena;
        const struct question *question = &questions[i];
        struct asked asked = {.engine = question->answer};
        arena_init(&arena, EXPERIMENT_MEMORY_MAX);
        if (question->experiment != NULL) {
            question->experiment(record->machine, &arena, &asked);
            record_answer(record, question->name, "experiment", question->name, &asked);
        }
        record_line(record, json_pack("{s:s, s:s, s:s}", "question", question->name, "asks", question->asks,
                                      "default", question->engine));
    }
}
