/* A listener for operators: callers keep theirs all the same; and it may be reached from elsewhere, since nobody proves anything there. */
#include "config.h"
#include "support/suite.h"

#include <stdlib.h>

static const struct route_table table = {.routes = NULL, .count = 0};

static const struct {
    const char *options[3];
    size_t count; /* of listeners */
    const char *health;
    const char *main;
} rows[] = {
    {{"--listen-health=0.0.0.0:9464"}, 2, "0.0.0.0:9464", "127.0.0.1:8080"},
    {{"--listen=127.0.0.1:81", "--listen-health=[::]:9464"}, 2, "[::]:9464", "127.0.0.1:81"},
    {{"--listen-health=127.0.0.1:9464", "--listen=127.0.0.1:81"}, 2, "127.0.0.1:9464", "127.0.0.1:81"},
    {{"--listen=127.0.0.1:81"}, 1, NULL, "127.0.0.1:81"},
};

START_TEST(row)
{
    char *argv[5] = {strdup("ntokend")};
    int argc = 1;
    struct config config;
    char *mistakes = NULL;
    size_t size = 0;
    const char *health = NULL;
    const char *usual = NULL;
    FILE *errors = open_memstream(&mistakes, &size);
    while (argc <= 2 && rows[_i].options[argc - 1] != NULL) {
        argv[argc] = strdup(rows[_i].options[argc - 1]);
        argc++;
    }
    ck_assert_int_eq(config_read(argc, argv, &table, errors, &config), ERR_NONE);
    ck_assert_int_eq(fclose(errors), 0);
    ck_assert_str_eq(mistakes, "");
    ck_assert_uint_eq(config.server.listen_count, rows[_i].count);
    for (size_t i = 0; i < config.server.listen_count; i++)
        *(config.server.listen_health[i] ? &health : &usual) = config.server.listen[i];
    ck_assert_str_eq(usual, rows[_i].main);
    ck_assert_pstr_eq(health, rows[_i].health);
    config_done(&config);
    free(mistakes);
    for (int i = 0; i < argc; i++)
        free(argv[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("config_health");
    TCase *tests = tcase_create("config_health");
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
