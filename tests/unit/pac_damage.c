/* What becomes of sound PACs that are cut or changed anywhere. The sanitizers watch; here only sense is checked. */
#include "platform/posix/pac_claims.h"
#include "platform/posix/pac_device.h"
#include "platform/posix/pac_logon.h"
#include "support/pac_samples.h"
#include "support/pac_text.h"
#include "support/suite.h"

#include <stdlib.h>

enum { ARENA = 64 << 20, BUFFERS = 6 };

static struct bytes *buffer_of(struct pac_buffers *buffers, size_t index)
{
    struct bytes *all[BUFFERS] = {&buffers->logon_info,  &buffers->upn_dns_info,  &buffers->client_claims,
                                  &buffers->device_info, &buffers->device_claims, &buffers->requestor_sid};
    return all[index];
}

/* NULL when it is refused. */
static const char *decode(struct arena *arena, const struct pac_buffers *buffers)
{
    struct pac_identity identity;
    return pac_decode(arena, buffers, &identity) == ERR_NONE ? pac_to_text(arena, &identity) : NULL;
}

/* Claims that are cut to nothing are no claims, and that is all that a cut can change. */
static void cut(const struct pac_sample *sample, size_t index)
{
    AUTO_ARENA input;
    arena_init(&input, ARENA);
    struct pac_buffers buffers = pac_build(&input, &sample->pac);
    struct bytes *buffer = buffer_of(&buffers, index);
    for (size_t size = buffer->size; size-- > 1;) {
        AUTO_ARENA arena;
        arena_init(&arena, ARENA);
        buffer->size = size;
        const char *text = decode(&arena, &buffers);
        if (text != NULL)
            ck_assert_str_eq(text, sample->text);
        ck_assert_msg(text == NULL || index == 1, "%s, buffer %zu at %zu", sample->name, index, size);
    }
}

START_TEST(truncation)
{
    for (size_t index = 0; index < BUFFERS; index++)
        cut(&pac_samples[_i], index);
}
END_TEST

/* Flips bits of each byte and counts what is still accepted. */
static size_t change(const struct pac_sample *sample, size_t index)
{
    static const uint8_t masks[] = {0x01, 0x02, 0x80, 0xff};
    AUTO_ARENA input;
    arena_init(&input, ARENA);
    struct pac_buffers buffers = pac_build(&input, &sample->pac);
    struct bytes *buffer = buffer_of(&buffers, index);
    struct bytes sound = *buffer;
    size_t accepted = 0;
    for (size_t i = 0; i < sound.size * sizeof masks; i++) {
        AUTO_ARENA arena;
        arena_init(&arena, ARENA);
        uint8_t *copy = arena_copy(&arena, sound.data, sound.size);
        ck_assert_ptr_nonnull(copy);
        copy[i / sizeof masks] ^= masks[i % sizeof masks];
        buffer->data = copy;
        accepted += decode(&arena, &buffers) != NULL;
    }
    return accepted;
}

START_TEST(flips)
{
    size_t accepted = 0;
    for (size_t index = 0; index < BUFFERS; index++)
        accepted += change(&pac_samples[_i], index);
    ck_assert_uint_gt(accepted, 0); /* a RID is as good as another */
}
END_TEST

START_TEST(requestor_has_no_slack)
{
    ck_assert_uint_eq(change(&pac_samples[2], 5), 0);
}
END_TEST

/* The parts on memory that ends where the input ends, which the arena of pac_decode does not let a sanitizer see. */
static void decode_part(size_t index, struct bytes input)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct pac_budget budget = {.sids = PAC_SIDS_MAX};
    struct pac_identity identity = {0};
    struct sid_list lists[2] = {0};
    struct claim_set claims = {0};
    enum err err = ERR_FAILED;
    if (index == 0)
        err = pac_logon_decode(&arena, input, &budget, &identity);
    else if (index == 3)
        err = pac_device_decode(&arena, input, &budget, &lists[0], &lists[1]);
    else
        err = pac_claims_decode(&arena, input, &claims);
    ck_assert(err == ERR_NONE || err == ERR_MALFORMED || err == ERR_TOO_LARGE || err == ERR_NO_MEMORY);
}

static void damage_part(const struct pac_sample *sample, size_t index)
{
    AUTO_ARENA input;
    arena_init(&input, ARENA);
    struct pac_buffers buffers = pac_build(&input, &sample->pac);
    struct bytes sound = *buffer_of(&buffers, index);
    for (size_t size = 0; size < sound.size; size++) {
        uint8_t *cut_copy = malloc(size != 0 ? size : 1);
        uint8_t *flipped = malloc(sound.size);
        ck_assert(cut_copy != NULL && flipped != NULL);
        memcpy(cut_copy, sound.data, size);
        decode_part(index, bytes_of(cut_copy, size));
        memcpy(flipped, sound.data, sound.size);
        flipped[size] = (uint8_t)(flipped[size] + 1);
        decode_part(index, bytes_of(flipped, sound.size));
        free(flipped);
        free(cut_copy);
    }
}

START_TEST(parts)
{
    static const size_t indexes[] = {0, 2, 3, 4};
    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++)
        damage_part(&pac_samples[_i], indexes[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pac_damage");
    TCase *tests = tcase_create("pac_damage");
    tcase_set_timeout(tests, 0);
    tcase_add_loop_test(tests, truncation, 0, (int)pac_sample_count);
    tcase_add_loop_test(tests, flips, 0, (int)pac_sample_count);
    tcase_add_test(tests, requestor_has_no_slack);
    tcase_add_loop_test(tests, parts, 0, (int)pac_sample_count);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
