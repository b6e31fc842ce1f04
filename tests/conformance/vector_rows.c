#include "conformance/vector.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAX = 8192, LINE_MAX_SIZE = 1 << 18, ARENA_LIMIT = 1 << 24 };

static json_t *rows[ROWS_MAX];
static int row_count;
static int file_start; /* of the file that is read */
static vector_check *check_row;

START_TEST(row)
{
    struct vector vector = {.json = rows[_i]};
    arena_init(&vector.arena, ARENA_LIMIT);
    check_row(&vector);
    arena_done(&vector.arena);
}
END_TEST

/* Windows has two kinds of them. */
static const char *behind_slashes(const char *path)
{
    const char *name = path;
    for (; *path != '\0'; path++)
        if (*path == '/' || *path == '\\')
            name = path + 1;
    return name;
}

static bool add(const char *path, json_t *json)
{
    if (json == NULL || row_count == ROWS_MAX)
        return false;
    if (json_object_get(json, "id") == NULL)
        (void)json_object_set_new(json, "id",
                                  json_sprintf("%s:%d", behind_slashes(path), row_count - file_start));
    rows[row_count++] = json;
    return true;
}

/* {"vectors": [row, …]}: the corpora's */
static bool load_whole(const char *path)
{
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
    json_t *list = json_object_get(root, "vectors");
    bool sound = json_array_size(list) != 0;
    for (size_t i = 0; sound && i < json_array_size(list); i++)
        sound = add(path, json_incref(json_array_get(list, i)));
    json_decref(root);
    return sound;
}

bool vector_load(const char *path)
{
    static char line[LINE_MAX_SIZE];
    const size_t length = strlen(path);
    file_start = row_count;
    if (length > 5 && strcmp(path + length - 5, ".json") == 0)
        return load_whole(path);
    FILE *file = fopen(path, "r");
    bool sound = file != NULL;
    while (sound && fgets(line, sizeof line, file) != NULL) {
        sound = add(path, json_loads(line, JSON_REJECT_DUPLICATES, NULL));
        if (!sound)
            fprintf(stderr, "%s: no row: %s", path, line);
    }
    if (file != NULL)
        (void)fclose(file);
    return sound;
}

size_t vector_count(void)
{
    return (size_t)row_count;
}

const json_t *vector_at(size_t index)
{
    return rows[index];
}

int vector_run(const char *name, int argc, char **argv, vector_check *check)
{
    Suite *suite = suite_create(name);
    check_row = check;
    for (int i = 1; i < argc; i++) {
        if (!vector_load(argv[i]))
            return EXIT_FAILURE;
    }
    if (row_count == 0)
        return EXIT_FAILURE;
    for (int i = 0; i < row_count; i++) {
        const char *id = json_string_value(json_object_get(rows[i], "id"));
        TCase *tests = tcase_create(id);
        tcase_add_loop_test(tests, row, i, i + 1);
        suite_add_tcase(suite, tests);
    }
    int status = suite_run(suite);
    for (int i = 0; i < row_count; i++)
        json_decref(rows[i]);
    return status;
}
