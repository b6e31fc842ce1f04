/* record OUTPUT FILES: asks this machine's Windows the rows of the files, and writes its answers to OUTPUT. */
#include "windows/record/record.h"

#include "support/suite.h"

#include <stdlib.h>

enum { ROW_MEMORY_MAX = 64 << 20, FILES_MAX = 64 };

static struct record record;
static size_t ends[FILES_MAX]; /* of the rows of each file */

void record_line(struct record *out, json_t *line)
{
    ck_assert_ptr_nonnull(line);
    ck_assert_int_eq(json_dumpf(line, out->file, JSON_COMPACT), 0);
    ck_assert_int_ge(fputc('\n', out->file), 0);
    json_decref(line);
    out->lines++;
}

void record_answer(struct record *out, const char *row, const char *way, const char *question,
                   const struct asked *asked)
{
    json_t *line = json_pack("{s:s}", "row", row);
    const struct {
        const char *name;
        const char *value;
    } members[] = {{"way", way[0] != '\0' ? way : NULL},
                   {"question", question},
                   {"function", asked->function},
                   {"token", asked->windows != NULL ? asked->by : NULL},
                   {"windows", asked->windows},
                   {"not_asked", asked->why_not},
                   {"engine", asked->engine}};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (members[i].value != NULL)
            ck_assert_int_eq(json_object_set_new(line, members[i].name, json_string(members[i].value)), 0);
    ck_assert_msg((asked->windows != NULL) != (asked->why_not != NULL), "%s: asked or not", row);
    out->asked += asked->windows != NULL;
    out->differ += asked->windows != NULL && strcmp(asked->windows, asked->engine) != 0;
    record_line(out, line);
}

START_TEST(header)
{
    record_header(&record);
}
END_TEST

START_TEST(rows_of_file)
{
    for (size_t i = _i == 0 ? 0 : ends[_i - 1]; i < ends[_i]; i++) {
        struct vector vector = {.json = vector_at(i)};
        struct row_answers answers;
        arena_init(&vector.arena, ROW_MEMORY_MAX);
        rows_ask(record.machine, &vector, &answers);
        ck_assert_uint_gt(answers.count, 0);
        for (size_t way = 0; way < answers.count; way++)
            record_answer(&record, vector_text(&vector, "id"), answers.way[way],
                          vector_optional(&vector, "question"), &answers.asked[way]);
        arena_done(&vector.arena);
    }
}
END_TEST

START_TEST(audits)
{
    record_audits(&record);
}
END_TEST

START_TEST(questions)
{
    record_questions(&record);
}
END_TEST

START_TEST(end)
{
    record_line(&record, json_pack("{s:b, s:I, s:I, s:I}", "end", 1, "lines", (json_int_t)record.lines + 1,
                                   "asked", (json_int_t)record.asked, "differ", (json_int_t)record.differ));
    ck_assert_int_eq(fflush(record.file), 0);
    printf("# %zu rows asked, %zu answered otherwise than by the engine\n", record.asked, record.differ);
}
END_TEST

int main(int argc, char **argv)
{
    static struct machine machine;
    if (argc < 3 || argc - 2 > FILES_MAX)
        return EXIT_FAILURE;
    for (int i = 2; i < argc; i++) {
        if (!vector_load(argv[i]))
            return EXIT_FAILURE;
        ends[i - 2] = vector_count();
    }
    record = (struct record){.file = fopen(argv[1], "wb"), .machine = &machine};
    if (record.file == NULL) {
        fprintf(stderr, "%s cannot be written\n", argv[1]);
        return EXIT_FAILURE;
    }
    machine_open(&machine);
    machine.asks_authz = true;
    Suite *suite = suite_create("windows-record");
    TCase *tests = tcase_create("record");
    tcase_set_timeout(tests, 600);
    tcase_add_test(tests, header);
    tcase_add_loop_test(tests, rows_of_file, 0, argc - 2);
    tcase_add_test(tests, audits);
    tcase_add_test(tests, questions);
    tcase_add_test(tests, end);
    suite_add_tcase(suite, tests);
    const int status = suite_run(suite);
    machine_close(&machine);
    return fclose(record.file) == 0 ? status : EXIT_FAILURE;
}
