/* The open questions of docs/evidence.md. */
#include "windows/record/record.h"

#include <check.h>
#include <inttypes.h>

enum { EXPERIMENT_MEMORY_MAX = 8 << 20 };

/* What a token of a network logon says of its privileges; of another, nothing. */
static void judge_logon(const struct token *token, struct arena *arena, struct asked *ret)
{
    const struct privilege_state *state = &token->privileges;
    for (size_t i = 0; i < token->groups.count; i++)
        if (sid_equal(token->groups.items[i].sid, SID_NETWORK))
            ret->windows = state->enabled == state->present ? "enabled"
                                                            : arena_printf(arena, "present %s enabled %s",
                                                                           ask_luids(arena, state->present),
                                                                           ask_luids(arena, state->enabled));
}

static void ask_privileges_of_a_logon(const struct machine *machine, struct arena *arena, struct asked *ret)
{
    struct handshake handshake;
    record_handshake(machine, 0, arena, &handshake);
    ret->function = "AcceptSecurityContext";
    if (handshake.stopped == NULL && handshake.impersonated != SEC_E_OK)
        handshake.stopped = arena_printf(arena, "ImpersonateSecurityContext: status 0x%lx",
                                         (unsigned long)handshake.impersonated);
    ret->why_not = handshake.stopped;
    if (ret->why_not != NULL)
        return;
    judge_logon(&handshake.token, arena, ret);
    if (ret->windows == NULL)
        ret->why_not = arena_printf(arena, "%s with itself made no network logon", handshake.package);
}

static void ask_privileges_of_s4u(const struct machine *machine, struct arena *arena, struct asked *ret)
{
    struct token token;
    ret->function = "LsaLogonUser";
    const HANDLE handle = record_s4u(machine, arena, &ret->why_not);
    if (handle == NULL)
        return;
    if (machine_snapshot(machine, handle, arena, &token) == ERR_NONE)
        judge_logon(&token, arena, ret);
    if (ret->windows == NULL)
        ret->why_not = "S4U made no network logon";
    (void)CloseHandle(handle);
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

typedef void experiment(const struct machine *machine, struct arena *arena, struct asked *ret);

/* Of the rows with its name, or of experiments. */
static const struct question {
    const char *name;
    const char *asks;
    const char *engine; /* what it does */
    experiment *experiments[2];
    const char *answer; /* of the experiments, as the engine has it */
} questions[] = {
    {"Q1", "the order of failures", "list, privilege, descriptor", {NULL}, NULL},
    {"Q2", "an audit callback ACE whose condition is unknown", "it audits", {NULL}, NULL},
    {"Q3", "an AppContainer that fails the integrity check", "it is refused like everybody", {NULL}, NULL},
    {"Q4",
     "the privileges of a network logon",
     "enabled from the start",
     {ask_privileges_of_a_logon, ask_privileges_of_s4u},
     "enabled"},
    {"Q5", "a central access policy that nobody knows", "the recovery policy", {NULL}, NULL},
    {"Q6", "Exists of an absent claim", "FALSE", {NULL}, NULL},
    {"Q7", "one resource attribute with several values", "a set", {NULL}, NULL},
    {"Q8", "WRITE_OWNER of SeTakeOwnershipPrivilege in MAXIMUM_ALLOWED", "not added", {NULL}, NULL},
    {"Q9",
     "MAXIMUM_ALLOWED with a write-restricted token",
     "rights to write need the restricting SIDs",
     {NULL},
     NULL},
    {"Q10", "the privileges reported with a refusal", "those that supplied a right", {NULL}, NULL},
    {"Q11", "an inherit-only ACE for OWNER RIGHTS", "does not take the implicit rights", {NULL}, NULL},
    {"Q12", "a callback ACE without a condition", "unknown", {NULL}, NULL},
    {"Q13", "a deny for an object type without a list", "for the whole object", {NULL}, NULL},
    {"Q14", "one GUID twice in the list", "the first node", {NULL}, NULL},
    {"Q15",
     "a client that asked for identification only",
     "a token of that level, and no error",
     {ask_identification},
     "status 0x0 level 1"},
    {"Q16", "an object ACE without an object type", "a plain ACE", {NULL}, NULL},
};

static void try_it(struct record *record, const struct question *question, size_t number)
{
    AUTO_ARENA arena;
    static const char *const ways[] = {"experiment", "second-experiment"};
    struct asked asked = {.engine = question->answer};
    arena_init(&arena, EXPERIMENT_MEMORY_MAX);
    question->experiments[number](record->machine, &arena, &asked);
    record_answer(record, question->name, ways[number], question->name, &asked);
}

void record_questions(struct record *record)
{
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        const struct question *question = &questions[i];
        for (size_t number = 0; number < 2 && question->experiments[number] != NULL; number++)
            try_it(record, question, number);
        record_line(record, json_pack("{s:s, s:s, s:s}", "question", question->name, "asks", question->asks,
                                      "default", question->engine));
    }
}
