#include "http/reply.h"

#include "http/json_memory.h"
#include "support/suite.h"

#include <stdlib.h>

static const struct {
    struct problem problem;
    unsigned status;
    const char *json;
} problem_rows[] = {
    {{.kind = PROBLEM_UNAUTHENTICATED},
     401,
     "{\"type\":\"urn:ntokend:problem:unauthenticated\",\"title\":\"Authentication is needed\",\"status\":401}"},
    {{.kind = PROBLEM_INVALID_FIELD, .detail = "give a number", .pointer = "/a/0"},
     400,
     "{\"type\":\"urn:ntokend:problem:invalid-field\",\"title\":\"A field of the body is not valid\",\"status\":400,"
     "\"detail\":\"give a number\",\"pointer\":\"/a/0\"}"},
    {{.kind = PROBLEM_INVALID_QUERY, .parameter = "on\xff"},
     400,
     "{\"type\":\"urn:ntokend:problem:invalid-query\",\"title\":\"A query parameter is not valid\",\"status\":400,"
     "\"parameter\":\"\xef\xbf\xbd\"}"},
    {{.kind = PROBLEM_INVALID_SDDL, .expected = "')'", .win32 = ERR_INVALID_ACL},
     422,
     "{\"type\":\"urn:ntokend:problem:invalid-sddl\",\"title\":\"The SDDL is not valid\",\"status\":422,"
     "\"offset\":0,\"expected\":\"')'\",\"win32Error\":1336,\"win32ErrorName\":\"ERROR_INVALID_ACL\"}"},
    {{.kind = PROBLEM_INVALID_SDDL, .offset = 7},
     422,
     "{\"type\":\"urn:ntokend:problem:invalid-sddl\",\"title\":\"The SDDL is not valid\",\"status\":422}"},
    {{.kind = (enum problem_kind)999},
     500,
     "{\"type\":\"urn:ntokend:problem:internal\",\"title\":\"Internal error\",\"status\":500}"},
};

START_TEST(problem_row)
{
    struct request request = {0};
    struct reply reply = {0};
    arena_init(&request.arena, 10000);
    reply_problem(&request, &reply, &problem_rows[_i].problem);
    ck_assert_uint_eq(reply.status, problem_rows[_i].status);
    ck_assert_str_eq(reply.content_type, "application/problem+json");
    ck_assert(bytes_equal(reply.body, bytes_of_string(problem_rows[_i].json)));
    arena_done(&request.arena);
}
END_TEST

START_TEST(problem_kind_is_whole)
{
    enum problem_kind kind = (enum problem_kind)_i;
    json_t *problem = problem_json(&(struct problem){.kind = kind});
    ck_assert_ptr_nonnull(json_string_value(json_object_get(problem, "type")));
    ck_assert_ptr_nonnull(json_string_value(json_object_get(problem, "title")));
    json_int_t status = json_integer_value(json_object_get(problem, "status"));
    ck_assert_int_eq(status, problem_status(kind));
    ck_assert(status >= 400 && status <= 599);
    ck_assert_uint_eq(json_object_size(problem), 3);
    json_decref(problem);
}
END_TEST

START_TEST(unavailable_says_when_to_retry)
{
    struct request request = {0};
    struct reply reply = {0};
    arena_init(&request.arena, 10000);
    reply_problem(&request, &reply, &(struct problem){.kind = PROBLEM_UNAVAILABLE});
    ck_assert_uint_eq(reply.status, 503);
    ck_assert_uint_eq(reply.header_count, 1);
    ck_assert_str_eq(reply.headers[0].name, "Retry-After");
    arena_done(&request.arena);
}
END_TEST

START_TEST(json_is_compact)
{
    struct request request = {0};
    struct reply reply = {0};
    arena_init(&request.arena, 10000);
    reply_json(&request, &reply, 201, json_pack("{s:b,s:[i,i]}", "allowed", 0, "n", 1, 2));
    ck_assert_uint_eq(reply.status, 201);
    ck_assert_str_eq(reply.content_type, "application/json");
    ck_assert(bytes_equal(reply.body, bytes_of_string("{\"allowed\":false,\"n\":[1,2]}")));
    arena_done(&request.arena);
}
END_TEST

static const struct {
    size_t limit;
    bool body;
} failing_rows[] = {{10000, false}, {3, true}, {3, false}};

START_TEST(json_without_memory_is_500)
{
    struct request request = {0};
    struct reply reply = {.status = 200};
    arena_init(&request.arena, failing_rows[_i].limit);
    reply_json(&request, &reply, 200, failing_rows[_i].body ? json_string("longer than three") : NULL);
    ck_assert_uint_eq(reply.status, 500);
    ck_assert_str_eq(reply.content_type, "application/problem+json");
    json_t *body = json_loadb((const char *)reply.body.data, reply.body.size, 0, NULL);
    ck_assert_int_eq(json_integer_value(json_object_get(body, "status")), 500);
    json_decref(body);
    arena_done(&request.arena);
}
END_TEST

/* An answer that takes too much to print is 500, and whoever is served next by the thread has nothing to do with it. */
START_TEST(too_much_is_for_its_own_answer)
{
    enum { TOO_LONG = 700000 };
    struct request request = {0};
    struct reply reply = {0};
    char *text = malloc(TOO_LONG);
    ck_assert_ptr_nonnull(text);
    memset(text, 'a', TOO_LONG);
    arena_init(&request.arena, 4 << 20);
    json_memory_bound(1 << 20);
    json_memory_watch();
    json_t *body = json_stringn(text, TOO_LONG);
    ck_assert_ptr_nonnull(body);
    reply_json(&request, &reply, 200, body);
    ck_assert_uint_eq(reply.status, 500);
    reply_json(&request, &reply, 200, json_pack("{s:b}", "next", 1));
    ck_assert_uint_eq(reply.status, 200);
    reply_problem(&request, &reply, &(struct problem){.kind = PROBLEM_CONFLICT});
    ck_assert_uint_eq(reply.status, 409);
    json_memory_bound(JSON_MEMORY_STANDARD);
    arena_done(&request.arena);
    free(text);
}
END_TEST

START_TEST(headers_are_bounded)
{
    struct reply reply = {0};
    for (int i = 0; i < REPLY_HEADERS_MAX + 3; i++)
        reply_header(&reply, "Name", "value");
    ck_assert_uint_eq(reply.header_count, REPLY_HEADERS_MAX);
}
END_TEST

#define X(name, code, win32, text) name,
static const enum err all_errs[] = {ERR_LIST(X)};
#undef X

START_TEST(no_err_means_success)
{
    ck_assert_uint_ge(problem_status(problem_of(all_errs[_i])), 400);
}
END_TEST

static const struct {
    enum err err;
    enum problem_kind kind;
} of_rows[] = {
    {ERR_NONE, PROBLEM_INTERNAL},
    {ERR_IO, PROBLEM_INTERNAL},
    {ERR_NO_MEMORY, PROBLEM_UNAVAILABLE},
    {ERR_LOGON_FAILURE, PROBLEM_UNAUTHENTICATED},
    {ERR_LOGON_TYPE_NOT_GRANTED, PROBLEM_UNAUTHENTICATED},
    {ERR_ACCESS_DENIED, PROBLEM_CALL_REFUSED},
    {ERR_GENERIC_NOT_MAPPED, PROBLEM_CALL_REFUSED},
    {ERR_NO_IMPERSONATION_TOKEN, PROBLEM_CALL_REFUSED},
    {ERR_INVALID_SECURITY_DESCR, PROBLEM_INVALID_DESCRIPTOR},
    {ERR_INVALID_STRING_UUID, PROBLEM_INVALID_SDDL},
    {(enum err)9999, PROBLEM_INTERNAL},
};

START_TEST(problem_of_row)
{
    ck_assert_int_eq(problem_of(of_rows[_i].err), of_rows[_i].kind);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reply");
    TCase *tests = tcase_create("reply");
    tcase_add_loop_test(tests, problem_row, 0, (int)(sizeof problem_rows / sizeof problem_rows[0]));
    tcase_add_loop_test(tests, problem_kind_is_whole, 0, PROBLEM_UNAVAILABLE + 1);
    tcase_add_test(tests, unavailable_says_when_to_retry);
    tcase_add_test(tests, json_is_compact);
    tcase_add_loop_test(tests, json_without_memory_is_500, 0,
                        (int)(sizeof failing_rows / sizeof failing_rows[0]));
    tcase_add_test(tests, too_much_is_for_its_own_answer);
    tcase_add_test(tests, headers_are_bounded);
    tcase_add_loop_test(tests, no_err_means_success, 0, (int)(sizeof all_errs / sizeof all_errs[0]));
    tcase_add_loop_test(tests, problem_of_row, 0, (int)(sizeof of_rows / sizeof of_rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
