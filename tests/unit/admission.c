#include "http/admission.h"
#include "http/address.h"
#include "http/listener.h"
#include "support/suite.h"

#include <pthread.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static struct admission_client client_of(const char *listen)
{
    struct address address;
    struct admission_client client;
    ck_assert_int_eq(address_parse(listen, &address), ERR_NONE);
    admission_client((const struct sockaddr *)&address.storage, &client);
    return client;
}

static const struct {
    const char *a;
    const char *b;
    bool same;
} client_rows[] = {
    {"127.0.0.1:1", "127.0.0.1:2", true},
    {"127.0.0.1:1", "127.0.0.2:1", false},
    {"[2001:db8::1]:1", "[2001:db8::2]:9", true},
    {"[2001:db8::1]:1", "[2001:db8::ffff:ffff:ffff:ffff]:1", true},
    {"[2001:db8::1]:1", "[2001:db8:0:1::1]:1", false},
    {"0.0.0.0:1", "[::]:1", false},
    {"32.1.13.184:1", "[2001:db8::]:1", false},
};

START_TEST(client_row)
{
    struct admission_client a = client_of(client_rows[_i].a);
    struct admission_client b = client_of(client_rows[_i].b);
    ck_assert_int_eq(memcmp(&a, &b, sizeof a) == 0, client_rows[_i].same);
}
END_TEST

START_TEST(bounds_hold_and_are_paid_back)
{
    struct admission *admission = NULL;
    struct admission_client a = client_of("10.0.0.1:1");
    struct admission_client b = client_of("10.0.0.2:1");
    struct admission_client c = client_of("10.0.0.3:1");
    ck_assert_int_eq(admission_new(3, 2, &admission), ERR_NONE);
    for (int again = 0; again < 100; again++) {
        ck_assert(admission_enter(admission, &a));
        ck_assert(admission_enter(admission, &a));
        ck_assert(!admission_enter(admission, &a));
        ck_assert(admission_enter(admission, &b));
        ck_assert(!admission_enter(admission, &b));
        ck_assert(!admission_enter(admission, &c));
        admission_leave(admission, &a);
        ck_assert(admission_enter(admission, &c));
        admission_leave(admission, &c);
        admission_leave(admission, &b);
        admission_leave(admission, &a);
        admission_leave(admission, &a); /* one too many changes nothing */
    }
    admission_free(admission);
}
END_TEST

START_TEST(without_a_bound_for_one_client)
{
    struct admission *admission = NULL;
    struct admission_client a = client_of("10.0.0.1:1");
    ck_assert_int_eq(admission_new(50, 0, &admission), ERR_NONE);
    for (int i = 0; i < 50; i++)
        ck_assert(admission_enter(admission, &a));
    ck_assert(!admission_enter(admission, &a));
    admission_free(admission);
}
END_TEST

START_TEST(operators_have_room_of_their_own)
{
    struct admission *admission = NULL;
    struct admission_figures figures;
    struct admission_client a = client_of("10.0.0.1:1");
    struct admission_client operator;
    admission_operator(&operator);
    ck_assert_int_eq(admission_new(1, 1, &admission), ERR_NONE);
    ck_assert(admission_enter(admission, &a));
    ck_assert(!admission_enter(admission, &a));
    for (int again = 0; again < 3; again++) {
        for (int i = 0; i < ADMISSION_OPERATORS_MAX; i++)
            ck_assert(admission_enter(admission, &operator));
        ck_assert(!admission_enter(admission, &operator));
        admission_figures(admission, &figures);
        ck_assert_uint_eq(figures.open, 1 + ADMISSION_OPERATORS_MAX);
        for (int i = 0; i < ADMISSION_OPERATORS_MAX; i++)
            admission_leave(admission, &operator);
    }
    ck_assert(!admission_enter(admission, &a)); /* and strangers have no more for it */
    admission_figures(admission, &figures);
    ck_assert_uint_eq(figures.open, 1);
    ck_assert_uint_eq(figures.refused, 5);
    ck_assert_uint_eq(figures.admitted, 1 + 3 * ADMISSION_OPERATORS_MAX);
    admission_free(admission);
}
END_TEST

START_TEST(many_clients_fit)
{
    struct admission *admission = NULL;
    ck_assert_int_eq(admission_new(500, 1, &admission), ERR_NONE);
    for (int again = 0; again < 3; again++) {
        struct admission_client client = {.bytes = {0}};
        for (int i = 0; i < 500; i++) {
            client.bytes[0] = (uint8_t)i;
            client.bytes[1] = (uint8_t)(i >> 8);
            ck_assert(admission_enter(admission, &client));
            ck_assert(!admission_enter(admission, &client));
        }
        for (int i = 0; i < 500; i++) {
            client.bytes[0] = (uint8_t)i;
            client.bytes[1] = (uint8_t)(i >> 8);
            admission_leave(admission, &client);
        }
    }
    admission_free(admission);
}
END_TEST

static void *come_and_go(void *context)
{
    struct admission *admission = context;
    struct admission_client a = client_of("10.0.0.1:1");
    for (int i = 0; i < 10000; i++) {
        if (admission_enter(admission, &a))
            admission_leave(admission, &a);
    }
    return NULL;
}

START_TEST(threads_lose_no_count)
{
    struct admission *admission = NULL;
    struct admission_client a = client_of("10.0.0.1:1");
    pthread_t threads[4];
    ck_assert_int_eq(admission_new(3, 3, &admission), ERR_NONE);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, come_and_go, admission), 0);
    for (int i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
    for (int i = 0; i < 3; i++)
        ck_assert(admission_enter(admission, &a));
    ck_assert(!admission_enter(admission, &a));
    admission_free(admission);
}
END_TEST

static const struct {
    rlim_t files; /* that a process may have */
    unsigned wanted;
    unsigned threads;
    size_t listeners;
    unsigned given;
} room_rows[] = {
    {1076 + ADMISSION_OPERATORS_MAX, 1000, 1, 2, 1000},
    {1075 + ADMISSION_OPERATORS_MAX, 1000, 1, 2, 999},
    {200 + ADMISSION_OPERATORS_MAX, 1000, 1, 2, 124},
    {200 + ADMISSION_OPERATORS_MAX, 100, 1, 2, 100},
    {100, 1000, 16, 1, 25}, /* what is kept for the rest is an estimate */
};

/* Connections that the process has no files for would take those that keys, the log and the replay cache need, and a listener without a
 * connection of its own would spin. */
START_TEST(no_more_connections_than_files)
{
    int status = 0;
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        const struct rlimit limit = {.rlim_cur = room_rows[_i].files / 2, .rlim_max = room_rows[_i].files};
        const bool bound = setrlimit(RLIMIT_NOFILE, &limit) == 0;
        _exit(bound && listener_make_room(room_rows[_i].wanted, room_rows[_i].threads,
                                          room_rows[_i].listeners) == room_rows[_i].given
                  ? 0
                  : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("admission");
    TCase *tests = tcase_create("admission");
    tcase_add_loop_test(tests, client_row, 0, (int)(sizeof client_rows / sizeof client_rows[0]));
    tcase_add_test(tests, bounds_hold_and_are_paid_back);
    tcase_add_test(tests, without_a_bound_for_one_client);
    tcase_add_test(tests, operators_have_room_of_their_own);
    tcase_add_test(tests, many_clients_fit);
    tcase_add_test(tests, threads_lose_no_count);
    tcase_add_loop_test(tests, no_more_connections_than_files, 0,
                        (int)(sizeof room_rows / sizeof room_rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
