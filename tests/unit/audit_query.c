/* audit_query: the parameters of GET /audit, as the log is then asked. What is refused stands in tests/integration/cases too. */
#include "api/audit_query.h"
#include "support/inprocess.h"
#include "support/suite.h"

enum { ARENA_BYTES = 1 << 20 };

static struct inprocess inprocess;
static struct audit_query query;
static bool pages;

/* In the place of the route. */
static void read_query(struct request *request, struct reply *reply)
{
    if (audit_query_read(request, reply, pages, &query))
        reply_bytes(reply, 204, NULL, (struct bytes){0});
}

static unsigned status_of(const struct inprocess_pair *pairs)
{
    struct inprocess_answer answer;
    const struct inprocess_asked asked = {.query = pairs};
    inprocess_ask(&inprocess, read_query, &asked, ARENA_BYTES, &answer);
    inprocess_answer_done(&answer);
    return answer.status;
}

START_TEST(defaults)
{
    pages = true;
    ck_assert_uint_eq(status_of(NULL), 204);
    ck_assert_uint_eq(query.limit, 100);
    ck_assert_ptr_null(query.cursor);
    const struct event_filter none = {0};
    ck_assert(query.filter.user == none.user && query.filter.object == none.object &&
              query.filter.session == none.session && query.filter.text == none.text);
    ck_assert(query.filter.since_ns == 0 && query.filter.until_ns == 0 && query.filter.event_id == 0);
    ck_assert_int_eq(query.filter.outcome, EVENT_ANY_OUTCOME);
}
END_TEST

START_TEST(everything)
{
    static const struct inprocess_pair pairs[] = {
        {"cursor", "c"},
        {"limit", "7"},
        {"eventId", "4656"},
        {"user", "s-1-0x5-32-0544"},
        {"object", "o"},
        {"session", "0X00003E7"},
        {"text", "t"},
        {"outcome", "failure"},
        {"since", "1970-01-01T00:00:01Z"},
        {"until", "1970-01-01T00:00:00Z"}, /* which is not the 0 that means no bound */
        {NULL, NULL}};
    pages = true;
    ck_assert_uint_eq(status_of(pairs), 204);
    ck_assert_str_eq(query.cursor, "c");
    ck_assert_uint_eq(query.limit, 7);
    ck_assert_uint_eq(query.filter.event_id, 4656);
    ck_assert_str_eq(query.filter.user, "S-1-5-32-356"); /* 0544 is octal to Windows: reference 2.2 */
    ck_assert_str_eq(query.filter.object, "o");
    ck_assert_str_eq(query.filter.session, "0x3e7");
    ck_assert_str_eq(query.filter.text, "t");
    ck_assert_int_eq(query.filter.outcome, EVENT_FAILURE);
    ck_assert_int_eq(query.filter.since_ns, 1000000000);
    ck_assert_int_eq(query.filter.until_ns, 1);
}
END_TEST

/* A text of so many bytes. */
static const struct {
    const char *name;
    size_t size;
    bool pages;
    bool good;
} rows[] = {
    {"user", 1024, true, true},    {"user", 1025, true, false},   {"object", 1024, true, true},
    {"object", 1025, true, false}, {"text", 1024, true, true},    {"text", 1025, true, false},
    {"cursor", 1024, true, true},  {"cursor", 1025, true, false}, {"user", 0, true, false},
    {"cursor", 64, false, false},  {"limit", 1, false, false},    {"text", 8, false, true},
    {"other", 8, true, false},     {"other", 8, false, false},
};

START_TEST(row)
{
    static char text[2048];
    memset(text, 'x', sizeof text);
    text[rows[_i].size] = 0;
    const struct inprocess_pair pairs[] = {{rows[_i].name, text}, {NULL, NULL}};
    pages = rows[_i].pages;
    ck_assert_uint_eq(status_of(pairs), rows[_i].good ? 204 : 400);
}
END_TEST

/* Every one of them, though the second says the same. */
START_TEST(twice)
{
    static const struct inprocess_pair all[] = {{"limit", "7"},
                                                {"eventId", "4656"},
                                                {"user", "u"},
                                                {"object", "o"},
                                                {"session", "0x3e7"},
                                                {"text", "t"},
                                                {"outcome", "failure"},
                                                {"since", "1970-01-01T00:00:01Z"},
                                                {"until", "1970-01-01T00:00:01Z"}};
    const struct inprocess_pair pairs[] = {all[_i], {"cursor", "c"}, all[_i], {NULL, NULL}};
    pages = true;
    ck_assert_uint_eq(status_of(pairs), 400);
}
END_TEST

int main(void)
{
    inprocess_open(&inprocess);
    Suite *suite = suite_create("audit_query");
    TCase *tests = tcase_create("audit_query");
    tcase_add_test(tests, defaults);
    tcase_add_test(tests, everything);
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tests, twice, 0, 9);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    inprocess_close(&inprocess);
    return status;
}
