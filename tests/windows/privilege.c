/* PrivilegeCheck and AdjustTokenPrivileges, as Windows is asked and as its answers are read. */
#include "platform/privilege.h"
#include "support/suite.h"
#include "windows/double.h"

static const struct adjust_row {
    const char *what;
    struct double_script said;
    struct privilege_change change;
    enum err err;
    const char *record;
    privilege_set changed;
} adjusts[] = {
    {"enabled and removed",
     {.done = TRUE, .privileges = 1 << SE_SECURITY},
     {.enable = 1 << SE_SECURITY | 1 << SE_BACKUP,
      .remove = 1 << SE_BACKUP,
      .disable = 1 << SE_SECURITY | 1 << SE_AUDIT},
     ERR_NONE,
     "AdjustTokenPrivileges token=77 all=0 room=enough 8:2 17:4 21:0\n",
     1 << SE_SECURITY},
    {"TRUE, and not all assigned",
     {.done = TRUE, .code = ERROR_NOT_ALL_ASSIGNED},
     {.enable = 1 << SE_BACKUP},
     ERR_NOT_ALL_ASSIGNED,
     "AdjustTokenPrivileges token=77 all=0 room=enough 17:2\n",
     0},
    {"all",
     {.done = TRUE},
     {.disable_all = true, .enable = 1 << SE_BACKUP},
     ERR_NONE,
     "AdjustTokenPrivileges token=77 all=1 room=enough none\n",
     0},
    {"FALSE",
     {.code = ERROR_ACCESS_DENIED},
     {.enable = 1 << SE_BACKUP},
     ERR_ACCESS_DENIED,
     "AdjustTokenPrivileges token=77 all=0 room=enough 17:2\n",
     0},
    {"FALSE, and not all assigned",
     {.code = ERROR_NOT_ALL_ASSIGNED},
     {.enable = 1 << SE_BACKUP},
     ERR_FAILED,
     "AdjustTokenPrivileges token=77 all=0 room=enough 17:2\n",
     0},
};

START_TEST(adjust_row)
{
    struct double_stage stage;
    struct privilege_state previous = {0};
    privilege_set changed = 0;
    const struct adjust_row *row = &adjusts[_i];
    double_reset();
    double_script = row->said;
    double_stage_init(&stage);
    ck_assert_int_eq(platform_privilege_adjust(&stage.token, &row->change, &previous, &changed), row->err);
    ck_assert_str_eq(double_record, row->record);
    ck_assert_uint_eq(changed, row->changed);
    ck_assert_uint_eq(previous.enabled, row->changed);
    double_stage_done(&stage);
}
END_TEST

/* FALSE with the output set to TRUE; and which were used, whatever the answer. */
START_TEST(privileges_are_checked)
{
    struct double_stage stage;
    bool held = true;
    privilege_set used = 1;
    const privilege_set asked = 1 << SE_SECURITY | 1 << SE_BACKUP;
    double_reset();
    double_script = (struct double_script){
        .done = FALSE, .code = ERROR_INVALID_HANDLE, .status = TRUE, .privileges = asked};
    double_stage_init(&stage);
    ck_assert_int_eq(platform_privilege_check(&stage.token, asked, true, &held, &used), ERR_INVALID_HANDLE);
    ck_assert(!held && used == 0);
    double_script = (struct double_script){.done = TRUE, .privileges = 1 << SE_BACKUP};
    ck_assert_int_eq(platform_privilege_check(&stage.token, asked, false, &held, &used), ERR_NONE);
    ck_assert(!held && used == 1 << SE_BACKUP);
    ck_assert_str_eq(double_record,
                     "PrivilegeCheck token=77 control=1 8 17\nPrivilegeCheck token=77 control=0 8 17\n");
    double_stage_done(&stage);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-privilege");
    TCase *tcase = tcase_create("privilege");
    tcase_add_loop_test(tcase, adjust_row, 0, sizeof adjusts / sizeof adjusts[0]);
    tcase_add_test(tcase, privileges_are_checked);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
