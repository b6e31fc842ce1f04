#include "base/log.h"
#include "support/suite.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* What stands on standard error so far. */
static size_t take_log(int from, char *ret, size_t room)
{
    ssize_t size = read(from, ret, room - 1);
    ret[size > 0 ? size : 0] = 0;
    return size > 0 ? (size_t)size : 0;
}

static size_t lines_of(const char *text)
{
    size_t count = 0;
    for (; *text != 0; text++)
        count += *text == '\n' ? 1 : 0;
    return count;
}

START_TEST(log_gathers_lines_until_it_is_told_or_something_is_wrong)
{
    static char text[1 << 16];
    int ends[2];
    int usual = dup(STDERR_FILENO);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    (void)dup2(ends[1], STDERR_FILENO);
    LOG(LOG_LEVEL_INFO, "at-once", LOG_NUMBER("least", INT64_MIN));
    size_t at_once = take_log(ends[0], text, sizeof text);
    bool right = strstr(text, "\"event\":\"at-once\",\"least\":-9223372036854775808}\n") != NULL;
    log_gather(true);
    LOG(LOG_LEVEL_INFO, "first", LOG_STRING("text", "a\"b\\c\x01\xc3\xa9\xff"));
    size_t kept = take_log(ends[0], text, sizeof text);
    LOG(LOG_LEVEL_WARNING, "second", LOG_NUMBER("zero", 0));
    size_t told = take_log(ends[0], text, sizeof text);
    const char *first = strstr(text, "\"event\":\"first\",\"text\":\"a\\\"b\\\\c\\u0001\xc3\xa9\\ufffd\"}\n");
    const char *second = strstr(text, "\"event\":\"second\",\"zero\":0}\n");
    for (int i = 0; i < 100; i++)
        LOG(LOG_LEVEL_INFO, "many", LOG_NUMBER("number", i));
    size_t some = take_log(ends[0], text, sizeof text);
    size_t some_lines = lines_of(text);
    bool whole = some > 0 && text[some - 1] == '\n';
    log_gather(false);
    (void)take_log(ends[0], text, sizeof text);
    size_t rest_lines = lines_of(text);
    (void)dup2(usual, STDERR_FILENO);
    ck_assert(right && at_once > 0 && kept == 0 && told > 0 && whole);
    ck_assert_ptr_nonnull(first);
    ck_assert_ptr_nonnull(second);
    ck_assert(first < second);
    ck_assert_uint_lt(some_lines, 100);
    ck_assert_uint_eq(some_lines + rest_lines, 100);
    (void)close(usual);
    (void)close(ends[0]);
    (void)close(ends[1]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("log");
    TCase *tests = tcase_create("log");
    tcase_add_test(tests, log_gathers_lines_until_it_is_told_or_something_is_wrong);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
