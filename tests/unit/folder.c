#include "support/folder.h"
#include "support/pause.h"
#include "support/suite.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TRIES = 500, TRY_MS = 10 };

static bool gone(const char *path)
{
    for (int i = 0; i < TRIES; i++) {
        if (access(path, F_OK) != 0)
            return true;
        pause_ms(TRY_MS);
    }
    return false;
}

/* The path of a folder with a file in it, made by a process that was then killed. */
static void make_and_die(char *ret_path, size_t size)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct folder folder;
        char file[sizeof folder.path + 8];
        folder_make(&folder);
        (void)snprintf(file, sizeof file, "%s/file", folder.path);
        FILE *made = fopen(file, "we");
        bool told = made != NULL && fclose(made) == 0 && write(ends[1], folder.path, sizeof folder.path) > 0;
        (void)raise(told ? SIGKILL : SIGABRT);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ssize_t got = read(ends[0], ret_path, size);
    ck_assert_int_gt(got, 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

START_TEST(nothing_is_left_of_a_test_that_was_killed)
{
    struct folder folder;
    make_and_die(folder.path, sizeof folder.path);
    ck_assert_msg(gone(folder.path), "%s", folder.path);
}
END_TEST

START_TEST(one_folder_goes_before_the_other)
{
    struct folder first;
    struct folder second;
    folder_make(&first);
    folder_make(&second);
    folder_remove(&first);
    ck_assert_int_ne(access(first.path, F_OK), 0);
    ck_assert_int_eq(access(second.path, F_OK), 0);
    folder_remove(&second);
    ck_assert_int_ne(access(second.path, F_OK), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("folder");
    TCase *tests = tcase_create("folder");
    tcase_add_test(tests, nothing_is_left_of_a_test_that_was_killed);
    tcase_add_test(tests, one_folder_goes_before_the_other);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
