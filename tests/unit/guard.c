#include "http/guard.h"

#include "engine/audit.h"
#include "engine/sddl.h"
#include "platform/access.h"
#include "support/suite.h"
#include "support/token_text.h"

/* A platform token that is its view and no more; the engine decides on it, as it does on POSIX. */
struct platform_token {
    const struct token *view;
};

/* An answer that stands in for the engine's. */
static struct {
    bool given;
    enum err err;
    struct access_answer answer;
} stand_in;

enum err platform_access_check(const struct platform_token *token, const struct access_request *request,
                               struct access_answer *ret)
{
    if (stand_in.given) {
        *ret = stand_in.answer;
        return stand_in.err;
    }
    return decide_access(token->view, request, ret);
}

/* What the guard's SACL said of the last check that was to be audited. */
static struct {
    unsigned calls;
    struct audit_answer wanted;
    struct audit_object object;
    enum err fails;
} audited;

enum err platform_access_check_and_audit(const struct platform_token *token,
                                         const struct access_request *request,
                                         const struct audit_object *object, struct audit_trail *trail,
                                         struct access_answer *ret, bool *ret_generate_on_close)
{
    (void)trail;
    *ret_generate_on_close = false;
    audited.calls++;
    audited.object = *object;
    enum err err = decide_access(token->view, request, ret);
    if (err == ERR_NONE)
        err = audit_decide(token->view, request, ret, &audited.wanted);
    return err == ERR_NONE ? audited.fails : err;
}

static bool allows(const struct guards *guards, size_t index, const struct platform_token *token)
{
    struct audit_trail trail = {0};
    bool allowed = true;
    memset(&audited, 0, sizeof audited);
    ck_assert_int_eq(guards_check(guards, index, GUARD_RIGHT_CALL, token, &trail, &allowed), ERR_NONE);
    return allowed;
}

static const struct sddl_domains no_domains;

#define USERS    "O:SYG:SYD:(A;;CC;;;AU)"
#define ADMINS   "O:SYG:SYD:(A;;CC;;;BA)(A;;CC;;;SY)"
#define CALLER   "user=S-1-5-21-1-2-3-1001 groups=WD,AU"
#define ADMIN    CALLER ",BA"
#define DENIED   "O:SYG:SYD:(D;;CC;;;BG)(A;;CC;;;AU)"
#define NULL_ACL "O:SYG:SYD:NO_ACCESS_CONTROL"

static const struct {
    const char *guard;
    const char *token;
    bool allowed;
} rows[] = {
    {USERS, CALLER, true},
    {USERS, "user=S-1-5-21-1-2-3-1001 groups=WD", false},
    {USERS, "user=S-1-5-21-1-2-3-1001 groups=WD,AU!", false},
    {USERS, "user=S-1-5-21-1-2-3-1001 groups=WD,AU-", false},
    {USERS, CALLER " primary", false},
    {USERS, CALLER " level=1", true}, /* identification is enough for AccessCheck */
    {USERS, CALLER " level=0", false},
    {USERS, CALLER " restricting=", false},
    {USERS, CALLER " integrity=1000", false}, /* a guard without a label counts as Medium */
    {ADMINS, CALLER, false},
    {ADMINS, ADMIN, true},
    {ADMINS, "user=SY groups=WD,AU", true},
    {ADMINS, CALLER " privileges=5,8,9,17,18", false}, /* no privilege opens a guard */
    {DENIED, CALLER, true},
    {DENIED, CALLER ",BG", false},
    {DENIED, CALLER ",BG!", false},
    {"O:SYG:SYD:(A;;DC;;;AU)", CALLER, false}, /* another right than the one to call */
    {"O:SYG:SYD:(A;;GA;;;AU)", CALLER, false}, /* generic rights stand for nothing here */
    {"O:SYG:SYD:(A;IO;CC;;;AU)", CALLER, false},
    {"O:SYG:SYD:", CALLER, false},
    {NULL_ACL, CALLER, true},
    {"D:(A;;CC;;;AU)", CALLER, false}, /* without owner and group no check is made, and that is no yes */
    {"O:SYD:(A;;CC;;;AU)", CALLER, false},
};

START_TEST(guard_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const struct route routes[] = {
        {.method = HTTP_GET, .path = "/other", .guard = "O:SYG:SYD:(A;;CC;;;WD)"},
        {.method = HTTP_GET, .path = "/guarded", .guard = rows[_i].guard},
        {.method = HTTP_GET, .path = "/public"},
    };
    const struct route_table table = {.routes = routes, .count = 3};
    struct platform_token token = {.view = token_text_read(&arena, rows[_i].token)};
    struct guards *guards = NULL;
    ck_assert_int_eq(guards_new(&table, NULL, 0, &no_domains, &guards), ERR_NONE);
    ck_assert_int_eq(allows(guards, 1, &token), rows[_i].allowed);
    ck_assert(!allows(guards, 1, NULL));
    ck_assert(!allows(guards, 2, &token)); /* a route without a guard is not asked about */
    ck_assert(!allows(guards, 3, &token));
    ck_assert(!allows(guards, SIZE_MAX, &token));
    guards_free(guards);
}
END_TEST

/* Whoever is let in has the right, by an answer that says so, to a check that was made: one alone is not enough. */
static const struct {
    enum err err;
    bool says_so;
    uint32_t granted;
    uint32_t right;
    bool allowed;
} answer_rows[] = {
    {ERR_NONE, true, GUARD_RIGHT_CALL, GUARD_RIGHT_CALL, true},
    {ERR_NONE, true, GUARD_RIGHT_CALL | GUARD_RIGHT_AUDIT, GUARD_RIGHT_CALL, true},
    {ERR_NO_MEMORY, true, GUARD_RIGHT_CALL, GUARD_RIGHT_CALL, false},
    {ERR_NONE, false, GUARD_RIGHT_CALL, GUARD_RIGHT_CALL, false},
    {ERR_NONE, true, 0, GUARD_RIGHT_CALL, false},
    {ERR_NONE, true, GUARD_RIGHT_AUDIT, GUARD_RIGHT_CALL, false},
    {ERR_NONE, true, GUARD_RIGHT_CALL, GUARD_RIGHT_CALL | GUARD_RIGHT_AUDIT, false},
    {ERR_NONE, true, GUARD_RIGHT_CALL, 0, false}, /* who asks for nothing gets it nowhere */
};

START_TEST(answer_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const struct route route = {.method = HTTP_GET, .path = "/a", .guard = USERS};
    const struct route_table table = {.routes = &route, .count = 1};
    struct platform_token token = {.view = token_text_read(&arena, "user=S-1-5-21-1-2-3-1001 groups=WD")};
    struct audit_trail trail = {0};
    struct guards *guards = NULL;
    bool allowed = !answer_rows[_i].allowed;
    ck_assert_int_eq(guards_new(&table, NULL, 0, &no_domains, &guards), ERR_NONE);
    memset(&audited, 0, sizeof audited);
    stand_in.given = true;
    stand_in.err = answer_rows[_i].err;
    stand_in.answer =
        (struct access_answer){.allowed = answer_rows[_i].says_so, .granted = answer_rows[_i].granted};
    ck_assert_int_eq(guards_check(guards, 0, answer_rows[_i].right, &token, &trail, &allowed), ERR_NONE);
    stand_in.given = false;
    ck_assert_int_eq(allowed, answer_rows[_i].allowed);
    guards_free(guards);
}
END_TEST

/* Where a refusal or a guard's SACL has the check made again, both must let the caller in. */
static const struct {
    const char *guard;
    const char *token;
    bool says_so;
} twice_rows[] = {
    {USERS, CALLER, false},
    {USERS "S:(AU;SA;CC;;;WD)", "user=S-1-5-21-1-2-3-1001 groups=WD", true},
};

START_TEST(twice_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const struct route route = {.method = HTTP_GET, .path = "/a", .guard = twice_rows[_i].guard};
    const struct route_table table = {.routes = &route, .count = 1};
    struct platform_token token = {.view = token_text_read(&arena, twice_rows[_i].token)};
    struct guards *guards = NULL;
    ck_assert_int_eq(guards_new(&table, NULL, 0, &no_domains, &guards), ERR_NONE);
    stand_in.given = true;
    stand_in.err = ERR_NONE;
    stand_in.answer = (struct access_answer){.allowed = twice_rows[_i].says_so, .granted = GUARD_RIGHT_CALL};
    ck_assert(!allows(guards, 0, &token));
    stand_in.given = false;
    ck_assert_uint_eq(audited.calls, 1);
    guards_free(guards);
}
END_TEST

/* What the configuration says counts in place of the route's own, and for that route alone. */
START_TEST(a_setting_takes_the_place)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const struct route routes[] = {
        {.method = HTTP_GET, .path = "/a", .guard = USERS},
        {.method = HTTP_POST, .path = "/a", .guard = USERS},
    };
    const struct route_table table = {.routes = routes, .count = 2};
    const struct guard_setting setting = {.route = &routes[1], .sddl = ADMINS};
    struct platform_token caller = {.view = token_text_read(&arena, CALLER)};
    struct platform_token admin = {.view = token_text_read(&arena, ADMIN)};
    struct guards *guards = NULL;
    ck_assert_int_eq(guards_new(&table, &setting, 1, &no_domains, &guards), ERR_NONE);
    ck_assert(allows(guards, 0, &caller));
    ck_assert(!allows(guards, 1, &caller));
    ck_assert(allows(guards, 1, &admin));
    guards_free(guards);
}
END_TEST

static const char *const malformed[] = {"nonsense", "D:(A;;CC;;;AU", "O:SYG:SYD:(A;;CC;;;DA)",
                                        "O:SYG:SYD:(A;;QQ;;;AU)"};

START_TEST(a_malformed_guard_stops_the_start)
{
    const struct route routes[] = {
        {.method = HTTP_GET, .path = "/sound", .guard = USERS},
        {.method = HTTP_GET, .path = "/malformed", .guard = malformed[_i]},
    };
    const struct route_table table = {.routes = routes, .count = 2};
    struct guards *guards = NULL;
    ck_assert_int_ne(guards_new(&table, NULL, 0, &no_domains, &guards), ERR_NONE);
    ck_assert_ptr_null(guards);
    guards_free(guards);
}
END_TEST

/* Whoever is refused is audited, and nobody else, unless the guard has a SACL of its own, which counts alone. */
static const struct {
    const char *guard;
    const char *token;
    bool success, failure;
} audit_rows[] = {
    {USERS, CALLER, false, false},
    {USERS, "user=S-1-5-21-1-2-3-1001 groups=WD", false, true},
    {ADMINS, CALLER, false, true},
    {DENIED, CALLER ",BG", false, true},
    {NULL_ACL, CALLER, false, false},
    {"O:SYG:SYD:", CALLER, false, true},
    {ADMINS "S:(AU;SA;CC;;;WD)", CALLER, false, false},
    {ADMINS "S:(AU;SA;CC;;;WD)", ADMIN, true, false},
    {ADMINS "S:(AU;SAFA;CC;;;WD)", CALLER, false, true},
    {ADMINS "S:(AU;FA;CC;;;BA)", CALLER, false, false},
    {ADMINS "S:", CALLER, false, false},
    {"D:(A;;CC;;;AU)", CALLER, false, false}, /* nothing is audited of a check that is not made */
};

START_TEST(audit_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const struct route route = {.method = HTTP_PATCH, .path = "/guarded", .guard = audit_rows[_i].guard};
    const struct route_table table = {.routes = &route, .count = 1};
    struct platform_token token = {.view = token_text_read(&arena, audit_rows[_i].token)};
    struct guards *guards = NULL;
    ck_assert_int_eq(guards_new(&table, NULL, 0, &no_domains, &guards), ERR_NONE);
    (void)allows(guards, 0, &token);
    ck_assert_int_eq(audited.wanted.success, audit_rows[_i].success);
    ck_assert_int_eq(audited.wanted.failure, audit_rows[_i].failure);
    if (audited.calls != 0) {
        ck_assert_str_eq(audited.object.subsystem, "ntokend");
        ck_assert_str_eq(audited.object.type_name, "Route");
        ck_assert_str_eq(audited.object.name, "PATCH /guarded");
        ck_assert(audited.object.allow_no_privilege);
    }
    guards_free(guards);
}
END_TEST

START_TEST(what_cannot_be_audited_is_an_error)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const struct route routes[] = {
        {.method = HTTP_GET, .path = "/a", .guard = ADMINS},
        {.method = HTTP_GET, .path = "/b", .guard = USERS "S:(AU;SA;CC;;;WD)"},
    };
    const struct route_table table = {.routes = routes, .count = 2};
    struct platform_token token = {.view = token_text_read(&arena, CALLER)};
    struct audit_trail trail = {0};
    struct guards *guards = NULL;
    ck_assert_int_eq(guards_new(&table, NULL, 0, &no_domains, &guards), ERR_NONE);
    audited.fails = ERR_NO_MEMORY;
    for (size_t i = 0; i < 2; i++) {
        bool allowed = true;
        ck_assert_int_eq(guards_check(guards, i, GUARD_RIGHT_CALL, &token, &trail, &allowed), ERR_NO_MEMORY);
        ck_assert(!allowed);
    }
    guards_free(guards);
}
END_TEST

/* Who may call need not be one who may have a check audited. */
static const struct {
    const char *guard, *token;
    bool allowed;
    unsigned audits; /* of a request that asks twice: who is refused is audited once */
} auditor_rows[] = {
    {USERS, CALLER, false, 1},
    {USERS "(A;;DC;;;BA)", CALLER, false, 1},
    {USERS "(A;;DC;;;BA)", ADMIN, true, 0},
    {"O:SYG:SYD:(A;;CCDC;;;AU)", CALLER, true, 0},
    {"O:SYG:SYD:(D;;DC;;;AU)(A;;CCDC;;;AU)", CALLER, false, 1},
    {NULL_ACL, CALLER, true, 0},
    {"D:(A;;CCDC;;;AU)", CALLER, false, 0}, /* no check is made */
    {"O:SYG:SYD:(A;;CCDC;;;AU)S:(AU;SA;DC;;;WD)", CALLER, true, 1},
};

START_TEST(auditor_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const struct route routes[] = {{.method = HTTP_GET, .path = "/public"},
                                   {.method = HTTP_GET, .path = "/a", .guard = auditor_rows[_i].guard}};
    const struct route_table table = {.routes = routes, .count = 2};
    struct platform_token token = {.view = token_text_read(&arena, auditor_rows[_i].token)};
    struct guards *guards = NULL;
    struct request request = {.token = &token, .guard_index = 1};
    memset(&audited, 0, sizeof audited);
    ck_assert_int_eq(guards_new(&table, NULL, 0, &no_domains, &guards), ERR_NONE);
    for (int asked = 0; asked < 3; asked++) {
        bool allowed = true;
        ck_assert_int_eq(guards_may_audit(&request, &allowed), ERR_NONE);
        ck_assert_int_eq(allowed,
                         asked > 0 && auditor_rows[_i].allowed); /* first without guards: nobody may */
        request.guards = guards;
    }
    ck_assert_uint_eq(audited.calls, auditor_rows[_i].audits);
    guards_free(guards);
}
END_TEST

START_TEST(an_auditor_of_whom_nothing_is_known_is_none)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const struct route route = {.method = HTTP_GET, .path = "/a", .guard = ADMINS};
    const struct route_table table = {.routes = &route, .count = 1};
    struct platform_token token = {.view = token_text_read(&arena, CALLER)};
    struct guards *guards = NULL;
    ck_assert_int_eq(guards_new(&table, NULL, 0, &no_domains, &guards), ERR_NONE);
    struct request request = {.token = &token, .guards = guards};
    memset(&audited, 0, sizeof audited);
    audited.fails = ERR_NO_MEMORY;
    for (int asked = 0; asked < 2; asked++) { /* an error is no answer, and is not kept */
        bool allowed = true;
        ck_assert_int_eq(guards_may_audit(&request, &allowed), ERR_NO_MEMORY);
        ck_assert(!allowed);
    }
    ck_assert_uint_eq(audited.calls, 2);
    guards_free(guards);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("guard");
    TCase *tests = tcase_create("guard");
    tcase_add_loop_test(tests, guard_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tests, answer_row, 0, (int)(sizeof answer_rows / sizeof answer_rows[0]));
    tcase_add_loop_test(tests, twice_row, 0, (int)(sizeof twice_rows / sizeof twice_rows[0]));
    tcase_add_loop_test(tests, audit_row, 0, (int)(sizeof audit_rows / sizeof audit_rows[0]));
    tcase_add_loop_test(tests, auditor_row, 0, (int)(sizeof auditor_rows / sizeof auditor_rows[0]));
    tcase_add_test(tests, an_auditor_of_whom_nothing_is_known_is_none);
    tcase_add_test(tests, what_cannot_be_audited_is_an_error);
    tcase_add_test(tests, a_setting_takes_the_place);
    tcase_add_loop_test(tests, a_malformed_guard_stops_the_start, 0,
                        (int)(sizeof malformed / sizeof malformed[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
