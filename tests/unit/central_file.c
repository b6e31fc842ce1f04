/* The file of central access policies while the service runs, and the checks that go by it. */
#include "platform/access.h"

#include "engine/sddl.h"
#include "support/folder.h"
#include "support/keytab_file.h"
#include "support/station.h"
#include "support/suite.h"

#include <stdio.h>
#include <unistd.h>

#define POLICY    "[policy S-1-17-1]\nrules = A\n"
#define READERS   POLICY "[rule A]\neffective = D:(A;;0x1;;;WD)\n"
#define WRITERS   POLICY "[rule A]\neffective = D:(A;;0x2;;;WD)\n"
#define OBJECT    "O:SYG:SYD:(A;;0x3;;;WD)S:(SP;;;;;S-1-17-1)"
#define NO_POLICY "O:SYG:SYD:(A;;0x3;;;WD)"

static struct folder folder;
static char path[1024];
static struct arena arena;

static void setup(void)
{
    station_setup();
    folder_make(&folder);
    arena_init(&arena, 1 << 20);
    (void)snprintf(path, sizeof path, "%s/central.ini", folder.path);
}

static void teardown(void)
{
    arena_done(&arena);
    folder_remove(&folder);
    station_teardown();
}

static enum err start(const char *central, struct platform **ret)
{
    const struct platform_settings settings = {.keytab = station_keytab,
                                               .replay_cache = station_cache,
                                               .domain_sid = STATION_DOMAIN,
                                               .central_policies = central};
    return platform_start(&settings, ret);
}

/* What alice gets at most. */
static uint32_t maximum(struct platform *platform, const char *sddl)
{
    struct security_context context = station_context(&arena, "alice@EXAMPLE.TEST", true);
    struct platform_token *token = NULL;
    struct sddl_error error;
    struct bytes raw;
    struct descriptor descriptor;
    struct access_answer answer;
    ck_assert_int_eq(platform_token_open_client(platform, &context, &token), ERR_NONE);
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(sddl), NULL, &raw, &error), ERR_NONE);
    ck_assert_int_eq(descriptor_parse(raw, &descriptor), ERR_NONE);
    const struct access_request request = {.descriptor = &descriptor,
                                           .desired = RIGHT_MAXIMUM_ALLOWED,
                                           .mapping = {.read = 1, .write = 2, .all = 3}};
    ck_assert_int_eq(platform_access_check(token, &request, &answer), ERR_NONE);
    platform_token_free(token);
    return answer.granted;
}

static const struct {
    const char *text; /* NULL: the file goes */
    const char *state;
    uint32_t granted;
} life_rows[] = {
    {READERS, "ok", 0x1},
    {WRITERS, "ok", 0x2},
    {WRITERS "rules = A\n", "stale", 0x2}, /* a mistake leaves the rules as they were */
    {"", "stale", 0x2},
    {READERS, "ok", 0x1},
    {NULL, "stale", 0x1},
    {WRITERS, "ok", 0x2},
    {"[rule A]\neffective = D:\n[policy S-1-17-2]\nrules = A\n", "ok",
     0x3}, /* unknown now, and alice administers */
};

START_TEST(life)
{
    struct platform *platform = NULL;
    keytab_file_put(path, READERS);
    ck_assert_int_eq(start(path, &platform), ERR_NONE);
    for (size_t i = 0; i < sizeof life_rows / sizeof life_rows[0]; i++) {
        struct platform_health health;
        if (life_rows[i].text != NULL)
            keytab_file_put(path, life_rows[i].text);
        else
            ck_assert_int_eq(unlink(path), 0);
        platform_reload(platform, i % 2 == 0);
        platform_health(platform, &health);
        ck_assert_msg(strcmp(health.central_policies, life_rows[i].state) == 0, "row %zu", i);
        ck_assert_msg(maximum(platform, OBJECT) == life_rows[i].granted, "row %zu", i);
        ck_assert_uint_eq(maximum(platform, NO_POLICY), 0x3);
    }
    platform_stop(platform);
}
END_TEST

START_TEST(no_file)
{
    struct platform *platform = NULL;
    struct platform_health health;
    ck_assert_int_eq(start(NULL, &platform), ERR_NONE);
    platform_reload(platform, true);
    platform_health(platform, &health);
    ck_assert_str_eq(health.central_policies, "none");
    ck_assert_ptr_null(platform_policies_acquire(platform));
    platform_policies_release(NULL);
    ck_assert_uint_eq(maximum(platform, OBJECT), 0x3); /* alice administers */
    ck_assert_uint_eq(maximum(platform, NO_POLICY), 0x3);
    platform_stop(platform);
}
END_TEST

/* Who holds the policies keeps them whole, whatever comes after. */
START_TEST(held_through_a_reload)
{
    struct platform *platform = NULL;
    const uint32_t id = 1;
    struct sid_buffer sid;
    keytab_file_put(path, READERS);
    ck_assert_int_eq(sid_make(&sid, 17, &id, 1), ERR_NONE);
    ck_assert_int_eq(start(path, &platform), ERR_NONE);
    const struct central_policies *held = platform_policies_acquire(platform);
    keytab_file_put(path, WRITERS);
    platform_reload(platform, true);
    const struct central_policies *fresh = platform_policies_acquire(platform);
    ck_assert_ptr_ne(held, fresh);
    const struct central_policy *old = central_policy_find(held, sid_of(&sid));
    ck_assert_str_eq(old->rules[0]->name, "A");
    ck_assert_uint_eq(old->rules[0]->effective.ace_count, 1);
    platform_policies_release(held);
    platform_policies_release(fresh);
    platform_stop(platform);
}
END_TEST

static const struct {
    const char *text; /* NULL: no file */
    enum err err;
} start_rows[] = {
    {NULL, ERR_IO},          {"", ERR_MALFORMED}, {"hello", ERR_MALFORMED},
    {POLICY, ERR_MALFORMED}, {READERS, ERR_NONE},
};

START_TEST(start_row)
{
    struct platform *platform = NULL;
    if (start_rows[_i].text != NULL)
        keytab_file_put(path, start_rows[_i].text);
    ck_assert_int_eq(start(path, &platform), start_rows[_i].err);
    ck_assert((platform != NULL) == (start_rows[_i].err == ERR_NONE));
    platform_stop(platform);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("central_file");
    TCase *tests = tcase_create("central_file");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, life);
    tcase_add_test(tests, no_file);
    tcase_add_test(tests, held_through_a_reload);
    tcase_add_loop_test(tests, start_row, 0, (int)(sizeof start_rows / sizeof start_rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
