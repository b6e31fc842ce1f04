/* withdrawn: what a handler did is undone when its answer cannot leave, because the log took no event of it. */
#include "api/routes.h"
#include "http/reply.h"
#include "http/session.h"
#include "support/inprocess.h"
#include "support/suite.h"

enum { MEMORY = 1 << 20, IDLE_S = 900, LIFETIME_S = 28800 };

static struct inprocess inprocess;

static void start(void)
{
    const struct session_settings settings = {10, 10, IDLE_S, LIFETIME_S};
    inprocess_open(&inprocess);
    ck_assert_int_eq(sessions_new(&settings, &inprocess.service.sessions), ERR_NONE);
}

static void stop(void)
{
    sessions_free(inprocess.service.sessions);
    inprocess_close(&inprocess);
}

static void prepare(struct request *request, const struct platform_token *token, struct session_use *use)
{
    *request = (struct request){.path = "/", .token = token, .session = use, .service = &inprocess.service};
    arena_init(&request->arena, MEMORY);
    request->trail.arena = &request->arena;
}

static size_t count(void)
{
    return sessions_count(inprocess.service.sessions);
}

/* Nobody was told its token. */
START_TEST(a_session_that_was_opened)
{
    struct request request;
    struct reply reply = {0};
    prepare(&request, inprocess.token, NULL);
    session_post(&request, &reply);
    ck_assert_uint_eq(reply.status, 201);
    ck_assert_uint_eq(count(), 1);
    reply_withhold(&request, &reply, ERR_IO);
    ck_assert_uint_eq(reply.status, 503);
    ck_assert_uint_eq(count(), 0);
    arena_done(&request.arena);
}
END_TEST

/* Privileges that changed without an event are not to be used. */
START_TEST(a_change_of_privileges)
{
    struct request request;
    struct reply reply = {0};
    struct session_opened opened;
    struct session_use use;
    ck_assert_int_eq(sessions_open(inprocess.service.sessions, inprocess.token, session_time_now(), &opened),
                     ERR_NONE);
    ck_assert(
        sessions_find(inprocess.service.sessions, bytes_of_string(opened.text), session_time_now(), &use));
    prepare(&request, use.token, &use);
    request.body = bytes_of_string("{\"disableAll\": true}");
    privileges_patch(&request, &reply);
    ck_assert_uint_eq(reply.status, 200);
    ck_assert_uint_eq(request.trail.count, 1);
    ck_assert_uint_eq(count(), 1);
    reply_withhold(&request, &reply, ERR_IO);
    ck_assert_uint_eq(reply.status, 503);
    ck_assert_uint_eq(count(), 0);
    session_use_done(&use);
    arena_done(&request.arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("withdrawn");
    TCase *tests = tcase_create("withdrawn");
    tcase_add_checked_fixture(tests, start, stop);
    tcase_add_test(tests, a_session_that_was_opened);
    tcase_add_test(tests, a_change_of_privileges);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
