/* routes: who may call which route, and who may have a check audited there, unless the configuration says otherwise. */
#include "api/service.h"
#include "engine/decide.h"
#include "engine/sddl.h"
#include "http/guard.h"
#include "support/suite.h"
#include "support/token_text.h"

enum who { ANYONE, USER, ADMINISTRATOR, SERVICE, LOCAL_SYSTEM, READER, PEOPLE };

static const char *const people[PEOPLE] = {
    [ANYONE] = "user=S-1-5-21-1-2-3-1001 groups=WD",
    [USER] = "user=S-1-5-21-1-2-3-1001 groups=WD,AU",
    [ADMINISTRATOR] = "user=S-1-5-21-1-2-3-1001 groups=WD,AU,BA",
    [SERVICE] = "user=S-1-5-21-1-2-3-1001 groups=WD,AU,SU",
    [LOCAL_SYSTEM] = "user=SY groups=WD,AU",
    [READER] = "user=S-1-5-21-1-2-3-1001 groups=WD,AU,S-1-5-32-573",
};

#define BIT(who)  (1U << (who))
#define USERS     (BIT(USER) | BIT(ADMINISTRATOR) | BIT(SERVICE) | BIT(LOCAL_SYSTEM) | BIT(READER))
#define OPERATORS (BIT(ADMINISTRATOR) | BIT(SERVICE) | BIT(LOCAL_SYSTEM))
#define READERS   (BIT(ADMINISTRATOR) | BIT(LOCAL_SYSTEM) | BIT(READER))

static const struct {
    enum http_method method;
    const char *path;
    unsigned call;
    unsigned audit;
} rows[] = {
    {HTTP_POST, "/access-check", USERS, OPERATORS},
    {HTTP_POST, "/access-check/batch", USERS, OPERATORS},
    {HTTP_POST, "/security-descriptor", USERS, 0},
    {HTTP_GET, "/token", USERS, 0},
    {HTTP_GET, "/token/primary", OPERATORS, 0},
    {HTTP_GET, "/privileges", USERS, 0},
    {HTTP_PATCH, "/privileges", USERS, 0},
    {HTTP_POST, "/privileges/check", USERS, 0},
    {HTTP_GET, "/audit", READERS, 0},
    {HTTP_POST, "/audit/object-open", OPERATORS, 0},
    {HTTP_POST, "/audit/object-close", OPERATORS, 0},
    {HTTP_POST, "/audit/object-delete", OPERATORS, 0},
    {HTTP_POST, "/audit/object-privilege", OPERATORS, 0},
    {HTTP_POST, "/audit/privileged-service", OPERATORS, 0},
    {HTTP_GET, "/session", USERS, 0},
    {HTTP_POST, "/session", USERS, 0},
    {HTTP_DELETE, "/session", USERS, 0},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

static const char *const public_paths[] = {"/livez", "/readyz", "/metrics", "/version", "/openapi.yaml"};

static unsigned who_has(struct arena *arena, const struct descriptor *descriptor, uint32_t right)
{
    unsigned found = 0;
    for (int who = 0; who < PEOPLE; who++) {
        const struct access_request request = {.descriptor = descriptor, .desired = right};
        struct access_answer answer = {.allowed = false};
        ck_assert_int_eq(decide_access(token_text_read(arena, people[who]), &request, &answer), ERR_NONE);
        found |= answer.allowed ? BIT(who) : 0;
    }
    return found;
}

START_TEST(guarded_row)
{
    AUTO_ARENA arena;
    const struct sddl_domains domains = {.domain = NULL};
    struct bytes raw = {0};
    struct sddl_error error = {0};
    struct descriptor descriptor;
    arena_init(&arena, 1 << 20);
    const struct route *route = router_lookup(routes_all(), rows[_i].method, rows[_i].path);
    ck_assert_msg(route != NULL && route->guard != NULL, "%s", rows[_i].path);
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(route->guard), &domains, &raw, &error), ERR_NONE);
    ck_assert_int_eq(descriptor_parse(raw, &descriptor), ERR_NONE);
    ck_assert_uint_eq(who_has(&arena, &descriptor, GUARD_RIGHT_CALL), rows[_i].call);
    ck_assert_uint_eq(who_has(&arena, &descriptor, GUARD_RIGHT_AUDIT), rows[_i].audit);
}
END_TEST

/* Each route is in a row above, or is one of these. */
START_TEST(no_other_is_public)
{
    size_t open = 0;
    for (size_t i = 0; i < routes_all()->count; i++)
        open += routes_all()->routes[i].guard == NULL;
    ck_assert_uint_eq(open, sizeof public_paths / sizeof public_paths[0]);
    ck_assert_uint_eq(routes_all()->count, ROWS + open);
    for (size_t i = 0; i < open; i++)
        ck_assert_msg(router_path_is_public(routes_all(), public_paths[i]), "%s", public_paths[i]);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("routes");
    TCase *tests = tcase_create("routes");
    tcase_add_loop_test(tests, guarded_row, 0, ROWS);
    tcase_add_test(tests, no_other_is_public);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
