/* Files of the operator's: what is read of them, whether they changed, and which may hold a key. */
#include "platform/file.h"

#include "support/folder.h"
#include "support/suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 1024, LIMIT = 8 };

static struct folder folder;
static char path[PATH_SIZE];

static void put(const char *text, mode_t mode)
{
    const size_t size = strlen(text);
    const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, size), (ssize_t)size);
    ck_assert_int_eq(fchmod(file, mode), 0);
    ck_assert_int_eq(close(file), 0);
}

static void setup(void)
{
    folder_make(&folder);
    (void)snprintf(path, sizeof path, "%s/file", folder.path);
}

static void teardown(void)
{
    folder_remove(&folder);
}

START_TEST(what_is_read)
{
    static const struct {
        const char *text;
        enum err err;
    } rows[] = {{"", ERR_NONE}, {"seven…", ERR_NONE}, {"12345678", ERR_NONE}, {"123456789", ERR_TOO_LARGE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO_ARENA arena;
        struct bytes text = {0};
        arena_init(&arena, 64);
        put(rows[i].text, 0600);
        ck_assert_int_eq(file_read(&arena, path, LIMIT, &text), rows[i].err);
        ck_assert(rows[i].err != ERR_NONE || bytes_equal(text, bytes_of_string(rows[i].text)));
    }
}
END_TEST

START_TEST(what_cannot_be_read)
{
    AUTO_ARENA arena;
    struct bytes text = {0};
    arena_init(&arena, 64);
    ck_assert_int_eq(file_read(&arena, path, LIMIT, &text), ERR_NOT_FOUND);
    ck_assert_int_eq(file_read(&arena, folder.path, LIMIT, &text), ERR_IO);
    ck_assert_int_eq(mkfifo(path, 0600), 0); /* which must not hold the service up */
    ck_assert_int_eq(file_read(&arena, path, LIMIT, &text), ERR_IO);
}
END_TEST

START_TEST(a_change_is_seen)
{
    const struct file_stamp missing = file_look(path);
    ck_assert_int_ne(missing.error, 0);
    put("one", 0600);
    const struct file_stamp one = file_look(path);
    ck_assert_int_eq(one.error, 0);
    ck_assert_int_eq(one.size, 3);
    ck_assert(!file_stamp_equal(&missing, &one));
    const struct file_stamp same = file_look(path);
    ck_assert(file_stamp_equal(&one, &same));
    ck_assert_int_eq(chmod(path, 0640), 0);
    const struct file_stamp given = file_look(path);
    ck_assert(!file_stamp_equal(&one, &given));
}
END_TEST

START_TEST(a_file_for_a_key)
{
    static const struct {
        mode_t mode;
        bool refused;
    } rows[] = {{0600, false}, {0400, false}, {0640, false}, {0660, false},
                {0604, true},  {0602, true},  {0666, true},  {0601, false}};
    ck_assert_ptr_nonnull(strstr(file_refuse_key(path), "does not exist"));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        put("key", rows[i].mode);
        const char *problem = file_refuse_key(path);
        ck_assert_msg((problem != NULL) == rows[i].refused, "%o: %s", rows[i].mode,
                      problem == NULL ? "taken" : problem);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("file");
    TCase *tests = tcase_create("file");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, what_is_read);
    tcase_add_test(tests, what_cannot_be_read);
    tcase_add_test(tests, a_change_is_seen);
    tcase_add_test(tests, a_file_for_a_key);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
