/* A file that says one word, watched: what is in force, what its state is, how often it is parsed. */
#include "platform/watched_file.h"

#include "support/folder.h"
#include "support/keytab_file.h"
#include "support/suite.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct word {
    struct watched_object object;
    const char *text;
};

static struct folder folder;
static char path[1024];
static struct watched_file file;
static unsigned parses;

static enum err make(const char *text, size_t size, struct watched_object **ret)
{
    struct word *word = watched_object_new(sizeof *word, 64);
    if (word == NULL)
        return ERR_NO_MEMORY;
    word->text = arena_string(&word->object.arena, bytes_of(text, size));
    *ret = &word->object;
    return ERR_NONE;
}

static enum err parse(const struct watched_file *from, struct bytes text, struct arena *scratch,
                      struct watched_object **ret, struct watched_problems *problems)
{
    parses++;
    ck_assert_ptr_eq(from->context, &folder);
    if (!bytes_equal(text, bytes_of_string("no")))
        return make((const char *)text.data, text.size, ret);
    watched_problems_add(problems, (struct watched_problem){
                                       .line = 1, .text = "it says no", .name = arena_string(scratch, text)});
    return ERR_MALFORMED;
}

static enum err parse_nothing(const struct watched_file *from, struct watched_object **ret)
{
    ck_assert_ptr_null(from->path);
    return make("nothing", 7, ret);
}

static const struct watched_kind kind = {.loaded = "word-loaded",
                                         .refused = "word-refused",
                                         .unusable = "word-unusable",
                                         .remedy = "say another word",
                                         .no_file = "silent",
                                         .size_max = 16,
                                         .scratch_max = 64,
                                         .parse = parse};

static void setup(void)
{
    parses = 0;
    folder_make(&folder);
    (void)snprintf(path, sizeof path, "%s/word", folder.path);
}

static void teardown(void)
{
    watched_file_done(&file);
    folder_remove(&folder);
}

static void check_says(const char *state, const char *text, size_t row)
{
    struct watched_object *object = watched_file_acquire(&file);
    ck_assert_msg(strcmp(watched_file_state(&file), state) == 0, "row %zu: %s", row,
                  watched_file_state(&file));
    ck_assert_msg((object == NULL) == (text == NULL), "row %zu", row);
    if (object != NULL)
        ck_assert_str_eq(((struct word *)(void *)object)->text, text);
    watched_object_release(object);
}

static const struct {
    const char *text; /* NULL: the file goes; "=": it stays as it is */
    bool force;
    unsigned parses;
    const char *state;
    const char *says;
} life_rows[] = {
    {"=", false, 0, "ok", "first"},
    {"=", true, 1, "ok", "first"},
    {"second", false, 1, "ok", "second"},
    {"no", false, 1, "stale", "second"},
    {"=", false, 0, "stale", "second"},
    {"=", true, 1, "stale", "second"},
    {"longer than the kind allows", false, 0, "stale", "second"},
    {"third", false, 1, "ok", "third"},
    {NULL, false, 0, "stale", "third"},
    {"=", true, 0, "stale", "third"},
    {"", false, 1, "ok", ""},
    {"fourth", true, 1, "ok", "fourth"},
};

START_TEST(life)
{
    keytab_file_put(path, "first");
    ck_assert_int_eq(watched_file_init(&file, &kind, path, &folder), ERR_NONE);
    for (size_t i = 0; i < sizeof life_rows / sizeof life_rows[0]; i++) {
        if (life_rows[i].text == NULL)
            ck_assert_int_eq(unlink(path), 0);
        else if (strcmp(life_rows[i].text, "=") != 0)
            keytab_file_put(path, life_rows[i].text);
        parses = 0;
        watched_file_reload(&file, life_rows[i].force);
        ck_assert_msg(parses == life_rows[i].parses, "row %zu: %u", i, parses);
        check_says(life_rows[i].state, life_rows[i].says, i);
    }
}
END_TEST

/* Who holds an object keeps it whole, also when the file is watched no more. */
START_TEST(held)
{
    keytab_file_put(path, "first");
    ck_assert_int_eq(watched_file_init(&file, &kind, path, &folder), ERR_NONE);
    struct watched_object *object = watched_file_acquire(&file);
    keytab_file_put(path, "second");
    watched_file_reload(&file, true);
    watched_file_done(&file);
    ck_assert_str_eq(((struct word *)(void *)object)->text, "first");
    watched_object_release(object);
    watched_object_release(NULL);
}
END_TEST

START_TEST(no_path)
{
    struct watched_kind with_default = kind;
    with_default.parse_nothing = parse_nothing;
    ck_assert_int_eq(watched_file_init(&file, &kind, NULL, &folder), ERR_NONE);
    watched_file_reload(&file, true);
    check_says("silent", NULL, 0);
    watched_file_done(&file);
    ck_assert_int_eq(watched_file_init(&file, &with_default, NULL, &folder), ERR_NONE);
    watched_file_reload(&file, true);
    check_says("silent", "nothing", 1);
    ck_assert_uint_eq(parses, 0);
}
END_TEST

static const struct {
    const char *text; /* NULL: no file */
    enum err err;
} start_rows[] = {
    {NULL, ERR_NOT_FOUND},
    {"no", ERR_MALFORMED},
    {"longer than the kind allows", ERR_TOO_LARGE},
    {"first", ERR_NONE},
};

START_TEST(start)
{
    if (start_rows[_i].text != NULL)
        keytab_file_put(path, start_rows[_i].text);
    ck_assert_int_eq(watched_file_init(&file, &kind, path, &folder), start_rows[_i].err);
    ck_assert(file.ready == (start_rows[_i].err == ERR_NONE));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("watched_file");
    TCase *tests = tcase_create("watched_file");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, life);
    tcase_add_test(tests, held);
    tcase_add_test(tests, no_path);
    tcase_add_loop_test(tests, start, 0, (int)(sizeof start_rows / sizeof start_rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
