/* The roles whose requests are refused, or never end. */
#include "roles.h"

#include <stdio.h>

#define TYPE(kind) "{\"type\":\"urn:ntokend:problem:" kind "\"}"
#define SESSION    true

static const struct {
    const char *line;
    const char *headers;
    const char *body;
    bool session; /* with it, or with `headers` alone */
    int status;
    const char *expected;
} refusals[] = {
    {"GET /token", "", NULL, false, 401, TYPE("unauthenticated")},
    {"GET /token", "Authorization: Negotiate !!!\r\n", NULL, false, 401, TYPE("unauthenticated")},
    {"GET /token", "Authorization: Negotiate YIIFoQYGKwYBBQUCoIIFlTCCBZE=\r\n", NULL, false, 401,
     TYPE("unauthenticated")},
    {"GET /token", "Authorization: Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n", NULL, false, 401,
     TYPE("unauthenticated")},
    {"GET /nowhere", "", NULL, SESSION, 404, TYPE("not-found")},
    {"PUT /token", "", "{}", SESSION, 405, TYPE("method-not-allowed")},
    {"GET /token/primary", "", NULL, SESSION, 403, TYPE("forbidden")},
    {"GET /audit", "", NULL, SESSION, 403, TYPE("forbidden")},
    {"GET /token?a=b", "", NULL, SESSION, 400, TYPE("invalid-query")},
    {"POST /access-check", "", "{\"securityDescriptor\":", SESSION, 400, NULL},
    {"POST /access-check", "", "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;\",\"desiredAccess\":1}",
     SESSION, 422, "{\"offset\":19}"},
    {"POST /access-check", "", "[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]", SESSION, 400, NULL},
    {"POST /access-check?onDeny=403", "",
     "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FA;;;BA)\",\"desiredAccess\":1,\"objectType\":\"file\"}",
     SESSION, 403, "{\"allowed\":false,\"win32Error\":5}"},
    {"POST /access-check", "Content-Type: text/plain\r\n", "{}", SESSION, 415,
     TYPE("unsupported-media-type")},
};
enum { REFUSALS = sizeof refusals / sizeof refusals[0] };

static void ask_refusal(struct actor *actor)
{
    size_t i = actor->step % REFUSALS;
    char headers[512];
    if (actor->step == 0) {
        roles_open(actor, actor->stage->alice);
        return;
    }
    (void)snprintf(headers, sizeof headers, "%s%s", refusals[i].session ? actor_bearer(actor) : "",
                   refusals[i].headers);
    actor_put(actor, refusals[i].line, headers, refusals[i].body);
}

static const char *judge_refusal(struct actor *actor, const struct answer *answer)
{
    size_t i = actor->step % REFUSALS;
    return actor->step == 0 ? roles_opened(actor, answer)
                            : roles_expect(answer, refusals[i].status, refusals[i].expected);
}

const struct role role_refused = {"refused", 4, ask_refusal, judge_refusal};

static const struct {
    const char *text;
    int status; /* 0: the library closes, with a refusal of its own or without a word */
} mangled[] = {
    {"GET /livez HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400},
    {"GET /livez HTTP/1.1\r\n\r\n", 400},
    {"GET /livez HTTP/3.0\r\nHost: h\r\n\r\n", 0},
    {"GET /livez%00 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
    {"\x16\x03\x01\x02\r\n\r\n", 0},
    {"POST /access-check HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}", 400},
    {"POST /access-check HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400},
    {"POST /access-check HTTP/1.1\r\nHost: h\r\nContent-Length: 999999999\r\n\r\n", 413},
    {"GET /livez HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", 200},
};
enum { MANGLED = sizeof mangled / sizeof mangled[0] };

static void ask_mangled(struct actor *actor)
{
    actor->request_size = 0;
    actor_add(actor, mangled[actor->step % MANGLED].text);
    actor->ending = ENDING_CLOSE;
}

static const char *judge_mangled(struct actor *actor, const struct answer *answer)
{
    int status = mangled[actor->step % MANGLED].status;
    if (status == 0 && (answer->status == 0 || answer->status >= 400))
        return NULL;
    return roles_expect(answer, status, NULL);
}

const struct role role_mangled = {"mangled", 2, ask_mangled, judge_mangled};

/* Half of the head, half of the body, all of it but the answer, and all of it with an event to wait for. */
static void ask_and_vanish(struct actor *actor)
{
    static const char body[] =
        "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)S:(AU;SAFA;FA;;;WD)\",\"desiredAccess\":[\"FILE_WRITE_DATA\"],"
        "\"objectType\":\"file\",\"audit\":{\"subsystem\":\"build\",\"objectTypeName\":\"Share\",\"objectName\":"
        "\"drop\",\"handleId\":\"0x1f4\"}}";
    actor_put(actor, "POST /access-check", actor_ticket(actor->stage->alice), body);
    size_t part[] = {20, actor->request_size - sizeof body - 10, actor->request_size - sizeof body / 2,
                     actor->request_size};
    actor->request_size = part[actor->step / 2 % 4];
    actor->ending = actor->step % 2 == 0 ? ENDING_VANISH : ENDING_RESET;
}

const struct role role_vanisher = {"vanisher", 2, ask_and_vanish, NULL};
