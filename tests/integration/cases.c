/* cases FILE...: requests and what must come of them, from tables in JSON. One connection for each file. */
#include "integration/fixture.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES_MAX = 1000 };

static struct fixture fixture;
static json_t *cases[CASES_MAX]; /* borrowed from the files */
static int case_count;

static const char *text_of(const json_t *row, const char *key, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(row, key));
    return text == NULL ? otherwise : text;
}

static const char *ticket_of(const json_t *row)
{
    static const char *const names[] = {"alice", "bob", "admin"};
    const char *name = text_of(row, "as", "alice");
    for (enum fixture_person person = 0; person < FIXTURE_PERSONS; person++) {
        if (strcmp(name, names[person]) == 0)
            return fixture_ccache(&fixture, person);
    }
    ck_assert_str_eq(name, "nobody");
    return NULL;
}

/* "repeat": the only item of the array at a path comes so many times, so that the tables stay readable. */
static void repeat_item(json_t *body, const json_t *wish)
{
    json_t *array = body;
    const json_t *path = json_object_get(wish, "at");
    for (size_t i = 0; i < json_array_size(path); i++)
        array = json_object_get(array, json_string_value(json_array_get(path, i)));
    ck_assert(json_is_array(array));
    json_int_t count = json_integer_value(json_object_get(wish, "count"));
    while ((json_int_t)json_array_size(array) < count)
        ck_assert_int_eq(json_array_append(array, json_array_get(array, 0)), 0);
}

static char *json_body_of(const json_t *row)
{
    json_auto_t *body = json_deep_copy(json_object_get(row, "body"));
    const json_t *wishes = json_object_get(row, "repeat");
    for (size_t i = 0; i < json_array_size(wishes); i++)
        repeat_item(body, json_array_get(wishes, i));
    return body == NULL ? NULL : json_dumps(body, JSON_ENCODE_ANY | JSON_COMPACT);
}

/* "raw" is sent as it stands, "body" as JSON; the caller frees it. */
static char *body_of(const json_t *row)
{
    const char *raw = text_of(row, "raw", NULL);
    return raw != NULL ? strdup(raw) : json_body_of(row);
}

START_TEST(case_row)
{
    const json_t *row = cases[_i];
    char *body = body_of(row);
    const char *headers[3] = {NULL};
    size_t header_count = 0;
    static const char *const names[] = {"header", "page"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (json_object_get(row, names[i]) != NULL)
            headers[header_count++] = text_of(row, names[i], NULL);
    }
    const struct client_request request = {.method = text_of(row, "method", body == NULL ? "GET" : "POST"),
                                           .target = text_of(row, "target", "/access-check"),
                                           .body = body,
                                           .body_size = body == NULL ? 0 : strlen(body),
                                           .content_type = text_of(row, "type", NULL),
                                           .ccache = ticket_of(row),
                                           .headers = headers};
    AUTO_ANSWER answer;
    bool sent = client_send(&fixture.client, &request, &answer);
    free(body);
    ck_assert_msg(sent, "%s: no answer", text_of(row, "name", "?"));
    fixture_expect(text_of(row, "name", "?"), &answer,
                   (long)json_integer_value(json_object_get(row, "status")), json_object_get(row, "expect"));
    fixture_expect_headers(text_of(row, "name", "?"), &answer, json_object_get(row, "headers"));
}
END_TEST

START_TEST(service_ends_well)
{
    ck_assert(fixture_close(&fixture));
}
END_TEST

static json_t *load(const char *path)
{
    json_error_t error;
    json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!json_is_array(file)) {
        (void)fprintf(stderr, "%s:%d: %s\n", path, error.line, error.text);
        exit(99);
    }
    size_t index;
    json_t *row;
    json_array_foreach (file, index, row) {
        if (case_count < CASES_MAX)
            cases[case_count++] = row;
    }
    return file;
}

int main(int argc, char **argv)
{
    static const char *const options[] = {
        FIXTURE_AUDITORS, "--batch-max",   "1000",           "--domain-sid",         FIXTURE_DOMAIN,
        "--machine-sid",  FIXTURE_MACHINE, "--allow-origin", "https://dash.example", NULL};
    json_t *files = json_array();
    for (int i = 1; i < argc; i++)
        json_array_append_new(files, load(argv[i]));
    fixture_open(&fixture, "cases", options);
    Suite *suite = suite_create("cases");
    TCase *tests = tcase_create("cases");
    tcase_add_loop_test(tests, case_row, 0, case_count);
    tcase_add_test(tests, service_ends_well);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    json_decref(files);
    return status;
}
