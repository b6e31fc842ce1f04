/* log_reader: lines are whole, in order and of JSON, whatever is in them and whoever reads standard error, or does not. */
#include "base/log.h"
#include "base/log_outlet.h"
#include "support/pause.h"
#include "support/suite.h"

#include <fcntl.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_MAX = 4 << 20, MANY = 20000, THREADS = 4, EACH = 2000 };

static int own = -1; /* the standard error of the test */
static int end = -1; /* from which what is logged is read */
static char text[TEXT_MAX];
static size_t text_size;

/* Standard error is a pipe, or a socket, that nobody reads until read_all. */
static void redirect(bool is_socket)
{
    int ends[2];
    own = dup(STDERR_FILENO);
    ck_assert_int_eq(is_socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends) : pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    (void)close(ends[1]);
    end = ends[0];
    ck_assert_int_eq(fcntl(end, F_SETFL, O_NONBLOCK), 0);
    text_size = 0;
}

static void read_some(void)
{
    ssize_t got = 0;
    while ((got = read(end, text + text_size, sizeof text - 1 - text_size)) > 0)
        text_size += (size_t)got;
    text[text_size] = 0;
}

static void read_all(void)
{
    size_t before = SIZE_MAX;
    while (before != text_size) {
        before = text_size;
        log_drain(0);
        read_some();
    }
    (void)dup2(own, STDERR_FILENO);
    (void)close(own);
    (void)close(end);
}

/* The next line as JSON; NULL at the end. */
static json_t *next_line(const char **at)
{
    const char *stop = strchr(*at, '\n');
    json_error_t error;
    if (stop == NULL) {
        ck_assert_msg(**at == 0, "no newline: %s", *at);
        return NULL;
    }
    json_t *line = json_loadb(*at, (size_t)(stop - *at), JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(line != NULL, "%s: %.*s", error.text, (int)(stop - *at), *at);
    *at = stop + 1;
    return line;
}

static const char *word(const json_t *line, const char *name)
{
    const char *value = json_string_value(json_object_get(line, name));
    return value == NULL ? "" : value;
}

static int64_t number(const json_t *line, const char *name)
{
    return json_integer_value(json_object_get(line, name));
}

/* Writing never waits: this test would not end. What comes then is the first lines, whole and in order, and how many are missing. */
START_TEST(nobody_reads)
{
    static char filler[200];
    const char *at = text;
    int64_t next = 0;
    memset(filler, 'x', sizeof filler - 1);
    redirect(_i == 1);
    const uint64_t before = log_outlet_lost();
    for (int i = 0; i < MANY; i++)
        LOG(LOG_LEVEL_INFO, "line", LOG_NUMBER("n", i), LOG_STRING("filler", filler));
    const uint64_t lost = log_outlet_lost() - before;
    ck_assert_uint_gt(lost, 0);
    read_some();
    log_drain(0);
    read_some();
    LOG(LOG_LEVEL_INFO, "after", LOG_NUMBER("n", 0));
    read_all();
    for (json_t *line = next_line(&at); line != NULL && next >= 0; line = next_line(&at)) {
        if (strcmp(word(line, "event"), "line") == 0)
            ck_assert_int_eq(number(line, "n"), next++);
        if (strcmp(word(line, "event"), "log-lines-lost") == 0) {
            ck_assert_int_eq(number(line, "lines"), (int64_t)lost);
            ck_assert_int_eq(next + (int64_t)lost, MANY);
            next = -1;
        }
        json_decref(line);
    }
    ck_assert_msg(next == -1, "nobody said that %lu lines were lost", (unsigned long)lost);
}
END_TEST

static void *write_lines(void *context)
{
    const int *id = context;
    char filler[1000];
    memset(filler, 'a' + *id, sizeof filler - 1);
    filler[sizeof filler - 1] = 0;
    for (int i = 0; i < EACH; i++)
        LOG(LOG_LEVEL_INFO, "line", LOG_NUMBER("thread", *id), LOG_NUMBER("n", i),
            LOG_STRING("filler", filler + i % 900));
    return NULL;
}

/* A reader that is slower than the writers, in pieces that end anywhere: what gets through is whole, and each thread's in order. */
START_TEST(threads_do_not_mix)
{
    pthread_t threads[THREADS];
    int ids[THREADS];
    int64_t last[THREADS] = {-1, -1, -1, -1};
    const char *at = text;
    size_t count = 0;
    redirect(_i == 1);
    for (int i = 0; i < THREADS; i++) {
        ids[i] = i;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, write_lines, &ids[i]), 0);
    }
    for (int i = 0; i < 200; i++) {
        ssize_t got = read(end, text + text_size, 3001);
        text_size += got > 0 ? (size_t)got : 0;
        pause_us(100);
    }
    for (int i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
    read_some();
    log_drain(0);
    LOG(LOG_LEVEL_INFO, "after", LOG_NUMBER("n", 0)); /* and before it how many are missing, if any are */
    read_all();
    for (json_t *line = next_line(&at); line != NULL; line = next_line(&at)) {
        const int64_t thread = number(line, "thread");
        if (strcmp(word(line, "event"), "line") == 0) {
            ck_assert_int_gt(number(line, "n"), last[thread]);
            last[thread] = number(line, "n");
            count++;
        }
        json_decref(line);
    }
    ck_assert_uint_gt(count, 500);
}
END_TEST

static const struct {
    const char *text;
    const char *read; /* NULL: as it is */
} string_rows[] = {
    {"plain", NULL},
    {"", NULL},
    {"a\nb\r\tc", NULL},
    {"\"},{\"level\":\"error", NULL},
    {"\x01\x1b[31mred\x1b[0m\x7f", NULL},
    {"\xe2\x80\xa8 a line separator", NULL},
    {"\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
    {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
    {"cut \xe2\x82", "cut \xef\xbf\xbd\xef\xbf\xbd"},
};

START_TEST(a_string_stays_one)
{
    const char *at = text;
    const char *wanted = string_rows[_i].read == NULL ? string_rows[_i].text : string_rows[_i].read;
    redirect(false);
    LOG(LOG_LEVEL_INFO, "line", LOG_STRING("value", string_rows[_i].text), LOG_NUMBER("n", 7));
    read_all();
    json_t *line = next_line(&at);
    ck_assert_ptr_nonnull(line);
    ck_assert_str_eq(word(line, "value"), wanted);
    ck_assert_int_eq(number(line, "n"), 7);
    ck_assert_uint_eq(json_object_size(line), 5);
    json_decref(line);
    ck_assert_ptr_null(next_line(&at));
}
END_TEST

/* RFC 3339 with microseconds, of now. */
START_TEST(a_time_is_exact)
{
    const char *at = text;
    redirect(false);
    LOG(LOG_LEVEL_INFO, "line", LOG_NUMBER("n", 0));
    read_all();
    json_t *line = next_line(&at);
    const char *stamp = word(line, "time");
    ck_assert_uint_eq(strlen(stamp), sizeof "2026-11-30T09:00:00.000000Z" - 1);
    ck_assert(stamp[10] == 'T' && stamp[19] == '.' && stamp[26] == 'Z');
    ck_assert_uint_eq(strspn(stamp + 20, "0123456789"), 6);
    json_decref(line);
}
END_TEST

/* A stranger's flood: some lines, and in a later second how many were left out. */
START_TEST(a_flood_is_counted)
{
    const char *at = text;
    int64_t lines = 0;
    int64_t suppressed = 0;
    redirect(false);
    for (int i = 0; i < 1001; i++) {
        if (i == 1000) {
            pause_ms(1100);
        }
        LOG_LIMITED(LOG_LEVEL_WARNING, "flood", LOG_NUMBER("n", i));
    }
    read_all();
    for (json_t *line = next_line(&at); line != NULL; line = next_line(&at)) {
        lines++;
        suppressed += number(line, "suppressed");
        json_decref(line);
    }
    ck_assert_int_eq(lines + suppressed, 1001);
    ck_assert_int_ge(lines, LOG_PER_SECOND + 1);
    ck_assert_int_le(lines, (intmax_t)4 * LOG_PER_SECOND);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("log_reader");
    TCase *tests = tcase_create("log_reader");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, nobody_reads, 0, 2);
    tcase_add_loop_test(tests, threads_do_not_mix, 0, 2);
    tcase_add_loop_test(tests, a_string_stays_one, 0, (int)(sizeof string_rows / sizeof string_rows[0]));
    tcase_add_test(tests, a_time_is_exact);
    tcase_add_test(tests, a_flood_is_counted);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
