/* The platform's checks and privileges over the real functions: what is granted, refused and an error, and what an adjustment leaves. */
#include "platform/access.h"
#include "platform/privilege.h"
#include "support/decide_row.h"
#include "support/suite.h"
#include "windows/real/machine.h"

#include <stdlib.h>

static struct machine machine;

/* A token of the platform's own kind around a duplicate of the process's. */
struct stage {
    struct token_storage storage;
    struct platform_token token;
};

static void stage_init(struct stage *stage, TOKEN_TYPE type, SECURITY_IMPERSONATION_LEVEL level)
{
    *stage = (struct stage){.storage = {.platform = &machine.platform}};
    atomic_init(&stage->storage.references, 1);
    arena_init(&stage->storage.arena, 64 << 20);
    stage->token.storage = &stage->storage;
    const BOOL done =
        DuplicateTokenEx(machine.process, TOKEN_ALL_ACCESS, NULL, level, type, &stage->token.handle);
    ck_assert(done);
    ck_assert_int_eq(
        machine_snapshot(&machine, stage->token.handle, &stage->storage.arena, &stage->token.view), ERR_NONE);
}

static void stage_done(struct stage *stage)
{
    (void)CloseHandle(stage->token.handle);
    arena_done(&stage->storage.arena);
}

/* [me] is the user of this process. */
static const struct row {
    const char *row;
    const char *sddl;
    uint32_t desired;
    TOKEN_TYPE type;
    SECURITY_IMPERSONATION_LEVEL level;
    enum err err;
    uint32_t granted; /* 0: refused */
    enum err reason;
} rows[] = {
    {"granted", "O:SYG:SYD:(A;;0x3;;;WD)", 3, TokenImpersonation, SecurityImpersonation, ERR_NONE, 3,
     ERR_NONE},
    {"identification-will-do", "O:SYG:SYD:(A;;0x1;;;AU)", 1, TokenImpersonation, SecurityIdentification,
     ERR_NONE, 1, ERR_NONE},
    {"refused", "O:SYG:SYD:(A;;0x1;;;WD)", 3, TokenImpersonation, SecurityImpersonation, ERR_NONE, 0,
     ERR_ACCESS_DENIED},
    {"denied-first", "O:SYG:SYD:(D;;0x1;;;AU)(A;;0x1;;;WD)", 1, TokenImpersonation, SecurityImpersonation,
     ERR_NONE, 0, ERR_ACCESS_DENIED},
    {"the-user", "O:SYG:SYD:(A;;0x1;;;[me])", 1, TokenImpersonation, SecurityImpersonation, ERR_NONE, 1,
     ERR_NONE},
    {"empty", "O:SYG:SYD:", 1, TokenImpersonation, SecurityImpersonation, ERR_NONE, 0, ERR_ACCESS_DENIED},
    {"no-dacl", "O:SYG:SY", 1, TokenImpersonation, SecurityImpersonation, ERR_NONE, 1, ERR_NONE},
    {"the-owner-reads", "O:[me]G:SYD:", 0x60000, TokenImpersonation, SecurityImpersonation, ERR_NONE, 0x60000,
     ERR_NONE},
    {"no-owner", "D:(A;;0x1;;;WD)", 1, TokenImpersonation, SecurityImpersonation, ERR_INVALID_SECURITY_DESCR,
     0, ERR_ACCESS_DENIED},
    {"anonymous", "O:SYG:SYD:(A;;0x1;;;WD)", 1, TokenImpersonation, SecurityAnonymous,
     ERR_BAD_IMPERSONATION_LEVEL, 0, ERR_ACCESS_DENIED},
    {"primary", "O:SYG:SYD:(A;;0x1;;;WD)", 1, TokenPrimary, SecurityImpersonation, ERR_NO_IMPERSONATION_TOKEN,
     0, ERR_ACCESS_DENIED},
    {"generic", "O:SYG:SYD:(A;;FA;;;WD)", RIGHT_GENERIC_READ, TokenImpersonation, SecurityImpersonation,
     ERR_GENERIC_NOT_MAPPED, 0, ERR_ACCESS_DENIED},
};

static void read_row(const struct row *row, struct arena *arena, struct descriptor *ret)
{
    struct bytes raw;
    struct sddl_error error;
    char user[SID_TEXT_MAX];
    const char *at = strstr(row->sddl, "[me]");
    const char *sddl = row->sddl;
    (void)sid_format(machine.self.user, user);
    if (at != NULL)
        sddl = arena_printf(arena, "%.*s%s%s", (int)(at - row->sddl), row->sddl, user, at + 4);
    ck_assert_int_eq(sddl_read(arena, bytes_of_string(sddl), NULL, &raw, &error), ERR_NONE);
    ck_assert_int_eq(descriptor_parse(raw, ret), ERR_NONE);
}

START_TEST(access_row)
{
    AUTO_ARENA arena;
    struct stage stage;
    struct descriptor descriptor;
    const struct row *row = &rows[_i];
    struct access_answer answer = {.allowed = true, .granted = 1};
    struct access_request request = {
        .descriptor = &descriptor, .desired = row->desired, .mapping = {1, 2, 4, 7}};
    arena_init(&arena, 1 << 20);
    stage_init(&stage, row->type, row->level);
    read_row(row, &arena, &descriptor);
    ck_assert_int_eq(platform_access_check(&stage.token, &request, &answer), row->err);
    ck_assert_int_eq(answer.allowed, row->granted != 0);
    ck_assert_uint_eq(answer.granted, row->granted);
    ck_assert_int_eq(answer.reason, row->reason);
    stage_done(&stage);
}
END_TEST

/* Nobody holds all there are. */
static privilege_set missing_of(const struct stage *stage)
{
    const privilege_set all = ((privilege_bit(SE_PRIVILEGE_LAST) << 1) - 1) & ~UINT64_C(3);
    const privilege_set missing = all & ~stage->token.view.privileges.present;
    ck_assert_uint_ne(missing, 0);
    return missing;
}

static bool check(struct stage *stage, privilege_set asked, bool all, privilege_set *ret_used)
{
    bool held = false;
    ck_assert_int_eq(platform_privilege_check(&stage->token, asked, all, &held, ret_used), ERR_NONE);
    return held;
}

/* Every process holds SeChangeNotifyPrivilege. */
START_TEST(privileges)
{
    struct stage stage;
    privilege_set used = 0;
    const privilege_set notify = privilege_bit(SE_CHANGE_NOTIFY);
    stage_init(&stage, TokenImpersonation, SecurityImpersonation);
    const privilege_set missing = missing_of(&stage);
    ck_assert(check(&stage, notify, true, &used));
    ck_assert_uint_eq(used, notify);
    ck_assert(check(&stage, notify | missing, false, &used));
    ck_assert_uint_eq(used, notify);
    ck_assert(!check(&stage, notify | missing, true, &used));
    stage_done(&stage);
}
END_TEST

START_TEST(adjustment)
{
    struct stage stage;
    struct privilege_state before;
    privilege_set changed = 0;
    privilege_set used = 0;
    const privilege_set notify = privilege_bit(SE_CHANGE_NOTIFY);
    stage_init(&stage, TokenImpersonation, SecurityImpersonation);
    const privilege_set missing = missing_of(&stage);
    const struct privilege_change both = {.enable = missing, .disable = notify};
    const struct privilege_change enable = {.enable = notify};
    const struct privilege_change take = {.remove = notify};
    ck_assert_int_eq(platform_privilege_adjust(&stage.token, &both, &before, &changed), ERR_NOT_ALL_ASSIGNED);
    ck_assert_uint_eq(changed, notify);
    ck_assert_uint_eq(before.enabled, notify);
    ck_assert(!privilege_is_enabled(&stage.token.view.privileges, SE_CHANGE_NOTIFY));
    ck_assert(!check(&stage, notify, true, &used));
    ck_assert_int_eq(platform_privilege_adjust(&stage.token, &enable, &before, &changed), ERR_NONE);
    ck_assert(check(&stage, notify, true, &used));
    ck_assert_int_eq(platform_privilege_adjust(&stage.token, &take, &before, &changed), ERR_NONE);
    ck_assert_uint_eq(stage.token.view.privileges.present & notify, 0);
    ck_assert_int_eq(platform_privilege_adjust(&stage.token, &enable, &before, &changed),
                     ERR_NOT_ALL_ASSIGNED);
    ck_assert_uint_ne(machine.self.privileges.present & notify, 0); /* the process keeps its own */
    stage_done(&stage);
}
END_TEST

int main(void)
{
    machine_open(&machine);
    Suite *suite = suite_create("windows-real-platform");
    TCase *tcase = tcase_create("platform");
    tcase_add_loop_test(tcase, access_row, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(tcase, privileges);
    tcase_add_test(tcase, adjustment);
    suite_add_tcase(suite, tcase);
    const int status = suite_run(suite);
    machine_close(&machine);
    return status;
}
