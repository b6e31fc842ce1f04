#include "http/host.h"
#include "support/suite.h"

#include <stdio.h>

/* What an operator writes, and the beginning of what is told; NULL: it is taken. */
static const struct {
    const char *text;
    const char *mistake;
} listed_rows[] = {
    {"ntokend.corp.test", NULL},
    {"h", NULL},
    {"a_b-c.1d", NULL},
    {"xn--bcher-kva.test", NULL},
    {"10.0.0.5", NULL},
    {"[2001:db8::5]", NULL},
    {"h.", NULL},
    {"", "is no host"},
    {"*", "is no host"},
    {"*.corp.test", "is no host"},
    {"a b", "is no host"},
    {"a/", "is no host"},
    {"a@b", "is no host"},
    {".a", "is no host"},
    {"-a", "is no host"},
    {"b\xc3\xbc"
     "cher.test",
     "is no host"},
    {"2001:db8::5", "is no host"},
    {"[2001:db8::5", "is no host"},
    {"[2001:0db8::5]", "is no host"},
    {"10.0.0.05", "is no host"},
    {"10.0.5", "is no host"},
    {"Corp.test", "has a capital letter"},
    {"https://corp.test", "has a scheme"},
    {"corp.test:443", "has a port"},
    {"[::1]:443", "has a port"},
};

START_TEST(listed_row)
{
    AUTO_ARENA arena;
    struct name_list list = {.count = 0};
    arena_init(&arena, 1000);
    const char *mistake = host_list_add(&list, &arena, listed_rows[_i].text);
    const char *expected = listed_rows[_i].mistake;
    ck_assert_msg((mistake == NULL) == (expected == NULL), "%s: %s", listed_rows[_i].text, mistake);
    ck_assert_uint_eq(list.count, expected == NULL ? 1 : 0);
    if (expected != NULL)
        ck_assert_msg(strncmp(mistake, expected, strlen(expected)) == 0, "%s", mistake);
}
END_TEST

/* Of the names "h.test", "10.0.0.5" and "[::1]". */
static const struct {
    const char *header; /* NULL: none */
    bool known;
} asked_rows[] = {
    {"h.test", true},
    {"H.Test", true},
    {"h.test:8080", true},
    {"h.test:", true}, /* RFC 3986 3.2.3: a port may be empty */
    {"10.0.0.5", true},
    {"10.0.0.5:1", true},
    {"[::1]", true},
    {"[::1]:8080", true},
    {NULL, false},
    {"", false},
    {":8080", false},
    {"h.tes", false},
    {"h.testx", false},
    {"h.test.", false},
    {"h.test.evil.test", false},
    {"evil.test", false},
    {"evil.h.test", false},
    {"h.test:80x", false},
    {"h.test:80:80", false},
    {"h.test, evil.test", false},
    {"h.test@evil.test", false},
    {"evil.test:80@h.test", false},
    {"[::1", false},
    {"::1", false},
    {"[::1]evil", false},
    {"[::1]:80x", false},
    {"[::2]", false},
};

START_TEST(asked_row)
{
    AUTO_ARENA arena;
    struct name_list list = {.count = 0};
    const struct name_list none = {.count = 0};
    arena_init(&arena, 1000);
    ck_assert_ptr_null(host_list_add(&list, &arena, "h.test"));
    ck_assert_ptr_null(host_list_add(&list, &arena, "10.0.0.5"));
    ck_assert_ptr_null(host_list_add(&list, &arena, "[::1]"));
    ck_assert_msg(host_list_has(&list, asked_rows[_i].header) == asked_rows[_i].known, "%s",
                  asked_rows[_i].header);
    ck_assert(host_list_has(&none, asked_rows[_i].header));
}
END_TEST

START_TEST(there_is_an_end)
{
    AUTO_ARENA arena;
    struct name_list list = {.count = 0};
    char name[16];
    arena_init(&arena, 1000);
    for (int i = 0; i < NAME_LIST_MAX; i++) {
        (void)snprintf(name, sizeof name, "h%d.test", i);
        ck_assert_ptr_null(host_list_add(&list, &arena, name));
        ck_assert_ptr_nonnull(host_list_add(&list, &arena, name));
    }
    ck_assert_ptr_nonnull(host_list_add(&list, &arena, "one.more"));
    ck_assert_uint_eq(list.count, NAME_LIST_MAX);
    arena.limit = arena.used;
    list.count = 1;
    ck_assert_ptr_nonnull(host_list_add(&list, &arena, "no.memory"));
    ck_assert_uint_eq(list.count, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("host");
    TCase *tests = tcase_create("host");
    tcase_add_loop_test(tests, listed_row, 0, (int)(sizeof listed_rows / sizeof listed_rows[0]));
    tcase_add_loop_test(tests, asked_row, 0, (int)(sizeof asked_rows / sizeof asked_rows[0]));
    tcase_add_test(tests, there_is_an_end);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
