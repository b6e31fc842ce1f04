#include "callers.h"
#include "support/pause.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WAIT_MS = 20000, STEP_MS = 10, CUT_MS = 20, TOLD_MAX = 5 };

static const char body[] =
    "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)S:(AU;SAFA;FA;;;WD)\",\"desiredAccess\":[\"FILE_READ_DATA\"],"
    "\"objectType\":\"file\",\"audit\":{\"subsystem\":\"build\",\"objectTypeName\":\"Share\",\"objectName\":\"drop\","
    "\"handleId\":\"0x1f4\"}}";

struct callers *callers_new(void)
{
    struct callers *callers =
        // cppcheck-suppress invalidFunctionArg ; -1 is what MAP_ANONYMOUS asks for
        mmap(NULL, sizeof *callers, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (callers == MAP_FAILED)
        exit(99);
    return callers;
}

void callers_free(struct callers *callers)
{
    (void)munmap(callers, sizeof *callers);
}

void callers_failed(struct callers *callers, const char *who, const char *what)
{
    if (atomic_fetch_add(&callers->failed, 1) < TOLD_MAX)
        (void)fprintf(stderr, "# %s: %s\n", who, what);
}

static void remember(struct callers *callers, const json_t *events)
{
    const json_t *event;
    size_t i;
    if (json_array_size(events) == 0)
        callers_failed(callers, "caller", "an answer that names no event");
    json_array_foreach (events, i, event) {
        struct event_uuid uuid;
        const char *text = json_string_value(event);
        const unsigned at = atomic_fetch_add(&callers->count, 1);
        if (at >= CALLERS_UUIDS_MAX || text == NULL ||
            event_uuid_parse(bytes_of_string(text), &uuid) != ERR_NONE)
            callers_failed(callers, "caller", "an event that cannot be remembered");
        else
            callers->uuids[at] = uuid;
    }
}

static void take(struct callers *callers, bool came, const struct client_answer *answer)
{
    if (!came || answer->status == 502 || answer->status == 503 || answer->status == 504) {
        atomic_fetch_add(&callers->cut, 1);
        pause_ms(CUT_MS);
    } else if (answer->status == 200) {
        remember(callers, json_object_get(answer->json, "events"));
        atomic_fetch_add(&callers->answered, 1);
    } else {
        callers_failed(callers, "caller", answer->body == NULL ? "no body" : answer->body);
    }
}

static void call(struct callers *callers, const struct fixture *fixture)
{
    const struct client_request request = {.method = "POST",
                                           .target = "/access-check",
                                           .body = body,
                                           .body_size = sizeof body - 1,
                                           .ccache = fixture_ccache(fixture, ADMIN)};
    struct client client;
    (void)unsetenv("NTOKEND_EXCHANGES");
    (void)signal(SIGPIPE, SIG_IGN); /* libcurl does not, as the client has it */
    client_open(&client, callers->port, "callers");
    while (!atomic_load(&callers->stop)) {
        AUTO_ANSWER answer;
        const bool came = client_send(&client, &request, &answer);
        take(callers, came, &answer);
    }
    client_close(&client);
    _exit(0);
}

void callers_start(struct callers *callers, const struct fixture *fixture, unsigned port)
{
    callers->port = port;
    for (size_t i = 0; i < CALLERS; i++) {
        const pid_t pid = fork();
        if (pid < 0)
            exit(99);
        if (pid == 0)
            call(callers, fixture);
        callers->pids[i] = pid; /* the memory is the children's too */
    }
}

void callers_stop(struct callers *callers)
{
    atomic_store(&callers->stop, true);
    for (size_t i = 0; i < CALLERS; i++) {
        int status = -1;
        char ended[64];
        if (waitpid(callers->pids[i], &status, 0) == callers->pids[i] && status == 0)
            continue;
        (void)snprintf(ended, sizeof ended, "ended with %#x", (unsigned)status);
        callers_failed(callers, "caller", ended);
    }
}

bool callers_go_on(const struct callers *callers)
{
    const unsigned enough = callers->answered + 2 * CALLERS;
    for (unsigned waited = 0; waited < WAIT_MS && callers->answered < enough; waited += STEP_MS)
        pause_ms(STEP_MS);
    return callers->answered >= enough;
}
