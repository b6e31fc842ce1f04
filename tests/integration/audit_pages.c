/* audit_pages: GET /audit over a log that was there before: every filter, page by page, in each form; what it refuses; and that
 * cursors stay right while others write. */
#include "auditors.h"
#include "visitor.h"

#include "support/events.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>

enum { EVENTS = 1000, TARGET_MAX = 8192 };

static struct folder folder;
static struct fixture fixture;
static struct auditors auditors;
static char token[VISITOR_TOKEN_MAX];
static char url[FOLDER_PATH_SIZE + 32];

/* With a window that only the events from before are in: the service writes some of its own. */
#define OLD  "since=2027-01-15T08:00:00Z&"
#define USER "S-1-5-21-1-2-3-1005"

/* The plain meaning of the filters on the events that events_make makes. */
static const struct row {
    const char *query;
    uint64_t modulus; /* numbers that match: number % modulus == rest, from `low` to `high` */
    uint64_t rest;
    uint64_t low;
    uint64_t high;
} rows[] = {
    {"since=2027-01-15T08:00:00Z", 1, 0, 1, EVENTS},
    {OLD "eventId=4703", 8, 7, 1, EVENTS},
    {OLD "eventId=1", 1, 1, 1, EVENTS},
    {"user=" USER, 97, 5, 1, EVENTS},
    {"user=s-1-0x5-0x15-1-2-3-1005", 97, 5, 1, EVENTS},
    {"user=User5", 97, 5, 1, EVENTS},
    {"user=corp%5CUSER5", 97, 5, 1, EVENTS},
    {"object=%5cteam7%5c", 31, 7, 1, EVENTS},
    {"object=Report0000500", EVENTS, 500, 1, EVENTS},
    {OLD "text=0X7CC", EVENTS, 499, 1, EVENTS},
    {OLD "text=%25%251538%0A%09", 1, 0, 1, EVENTS},
    {OLD "text=%25%251538%0a", 1, 0, 1, EVENTS},
    {OLD "text=no+such+thing", 1, 1, 1, EVENTS},
    {"session=0x10003", 1, 0, 150, 199},
    {"session=0X0000000000010003", 1, 0, 150, 199},
    {OLD "outcome=failure", 5, 0, 1, EVENTS},
    {"since=2027-01-15T08:15:00Z", 1, 0, 900, EVENTS},
    {"since=2027-01-15T09:15:00+01:00", 1, 0, 900, EVENTS},
    {"since=2027-01-15t09:14:59.000000001%2b01:00", 1, 0, 900, EVENTS},
    {OLD "until=2027-01-15T08:01:40Z", 1, 0, 1, 99},
    {OLD "eventId=4703&user=user5&outcome=success&object=docx&text=%25%251538", 3880, 199, 1, EVENTS},
};

static uint64_t next_match(const struct row *row, uint64_t from)
{
    uint64_t number = from < row->high ? from : row->high;
    while (number >= row->low && number % row->modulus != row->rest)
        number--;
    return number >= row->low ? number : 0;
}

static void get(const char *target, const char *accept, struct client_answer *ret)
{
    const struct visit visit = {
        .by = BY_BEARER, .token = token, .method = "GET", .target = target, .header = accept};
    visitor_send(&fixture, &visit, ret);
}

static void expect_json(const struct row *row, const struct client_answer *answer, uint64_t *expected)
{
    const json_t *events = json_object_get(answer->json, "events");
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *event = json_array_get(events, i);
        ck_assert_msg((uint64_t)json_integer_value(json_object_get(event, "recordId")) == *expected,
                      "%s: not record %llu: %.500s", row->query, (unsigned long long)*expected, answer->body);
        *expected = next_match(row, *expected - 1);
    }
}

static void expect_pages(const struct row *row, unsigned limit)
{
    char target[TARGET_MAX];
    char cursor[TARGET_MAX / 2] = "";
    uint64_t expected = next_match(row, EVENTS);
    size_t pages = 0;
    do {
        AUTO_ANSWER answer;
        (void)snprintf(target, sizeof target, "/audit?%s&limit=%u%s", row->query, limit, cursor);
        get(target, NULL, &answer);
        fixture_expect(row->query, &answer, 200, NULL);
        ck_assert_uint_le(json_array_size(json_object_get(answer.json, "events")), limit);
        expect_json(row, &answer, &expected);
        const char *next = json_string_value(json_object_get(answer.json, "next"));
        (void)snprintf(cursor, sizeof cursor, "&cursor=%s", next == NULL ? "" : next);
        if (next == NULL)
            cursor[0] = 0;
    } while (cursor[0] != 0 && ++pages < EVENTS);
    ck_assert_msg(expected == 0, "%s: ends before %llu", row->query, (unsigned long long)expected);
}

START_TEST(filter_row)
{
    expect_pages(&rows[_i], 1000);
    expect_pages(&rows[_i], 150);
}
END_TEST

/* As many events as the page has, and where the next one is; false at the end. */
static bool next_xml_page(const struct row *row, char target[TARGET_MAX], uint64_t *expected)
{
    static const char mark[] = "<EventRecordID>";
    AUTO_ANSWER answer;
    get(target, "Accept: application/xml", &answer);
    fixture_expect(row->query, &answer, 200, NULL);
    ck_assert_str_eq(client_header(&answer, "content-type"), "application/xml");
    for (const char *at = strstr(answer.body, mark); at != NULL; at = strstr(at + 1, mark)) {
        ck_assert_uint_eq(strtoull(at + strlen(mark), NULL, 10), *expected);
        *expected = next_match(row, *expected - 1);
    }
    const char *link = client_header(&answer, "link");
    if (link == NULL)
        return false;
    const char *end = strstr(link, ">; rel=\"next\"");
    ck_assert(link[0] == '<' && end != NULL);
    (void)snprintf(target, TARGET_MAX, "%.*s", (int)(end - link - 1), link + 1);
    return true;
}

START_TEST(xml_row)
{
    const struct row *row = &rows[_i];
    char target[TARGET_MAX];
    uint64_t expected = next_match(row, EVENTS);
    (void)snprintf(target, sizeof target, "/audit?limit=400&%s", row->query);
    for (size_t pages = 0; next_xml_page(row, target, &expected); pages++)
        ck_assert_uint_lt(pages, EVENTS);
    ck_assert_uint_eq(expected, 0);
}
END_TEST

static const struct {
    const char *header;
    const char *type;
} form_rows[] = {
    {"Accept:", "application/json"},
    {"Accept: */*", "application/json"},
    {"Accept: application/xml", "application/xml"},
    {"Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "application/xml"},
};

START_TEST(form_row)
{
    AUTO_ANSWER answer;
    get("/audit?object=report00005", form_rows[_i].header, &answer);
    fixture_expect(form_rows[_i].header, &answer, 200, NULL);
    ck_assert_str_eq(client_header(&answer, "content-type"), form_rows[_i].type);
}
END_TEST

static const char *const cursors[] = {"nonsense",
                                      "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};

START_TEST(cursor_row)
{
    char target[TARGET_MAX];
    AUTO_ANSWER answer;
    json_auto_t *expected =
        json_pack("{s:s, s:s}", "type", "urn:ntokend:problem:invalid-query", "parameter", "cursor");
    (void)snprintf(target, sizeof target, "/audit?cursor=%s", cursors[_i]);
    get(target, NULL, &answer);
    fixture_expect(target, &answer, 400, expected);
}
END_TEST

/* A cursor belongs to its filters. */
START_TEST(cursor_of_others)
{
    char target[TARGET_MAX];
    AUTO_ANSWER first;
    AUTO_ANSWER second;
    get("/audit?eventId=4703&limit=1", NULL, &first);
    (void)snprintf(target, sizeof target, "/audit?eventId=4656&limit=1&cursor=%s",
                   json_string_value(json_object_get(first.json, "next")));
    get(target, NULL, &second);
    fixture_expect("another filter", &second, 400, NULL);
}
END_TEST

static const char *const positions[] = {"x", "-1", "1x", "99999999999999999999999", "0x1"};

START_TEST(position_row)
{
    char header[TARGET_MAX];
    char bearer[TARGET_MAX];
    AUTO_ANSWER answer;
    (void)snprintf(header, sizeof header, "Last-Event-ID: %s", positions[_i]);
    (void)snprintf(bearer, sizeof bearer, "Authorization: Bearer %s", token);
    const char *const headers[] = {"Accept: text/event-stream", header, bearer, NULL};
    const struct client_request request = {.method = "GET", .target = "/audit", .headers = headers};
    ck_assert(client_send(&fixture.client, &request, &answer));
    fixture_expect(positions[_i], &answer, 400, NULL);
}
END_TEST

/* Two headers that say the same say it twice. */
START_TEST(accept_twice)
{
    char bearer[TARGET_MAX];
    AUTO_ANSWER answer;
    (void)snprintf(bearer, sizeof bearer, "Authorization: Bearer %s", token);
    const char *const headers[] = {"Accept: application/json", "Accept: application/xml", bearer, NULL};
    const struct client_request request = {.method = "GET", .target = "/audit", .headers = headers};
    ck_assert(client_send(&fixture.client, &request, &answer));
    fixture_expect("twice", &answer, 400, NULL);
}
END_TEST

START_TEST(one_event)
{
    AUTO_ANSWER answer;
    json_auto_t *expected = json_loads(
        "{\"events\": [{\"recordId\": 17, \"eventId\": 4656, \"time\": \"2027-01-15T08:00:17.0000000Z\","
        "\"outcome\": \"success\", \"subject\": {\"sid\": \"S-1-5-21-1-2-3-1017\", \"name\": \"CORP\\\\user17\","
        "\"logonId\": \"0x10000\"}, \"data\": {\"ObjectName\": \"C:\\\\Shares\\\\Team17\\\\Report0000017.docx\","
        "\"AccessList\": \"%%1537\\n\\t\\t\\t\\t%%1538\\n\\t\\t\\t\\t%%4416\"}}], \"next\": {\"$absent\": true}}",
        0, NULL);
    get("/audit?object=report0000017", NULL, &answer);
    fixture_expect("one event", &answer, 200, expected);
    /* in Windows' order */
    const char *sid = strstr(answer.body, "\"data\":{\"SubjectUserSid\":");
    const char *name =
        strstr(answer.body, ",\"ProcessId\":\"0x1267\",\"ProcessName\":\"/usr/sbin/ntokend\"}");
    ck_assert(sid != NULL && name != NULL && sid < name);
}
END_TEST

/* What is no UTF-8, and what XML cannot carry. tests/integration/event_xml_check.py compares the two. */
START_TEST(odd_values)
{
    AUTO_ANSWER as_json;
    AUTO_ANSWER as_xml;
    json_auto_t *expected = json_loads(
        "{\"events\": [{\"subject\": {\"$absent\": true}, \"data\": {\"SubjectUserName\": \"<b>&\\\"'</b> ]]>\","
        "\"ResourceManager\": \"a\\u0001\\u001f\\u007f\\ufffd\\ufffd(\\ufffd\\ufffd\\ufffd\\ufffe \\ud83d\\ude00\","
        "\"NewState\": \" \\t\\r\\n \"}}]}",
        0, NULL);
    ck_assert_ptr_nonnull(expected);
    get("/audit?eventId=4985", NULL, &as_json);
    fixture_expect("odd", &as_json, 200, expected);
    get("/audit?eventId=4985", "Accept: application/xml", &as_xml);
    fixture_expect("odd", &as_xml, 200, NULL);
}
END_TEST

/* Who is neither an administrator nor an Event Log Reader. */
START_TEST(guarded)
{
    AUTO_ANSWER reader;
    AUTO_ANSWER other;
    fixture_get(&fixture, ALICE, "/audit?limit=1", &reader);
    fixture_expect("an Event Log Reader", &reader, 200, NULL);
    fixture_get(&fixture, BOB, "/audit?limit=1", &other);
    fixture_expect("anybody", &other, 403, NULL);
}
END_TEST

/* Pages that were begun before others wrote: all that was there, each once. */
START_TEST(cursors_while_others_write)
{
    char target[TARGET_MAX] = "/audit?limit=50";
    uint64_t before = 0;
    auditors_start(&auditors, fixture.service.port, token);
    for (size_t pages = 0; before != 1; pages++) {
        AUTO_ANSWER answer;
        ck_assert_uint_lt(pages, EVENTS);
        get(target, NULL, &answer);
        fixture_expect(target, &answer, 200, NULL);
        const json_t *events = json_object_get(answer.json, "events");
        for (size_t i = 0; i < json_array_size(events); i++) {
            const json_t *event = json_array_get(events, i);
            uint64_t record = (uint64_t)json_integer_value(json_object_get(event, "recordId"));
            ck_assert(before == 0 || record == before - 1);
            before = record;
        }
        const char *next = json_string_value(json_object_get(answer.json, "next"));
        ck_assert((next == NULL) == (before == 1));
        (void)snprintf(target, sizeof target, "/audit?limit=50&cursor=%s", next == NULL ? "" : next);
    }
    auditors_stop(&auditors);
    ck_assert_uint_gt(atomic_load(&auditors.answered), 0);
}
END_TEST

START_TEST(opened)
{
    visitor_open(&fixture, ADMIN, token);
}
END_TEST

START_TEST(service_ends_well)
{
    ck_assert(fixture_close(&fixture));
}
END_TEST

/* What XML and JSON cannot carry as it is. */
static struct event odd_event(void)
{
    static const uint8_t random[10] = {7};
    return (struct event){
        .uuid = event_uuid_make(INT64_C(1500000000) * 1000000000, random),
        .event_id = 4985,
        .time_ns = INT64_C(1500000000) * 1000000000 + 123456700,
        .fields = {{"SubjectUserName", "<b>&\"'</b> ]]>"},
                   {"ResourceManager", "a\x01\x1f\x7f\xff\xc3\x28\xed\xa0\x80\xef\xbf\xbe \xf0\x9f\x98\x80"},
                   {"NewState", " \t\r\n "}},
        .field_count = 3};
}

static void fill_log(void)
{
    struct event_store_settings settings = {.url = url, .queue_max = 4096};
    struct event_store *store = NULL;
    struct events_wait wait;
    const char *problem = NULL;
    struct event odd = odd_event();
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    events_wait_init(&wait);
    if (event_store_open(&settings, &arena, &store, &problem) != ERR_NONE ||
        events_append(store, 1, EVENTS) != ERR_NONE || events_post(store, &wait, &odd) != ERR_NONE ||
        events_join(&wait) != ERR_NONE)
        exit(99);
    events_wait_done(&wait);
    event_store_close(store);
}

/* alice is in the group 1601 */
static const char template[] = "[Version]\nsignature=\"$CHICAGO$\"\nRevision=1\n[Group Membership]\n"
                               "*S-1-5-32-573__Members = *" FIXTURE_DOMAIN "-1601\n";

static void write_template(char *ret, size_t size)
{
    (void)snprintf(ret, size, "%s/template.inf", folder.path);
    FILE *file = fopen(ret, "we");
    if (file == NULL || fputs(template, file) < 0 || fclose(file) != 0)
        exit(99);
}

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

static Suite *make_suite(void)
{
    Suite *suite = suite_create("audit_pages");
    TCase *tests = tcase_create("audit_pages");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, opened);
    tcase_add_loop_test(tests, filter_row, 0, COUNT(rows));
    tcase_add_loop_test(tests, xml_row, 0, COUNT(rows));
    tcase_add_loop_test(tests, form_row, 0, COUNT(form_rows));
    tcase_add_loop_test(tests, cursor_row, 0, COUNT(cursors));
    tcase_add_test(tests, cursor_of_others);
    tcase_add_loop_test(tests, position_row, 0, COUNT(positions));
    tcase_add_test(tests, accept_twice);
    tcase_add_test(tests, one_event);
    tcase_add_test(tests, odd_values);
    tcase_add_test(tests, guarded);
    tcase_add_test(tests, cursors_while_others_write);
    tcase_add_test(tests, service_ends_well);
    suite_add_tcase(suite, tests);
    return suite;
}

int main(void)
{
    char policy[FOLDER_PATH_SIZE + 32];
    folder_make(&folder);
    (void)snprintf(url, sizeof url, "sqlite:%s/audit.db", folder.path);
    fill_log();
    write_template(policy, sizeof policy);
    const char *const options[] = {"--domain-sid", FIXTURE_DOMAIN, "--audit", url, "--policy", policy, NULL};
    auditors_init(&auditors);
    fixture_open(&fixture, "audit_pages", options);
    int status = suite_run(make_suite());
    auditors_done(&auditors);
    folder_remove(&folder);
    return status;
}
