/* Acceptors of several threads: a token counts once whoever gets it, also while keys are read again. */
#include "support/pause.h"
#include "support/stand.h"
#include "support/suite.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { THREADS = 3, TOKENS = 150, ARENA_BYTES = 1 << 20, REPLY_BYTES = 1 << 14, RELOADS = 20, PAUSE_MS = 5 };

static struct stand stand;
static struct bytes tokens[TOKENS];
static atomic_uint accepted[TOKENS];
static atomic_uint replays;
static atomic_uint others;

static void setup(void)
{
    stand_make(&stand);
    atomic_store(&replays, 0);
    atomic_store(&others, 0);
}

static void teardown(void)
{
    stand_done(&stand);
}

/* Nothing of Check in here: it is not made for threads. */
static void *offer_all(void *context)
{
    (void)context;
    struct acceptor *acceptor = NULL;
    if (platform_acceptor_new(stand.platform, &acceptor) != ERR_NONE)
        abort();
    for (size_t i = 0; i < TOKENS; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, REPLY_BYTES);
        struct security_context *handshake = NULL;
        struct negotiate_reply reply;
        if (platform_negotiate(acceptor, &handshake, tokens[i], (struct negotiate_channel){.required = false},
                               &arena, &reply) != ERR_NONE)
            abort();
        if (reply.outcome == NEGOTIATE_ACCEPTED)
            atomic_fetch_add(&accepted[i], 1);
        else
            atomic_fetch_add(strcmp(reply.reason, "replay") == 0 ? &replays : &others, 1);
        platform_security_context_free(handshake);
    }
    platform_acceptor_free(acceptor);
    return NULL;
}

static void make_tokens(struct arena *arena)
{
    for (size_t i = 0; i < TOKENS; i++) {
        struct der token = {0};
        initiator_raw_token(stand.mint, &(struct mint_order){0}, &token);
        void *copy = arena_copy(arena, token.data, token.size);
        ck_assert_ptr_nonnull(copy);
        tokens[i] = bytes_of(copy, token.size);
        atomic_store(&accepted[i], 0);
        der_done(&token);
    }
}

static void run_threads(bool reload)
{
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, offer_all, NULL), 0);
    for (size_t i = 0; reload && i < RELOADS; i++) {
        platform_reload(stand.platform, true);
        pause_ms(PAUSE_MS);
    }
    for (size_t i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_join(threads[i], NULL), 0);
}

START_TEST(a_token_counts_once)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    make_tokens(&arena);
    run_threads(false);
    for (size_t i = 0; i < TOKENS; i++)
        ck_assert_uint_eq(atomic_load(&accepted[i]), 1);
    ck_assert_uint_eq(atomic_load(&replays), (size_t)(THREADS - 1) * TOKENS);
}
END_TEST

/* A thread that lags two reloads behind may find no keys for a moment, and refuses: never twice, and never a crash. */
START_TEST(and_while_keys_are_read_again)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    make_tokens(&arena);
    run_threads(true);
    unsigned sum = 0;
    for (size_t i = 0; i < TOKENS; i++) {
        ck_assert_uint_le(atomic_load(&accepted[i]), 1);
        sum += atomic_load(&accepted[i]);
    }
    ck_assert_uint_gt(sum, 0);
    ck_assert_uint_eq(sum + atomic_load(&replays) + atomic_load(&others), (size_t)THREADS * TOKENS);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("negotiate_threads");
    TCase *tests = tcase_create("negotiate_threads");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_token_counts_once);
    tcase_add_test(tests, and_while_keys_are_read_again);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
