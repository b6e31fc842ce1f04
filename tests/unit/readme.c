/* readme README.md: what the README shows of a refusal is what the service answers, and whoever does what the explanation
 * advises is granted what was refused. */
#include "api/routes.h"
#include "support/inprocess.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>

enum { README_MAX = 1 << 20, LINE_MAX_SIZE = 1024 };

#define BOB     "S-1-5-21-3111111111-3222222222-3333333333-1103"
#define READERS "S-1-5-21-3111111111-3222222222-3333333333-1112"
#define WRITERS "S-1-5-21-3111111111-3222222222-3333333333-1113"
#define ANSWER  "\n    {\n" /* how an answer begins */

static struct inprocess inprocess;
static char readme[README_MAX];

static bool load(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t size = fread(readme, 1, sizeof readme - 1, file);
    (void)fclose(file);
    return size > 0 && size < sizeof readme - 1;
}

/* The body of the first question in the README, asked by somebody with these groups. */
static json_t *question(json_t *groups, bool explain)
{
    const char *start = strstr(readme, "-d '{");
    ck_assert_ptr_nonnull(start);
    start += strlen("-d '");
    const char *end = strchr(start, '\'');
    ck_assert_ptr_nonnull(end);
    json_t *body = json_loadb(start, (size_t)(end - start), JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(body);
    json_t *subject = json_pack("{s:{s:s, s:o}}", "token", "user", BOB, "groups", groups);
    ck_assert_int_eq(json_object_set_new(body, "subject", subject), 0);
    if (explain)
        ck_assert_int_eq(json_object_set_new(body, "explain", json_true()), 0);
    return body;
}

static void ask(const json_t *body, struct inprocess_answer *ret)
{
    char *text = json_dumps(body, 0);
    ck_assert_ptr_nonnull(text);
    inprocess_run(&inprocess, access_check_post, bytes_of_string(text), 1 << 24, ret);
    inprocess_parse(ret);
    ck_assert_uint_eq(ret->status, 200);
    free(text);
}

/* Without the blanks that are in no string. */
static void squeeze(const char *line, size_t size, char ret[LINE_MAX_SIZE])
{
    size_t used = 0;
    bool quoted = false;
    ck_assert_uint_lt(size, LINE_MAX_SIZE);
    for (size_t i = 0; i < size; i++) {
        quoted = quoted != (line[i] == '"');
        if (quoted || line[i] != ' ')
            ret[used++] = line[i];
    }
    ret[used] = '\0';
}

/* Each line of the README's answer `number` stands in ours, one behind the other; "..." is what it leaves out. */
static void compare(unsigned number, const json_t *answer)
{
    char *ours = json_dumps(answer, JSON_COMPACT);
    const char *at = ours;
    const char *line = readme;
    for (unsigned i = 0; i <= number; i++) {
        line = strstr(line, ANSWER);
        ck_assert_msg(line != NULL, "the README has no answer %u", number);
        line += strlen(ANSWER);
    }
    unsigned lines = 0;
    for (; strncmp(line, "    }\n", 6) != 0; line = strchr(line, '\n') + 1) {
        char squeezed[LINE_MAX_SIZE];
        squeeze(line, strcspn(line, "\n"), squeezed);
        if (strcmp(squeezed, "...") == 0)
            continue;
        const char *found = strstr(at, squeezed);
        ck_assert_msg(found != NULL, "the README says %s, and the answer is %s", squeezed, ours);
        at = found + strlen(squeezed);
        lines++;
    }
    ck_assert_uint_ge(lines, 3);
    free(ours);
}

static const struct {
    const char *group;
    bool explain;
} shown[] = {{READERS, false}, {READERS, true}, {WRITERS, false}};

START_TEST(an_answer_is_as_shown)
{
    struct inprocess_answer answer;
    json_auto_t *body = question(json_pack("[s]", shown[_i].group), shown[_i].explain);
    ask(body, &answer);
    compare((unsigned)_i, answer.body);
    inprocess_answer_done(&answer);
}
END_TEST

/* The text from `start` to `end`, both included, for the caller to free. */
static char *part_of(const char *text, const char *start, char end)
{
    const char *at = strstr(text, start);
    ck_assert_msg(at != NULL, "no %s in: %s", start, text);
    at += strlen(start) - 1;
    const char *last = strchr(at, end);
    ck_assert_ptr_nonnull(last);
    return strndup(at, (size_t)(last - at) + 1);
}

/* Of each right that is refused: which line of the descriptor to change, or what to add; either way it is granted then. */
START_TEST(the_advice_helps)
{
    struct inprocess_answer refused;
    struct inprocess_answer granted;
    unsigned advices = 0;
    json_auto_t *body = question(json_pack("[s]", READERS), true);
    json_t *rights = NULL;
    ask(body, &refused);
    ck_assert(json_is_false(json_object_get(refused.body, "allowed")));
    rights = json_object_get(json_object_get(refused.body, "explanation"), "rights");
    for (size_t i = 0; i < json_array_size(rights); i++) {
        const char *advice = json_string_value(json_object_get(json_array_get(rights, i), "advice"));
        if (json_is_true(json_object_get(json_array_get(rights, i), "granted")))
            continue;
        ck_assert_ptr_nonnull(advice);
        ck_assert_msg(strncmp(advice, "ACE 1 of the DACL, ", 19) == 0, "%s", advice);
        char *ace = part_of(advice, "such as (", ')');
        const char *sddl = json_string_value(json_object_get(body, "securityDescriptor"));
        json_auto_t *changed = json_deep_copy(body);
        ck_assert_int_eq(json_object_set_new(changed, "securityDescriptor", json_sprintf("%s%s", sddl, ace)),
                         0);
        ask(changed, &granted);
        ck_assert_msg(json_is_true(json_object_get(granted.body, "allowed")), "%s", advice);
        inprocess_answer_done(&granted);
        free(ace);
        advices++;
    }
    ck_assert_uint_eq(advices, 1);
    inprocess_answer_done(&refused);
    json_auto_t *added = question(json_pack("[s, s]", READERS, WRITERS), false);
    ask(added, &granted);
    ck_assert(json_is_true(json_object_get(granted.body, "allowed")));
    inprocess_answer_done(&granted);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc != 2 || !load(argv[1])) {
        (void)printf("Bail out! no README\n");
        return EXIT_FAILURE;
    }
    inprocess_open(&inprocess);
    Suite *suite = suite_create("readme");
    TCase *tests = tcase_create("readme");
    tcase_add_loop_test(tests, an_answer_is_as_shown, 0, (int)(sizeof shown / sizeof shown[0]));
    tcase_add_test(tests, the_advice_helps);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    inprocess_close(&inprocess);
    return status;
}
