/* So many at once, and so many a second after that: for each, and in a memory that does not grow. */
#include "http/rate_limit.h"

#include "http/admission.h"

#include "support/suite.h"

#include <string.h>

enum { SECOND = 1000000, CROWD = 200000 };

static struct rate_limit *limit_of(unsigned per_second, unsigned burst)
{
    struct rate_limit *limit = NULL;
    ck_assert_int_eq(rate_limit_new(per_second, burst, &limit), ERR_NONE);
    return limit;
}

START_TEST(burst_and_rate)
{
    struct rate_limit *limit = limit_of(2, 5);
    for (int i = 0; i < 5; i++)
        ck_assert_uint_eq(rate_limit_take(limit, 7, 100), 0);
    ck_assert_uint_eq(rate_limit_take(limit, 7, 100), 1);
    ck_assert_uint_eq(rate_limit_take(limit, 8, 100), 0); /* somebody else */
    ck_assert_uint_eq(rate_limit_take(limit, 7, 100 + SECOND / 2 - 1), 1);
    ck_assert_uint_eq(rate_limit_take(limit, 7, 100 + SECOND / 2), 0);
    ck_assert_uint_eq(rate_limit_take(limit, 7, 100 + SECOND / 2), 1);
    for (int i = 0; i < 5; i++) /* full again, and no fuller */
        ck_assert_uint_eq(rate_limit_take(limit, 7, 60 * (int64_t)SECOND), 0);
    ck_assert_uint_eq(rate_limit_take(limit, 7, 60 * (int64_t)SECOND), 1);
    rate_limit_free(limit);
}
END_TEST

/* Who is refused pays nothing, so that asking on does not make it longer; and looking costs nothing. */
START_TEST(what_is_refused_is_not_counted)
{
    struct rate_limit *limit = limit_of(1, 1);
    ck_assert_uint_eq(rate_limit_peek(limit, 7, 0), 0);
    ck_assert_uint_eq(rate_limit_take(limit, 7, 0), 0);
    for (int64_t at = 0; at < SECOND; at += 1000) {
        ck_assert_uint_eq(rate_limit_peek(limit, 7, at), 1);
        ck_assert_uint_eq(rate_limit_take(limit, 7, at), 1);
    }
    ck_assert_uint_eq(rate_limit_peek(limit, 7, SECOND), 0);
    ck_assert_uint_eq(rate_limit_take(limit, 7, SECOND), 0);
    rate_limit_free(limit);
}
END_TEST

START_TEST(no_bound)
{
    struct rate_limit *limit = limit_of(0, 0);
    ck_assert_ptr_null(limit);
    for (int i = 0; i < 1000; i++)
        ck_assert_uint_eq(rate_limit_take(limit, 7, 0), 0);
    ck_assert_uint_eq(rate_limit_peek(limit, 7, 0), 0);
    rate_limit_free(limit);
}
END_TEST

/* The ends of what may be set: a bucket holds one at least, and what one costs is never nothing. */
START_TEST(ends_of_the_range)
{
    struct rate_limit *limit = limit_of(1, 0);
    ck_assert_uint_eq(rate_limit_take(limit, 7, 0), 0);
    ck_assert_uint_eq(rate_limit_take(limit, 7, 0), 1);
    rate_limit_free(limit);
    limit = limit_of(2 * SECOND, 1);
    ck_assert_uint_eq(rate_limit_take(limit, 7, 0), 0);
    ck_assert_uint_eq(rate_limit_take(limit, 7, 0), 1);
    ck_assert_uint_eq(rate_limit_take(limit, 7, 1), 0);
    rate_limit_free(limit);
}
END_TEST

/* Who finds no place of their own takes somebody's, and owes nothing of what that one owes. */
START_TEST(nobody_pays_for_another)
{
    enum { SETS = 2048, WAYS = 8 };
    struct rate_limit *limit = limit_of(1, 1);
    for (rate_limit_who who = 1; who <= WAYS; who++)
        ck_assert_uint_eq(rate_limit_take(limit, who * SETS, 0), 0);
    const rate_limit_who next = WAYS + 1;
    ck_assert_uint_eq(rate_limit_take(limit, next * SETS, 0), 0);
    rate_limit_free(limit);
}
END_TEST

/* Many who come once do not push out one who comes too often: emptier buckets stay. */
START_TEST(a_crowd)
{
    struct rate_limit *limit = limit_of(1, 100);
    unsigned refused = 0;
    for (int i = 0; i < 100; i++)
        ck_assert_uint_eq(rate_limit_take(limit, 7, 0), 0);
    for (uint64_t who = 1000; who < CROWD; who++)
        refused += rate_limit_take(limit, who * UINT64_C(0x9e3779b97f4a7c15), 1000) != 0;
    ck_assert_uint_eq(refused, 0);
    ck_assert_uint_ne(rate_limit_take(limit, 7, 1000), 0);
    rate_limit_free(limit);
}
END_TEST

START_TEST(who_is_who)
{
    struct rate_limit *limit = limit_of(1, 1);
    struct rate_limit *other = limit_of(1, 1);
    struct sid_buffer alice;
    struct sid_buffer bob;
    const struct admission_client home = {.bytes = {127, 0, 0, 1, [15] = 4}};
    const struct admission_client away = {.bytes = {127, 0, 0, 2, [15] = 4}};
    ck_assert_int_eq(sid_parse(bytes_of_string("S-1-5-21-1-2-3-1104"), &alice), ERR_NONE);
    ck_assert_int_eq(sid_parse(bytes_of_string("S-1-5-21-1-2-3-1105"), &bob), ERR_NONE);
    ck_assert(rate_limit_sid(limit, sid_of(&alice)) == rate_limit_sid(limit, sid_of(&alice)));
    ck_assert(rate_limit_sid(limit, sid_of(&alice)) != rate_limit_sid(limit, sid_of(&bob)));
    ck_assert(rate_limit_sid(limit, sid_of(&alice)) != rate_limit_sid(other, sid_of(&alice)));
    ck_assert(rate_limit_client(limit, &home) != rate_limit_client(limit, &away));
    ck_assert(rate_limit_client(limit, &home) != rate_limit_client(other, &home));
    rate_limit_free(limit);
    rate_limit_free(other);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rate_limit");
    TCase *tests = tcase_create("rate_limit");
    tcase_add_test(tests, burst_and_rate);
    tcase_add_test(tests, what_is_refused_is_not_counted);
    tcase_add_test(tests, no_bound);
    tcase_add_test(tests, ends_of_the_range);
    tcase_add_test(tests, nobody_pays_for_another);
    tcase_add_test(tests, a_crowd);
    tcase_add_test(tests, who_is_who);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
