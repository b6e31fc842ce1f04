/* Which listener speaks TLS, and which of them must not be? */
#include "config.h"
#include "support/suite.h"

#include <stdlib.h>
#include <unistd.h>

static const struct route_table table = {.routes = NULL};
static char file[] = "/tmp/ntokend-config-XXXXXX";

/* Reads `text` as the file; the mistakes come back as they are told. */
static enum err read_config(const char *text, struct config *ret, char **ret_mistakes)
{
    char program[] = "ntokend";
    char option[] = "--config";
    char *argv[] = {program, option, file};
    size_t size = 0;
    FILE *stream = fopen(file, "we");
    ck_assert_ptr_nonnull(stream);
    ck_assert_int_ge(fputs(text, stream), 0);
    ck_assert_int_eq(fclose(stream), 0);
    FILE *errors = open_memstream(ret_mistakes, &size);
    ck_assert_ptr_nonnull(errors);
    enum err err = config_read(3, argv, &table, errors, ret);
    ck_assert_int_eq(fclose(errors), 0);
    return err;
}

/* @ stands for the name of the file. */
static const struct {
    const char *text;
    const char *mistake;
} wrong_rows[] = {
    {"listen = http://[::]:80\n", "@:1: listen: would serve without TLS"},
    {"listen = [::ffff:127.0.0.1]:80\n", "@:1: listen: is an IPv4 address written as IPv6"},
    {"listen = https://[::ffff:10.0.0.1]:80\n", "@:1: listen: is an IPv4 address written as IPv6"},
    {"listen = https:127.0.0.1:80\n", "@:1: listen: is not a numeric address"},
    {"listen = HTTPS://127.0.0.1:80\n", "@:1: listen: is not a numeric address"},
    {"listen = https://https://127.0.0.1:80\n", "@:1: listen: is not a numeric address"},
    {"listen = https://127.0.0.1:80/\n", "@:1: listen: is not a numeric address"},
    {"listen = https://127.0.0.1:80\n", "@:1: listen: speaks TLS and has no certificate"},
    {"listen = 0.0.0.0:80\nlisten = http://0.0.0.0:81\ncertificate = /dev/null\n",
     "@:2: listen: would serve without TLS"},
    {"certificate = /dev/null\nlisten = http://127.0.0.1:80\n", "@:1: certificate: is shown to nobody"},
    {"certificate = /nonexistent\n", "@:1: certificate: /nonexistent cannot be read"},
    {"certificate_key = /dev/null\n", "@:1: certificate_key: has no certificate to go with"},
    {"channel_binding = maybe\n", "@:1: channel_binding: is not known; write off, allow or require"},
    {"channel_binding = require\nlisten = 127.0.0.1:1\n", "@:2: listen: has no channel to bind a ticket to"},
    {"listen = https://127.0.0.1:1\nlisten = http://127.0.0.1:2\ncertificate = /dev/null\nchannel_binding = "
     "require\n",
     "@:2: listen: has no channel to bind a ticket to"},
};

START_TEST(wrong_row)
{
    struct config config;
    char *mistakes = NULL;
    ck_assert_int_eq(read_config(wrong_rows[_i].text, &config, &mistakes), ERR_INVALID_PARAMETER);
    const char *expected = wrong_rows[_i].mistake + 1;
    ck_assert_int_eq(strncmp(mistakes, file, strlen(file)), 0);
    ck_assert_msg(strncmp(mistakes + strlen(file), expected, strlen(expected)) == 0, "%s is not %s", mistakes,
                  expected);
    ck_assert_msg(strchr(mistakes, '\n') == mistakes + strlen(mistakes) - 1, "one line: %s", mistakes);
    free(mistakes);
    config_done(&config);
}
END_TEST

/* A listener without a scheme is what the certificate makes of it, wherever that stands. */
static const struct {
    const char *text;
    const char *listen;
    bool tls;
} scheme_rows[] = {
    {"", "127.0.0.1:8080", false},
    {"certificate = /dev/null\n", "127.0.0.1:8080", true},
    {"listen = 127.0.0.1:1\n", "127.0.0.1:1", false},
    {"listen = 0.0.0.0:1\ncertificate = /dev/null\n", "0.0.0.0:1", true},
    {"listen = https://[::]:1\ncertificate = /dev/null\nchannel_binding = require\n", "[::]:1", true},
    {"listen = http://127.0.0.1:1\nlisten = [::]:2\ncertificate = /dev/null\n", "127.0.0.1:1", false},
    {"listen = http://10.0.0.1:1\nlisten = [::]:2\ncertificate = /dev/null\ncleartext = anywhere\n",
     "10.0.0.1:1", false},
};

START_TEST(scheme_row)
{
    struct config config;
    char *mistakes = NULL;
    enum err err = read_config(scheme_rows[_i].text, &config, &mistakes);
    ck_assert_msg(err == ERR_NONE, "%s", mistakes);
    ck_assert_str_eq(config.server.listen[0], scheme_rows[_i].listen);
    ck_assert_int_eq(config.server.listen_tls[0], scheme_rows[_i].tls);
    bool must_bind = strstr(scheme_rows[_i].text, "require") != NULL;
    ck_assert_int_eq(config.platform.certificate.must_bind, must_bind);
    ck_assert_int_eq(config.server.channel_binding,
                     must_bind ? CHANNEL_BINDING_REQUIRE : CHANNEL_BINDING_ALLOW);
    free(mistakes);
    config_done(&config);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("config_listen");
    TCase *tests = tcase_create("config_listen");
    tcase_add_loop_test(tests, wrong_row, 0, (int)(sizeof wrong_rows / sizeof wrong_rows[0]));
    tcase_add_loop_test(tests, scheme_row, 0, (int)(sizeof scheme_rows / sizeof scheme_rows[0]));
    suite_add_tcase(suite, tests);
    int fd = mkstemp(file);
    if (fd < 0)
        return 99;
    (void)close(fd);
    int status = suite_run(suite);
    (void)unlink(file);
    return status;
}
