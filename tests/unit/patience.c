/* Whose time is over, and when? */
#include "http/patience.h"

#include "support/suite.h"

static struct patience patience;
static struct patience_link links[3];

static void reset(void)
{
    patience = (struct patience){.limit_ms = {[PATIENCE_IDLE] = 100, [PATIENCE_REQUEST] = 30}};
    for (size_t i = 0; i < 3; i++)
        links[i] = (struct patience_link){.phase = PATIENCE_NONE};
}

START_TEST(who_waits_longest_is_first)
{
    patience_begin(&patience, &links[0], PATIENCE_IDLE, 1000);
    patience_begin(&patience, &links[1], PATIENCE_IDLE, 1010);
    patience_begin(&patience, &links[2], PATIENCE_REQUEST, 1020);
    ck_assert_int_eq(patience_timeout(&patience, 1020), 30);
    ck_assert_ptr_null(patience_over(&patience, 1049));
    ck_assert_ptr_eq(patience_over(&patience, 1050), &links[2]);
    ck_assert_ptr_null(patience_over(&patience, 1050));
    patience_begin(&patience, &links[2], PATIENCE_NONE, 1050);
    ck_assert_int_eq(patience_timeout(&patience, 1060), 40);
    patience_begin(&patience, &links[0], PATIENCE_IDLE, 1060); /* starts anew */
    ck_assert_ptr_eq(patience_over(&patience, 1110), &links[1]);
    ck_assert_ptr_null(patience_over(&patience, 1159));
    ck_assert_ptr_eq(patience_over(&patience, 1160), &links[0]);
}
END_TEST

START_TEST(who_stays_is_told_again)
{
    patience_begin(&patience, &links[0], PATIENCE_REQUEST, 0);
    ck_assert_ptr_eq(patience_over(&patience, 30), &links[0]);
    ck_assert_int_eq(patience_timeout(&patience, 30), 30);
    ck_assert_ptr_null(patience_over(&patience, 59));
    ck_assert_ptr_eq(patience_over(&patience, 60), &links[0]);
}
END_TEST

START_TEST(without_end)
{
    patience_begin(&patience, &links[0], PATIENCE_ANSWER, 0);
    ck_assert_int_eq(patience_timeout(&patience, 0), -1);
    ck_assert_ptr_null(patience_over(&patience, INT64_MAX));
    patience_begin(&patience, &links[0], PATIENCE_NONE, 0);
    ck_assert_int_eq(patience_timeout(&patience, 0), -1);
}
END_TEST

/* From the middle, from either end, and the only one. */
START_TEST(leaving)
{
    static const unsigned orders[][3] = {{0, 1, 2}, {1, 0, 2}, {2, 1, 0}, {1, 2, 0}};
    for (size_t i = 0; i < 3; i++)
        patience_begin(&patience, &links[i], PATIENCE_REQUEST, 0);
    for (size_t i = 0; i < 3; i++) {
        patience_begin(&patience, &links[orders[_i][i]], PATIENCE_NONE, 0);
        const struct patience_link *over = patience_over(&patience, 30 * (int64_t)(i + 1));
        ck_assert((over == NULL) == (i == 2));
        ck_assert_ptr_ne(over, &links[orders[_i][i]]);
    }
    ck_assert_ptr_null(patience.first[PATIENCE_REQUEST]);
    ck_assert_ptr_null(patience.last[PATIENCE_REQUEST]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("patience");
    TCase *tests = tcase_create("patience");
    tcase_add_checked_fixture(tests, reset, NULL);
    tcase_add_test(tests, who_waits_longest_is_first);
    tcase_add_test(tests, who_stays_is_told_again);
    tcase_add_test(tests, without_end);
    tcase_add_loop_test(tests, leaving, 0, 4);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
