/* The SDDL of requests once more by the engine: where the two differ Windows' answer stands, and the difference is in the log and counted. */
#include "platform/sddl.h"

#include "support/suite.h"
#include "windows/double.h"

#define EVERYONE "O:BAG:BAD:(A;;FR;;;WD)"
#define ADMINS   "O:BAG:BAD:(A;;FR;;;BA)"
#define BROKEN   "O:BAG:BAD:(A;;FR;;;W)"

static const struct {
    bool shadow;
    const char *text;
    struct double_script said;
    enum err err;
    const char *log;
    unsigned checked;
} shadows[] = {
    {true, EVERYONE, {.done = TRUE, .made = EVERYONE}, ERR_NONE, "", 1},
    {true, BROKEN, {.code = ERROR_INVALID_ACL}, ERR_INVALID_ACL, "", 1},
    {true,
     EVERYONE,
     {.done = TRUE, .made = ADMINS},
     ERR_NONE,
     "shadow-sddl-differs systemError=ERROR_SUCCESS systemSize=84 engineError=ERROR_SUCCESS engineSize=80 at=4 "
     "differing=1 read=1 text=" EVERYONE "\n",
     1},
    {true,
     EVERYONE,
     {.done = TRUE, .made = "O:BAG:BAD:(A;;FW;;;WD)"},
     ERR_NONE,
     "shadow-sddl-differs systemError=ERROR_SUCCESS systemSize=80 engineError=ERROR_SUCCESS engineSize=80 at=32 "
     "differing=1 read=1 text=" EVERYONE "\n",
     1},
    {true,
     EVERYONE,
     {.code = ERROR_INVALID_ACL},
     ERR_INVALID_ACL,
     "shadow-sddl-differs systemError=ERROR_INVALID_ACL systemSize=0 engineError=ERROR_SUCCESS engineSize=80 at=-1 "
     "differing=1 read=1 text=" EVERYONE "\n",
     1},
    {true,
     BROKEN,
     {.done = TRUE, .made = EVERYONE},
     ERR_NONE,
     "shadow-sddl-differs systemError=ERROR_SUCCESS systemSize=80 engineError=ERROR_INVALID_ACL engineSize=0 at=-1 "
     "differing=1 read=1 text=" BROKEN "\n",
     1},
    {true,
     BROKEN,
     {.code = ERROR_NONE_MAPPED},
     ERR_NONE_MAPPED,
     "shadow-sddl-differs systemError=ERROR_NONE_MAPPED systemSize=0 engineError=ERROR_INVALID_ACL engineSize=0 at=-1 "
     "differing=1 read=1 text=" BROKEN "\n",
     1},
    {true,
     EVERYONE,
     {.code = ERROR_NOACCESS},
     ERR_FAILED,
     "system-call-failed call=ConvertStringSecurityDescriptorToSecurityDescriptorW error=998\n"
     "shadow-sddl-differs systemError=ERROR_GEN_FAILURE systemSize=0 engineError=ERROR_SUCCESS engineSize=80 "
     "at=-1 differing=1 read=1 text=" EVERYONE "\n",
     1},
    {true, EVERYONE, {.code = ERROR_NOT_ENOUGH_MEMORY}, ERR_NO_MEMORY, "", 0},
    {false, EVERYONE, {.done = TRUE, .made = ADMINS}, ERR_NONE, "", 0},
    {false, EVERYONE, {.code = ERROR_INVALID_ACL}, ERR_INVALID_ACL, "", 0},
};

START_TEST(shadow_row)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct bytes bytes = {0};
    struct sddl_error error = {0};
    struct platform_figures figures;
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script = shadows[_i].said;
    double_stage_init(&stage);
    stage.platform.settings.shadow_check = shadows[_i].shadow;
    ck_assert_int_eq(
        platform_sddl_read(&stage.platform, &arena, bytes_of_string(shadows[_i].text), &bytes, &error),
        shadows[_i].err);
    ck_assert_int_eq(bytes.data != NULL, shadows[_i].err == ERR_NONE);
    if (shadows[_i].err == ERR_NONE) {
        struct bytes made;
        ck_assert_int_eq(sddl_read(&arena, bytes_of_string(shadows[_i].said.made), NULL, &made, &error),
                         ERR_NONE);
        ck_assert(bytes_equal(bytes, made));
    }
    ck_assert_str_eq(double_log, shadows[_i].log);
    platform_figures(&stage.platform, &figures);
    ck_assert_int_eq(figures.shadowed, shadows[_i].shadow);
    ck_assert_uint_eq(figures.shadow_checked, shadows[_i].checked);
    ck_assert_uint_eq(figures.shadow_differing, strstr(double_log, "shadow-sddl-differs") != NULL);
    double_stage_done(&stage);
}
END_TEST

/* The log has the beginning of what is very long. */
START_TEST(long_differences)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct bytes bytes = {0};
    struct sddl_error error = {0};
    char text[70000];
    memset(text, ' ', sizeof text);
    text[0] = 'D';
    text[1] = ':';
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script.done = TRUE;
    double_script.made = EVERYONE;
    double_stage_init(&stage);
    stage.platform.settings.shadow_check = true;
    ck_assert_int_eq(platform_sddl_read(&stage.platform, &arena, bytes_of(text, sizeof text), &bytes, &error),
                     ERR_NONE);
    const char *shown = strstr(double_log, " text=D: ");
    ck_assert_ptr_nonnull(shown);
    ck_assert_uint_eq(strlen(shown), strlen(" text=") + 4096 + strlen("\n"));
    double_stage_done(&stage);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-sddl_shadow");
    TCase *tcase = tcase_create("sddl_shadow");
    tcase_add_loop_test(tcase, shadow_row, 0, sizeof shadows / sizeof shadows[0]);
    tcase_add_test(tcase, long_differences);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
