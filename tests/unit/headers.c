#include "http/headers.h"
#include "support/suite.h"

static const struct route plain = {.method = HTTP_GET, .path = "/p", .guard = "D:"};
static const struct route chosen = {.method = HTTP_GET, .path = "/c", .guard = "D:", .has_forms = true};

/* The value; NULL when there is none. More than one is a mistake. */
static const char *value_of(const struct reply_header *headers, size_t count, const char *name)
{
    const char *value = NULL;
    for (size_t i = 0; i < count; i++) {
        if (strcmp(headers[i].name, name) != 0)
            continue;
        ck_assert_msg(value == NULL, "%s twice", name);
        value = headers[i].value;
    }
    return value;
}

static const struct {
    const struct route *route;
    enum http_method method;
    bool is_public;
    const char *vary;
} vary_rows[] = {
    {&plain, HTTP_GET, false, "Origin, Authorization, Cookie"},
    {&chosen, HTTP_GET, false, "Origin, Authorization, Cookie, Accept"},
    {&plain, HTTP_GET, true, "Origin"},
    {&chosen, HTTP_GET, true, "Origin, Accept"},
    {NULL, HTTP_GET, false, "Origin, Authorization, Cookie"},
    {NULL, HTTP_OPTIONS, false, "Origin, Access-Control-Request-Method, Authorization, Cookie"},
};

START_TEST(vary_row)
{
    const struct exchange_rules rules = {.hsts = NULL};
    struct exchange exchange = {.rules = &rules, .is_public = vary_rows[_i].is_public};
    struct reply_header headers[HEADERS_MAX];
    exchange.request.route = vary_rows[_i].route;
    exchange.request.method = vary_rows[_i].method;
    size_t count = headers_of(&exchange, false, headers);
    ck_assert_pstr_eq(value_of(headers, count, "Vary"), vary_rows[_i].vary);
}
END_TEST

/* RFC 6797 7.2: never without TLS. */
START_TEST(tls_is_kept_to_only_over_tls)
{
    struct exchange_rules rules = {.hsts = "max-age=9"};
    struct exchange exchange = {.rules = &rules};
    struct reply_header headers[HEADERS_MAX];
    size_t count = headers_of(&exchange, false, headers);
    ck_assert_ptr_null(value_of(headers, count, "Strict-Transport-Security"));
    exchange.request.secure = true;
    count = headers_of(&exchange, false, headers);
    ck_assert_pstr_eq(value_of(headers, count, "Strict-Transport-Security"), "max-age=9");
    rules.hsts = NULL;
    count = headers_of(&exchange, false, headers);
    ck_assert_ptr_null(value_of(headers, count, "Strict-Transport-Security"));
}
END_TEST

/* The fullest answer that there can be loses none of its headers. */
START_TEST(all_headers_fit)
{
    static const char *const names[REPLY_HEADERS_MAX] = {"A", "B", "C", "D", "E", "F",
                                                         "G", "H", "I", "J", "K", "L"};
    const struct exchange_rules rules = {.hsts = "max-age=9"};
    struct exchange exchange = {.rules = &rules, .origin = "https://h"};
    struct reply_header headers[HEADERS_MAX];
    exchange.request.secure = true;
    exchange.reply.content_type = "text/plain";
    for (size_t i = 0; i < REPLY_HEADERS_MAX; i++)
        reply_header(&exchange.reply, names[i], "1");
    size_t count = headers_of(&exchange, true, headers);
    ck_assert_uint_lt(count, HEADERS_MAX);
    for (size_t i = 0; i < REPLY_HEADERS_MAX; i++)
        ck_assert_pstr_eq(value_of(headers, count, names[i]), "1");
    ck_assert_pstr_eq(value_of(headers, count, "Connection"), "close");
    ck_assert_pstr_eq(value_of(headers, count, "Content-Type"), "text/plain");
    ck_assert_pstr_eq(value_of(headers, count, "Access-Control-Allow-Origin"), "https://h");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("headers");
    TCase *tests = tcase_create("headers");
    tcase_add_loop_test(tests, vary_row, 0, (int)(sizeof vary_rows / sizeof vary_rows[0]));
    tcase_add_test(tests, tls_is_kept_to_only_over_tls);
    tcase_add_test(tests, all_headers_fit);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
