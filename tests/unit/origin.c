#include "http/origin.h"
#include "support/suite.h"

#include <stdio.h>

static const struct {
    const char *origin;
    const char *host;
    bool secure;
    bool same;
} own_rows[] = {
    {"http://h:8080", "h:8080", false, true},
    {"http://H:8080", "h:8080", false, true},
    {"HTTP://h:8080", "h:8080", false, true},
    {"http://h", "h", false, true},
    {"http://h", "h:80", false, true},
    {"http://h:80", "h", false, true},
    {"https://h", "h", false, true},
    {"https://h", "h:443", false, true},
    {"https://h:443", "h", false, true},
    {"http://[::1]:8080", "[::1]:8080", false, true},
    {"http://h", "h:443", false, false},
    {"https://h", "h:80", false, false},
    {"http://h:8080", "h:8081", false, false},
    {"http://h:8080", "h", false, false},
    {"http://h", "h:8080", false, false},
    {"http://other:8080", "h:8080", false, false},
    {"http://h.evil:8080", "h:8080", false, false},
    {"http://evil.h:8080", "h:8080", false, false},
    {"null", "null", false, false},
    {"", "", false, false},
    {"h:8080", "h:8080", false, false},
    {"http://", "", false, false},
    {"http://:80", "", false, false},
    {"ftp://h", "h", false, false},
    {"http://h/", "h/", false, false},
    {"http://h/x", "h", false, false},
    {"http://a@h", "a@h", false, false},
    {"http://h?x", "h?x", false, false},
    {"http://h#x", "h#x", false, false},
    {"http://h\\x", "h\\x", false, false},
    {"http://h x", "h x", false, false},
    {"http://h\tx", "h\tx", false, false},
    {"http://h,x", "h,x", false, false},
    {"http://h http://evil", "h http://evil", false, false},
    {"http://h, http://evil", "h, http://evil", false, false},
    {"http://h:8", "h:80", false, false},
    {"http://h", NULL, false, false},
    {"https://h", "h", true, true},
    {"HTTPS://h:8443", "h:8443", true, true},
    {"http://h", "h", true, false},
    {"http://h:8443", "h:8443", true, false},
    {"http://h:443", "h:443", true, false},
};

START_TEST(own_row)
{
    ck_assert(origin_is_host(own_rows[_i].origin, own_rows[_i].host, own_rows[_i].secure) ==
              own_rows[_i].same);
}
END_TEST

/* What an operator writes, and the beginning of what is told; NULL: it is taken. */
static const struct {
    const char *text;
    const char *mistake;
} listed_rows[] = {
    {"http://h", NULL},
    {"https://dash.corp.example", NULL},
    {"https://dash.corp.example:8443", NULL},
    {"http://h:1", NULL},
    {"http://h:65535", NULL},
    {"http://h:443", NULL},
    {"https://h:80", NULL},
    {"http://my_host.corp-2.example", NULL},
    {"https://xn--bcher-kva.example", NULL},
    {"http://127.0.0.1:8080", NULL},
    {"http://[::1]:8080", NULL},
    {"https://[2001:db8::1]", NULL},
    {"http://h2", NULL},
    {"*", "would let every page in"},
    {"null", "is what a page without an origin says"},
    {"https://*.corp.example", "has a wildcard"},
    {"https://dash.*", "has a wildcard"},
    {"https://dash.corp.example/", "goes on after the host"},
    {"https://dash.corp.example/app", "goes on after the host"},
    {"https://dash.corp.example?a", "goes on after the host"},
    {"https://dash.corp.example#a", "goes on after the host"},
    {"https://Dash.corp.example", "has a capital letter"},
    {"HTTPS://dash.corp.example", "has a capital letter"},
    {"https://h:443", "has the port that its scheme implies"},
    {"http://h:80", "has the port that its scheme implies"},
    {"http://h:", "has no port from 1 to 65535"},
    {"http://h:0", "has no port from 1 to 65535"},
    {"http://h:080", "has no port from 1 to 65535"},
    {"http://h:65536", "has no port from 1 to 65535"},
    {"http://h:100000", "has no port from 1 to 65535"},
    {"http://h:99999999999", "has no port from 1 to 65535"},
    {"http://h:8o", "has no port from 1 to 65535"},
    {"http://h:1/", "has no port from 1 to 65535"},
    {"dash.corp.example", "is not an origin"},
    {"//dash.corp.example", "is not an origin"},
    {"ftp://h", "is not an origin"},
    {"file://", "is not an origin"},
    {"http:/h", "is not an origin"},
    {"http://", "has no host"},
    {"http://:8080", "has no host"},
    {"http://.h", "has no host"},
    {"http://-h", "has no host"},
    {"http://a@h", "has no host"},
    {"http://h, http://i", "has no host"},
    {"http://h http://i", "has no host"},
    {"http://b\xc3\xbc"
     "cher.example",
     "has no host"},
    {"http://127.1", "has no host"},
    {"http://127.0.0.01", "has no host"},
    {"http://256.0.0.1", "has no host"},
    {"http://h.1", "has no host"},
    {"http://1", "has no host"},
    {"http://[::1", "has no host"},
    {"http://[]", "has no host"},
    {"http://[0:0::1]", "has no host"},
    {"http://[::g]", "has no host"},
    {"http://[fe80::1%eth0]", "has no host"},
    {"http://[::1]x", "has no host"},
    {"http://::1", "has no host"},
};

START_TEST(listed_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 4096);
    struct name_list list = {.count = 0};
    const char *text = listed_rows[_i].text;
    const char *mistake = origin_list_add(&list, &arena, text);
    const char *expected = listed_rows[_i].mistake;
    if (expected == NULL) {
        ck_assert_msg(mistake == NULL, "%s %s", text, mistake);
        ck_assert_pstr_eq(name_list_find(&list, text), text);
        ck_assert_ptr_ne(name_list_find(&list, text), text);
    } else {
        ck_assert_msg(mistake != NULL && strncmp(mistake, expected, strlen(expected)) == 0, "%s %s", text,
                      mistake == NULL ? "is taken" : mistake);
        ck_assert_msg(strpbrk(mistake, ";,") != NULL, "%s: no remedy", mistake);
        ck_assert_ptr_null(name_list_find(&list, text));
        ck_assert_uint_eq(list.count, 0);
    }
}
END_TEST

/* Byte for byte: nothing that is like an origin of the list is one. */
START_TEST(only_what_is_listed_is_found)
{
    static const char *const others[] = {"",
                                         "null",
                                         "*",
                                         "https://dash.corp.example.evil",
                                         "https://dash.corp.exampl",
                                         "https://evil.dash.corp.example",
                                         "http://dash.corp.example",
                                         "https://dash.corp.example:8443",
                                         "https://dash.corp.example:443",
                                         "https://dash.corp.example/",
                                         "https://DASH.corp.example",
                                         " https://dash.corp.example",
                                         "https://dash.corp.example https://evil"};
    AUTO_ARENA arena;
    arena_init(&arena, 4096);
    struct name_list list = {.count = 0};
    ck_assert_ptr_null(origin_list_add(&list, &arena, "https://dash.corp.example"));
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_msg(name_list_find(&list, others[i]) == NULL, "%s", others[i]);
    ck_assert_ptr_nonnull(name_list_find(&list, "https://dash.corp.example"));
}
END_TEST

START_TEST(the_list_is_bounded)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 16);
    struct name_list list = {.count = 0};
    char text[64] = "";
    for (int i = 1; i <= NAME_LIST_MAX; i++) {
        (void)snprintf(text, sizeof text, "http://h:%d", 1000 + i);
        ck_assert_ptr_null(origin_list_add(&list, &arena, text));
    }
    const char *mistake = origin_list_add(&list, &arena, text);
    ck_assert_str_eq(mistake, "is given twice; keep one");
    mistake = origin_list_add(&list, &arena, "http://h:999");
    ck_assert_str_eq(mistake, "is one too many; there may be 32");
    ck_assert_uint_eq(list.count, NAME_LIST_MAX);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("origin");
    TCase *tests = tcase_create("origin");
    tcase_add_loop_test(tests, own_row, 0, (int)(sizeof own_rows / sizeof own_rows[0]));
    tcase_add_loop_test(tests, listed_row, 0, (int)(sizeof listed_rows / sizeof listed_rows[0]));
    tcase_add_test(tests, only_what_is_listed_is_found);
    tcase_add_test(tests, the_list_is_bounded);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
