/* The SDDL of requests, as Windows is asked it and as its answers are read. */
#include "platform/sddl.h"

#include "support/suite.h"
#include "windows/double.h"

#include <stdlib.h>

#define EVERYONE "O:BAG:BAD:(A;;FR;;;WD)"
#define ADMINS   "O:BAG:BAD:(A;;FR;;;BA)"
#define BROKEN   "O:BAG:BAD:(A;;FR;;;W)"
#define ASKED    "Convert 22 " EVERYONE " revision=1\n"
#define BAD      "Convert 21 " BROKEN " revision=1\n"
#define TAKES    "SDDL that this Windows takes"
#define LOGGED(code)                                                                                         \
    "system-call-failed call=ConvertStringSecurityDescriptorToSecurityDescriptorW error=" code "\n"
#define FREED "LocalFree\n"

/* Windows' descriptor is "as", in SDDL; NULL where there is none. */
static const struct row {
    const char *what;
    const char *text;
    struct double_script said;
    const char *record;
    const char *as;
    enum err err;
    size_t offset;
    const char *expected; /* NULL: nothing is said */
    const char *log;
} rows[] = {
    {"its bytes count, whatever the engine reads",
     EVERYONE,
     {.done = TRUE, .made = ADMINS},
     ASKED FREED,
     ADMINS,
     ERR_NONE,
     0,
     NULL,
     ""},
    {"also where the engine refuses",
     BROKEN,
     {.done = TRUE, .made = EVERYONE},
     BAD FREED,
     EVERYONE,
     ERR_NONE,
     0,
     NULL,
     ""},
    {"refused, and where it goes wrong",
     BROKEN,
     {.code = ERROR_INVALID_SID},
     BAD,
     NULL,
     ERR_INVALID_SID,
     19,
     "a SID or one of its two-letter aliases",
     ""},
    {"the error is Windows'",
     BROKEN,
     {.code = RPC_S_INVALID_STRING_UUID},
     BAD,
     NULL,
     ERR_INVALID_STRING_UUID,
     19,
     "a SID or one of its two-letter aliases",
     ""},
    {"refused, and the engine would not",
     EVERYONE,
     {.code = ERROR_INVALID_ACL},
     ASKED,
     NULL,
     ERR_INVALID_ACL,
     0,
     TAKES,
     ""},
    {"FALSE with a descriptor, which is not looked at", /* nor given back: it may be anything */
     EVERYONE,
     {.code = ERROR_NONE_MAPPED, .made = EVERYONE},
     ASKED,
     NULL,
     ERR_NONE_MAPPED,
     0,
     TAKES,
     ""},
    {"FALSE and no error", EVERYONE, {.code = ERROR_SUCCESS}, ASKED, NULL, ERR_FAILED, 0, NULL, LOGGED("0")},
    {"an error that says nothing of the text",
     EVERYONE,
     {.code = ERROR_ACCESS_DENIED},
     ASKED,
     NULL,
     ERR_FAILED,
     0,
     NULL,
     LOGGED("5")},
    {"an error that nobody knows",
     BROKEN,
     {.code = ERROR_NOACCESS},
     BAD,
     NULL,
     ERR_FAILED,
     0,
     NULL,
     LOGGED("998")},
    {"out of memory", EVERYONE, {.code = ERROR_NOT_ENOUGH_MEMORY}, ASKED, NULL, ERR_NO_MEMORY, 0, NULL, ""},
    {"out of memory, in other words",
     EVERYONE,
     {.code = ERROR_OUTOFMEMORY},
     ASKED,
     NULL,
     ERR_NO_MEMORY,
     0,
     NULL,
     ""},
    {"TRUE and no descriptor", EVERYONE, {.done = TRUE}, ASKED FREED, NULL, ERR_FAILED, 0, NULL, LOGGED("0")},
    {"no size", /* of 80 bytes */
     EVERYONE,
     {.done = TRUE, .made = EVERYONE, .size_wrong = -80},
     ASKED FREED,
     NULL,
     ERR_FAILED,
     0,
     NULL,
     LOGGED("0")},
    {"a size that no descriptor has",
     EVERYONE,
     {.done = TRUE, .made = EVERYONE, .size_wrong = -61},
     ASKED FREED,
     NULL,
     ERR_FAILED,
     0,
     NULL,
     LOGGED("0")},
    {"a size too small by one",
     EVERYONE,
     {.done = TRUE, .made = EVERYONE, .size_wrong = -1},
     ASKED FREED,
     NULL,
     ERR_FAILED,
     0,
     NULL,
     LOGGED("0")},
    {"a size too large for it",
     EVERYONE,
     {.done = TRUE, .made = EVERYONE, .size_wrong = 4},
     ASKED FREED,
     NULL,
     ERR_FAILED,
     0,
     NULL,
     LOGGED("0")},
    {"a descriptor of no parts",
     EVERYONE,
     {.done = TRUE, .made = ""},
     ASKED FREED,
     "",
     ERR_NONE,
     0,
     NULL,
     ""},
};

static struct bytes engine(struct arena *arena, const char *sddl)
{
    struct bytes bytes;
    struct sddl_error error;
    ck_assert_int_eq(sddl_read(arena, bytes_of_string(sddl), NULL, &bytes, &error), ERR_NONE);
    return bytes;
}

START_TEST(sddl_row)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct bytes bytes = {0};
    struct sddl_error error = {.offset = 99};
    const struct row *row = &rows[_i];
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script = row->said;
    double_stage_init(&stage);
    const enum err err =
        platform_sddl_read(&stage.platform, &arena, bytes_of_string(row->text), &bytes, &error);
    ck_assert_msg(err == row->err, "%s: %s", row->what, err_win32_name(err));
    ck_assert_str_eq(double_record, row->record);
    ck_assert_str_eq(double_log, row->log);
    ck_assert_uint_eq(double_sddl_open, row->said.made != NULL && !row->said.done);
    ck_assert_int_eq(bytes.data != NULL, row->as != NULL);
    ck_assert(row->as == NULL || bytes_equal(bytes, engine(&arena, row->as)));
    ck_assert_uint_eq(error.offset, row->expected != NULL ? row->offset : 99);
    if (row->expected != NULL)
        ck_assert_str_eq(error.expected, row->expected);
    else
        ck_assert_ptr_null(error.expected);
    double_stage_done(&stage);
}
END_TEST

/* What would be cut, or is no text, Windows is never asked. */
static const struct {
    const char *data;
    size_t size;
    size_t offset;
    const char *expected;
} unfit[] = {
    {EVERYONE "\0(A;;FA;;;WD)", sizeof EVERYONE + 12, 22, "O:, G:, D: or S:, each once"},
    {EVERYONE "\0", sizeof EVERYONE, 22, "O:, G:, D: or S:, each once"},
    {"\0", 1, 0, "O:, G:, D: or S:, each once"},
    {"O:BA\xff", 5, 4, "O:, G:, D: or S:, each once"},
    {"O:BA\xed\xa0\x80", 7, 4, "O:, G:, D: or S:, each once"},
};

START_TEST(unfit_row)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct bytes bytes = {0};
    struct sddl_error error = {0};
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script.done = TRUE;
    double_script.made = EVERYONE;
    double_stage_init(&stage);
    stage.platform.settings.shadow_check = true;
    ck_assert_int_eq(
        platform_sddl_read(&stage.platform, &arena, bytes_of(unfit[_i].data, unfit[_i].size), &bytes, &error),
        ERR_INVALID_PARAMETER);
    ck_assert_str_eq(double_record, "");
    ck_assert_str_eq(double_log, "");
    ck_assert_ptr_null(bytes.data);
    ck_assert_uint_eq(error.offset, unfit[_i].offset);
    ck_assert_str_eq(error.expected, unfit[_i].expected);
    double_stage_done(&stage);
}
END_TEST

/* "D:" and so many blanks. */
static char *long_text(size_t size)
{
    char *text = malloc(size + 1);
    ck_assert_ptr_nonnull(text);
    memset(text, ' ', size);
    memcpy(text, "D:", 2);
    text[size] = '\0';
    return text;
}

/* Every character goes to Windows, and what there is no memory for is no answer. */
START_TEST(long_texts)
{
    static const struct {
        size_t size;
        size_t limit; /* of the request's arena */
        const char *record;
        enum err err;
    } texts[] = {
        {70000, 1 << 20, "Convert 70000 ", ERR_NONE},
        {4 << 20, 1 << 20, "Convert 4194304 ", ERR_NONE},
        {16 << 20, 1 << 20, "", ERR_NO_MEMORY},
        {70000, 16, "Convert 70000 ", ERR_NO_MEMORY},
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        AUTO_ARENA arena;
        struct double_stage stage;
        struct bytes bytes = {0};
        struct sddl_error error = {0};
        char *text = long_text(texts[i].size);
        arena_init(&arena, texts[i].limit);
        double_reset();
        double_script.done = TRUE;
        double_script.made = EVERYONE;
        double_stage_init(&stage);
        ck_assert_int_eq(
            platform_sddl_read(&stage.platform, &arena, bytes_of(text, texts[i].size), &bytes, &error),
            texts[i].err);
        ck_assert_int_eq(strncmp(double_record, texts[i].record, strlen(texts[i].record)), 0);
        ck_assert_int_eq(double_record[0] == '\0', texts[i].record[0] == '\0');
        ck_assert_uint_eq(double_sddl_open, 0);
        ck_assert_int_eq(bytes.data != NULL, texts[i].err == ERR_NONE);
        double_stage_done(&stage);
        free(text);
    }
}
END_TEST

/* Not only ASCII. */
START_TEST(characters)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct bytes bytes = {0};
    struct sddl_error error = {0};
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script.code = ERROR_INVALID_ACL;
    double_stage_init(&stage);
    const struct bytes text = bytes_of_string("D:(XA;;FR;;;WD;(a == \"\xc3\xa4\xf0\x9f\x98\x80\"))x");
    ck_assert_int_eq(platform_sddl_read(&stage.platform, &arena, text, &bytes, &error), ERR_INVALID_ACL);
    ck_assert_int_eq(strncmp(double_record, "Convert 29 ", 11), 0); /* a pair of surrogates */
    ck_assert_uint_eq(error.offset, 27);
    double_stage_done(&stage);
}
END_TEST

/* Of domains that the operator names Windows knows nothing: what aliases stand for is then the engine's to say. */
START_TEST(domains_of_the_settings)
{
    static const char user[] = "D:(A;;FR;;;DU)";
    struct sid_buffer domain;
    ck_assert_int_eq(sid_parse(bytes_of_string("S-1-5-21-1-2-3"), &domain), ERR_NONE);
    for (unsigned which = 0; which < 3; which++) {
        AUTO_ARENA arena;
        struct double_stage stage;
        struct bytes bytes = {0};
        struct sddl_error error = {0};
        const char *told = "S-1-5-21-1-2-3";
        arena_init(&arena, 1 << 20);
        double_reset();
        double_script.done = TRUE;
        double_script.made = EVERYONE;
        double_stage_init(&stage);
        stage.platform.domains.domain = sid_of(&domain);
        *(which == 0   ? &stage.platform.settings.domain_sid
          : which == 1 ? &stage.platform.settings.machine_sid
                       : &stage.platform.settings.forest_sid) = told;
        ck_assert_int_eq(platform_sddl_read(&stage.platform, &arena, bytes_of_string(user), &bytes, &error),
                         ERR_NONE);
        ck_assert_str_eq(double_record, "");
        ck_assert(bytes_equal(bytes, engine(&arena, "D:(A;;FR;;;S-1-5-21-1-2-3-513)")));
        double_stage_done(&stage);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-sddl");
    TCase *tcase = tcase_create("sddl");
    tcase_add_loop_test(tcase, sddl_row, 0, sizeof rows / sizeof rows[0]);
    tcase_add_loop_test(tcase, unfit_row, 0, sizeof unfit / sizeof unfit[0]);
    tcase_add_test(tcase, long_texts);
    tcase_add_test(tcase, characters);
    tcase_add_test(tcase, domains_of_the_settings);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
