/* session_pool: every object is somebody's alone, clean and in lines of its own; what is given back is had again. */
#include "http/session_pool.h"
#include "support/suite.h"

#include <stdint.h>
#include <stdlib.h>

enum { SIZE = 2 * SESSION_POOL_LINE, MANY = 3000 /* several chunks */ };

static struct session_pool *pool;

static void setup(void)
{
    ck_assert_int_eq(session_pool_new(SIZE, &pool), ERR_NONE);
}

static void teardown(void)
{
    session_pool_free(pool);
    session_pool_free(NULL);
}

static uint8_t *take_clean(void)
{
    static const uint8_t zero[SIZE];
    uint8_t *object = session_pool_take(pool);
    ck_assert_ptr_nonnull(object);
    ck_assert_uint_eq((uintptr_t)object % SESSION_POOL_LINE, 0);
    ck_assert_mem_eq(object, zero, SIZE);
    return object;
}

static int by_address(const void *a, const void *b)
{
    const uint8_t *const *left = a;
    const uint8_t *const *right = b;
    return (*left > *right) - (*left < *right);
}

START_TEST(nobody_shares)
{
    static uint8_t *objects[MANY];
    for (size_t i = 0; i < MANY; i++) {
        objects[i] = take_clean();
        memset(objects[i], 0xFF, SIZE);
    }
    qsort(objects, MANY, sizeof objects[0], by_address);
    for (size_t i = 1; i < MANY; i++)
        ck_assert_uint_ge((uintptr_t)objects[i], (uintptr_t)objects[i - 1] + SIZE);
}
END_TEST

/* As when sessions come and go for days: no more memory than at the busiest moment. */
START_TEST(what_is_given_back_is_had_again)
{
    uint8_t *const first = take_clean();
    uint8_t *const second = take_clean();
    for (size_t i = 0; i < MANY; i++) {
        memset(first, 0xFF, SIZE);
        session_pool_give(pool, first);
        ck_assert_ptr_eq(take_clean(), first);
    }
    memset(second, 0xFF, SIZE);
    session_pool_give(pool, first);
    session_pool_give(pool, second);
    ck_assert_ptr_eq(take_clean(), second);
    ck_assert_ptr_eq(take_clean(), first);
}
END_TEST

START_TEST(given_back_is_wiped)
{
    static const uint8_t zero[SIZE - sizeof(void *)];
    uint8_t *const object = take_clean();
    memset(object, 0xFF, SIZE);
    session_pool_give(pool, object);
    ck_assert_mem_eq(object + sizeof(void *), zero, sizeof zero); /* the pool's memory still, with its link */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session_pool");
    TCase *tests = tcase_create("session_pool");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, nobody_shares);
    tcase_add_test(tests, what_is_given_back_is_had_again);
    tcase_add_test(tests, given_back_is_wiped);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
