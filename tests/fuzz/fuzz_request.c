/* Every body goes to every handler that takes one. */
#include "api/routes.h"
#include "fuzz/fuzz.h"
#include "support/inprocess.h"

#include <string.h>

enum { ARENA_BYTES = 64 << 20 };

static const struct {
    route_handler *handle;
    bool alarm; /* nothing else is in the trail but what it answers */
} handlers[] = {
    {access_check_post, false},          {access_check_batch_post, false},
    {security_descriptor_post, false},   {audit_object_open_post, true},
    {audit_object_close_post, true},     {audit_object_delete_post, true},
    {audit_object_privilege_post, true}, {audit_privileged_service_post, true},
    {privileges_check_post, false},
};

/* Whoever asks has a primary token: a yes can only be that of a what-if, and comes with rights. */
static void check_answer(const json_t *answer)
{
    if (!json_is_true(json_object_get(answer, "allowed")))
        return;
    const json_t *mask = json_object_get(json_object_get(answer, "grantedAccess"), "mask");
    FUZZ_ASSERT(json_is_true(json_object_get(answer, "hypothetical")));
    FUZZ_ASSERT(json_is_string(mask) && strcmp(json_string_value(mask), "0x00000000") != 0);
    FUZZ_ASSERT(json_object_get(answer, "win32Error") == NULL);
}

static void check_problem(const json_t *problem, unsigned status)
{
    FUZZ_ASSERT(json_integer_value(json_object_get(problem, "status")) == status);
    /* whom nobody trusts with it has nothing audited */
    FUZZ_ASSERT(status == 400 || status == 403 || status == 422 || status == 503);
    FUZZ_ASSERT(json_is_string(json_object_get(problem, "detail")) || status == 503);
    FUZZ_ASSERT(json_is_string(json_object_get(problem, "pointer")) || status == 503);
}

static void check_results(const json_t *results)
{
    for (size_t i = 0; i < json_array_size(results); i++) {
        const json_t *item = json_array_get(results, i);
        const json_t *problem = json_object_get(item, "problem");
        check_answer(item);
        if (problem != NULL)
            check_problem(problem, (unsigned)json_integer_value(json_object_get(problem, "status")));
        else
            FUZZ_ASSERT(json_is_boolean(json_object_get(item, "allowed")));
    }
}

static void check_events(const struct inprocess_answer *answer)
{
    const json_t *events = json_object_get(answer->body, "events");
    FUZZ_ASSERT(json_array_size(events) == answer->events);
    for (size_t i = 0; i < json_array_size(events); i++)
        FUZZ_ASSERT(json_string_length(json_array_get(events, i)) == EVENT_UUID_TEXT_MAX - 1);
    const json_t *generate = json_object_get(answer->body, "generateOnClose");
    FUZZ_ASSERT(!json_is_true(generate) || answer->events != 0);
    FUZZ_ASSERT(answer->status == 200 || answer->events == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct inprocess inprocess;
    if (inprocess.platform == NULL)
        inprocess_open(&inprocess);
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++) {
        struct inprocess_answer answer;
        inprocess_run(&inprocess, handlers[i].handle, bytes_of(data, size), ARENA_BYTES, &answer);
        inprocess_parse(&answer);
        FUZZ_ASSERT(json_is_object(answer.body));
        if (handlers[i].alarm)
            check_events(&answer);
        if (answer.status == 200) {
            check_answer(answer.body);
            check_results(json_object_get(answer.body, "results"));
        } else {
            check_problem(answer.body, answer.status);
        }
        inprocess_answer_done(&answer);
    }
    return 0;
}
