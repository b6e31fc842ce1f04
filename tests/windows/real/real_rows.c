/* rows PROGRAM LEAST LIST FILES: the rows of the conformance tables, put to the real functions of this machine, as far as it can
 * make the tokens. PROGRAM says which: access, privilege or text. At least LEAST must be asked. */
#include "platform/sddl.h"
#include "support/suite.h"
#include "windows/real/ask_text.h"
#include "windows/real/known.h"
#include "windows/real/rows.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROW_MEMORY_MAX = 64 << 20, SHOWN_MAX = 40, READ_LEAST = 200 };

static struct machine machine;
static const char *program;
static size_t least;
static bool has_corpora;

static bool is_mine(const struct vector *vector)
{
    const char *api = vector_text(vector, "api");
    if (json_object_get(vector->json, "question") != NULL) /* nobody knows what Windows says: record.c asks */
        return false;
    if (strcmp(program, "access") == 0)
        return rows_is_access(vector);
    const bool privilege = strcmp(api, "PrivilegeCheck") == 0 || strcmp(api, "AdjustTokenPrivileges") == 0;
    if (strcmp(program, "privilege") == 0)
        return privilege;
    /* of bytes Windows says only whether they are valid, by a rule of its own, and Wine that all are */
    return !privilege && !rows_is_access(vector) && strcmp(api, "IsValidSecurityDescriptor") != 0;
}

struct count {
    size_t asked;
    size_t read; /* of these, by platform_sddl_read too */
    size_t not_asked;
    size_t wrong;
};

static void judge(const char *id, const char *way, const struct asked *asked, struct count *count)
{
    char row[256];
    char why[1024] = "";
    (void)snprintf(row, sizeof row, "%s%s%s", id, way[0] != '\0' ? ":" : "", way);
    if (asked->windows == NULL) {
        count->not_asked++;
        return;
    }
    count->asked++;
    if (strcmp(asked->windows, asked->engine) != 0)
        (void)snprintf(why, sizeof why, "%s: %s, expected %s", asked->function, asked->windows,
                       asked->engine);
    const char *problem = known_problem(known_is_listed(asked->function) ? asked->function : row, why);
    if (problem == NULL)
        return;
    if (count->wrong++ < SHOWN_MAX || getenv("NTOKEND_REAL_ALL") != NULL)
        printf("# %s %s: %s\n", program, row, problem);
}

/* What the service makes of a text is what this machine's function does, known to differ from Windows or not. */
static void judge_platform(const char *id, const struct asked *asked, struct arena *arena,
                           struct count *count)
{
    struct bytes bytes = {0};
    struct sddl_error error = {0};
    if (asked->sddl == NULL || asked->windows == NULL)
        return;
    const enum err err =
        platform_sddl_read(&machine.platform, arena, bytes_of_string(asked->sddl), &bytes, &error);
    const char *got = err == ERR_NONE ? arena_printf(arena, "hex %s", ask_hex(arena, bytes))
                                      : ask_error(arena, err_win32(err));
    count->read++;
    if (strcmp(got, asked->windows) == 0 && (err == ERR_NONE) == (error.expected == NULL))
        return;
    count->wrong++;
    printf("# %s %s: platform_sddl_read: %s, expected %s\n", program, id, got, asked->windows);
}

START_TEST(every_row)
{
    struct count count = {0};
    for (size_t i = 0; i < vector_count(); i++) {
        struct vector vector = {.json = vector_at(i)};
        struct row_answers answers;
        arena_init(&vector.arena, ROW_MEMORY_MAX);
        if (is_mine(&vector)) {
            rows_ask(&machine, &vector, &answers);
            for (size_t way = 0; way < answers.count; way++) {
                judge(vector_text(&vector, "id"), answers.way[way], &answers.asked[way], &count);
                judge_platform(vector_text(&vector, "id"), &answers.asked[way], &vector.arena, &count);
            }
        }
        arena_done(&vector.arena);
    }
    printf("# %zu asked, %zu not: this process cannot make their tokens, or Windows has no such function\n",
           count.asked, count.not_asked);
    printf("# %zu texts read by the service's function too\n", count.read);
    ck_assert_msg(strcmp(program, "text") != 0 || count.read >= READ_LEAST, "only %zu texts were read",
                  count.read);
    ck_assert_msg(count.wrong == 0, "%zu rows are answered otherwise; the first stand above", count.wrong);
    ck_assert_msg(count.asked >= least, "only %zu were asked; does this run as an administrator?",
                  count.asked);
}
END_TEST

/* The names of our own rows begin with the section that they prove. */
START_TEST(every_listed_row_was_asked)
{
    size_t at = 0;
    const char *row;
    while ((row = known_unasked(&at)) != NULL)
        ck_assert_msg(!has_corpora && (row[0] < '0' || row[0] > '9') && !machine_has(row),
                      "%s of wine_differs was not asked", row);
    if (!has_corpora)
        printf("# rows of the corpora were not asked: there is no copy of them\n");
}
END_TEST

int main(int argc, char **argv)
{
    if (argc < 5 || !known_load(argv[3], argv[1]))
        return EXIT_FAILURE;
    program = argv[1];
    least = strtoul(argv[2], NULL, 10);
    for (int i = 4; i < argc; i++)
        if (!vector_load(argv[i]))
            return EXIT_FAILURE;
    for (size_t i = 0; i < vector_count(); i++)
        has_corpora |= json_object_get(vector_at(i), "request") != NULL;
    machine_open(&machine);
    Suite *suite = suite_create("windows-real-rows");
    TCase *tests = tcase_create(program);
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, every_row);
    tcase_add_test(tests, every_listed_row_was_asked);
    suite_add_tcase(suite, tests);
    const int status = suite_run(suite);
    machine_close(&machine);
    return status;
}
