#include "http/router.h"
#include "support/suite.h"

static void handle(struct request *request, struct reply *reply)
{
    (void)request;
    reply->status = 200;
}

static const struct route routes[] = {
    {.method = HTTP_GET, .path = "/open", .handle = handle},
    {.method = HTTP_POST, .path = "/shut", .handle = handle, .guard = "D:", .takes_body = true},
    {.method = HTTP_GET, .path = "/both", .handle = handle},
    {.method = HTTP_DELETE, .path = "/both", .handle = handle, .guard = "D:"},
};
static const struct route_table table = {.routes = routes, .count = sizeof routes / sizeof routes[0]};

static const struct {
    enum http_method method;
    const char *path;
    int found; /* index, -1 for none */
    const char *allow;
    bool is_public;
} rows[] = {
    {HTTP_GET, "/open", 0, NULL, true},
    {HTTP_HEAD, "/open", 0, NULL, true},
    {HTTP_POST, "/open", -1, "GET, HEAD, OPTIONS", true},
    {HTTP_OTHER, "/open", -1, "GET, HEAD, OPTIONS", true},
    {HTTP_OPTIONS, "/open", -1, "GET, HEAD, OPTIONS", true},
    {HTTP_POST, "/shut", 1, NULL, false},
    {HTTP_HEAD, "/shut", -1, "POST, OPTIONS", false},
    {HTTP_DELETE, "/both", 3, NULL, false},
    {HTTP_GET, "/both", 2, NULL, false},
    {HTTP_PUT, "/both", -1, "GET, HEAD, DELETE, OPTIONS", false},
    /* exact: no prefix, case, slash or dot is forgiven */
    {HTTP_GET, "", -1, NULL, false},
    {HTTP_GET, "/", -1, NULL, false},
    {HTTP_GET, "/ope", -1, NULL, false},
    {HTTP_GET, "/open/", -1, NULL, false},
    {HTTP_GET, "//open", -1, NULL, false},
    {HTTP_GET, "/OPEN", -1, NULL, false},
    {HTTP_GET, "/./open", -1, NULL, false},
    {HTTP_GET, "/open?x", -1, NULL, false},
};

START_TEST(router_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 4096);
    const char *allow = NULL;
    const struct route *route = router_find(&table, rows[_i].method, rows[_i].path, &arena, &allow);
    if (rows[_i].found >= 0)
        ck_assert_ptr_eq(route, &routes[rows[_i].found]);
    else
        ck_assert_ptr_null(route);
    ck_assert_pstr_eq(allow, rows[_i].allow);
    ck_assert_int_eq(router_path_is_public(&table, rows[_i].path), rows[_i].is_public);
}
END_TEST

/* A name has one case, and what is no name changes something for all that is known. */
START_TEST(methods_have_names)
{
    for (enum http_method method = HTTP_GET; method < HTTP_OTHER; method++)
        ck_assert_int_eq(router_method_of(router_method_name(method)), method);
    ck_assert_int_eq(router_method_of("get"), HTTP_OTHER);
    ck_assert_int_eq(router_method_of(""), HTTP_OTHER);
    ck_assert_int_eq(router_method_of("GET, HEAD"), HTTP_OTHER);
    ck_assert(!router_may_change(HTTP_GET) && !router_may_change(HTTP_HEAD) &&
              !router_may_change(HTTP_OPTIONS));
    ck_assert(router_may_change(HTTP_POST) && router_may_change(HTTP_PATCH) &&
              router_may_change(HTTP_DELETE));
    ck_assert(router_may_change(HTTP_PUT) && router_may_change(HTTP_OTHER));
}
END_TEST

START_TEST(router_without_memory_gives_no_list)
{
    AUTO_ARENA arena;
    arena_init(&arena, 4);
    const char *allow = "unset";
    ck_assert_ptr_null(router_find(&table, HTTP_PUT, "/both", &arena, &allow));
    ck_assert_ptr_null(allow);
}
END_TEST

/* What is for operators goes to them, and without a listener of theirs to nobody beyond this machine. */
START_TEST(audiences)
{
    ck_assert_int_eq(router_audience(false, false, true), ROUTE_ANYBODY);
    ck_assert_int_eq(router_audience(false, false, false), ROUTE_CALLERS);
    ck_assert_int_eq(router_audience(true, false, true), ROUTE_CALLERS);
    ck_assert_int_eq(router_audience(true, false, false), ROUTE_CALLERS);
    ck_assert_int_eq(router_audience(true, true, true), ROUTE_OPERATORS);
    ck_assert_int_eq(router_audience(true, true, false), ROUTE_OPERATORS);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("router");
    TCase *tests = tcase_create("router");
    tcase_add_loop_test(tests, router_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, methods_have_names);
    tcase_add_test(tests, router_without_memory_gives_no_list);
    tcase_add_test(tests, audiences);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
