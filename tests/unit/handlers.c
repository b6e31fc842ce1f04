/* handlers: whatever memory runs out, the answer is the true one or none at all. */
#include "api/routes.h"
#include "http/json_memory.h"
#include "platform/sddl.h"
#include "support/inprocess.h"
#include "support/suite.h"

static struct inprocess inprocess;

static const struct {
    route_handler *handle;
    const char *body;
} rows[] = {
    {access_check_post,
     "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)\",\"desiredAccess\":[\"FILE_READ_DATA\"],\"objectType\":\"file\","
     "\"subject\":{\"token\":{\"user\":\"S-1-5-21-1-2-3-1001\",\"groups\":[\"AU\"],\"privileges\":[\"SeDebugPrivilege\"],"
     "\"claims\":{\"user\":[{\"name\":\"n\",\"type\":\"string\",\"values\":[\"x\"]}]}}}}"},
    {access_check_post,
     "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)\",\"desiredAccess\":\"GENERIC_READ\",\"objectType\":\"file\"}"},
    {access_check_post,
     "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;Q)\",\"desiredAccess\":1,\"objectType\":\"file\"}"},
    {access_check_post, "{\"desiredAccess\":{\"a\":1,\"a\":2}}"},
    {access_check_post,
     "{\"securityDescriptor\":{\"base64\":\"AQAEgBQAAAAkAAAAAAAAADQAAAABAgAAAAAABSAAAAAgAgAAAQIAAAAAAAUgAAAAIAIAAAIAHAAB"
     "AAAAAAAUAP8BHwABAQAAAAAAAQAAAAA=\"},\"desiredAccess\":1,\"objectType\":\"file\",\"resultList\":true,\"objectTypes\":["
     "{\"level\":0,\"guid\":\"00000000-0000-0000-0000-000000000001\"}],\"principalSelf\":\"BA\","
     "\"subject\":{\"token\":{\"user\":\"WD\"}},\"enablePrivileges\":[\"SeBackupPrivilege\"]}"},
    {access_check_post, "{\"securityDescriptor\":\"O:BAG:BAD:\",\"desiredAccess\":1,\"objectType\":\"file\","
                        "\"enablePrivileges\":[\"SeBackupPrivilege\"]}"},
    {access_check_batch_post,
     "{\"objectType\":\"file\",\"subject\":{\"token\":{\"user\":\"BA\"}},\"checks\":[{\"desiredAccess\":1,"
     "\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;BA)\"},{\"desiredAccess\":1}]}"},
    {access_check_post,
     "{\"securityDescriptor\":\"O:BAG:BAD:(XD;;FW;;;AU;(@USER.n == \\\"x\\\" || @USER.a))(A;;FA;;;BA)S:(ML;;NR;;;HI)"
     "(FL;;FA;;;WD;(Member_of {SID(BA)}))(SP;;;;;S-1-17-1)\",\"desiredAccess\":\"0x01000003\",\"objectType\":\"file\","
     "\"explain\":true,\"subject\":{\"token\":{\"user\":\"S-1-5-21-1-2-3-1001\",\"groups\":[\"AU\"],"
     "\"privileges\":[\"SeSecurityPrivilege\"],"
     "\"claims\":{\"user\":[{\"name\":\"n\",\"type\":\"string\",\"values\":[\"x\"]}]}}}}"},
    {access_check_batch_post,
     "{\"objectType\":\"ds-object\",\"subject\":{\"token\":{\"user\":\"BA\"}},\"explain\":true,\"checks\":["
     "{\"desiredAccess\":1,\"securityDescriptor\":\"O:BAG:BAD:(A;;CC;;;BA)\",\"resultList\":true,\"objectTypes\":["
     "{\"level\":0,\"guid\":\"00000000-0000-0000-0000-000000000001\"}]},{\"desiredAccess\":1}]}"},
    {access_check_batch_post,
     "{\"objectType\":\"file\",\"subject\":{\"token\":{\"user\":\"BA\"}},\"checks\":[{\"desiredAccess\":1},"
     "{\"desiredAccess\":2},{\"desiredAccess\":1,\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;BA)\"}]}"},
    {security_descriptor_post, "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)S:(ML;;NW;;;HI)\"}"},
    {audit_object_open_post,
     "{\"subsystem\":\"build\",\"handleId\":\"0x1f4\",\"objectTypeName\":\"File\",\"objectName\":\"x\",\"objectType\":\"file\","
     "\"securityDescriptor\":\"O:BAG:BAD:S:(AU;SAFA;FA;;;WD)\",\"desiredAccess\":\"FILE_WRITE_DATA\","
     "\"grantedAccess\":\"FILE_WRITE_DATA\",\"accessGranted\":true,\"privileges\":[\"SeBackupPrivilege\"]}"},
    {audit_object_close_post, "{\"subsystem\":\"build\",\"handleId\":1,\"generateOnClose\":true}"},
    {audit_object_delete_post, "{\"subsystem\":\"\",\"handleId\":1,\"generateOnClose\":true}"},
    {audit_object_privilege_post,
     "{\"subsystem\":\"build\",\"handleId\":1,\"objectType\":\"file\",\"desiredAccess\":\"WRITE_OWNER\","
     "\"privileges\":[\"SeTakeOwnershipPrivilege\"],\"accessGranted\":true}"},
    {audit_privileged_service_post,
     "{\"subsystem\":\"build\",\"service\":\"s\",\"privileges\":[\"SeTcbPrivilege\"],\"accessGranted\":false}"},
    {access_check_post,
     "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)\",\"desiredAccess\":1,\"objectType\":\"file\","
     "\"audit\":{\"subsystem\":\"build\",\"objectTypeName\":\"File\"}}"},
};

static void run(int row, size_t arena_limit, struct inprocess_answer *ret)
{
    inprocess_run(&inprocess, rows[row].handle, bytes_of_string(rows[row].body), arena_limit, ret);
}

/* Every event has an ID of its own: what must agree is how many there are. */
static json_t *without_ids(json_t *answer)
{
    json_t *events = json_object_get(answer, "events");
    for (size_t i = 0; i < json_array_size(events); i++)
        (void)json_array_set_new(events, i, json_null());
    return answer;
}

/* An item of a batch may say by itself that there was no memory for it. */
static bool agrees(json_t *expected, json_t *actual)
{
    size_t count = json_array_size(json_object_get(expected, "results"));
    if (count == 0)
        return json_equal(without_ids(expected), without_ids(actual));
    bool same = count == json_array_size(json_object_get(actual, "results"));
    for (size_t i = 0; same && i < count; i++) {
        const json_t *item = json_array_get(json_object_get(actual, "results"), i);
        const json_t *status = json_object_get(json_object_get(item, "problem"), "status");
        same = json_integer_value(status) == 503 ||
               json_equal(json_array_get(json_object_get(expected, "results"), i), item);
    }
    return same;
}

static void judge(const struct inprocess_answer *whole, struct inprocess_answer *answer, const char *when)
{
    inprocess_parse(answer);
    bool same = answer->status == whole->status && agrees(whole->body, answer->body);
    ck_assert_msg(same || answer->status == 500 || answer->status == 503, "%s: %u %.4000s", when,
                  answer->status, answer->text);
}

/* Short of room in the arena by any amount. */
START_TEST(arena_row)
{
    struct inprocess_answer whole;
    run(_i, 1 << 20, &whole);
    inprocess_parse(&whole);
    ck_assert_uint_ne(whole.status, 500);
    for (size_t limit = 0; limit <= whole.arena_used; limit += 4) {
        struct inprocess_answer answer;
        run(_i, limit, &answer);
        judge(&whole, &answer, "arena");
        inprocess_answer_done(&answer);
    }
    inprocess_answer_done(&whole);
}
END_TEST

static void run_handler(route_handler *handle, struct inprocess_answer *ret)
{
    inprocess_run(&inprocess, handle, (struct bytes){0}, 1 << 20, ret);
    inprocess_parse(ret);
    ck_assert_ptr_nonnull(ret->body);
}

static long allocations_left;

static void *scarce_malloc(size_t size)
{
    return allocations_left-- == 0 ? NULL : malloc(size);
}

/* The nth allocation of jansson fails and no other: an answer could still be written, so a member could be missing. */
START_TEST(jansson_row)
{
    struct inprocess_answer whole;
    run(_i, 1 << 20, &whole);
    inprocess_parse(&whole);
    bool enough = false;
    for (long count = 0; !enough; count++) {
        struct inprocess_answer answer;
        json_memory_use(scarce_malloc);
        allocations_left = count;
        run(_i, 1 << 20, &answer);
        enough = allocations_left >= 0;
        json_memory_use(malloc);
        judge(&whole, &answer, "jansson");
        inprocess_answer_done(&answer);
    }
    inprocess_answer_done(&whole);
}
END_TEST

/* Other requests give back what they took of the memory of all. */
static void *returning_malloc(size_t size)
{
    inprocess.memory.max = 0;
    return malloc(size);
}

enum { CHECKS = 40, MEMORY_FIRST = 4 << 10, MEMORY_LAST = 24 << 10, MEMORY_STEP = 1 << 10 };

/* Some that are refused, whose results are longer, and behind them the allowed and the refused by turns. */
static const char *batch_of(struct arena *arena, int refused)
{
    const char *text =
        "{\"objectType\":\"file\",\"subject\":{\"token\":{\"user\":\"BA\"}},\"securityDescriptor\":"
        "\"O:BAG:BAD:(A;;FR;;;BA)\",\"checks\":[";
    for (int i = 0; i < CHECKS && text != NULL; i++)
        text = arena_printf(arena, "%s%s{\"desiredAccess\":%d}", text, i == 0 ? "" : ",",
                            i < refused || i % 2 == 0 ? 2 : 1);
    text = text == NULL ? NULL : arena_printf(arena, "%s]}", text);
    ck_assert_ptr_nonnull(text);
    return text;
}

/* The memory of all is used up while a batch is answered, and is there again when that is to be said: each result stands in the
 * place of its check all the same. */
START_TEST(memory_comes_back)
{
    AUTO_ARENA arena;
    struct inprocess_answer whole;
    arena_init(&arena, 1 << 20);
    const struct bytes body = bytes_of_string(batch_of(&arena, _i));
    inprocess_run(&inprocess, access_check_batch_post, body, 1 << 20, &whole);
    inprocess_parse(&whole);
    ck_assert_uint_eq(json_array_size(json_object_get(whole.body, "results")), CHECKS);
    for (size_t most = MEMORY_FIRST; most < MEMORY_LAST; most += MEMORY_STEP) {
        struct inprocess_answer answer;
        json_memory_use(returning_malloc);
        inprocess.memory.max = most;
        inprocess_run(&inprocess, access_check_batch_post, body, 1 << 20, &answer);
        inprocess.memory.max = 0;
        json_memory_use(malloc);
        judge(&whole, &answer, "memory");
        inprocess_answer_done(&answer);
    }
    inprocess_answer_done(&whole);
}
END_TEST

/* No keys are there, and perhaps it drains as well. */
START_TEST(not_ready)
{
    struct inprocess_answer answer;
    inprocess.draining = _i == 1;
    run_handler(readyz_get, &answer);
    inprocess.draining = false;
    ck_assert_uint_eq(answer.status, 503);
    ck_assert_str_eq(answer.content_type, "application/problem+json");
    const json_t *checks = json_object_get(answer.body, "checks");
    ck_assert(json_is_true(json_object_get(checks, "draining")) == (_i == 1));
    ck_assert_str_eq(json_string_value(json_object_get(checks, "keys")), "missing");
    const char *detail = json_string_value(json_object_get(answer.body, "detail"));
    ck_assert((strstr(detail, "shutting down") != NULL) == (_i == 1));
    inprocess_answer_done(&answer);
}
END_TEST

/* The process's own token stands for the caller's here. */
START_TEST(tokens_are_written)
{
    static route_handler *const handlers[] = {token_get, token_primary_get, privileges_get};
    struct inprocess_answer answer;
    run_handler(handlers[_i], &answer);
    ck_assert_uint_eq(answer.status, 200);
    ck_assert(json_is_array(json_object_get(answer.body, "privileges")));
    const json_t *type = json_object_get(answer.body, "type");
    ck_assert(_i == 2 || strcmp(json_string_value(type), "primary") == 0);
    inprocess_answer_done(&answer);
}
END_TEST

/* Aliases stand for what the settings say, unless a request says otherwise. */
START_TEST(aliases_in_sddl)
{
    static const struct {
        const char *body;
        const char *owner;
    } said[] = {
        {"{\"securityDescriptor\":\"O:DU\",\"to\":\"json\"}", "S-1-5-21-1000-2000-3000-513"},
        {"{\"securityDescriptor\":\"O:DU\",\"to\":\"json\",\"domainSid\":\"S-1-5-21-1-2-3\"}",
         "S-1-5-21-1-2-3-513"},
    };
    AUTO_ARENA arena;
    struct bytes bytes = {0};
    struct sddl_error error = {0};
    struct descriptor descriptor = {0};
    char owner[SID_TEXT_MAX];
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++) {
        struct inprocess_answer answer;
        inprocess_run(&inprocess, security_descriptor_post, bytes_of_string(said[i].body), 1 << 20, &answer);
        inprocess_parse(&answer);
        const json_t *sid = json_object_get(json_object_get(answer.body, "descriptor"), "owner");
        ck_assert_str_eq(json_string_value(json_object_get(sid, "sid")), said[i].owner);
        inprocess_answer_done(&answer);
    }
    ck_assert_int_eq(platform_sddl_read(inprocess.platform, &arena, bytes_of_string("O:DU"), &bytes, &error),
                     ERR_NONE);
    ck_assert_int_eq(descriptor_parse(bytes, &descriptor), ERR_NONE);
    (void)sid_format(descriptor.owner, owner);
    ck_assert_str_eq(owner, said[0].owner);
    ck_assert_int_eq(platform_sddl_read(inprocess.platform, &arena, bytes_of_string("O:XX"), &bytes, &error),
                     ERR_INVALID_SID);
    ck_assert_uint_eq(error.offset, 2);
    ck_assert_str_eq(error.expected, "a SID or one of its two-letter aliases");
}
END_TEST

int main(void)
{
    inprocess_open(&inprocess);
    Suite *suite = suite_create("handlers");
    TCase *tests = tcase_create("handlers");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, arena_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tests, jansson_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tests, memory_comes_back, 0, CHECKS);
    tcase_add_loop_test(tests, not_ready, 0, 2);
    tcase_add_loop_test(tests, tokens_are_written, 0, 3);
    tcase_add_test(tests, aliases_in_sddl);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    inprocess_close(&inprocess);
    return status;
}
