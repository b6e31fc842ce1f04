/* Files of the operator's: what is read of them, whether they changed, and which may hold a key. Windows' own functions. */
#include "platform/file.h"
#include "platform/windows/key_access.h"

#include "engine/sddl.h"
#include "support/suite.h"
#include "windows/folder.h"

#include <stdio.h>

enum { LIMIT = 8, MEMORY_MAX = 1 << 16 };

static char path[WINDOWS_PATH_MAX];

static void setup(void)
{
    windows_folder_make("file", path);
}

static void teardown(void)
{
    windows_folder_remove();
}

START_TEST(what_is_read)
{
    static const struct {
        const char *text;
        enum err err;
    } rows[] = {
        {"", ERR_NONE}, {"a\r\nb\x1a", ERR_NONE}, {"12345678", ERR_NONE}, {"123456789", ERR_TOO_LARGE}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO_ARENA arena;
        struct bytes text = {0};
        arena_init(&arena, MEMORY_MAX);
        windows_file_put(path, rows[i].text, WINDOWS_FILE_OWN);
        ck_assert_int_eq(file_read(&arena, path, LIMIT, &text), rows[i].err);
        ck_assert(rows[i].err != ERR_NONE || bytes_equal(text, bytes_of_string(rows[i].text)));
    }
}
END_TEST

START_TEST(what_cannot_be_read)
{
    AUTO_ARENA arena;
    struct bytes text = {0};
    char nowhere[2 * WINDOWS_PATH_MAX];
    arena_init(&arena, MEMORY_MAX);
    ck_assert_int_eq(file_read(&arena, path, LIMIT, &text), ERR_NOT_FOUND);
    (void)snprintf(nowhere, sizeof nowhere, "%s\\further", path);
    ck_assert_int_eq(file_read(&arena, nowhere, LIMIT, &text), ERR_NOT_FOUND);
    ck_assert_int_eq(file_read(&arena, windows_folder_path(), LIMIT, &text), ERR_IO);
    ck_assert_int_eq(file_read(&arena, "\xff", LIMIT, &text), ERR_IO); /* no UTF-8 */
    ck_assert_int_eq(file_read(&arena, "NUL", LIMIT, &text), ERR_IO);  /* no file */
}
END_TEST

START_TEST(a_change_is_seen)
{
    const struct file_stamp missing = file_look(path);
    ck_assert_int_ne(missing.error, 0);
    windows_file_put(path, "one", WINDOWS_FILE_OWN);
    const struct file_stamp one = file_look(path);
    ck_assert_int_eq(one.error, 0);
    ck_assert_int_eq(one.size, 3);
    ck_assert(one.modified.tv_sec > 1700000000);
    ck_assert(!file_stamp_equal(&missing, &one));
    const struct file_stamp same = file_look(path);
    ck_assert(file_stamp_equal(&one, &same));
    windows_file_put(path, "two", WINDOWS_FILE_OWN); /* a new one in its place */
    const struct file_stamp two = file_look(path);
    ck_assert(!file_stamp_equal(&one, &two));
}
END_TEST

START_TEST(a_file_for_a_key)
{
    ck_assert_ptr_nonnull(strstr(file_refuse_key(path), "does not exist"));
    windows_file_put(path, "key", WINDOWS_FILE_OWN);
    const char *problem = file_refuse_key(path);
    ck_assert_msg(problem == NULL, "%s", problem);
    windows_file_put(path, "key", WINDOWS_FILE_ALL);
    problem = file_refuse_key(path);
    ck_assert(problem != NULL && strstr(problem, "may be read or written by everyone; icacls ") != NULL);
}
END_TEST

static const struct {
    const char *sddl;
    bool open;
} access_rows[] = {
    {"O:BAG:BAD:P(A;;FA;;;BA)(A;;FA;;;SY)(A;;FR;;;LS)", false},
    {"O:BAG:BAD:(A;ID;FA;;;BA)(A;ID;0x1200a9;;;BU)", true}, /* what a folder in ProgramData hands down */
    {"O:BAG:BAD:", false},
    {"O:BAG:BA", true},                    /* no DACL */
    {"O:BAG:BAD:NO_ACCESS_CONTROL", true}, /* a NULL one */
    {"O:BAG:BAD:(A;;FR;;;WD)", true},
    {"O:BAG:BAD:(A;;FW;;;AU)", true},
    {"O:BAG:BAD:(A;;0x4;;;AU)", true}, /* to append */
    {"O:BAG:BAD:(A;;0x1;;;BU)", true},
    {"O:BAG:BAD:(A;;WD;;;WD)", true}, /* to give himself the right */
    {"O:BAG:BAD:(A;;WO;;;WD)", true},
    {"O:BAG:BAD:(A;;0x1000a0;;;WD)", false}, /* to traverse, to look at attributes */
    {"O:BAG:BAD:(A;IOOICI;FA;;;WD)", false}, /* for what lies below a folder */
    {"O:BAG:BAD:(D;;FA;;;WD)(A;;FA;;;BU)", false},
    {"O:BAG:BAD:(D;;FR;;;WD)(A;;FA;;;BU)", true}, /* there is still writing */
    {"O:BAG:BAD:(A;;FA;;;BU)(D;;FA;;;WD)", true}, /* the first that names a right decides */
    {"O:BUG:BAD:", true},                         /* an owner may change the DACL */
    {"O:BUG:BAD:(A;;RC;;;OW)", false},            /* unless it says otherwise */
    {"O:BAG:BAD:(A;;FA;;;S-1-5-21-1-2-3-513)", false},
    {"O:BAG:BAD:(XA;;FR;;;WD;(Member_of {SID(BA)}))", false},
    {"O:BAG:BAD:(XA;;FR;;;WD;(Member_of {SID(BU)}))", true},
};

START_TEST(access_row)
{
    static const struct sddl_domains none;
    AUTO_ARENA arena;
    struct bytes descriptor = {0};
    struct sddl_error where;
    bool is_open = !access_rows[_i].open;
    arena_init(&arena, MEMORY_MAX);
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(access_rows[_i].sddl), &none, &descriptor, &where),
                     ERR_NONE);
    ck_assert_int_eq(key_access_look(&arena, descriptor, &is_open), ERR_NONE);
    ck_assert_msg(is_open == access_rows[_i].open, "%s", access_rows[_i].sddl);
}
END_TEST

START_TEST(what_cannot_be_told_is_no_answer)
{
    static const struct sddl_domains none;
    static const char *const headless[] = {"G:BAD:P(A;;FA;;;BA)", "O:BAD:P(A;;FA;;;BA)"};
    AUTO_ARENA arena;
    bool is_open = true;
    arena_init(&arena, MEMORY_MAX);
    ck_assert_int_ne(key_access_look(&arena, bytes_of_string("no descriptor"), &is_open), ERR_NONE);
    for (size_t i = 0; i < sizeof headless / sizeof headless[0]; i++) {
        struct bytes descriptor = {0};
        struct sddl_error where;
        ck_assert_int_eq(sddl_read(&arena, bytes_of_string(headless[i]), &none, &descriptor, &where),
                         ERR_NONE);
        ck_assert_int_ne(key_access_look(&arena, descriptor, &is_open), ERR_NONE);
    }
    ck_assert(is_open);
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
    tcase_add_loop_test(tests, access_row, 0, (int)(sizeof access_rows / sizeof access_rows[0]));
    tcase_add_test(tests, what_cannot_be_told_is_no_answer);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
