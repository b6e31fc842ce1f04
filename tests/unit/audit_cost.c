/* What an audited check costs beside the check is told and bounded: AccessReason names the ACEs, whatever their size. */
#include "support/audit_desk.h"
#include "support/suite.h"

#include <stdio.h>

enum { TEXT_MAX = 256 << 10 };

/* `count` ACEs of a right each, with a condition that has so many digits. */
static const struct {
    const char *what;
    unsigned count;
    unsigned digits;
    const char *shown; /* in AccessReason */
    size_t work_min;
    size_t work_max;
} rows[] = {
    {"short ones", 4, 64, "D:(XA;;CC;;;WD;((Member_of_any {SID(WD)})", 500, 5000},
    {"too long to show", 4, 4000, "%%4416: %%1801\tD:%%1828\n", 1000, 20000},
    {"long ones cost what they are", 14, 8000, "D:%%1828\n", 20000, 300000},
    {"too long to write", 1, 120000, "%%4416: %%1801\tD:%%1828\n", 100, 12000},
};

static const char *sddl_of(struct arena *arena, int row)
{
    char *text = arena_alloc(arena, TEXT_MAX);
    ck_assert_ptr_nonnull(text);
    int used = snprintf(text, TEXT_MAX, "O:BAG:BAD:");
    for (unsigned i = 0; i < rows[row].count; i++) {
        const unsigned right = rows[row].count == 1 ? 0x1FF : 1U << (i < 9 ? i : i + 7);
        used += snprintf(text + used, TEXT_MAX - (size_t)used,
                         "(XA;;0x%x;;;WD;(Member_of_Any{SID(WD)} || @USER.x == #", right);
        memset(text + used, 'a', rows[row].digits);
        used += (int)rows[row].digits;
        used += snprintf(text + used, TEXT_MAX - (size_t)used, "))");
    }
    (void)snprintf(text + used, TEXT_MAX - (size_t)used, "S:(AU;SAFA;0x1F01FF;;;WD)");
    return text;
}

static const char *reason_of(const struct event *event)
{
    for (size_t i = 0; i < event->field_count; i++) {
        if (strcmp(event->fields[i].name, "AccessReason") == 0)
            return event->fields[i].value;
    }
    return "";
}

START_TEST(row)
{
    struct audit_desk desk;
    struct access_answer answer;
    struct audit_object object = {.subsystem = "build", .type_name = "File", .name = "a.txt"};
    bool generate_on_close = false;
    audit_desk_open(&desk, &(struct audit_desk_order){0});
    object.securable = securable_find(bytes_of_string("file"));
    const struct access_request request = {.descriptor =
                                               audit_desk_descriptor(&desk, sddl_of(&desk.arena, _i)),
                                           .desired = 0x1F01FF,
                                           .mapping = object.securable->mapping};
    ck_assert_int_eq(platform_access_check_and_audit(desk.token, &request, &object, &desk.trail, &answer,
                                                     &generate_on_close),
                     ERR_NONE);
    ck_assert_uint_eq(desk.trail.count, 1);
    const char *reason = reason_of(&desk.trail.events[0]);
    ck_assert_msg(strstr(reason, rows[_i].shown) != NULL, "%s: %s", rows[_i].what, reason);
    ck_assert_msg(answer.work >= rows[_i].work_min && answer.work <= rows[_i].work_max, "%s: work %zu",
                  rows[_i].what, answer.work);
    audit_desk_close(&desk);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit_cost");
    TCase *tests = tcase_create("rows");
    tcase_add_checked_fixture(tests, audit_desk_setup, audit_desk_teardown);
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
