/* GET /audit with any query and any Accept: each answer is a problem with its reason, or a page. Input: lines, of which the first is
 * Accept, the second Last-Event-ID, and each other one a parameter, "name=value". */
#include "api/routes.h"
#include "fuzz/fuzz.h"
#include "support/inprocess.h"

#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 64 << 20, LINES = 16 };

struct lines {
    char *text;
    char *line[LINES];
    size_t count;
};

static struct lines lines_of(const uint8_t *data, size_t size)
{
    struct lines lines = {.text = malloc(size + 1)};
    FUZZ_ASSERT(lines.text != NULL);
    memcpy(lines.text, data, size);
    lines.text[size] = 0;
    char *rest = lines.text;
    while (rest != NULL && lines.count < LINES)
        lines.line[lines.count++] = strsep(&rest, "\n");
    return lines;
}

static void check_page(const struct inprocess_answer *answer)
{
    if (strcmp(answer->content_type, "application/xml") == 0) {
        FUZZ_ASSERT(strncmp(answer->text, "<?xml", 5) == 0);
        return;
    }
    FUZZ_ASSERT(strcmp(answer->content_type, "application/json") == 0);
    FUZZ_ASSERT(json_is_array(json_object_get(answer->body, "events")));
}

static void check_problem(const struct inprocess_answer *answer)
{
    FUZZ_ASSERT(answer->status == 400 || answer->status == 406 || answer->status == 503);
    FUZZ_ASSERT(json_integer_value(json_object_get(answer->body, "status")) == answer->status);
    FUZZ_ASSERT(json_is_string(json_object_get(answer->body, "detail")));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct inprocess inprocess;
    struct inprocess_pair headers[3] = {{NULL, NULL}};
    struct inprocess_pair query[LINES + 1] = {{NULL, NULL}};
    struct inprocess_answer answer;
    if (inprocess.platform == NULL)
        inprocess_open(&inprocess);
    struct lines lines = lines_of(data, size);
    for (size_t i = 0; i < lines.count; i++) {
        char *value = lines.line[i];
        if (i == 0)
            headers[0] = (struct inprocess_pair){"Accept", value};
        else if (i == 1)
            headers[1] = (struct inprocess_pair){"Last-Event-ID", value};
        else
            query[i - 2] = (struct inprocess_pair){strsep(&value, "="), value == NULL ? "" : value};
    }
    const struct inprocess_asked asked = {.query = query, .headers = headers};
    inprocess_ask(&inprocess, audit_get, &asked, ARENA_BYTES, &answer);
    inprocess_parse(&answer);
    if (answer.status == 200)
        check_page(&answer);
    else
        check_problem(&answer);
    inprocess_answer_done(&answer);
    free(lines.text);
    return 0;
}
