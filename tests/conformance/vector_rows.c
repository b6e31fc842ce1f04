#include "conformance/vector.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAX = 4096, LINE_MAX_SIZE = 16384, ARENA_LIMIT = 1 << 24 };

static json_t *rows[ROWS_MAX];
static int row_count;
static vector_check *check_row;

START_TEST(row)
{
    struct vector vector = {.json = rows[_i]};
    arena_init(&vector.arena, ARENA_LIMIT);
    check_row(&vector);
    arena_done(&vector.arena);
}
END_TEST

static bool load(const char *path)
{
    char line[LINE_MAX_SIZE];
    FILE *file = fopen(path, "r");
    bool sound = file != NULL;
    while (sound && fgets(line, sizeof line, file) != NULL) {
        json_error_t error;
        json_t *json = row_count < ROWS_MAX ? json_loads(line, JSON_REJECT_DUPLICATES, &error) : NULL;
        sound = json != NULL;
        if (sound)
            rows[row_count++] = json;
        else
            fprintf(stderr, "%s: no row: %s", path, line);
    }
    if (file != NULL)
        (void)fclose(file);
    return sound;
}

int vector_run(const char *name, int argc, char **argv, vector_check *check)
{
    Suite *suite = suite_create(name);
    check_row = check;
    for (int i = 1; i < argc; i++) {
        if (!load(argv[i]))
            return EXIT_FAILURE;
    }
    if (row_count == 0)
        return EXIT_FAILURE;
    for (int i = 0; i < row_count; i++) {
        const char *id = json_string_value(json_object_get(rows[i], "id"));
        TCase *tests = tcase_create(id != NULL ? id : "a row without an id");
        tcase_add_loop_test(tests, row, i, i + 1);
        suite_add_tcase(suite, tests);
    }
    int status = suite_run(suite);
    for (int i = 0; i < row_count; i++)
        json_decref(rows[i]);
    return status;
}
