#include "http/address.h"
#include "support/suite.h"

static const struct {
    const char *text;
    const char *formatted; /* NULL: malformed */
    unsigned port;
    bool loopback;
} rows[] = {
    {"127.0.0.1:8080", "127.0.0.1", 8080, true},
    {"127.255.0.9:0", "127.255.0.9", 0, true},
    {"128.0.0.1:1", "128.0.0.1", 1, false},
    {"0.0.0.0:65535", "0.0.0.0", 65535, false},
    {"[::1]:1", "::1", 1, true},
    {"[::]:1", "::", 1, false},
    {"[2001:db8::1]:00080", "2001:db8::1", 80, false},
    {"[::ffff:127.0.0.1]:1", "::ffff:127.0.0.1", 1, false},
    {"", NULL, 0, false},
    {":", NULL, 0, false},
    {":80", NULL, 0, false},
    {"127.0.0.1", NULL, 0, false},
    {"127.0.0.1:", NULL, 0, false},
    {"127.0.0.1:65536", NULL, 0, false},
    {"127.0.0.1:999999", NULL, 0, false},
    {"127.0.0.1:-1", NULL, 0, false},
    {"127.0.0.1:8 ", NULL, 0, false},
    {" 127.0.0.1:8", NULL, 0, false},
    {"127.0.0.1.1:8", NULL, 0, false},
    {"127.1:8", NULL, 0, false},
    {"localhost:8", NULL, 0, false},
    {"::1:8", NULL, 0, false},
    {"[]:8", NULL, 0, false},
    {"[:8", NULL, 0, false},
    {"[::1:8", NULL, 0, false},
    {"::1]:8", NULL, 0, false},
    {"[127.0.0.1]:8", NULL, 0, false},
    {"[fe80::1%lo]:8", NULL, 0, false},
    {"[00000000000000000000000000000000000000000000000000000000000000000000]:8", NULL, 0, false},
};

START_TEST(address_row)
{
    struct address address;
    char text[ADDRESS_TEXT_MAX];
    enum err err = address_parse(rows[_i].text, &address);
    ck_assert_int_eq(err, rows[_i].formatted == NULL ? ERR_INVALID_PARAMETER : ERR_NONE);
    if (err != ERR_NONE)
        return;
    ck_assert_uint_eq(address_port(&address), rows[_i].port);
    ck_assert_int_eq(address_is_loopback(&address), rows[_i].loopback);
    ck_assert_int_eq(address_of_loopback((const struct sockaddr *)&address.storage), rows[_i].loopback);
    address_format((const struct sockaddr *)&address.storage, text);
    ck_assert_str_eq(text, rows[_i].formatted);
    address_set_port(&address, 443);
    ck_assert_uint_eq(address_port(&address), 443);
    address_format((const struct sockaddr *)&address.storage, text);
    ck_assert_str_eq(text, rows[_i].formatted);
}
END_TEST

START_TEST(another_family_is_unknown)
{
    const struct sockaddr other = {.sa_family = AF_UNIX};
    char text[ADDRESS_TEXT_MAX];
    address_format(&other, text);
    ck_assert_str_eq(text, "unknown");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("address");
    TCase *tests = tcase_create("address");
    tcase_add_loop_test(tests, address_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, another_family_is_unknown);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
