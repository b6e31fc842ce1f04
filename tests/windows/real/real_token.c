/* Tokens of this machine, as the platform takes them: what GetTokenInformation says of the process's own and of tokens made from it,
 * names, and the domain. */
#include "platform/process.h"
#include "platform/token.h"
#include "platform/windows/account.h"
#include "platform/windows/snapshot.h"
#include "support/suite.h"
#include "support/token_text.h"
#include "windows/real/known.h"
#include "windows/real/machine.h"

#include <stdio.h>
#include <stdlib.h>

static struct machine machine;
static struct arena arena;

static const struct sid *sid(const char *text)
{
    return token_text_sid(&arena, bytes_of_string(text));
}

static uint32_t attributes_of(const struct sid_list *list, const struct sid *wanted)
{
    for (size_t i = 0; i < list->count; i++)
        if (sid_equal(list->items[i].sid, wanted))
            return list->items[i].attributes;
    return 0;
}

static bool is_on(const struct sid_list *list, const struct sid *wanted)
{
    return (attributes_of(list, wanted) & SE_GROUP_ENABLED) != 0;
}

static bool has(const struct sid_list *list, const struct sid *wanted)
{
    for (size_t i = 0; i < list->count; i++)
        if (sid_equal(list->items[i].sid, wanted))
            return true;
    return false;
}

/* Whether a condition holds, as the list of differences wants it said. */
static void judge(const char *row, bool holds, const char *otherwise)
{
    known_judge(row, holds ? "" : otherwise);
}

static struct token snapshot_of(HANDLE token)
{
    struct token view;
    ck_assert_int_eq(machine_snapshot(&machine, token, &arena, &view), ERR_NONE);
    return view;
}

START_TEST(own)
{
    const struct token *token = &machine.self;
    ck_assert_int_eq(token->type, TOKEN_PRIMARY);
    ck_assert(sid_authority(token->user) == 5 || sid_authority(token->user) == 12); /* 12: of the cloud */
    ck_assert(is_on(&token->groups, SID_EVERYONE));
    ck_assert(is_on(&token->groups, SID_AUTHENTICATED_USERS));
    ck_assert(privilege_is_enabled(&token->privileges, SE_CHANGE_NOTIFY));
    ck_assert_uint_eq(token->privileges.enabled & ~token->privileges.present, 0);
    ck_assert_uint_ge(token->integrity_level, INTEGRITY_MEDIUM);
    ck_assert(!token->restricted && token->package == NULL && !token->has_device && !token->user_deny_only);
    for (size_t i = 0; i < token->groups.count; i++)
        ck_assert_uint_ne(sid_authority(token->groups.items[i].sid), 16);
}
END_TEST

/* The platform itself on this machine: a token of its process, duplicates, names. */
START_TEST(platform)
{
    struct platform *started = NULL;
    struct platform_token *token = NULL;
    struct platform_token *copy = NULL;
    const struct platform_settings settings = {.package = "Negotiate"};
    ck_assert_int_eq(platform_start(&settings, &started), ERR_NONE);
    ck_assert_int_eq(platform_token_open_process(started, &token), ERR_NONE);
    const struct token *view = platform_token_view(token);
    const struct token_details *details = platform_token_details(token);
    ck_assert(sid_equal(view->user, machine.self.user));
    ck_assert_int_eq(view->type, TOKEN_PRIMARY);
    ck_assert_ptr_nonnull(details->account_name);
    ck_assert_ptr_null(details->authentication);
    ck_assert_int_eq(platform_token_duplicate(token, &copy), ERR_NONE);
    ck_assert_ptr_ne(copy->handle, token->handle);
    ck_assert(sid_equal(platform_token_view(copy)->user, view->user));
    platform_token_free(token);
    const struct token again = snapshot_of(copy->handle); /* which outlives it */
    ck_assert(sid_equal(again.user, machine.self.user));
    platform_token_free(copy);
    judge("computer-name", platform_computer_name(started)[0] != '\0', "it has none");
    platform_stop(started);
}
END_TEST

static HANDLE duplicate(TOKEN_TYPE type, SECURITY_IMPERSONATION_LEVEL level)
{
    HANDLE token = NULL;
    const BOOL done = DuplicateTokenEx(machine.process, TOKEN_ALL_ACCESS, NULL, level, type, &token);
    ck_assert(done);
    return token;
}

static const struct level_row {
    const char *what;
    TOKEN_TYPE type;
    SECURITY_IMPERSONATION_LEVEL level;
} levels[] = {
    {"anonymous", TokenImpersonation, SecurityAnonymous},
    {"identification", TokenImpersonation, SecurityIdentification},
    {"impersonation", TokenImpersonation, SecurityImpersonation},
    {"delegation", TokenImpersonation, SecurityDelegation},
};

START_TEST(level_row)
{
    const struct level_row *row = &levels[_i];
    const HANDLE token = duplicate(row->type, row->level);
    const struct token view = snapshot_of(token);
    ck_assert_int_eq(view.type, TOKEN_IMPERSONATION);
    ck_assert_int_eq((int)view.level, (int)row->level);
    (void)CloseHandle(token);
}
END_TEST

/* CreateRestrictedToken: a group that may only deny, privileges taken away, restricting SIDs. */
START_TEST(restricted)
{
    const struct sid *users = sid("S-1-5-32-545");
    SID_AND_ATTRIBUTES denying[] = {{(PSID)(uintptr_t)users, 0}};
    SID_AND_ATTRIBUTES also[] = {{(PSID)(uintptr_t)SID_EVERYONE, 0}, {(PSID)(uintptr_t)users, 0}};
    HANDLE token = NULL;
    ck_assert(
        CreateRestrictedToken(machine.process, DISABLE_MAX_PRIVILEGE, 1, denying, 0, NULL, 2, also, &token));
    const struct token view = snapshot_of(token);
    const uint32_t left = attributes_of(&view.groups, users);
    const bool denies_only = (left & SE_GROUP_USE_FOR_DENY_ONLY) != 0;
    ck_assert(denies_only);
    ck_assert(!is_on(&view.groups, users));
    ck_assert(is_on(&view.groups, SID_EVERYONE));
    judge("deny-only-attributes", left == SE_GROUP_USE_FOR_DENY_ONLY,
          "the group keeps others of its attributes");
    judge("disable-max-privilege", view.privileges.present == privilege_bit(SE_CHANGE_NOTIFY),
          "privileges are left");
    judge("restricting-sids",
          view.restricted && view.restricting_sids.count == 2 && has(&view.restricting_sids, users) &&
              has(&view.restricting_sids, SID_EVERYONE),
          "the token made has no restricting SIDs");
    ck_assert(!view.write_restricted);
    (void)CloseHandle(token);
}
END_TEST

START_TEST(write_restricted)
{
    SID_AND_ATTRIBUTES also[] = {{(PSID)(uintptr_t)SID_EVERYONE, 0}};
    HANDLE token = NULL;
    ck_assert(CreateRestrictedToken(machine.process, WRITE_RESTRICTED, 0, NULL, 0, NULL, 1, also, &token));
    judge("write-restricted", snapshot_of(token).write_restricted, "the token made is not write-restricted");
    (void)CloseHandle(token);
}
END_TEST

START_TEST(integrity)
{
    const struct sid *low = sid("S-1-16-4096");
    TOKEN_MANDATORY_LABEL label = {{(PSID)(uintptr_t)low, SE_GROUP_INTEGRITY}};
    const HANDLE token = duplicate(TokenImpersonation, SecurityImpersonation);
    ck_assert(SetTokenInformation(token, TokenIntegrityLevel, &label, (DWORD)(sizeof label + sid_size(low))));
    judge("integrity-lowered", snapshot_of(token).integrity_level == INTEGRITY_LOW, "the level stays");
    (void)CloseHandle(token);
}
END_TEST

/* What /token shows and the snapshot leaves out when this Windows has no such class: each must be there on Windows. */
static const struct class_row {
    const char *row;
    TOKEN_INFORMATION_CLASS class;
} classes[] = {
    {"class-user", TokenUser},
    {"class-groups", TokenGroups},
    {"class-privileges", TokenPrivileges},
    {"class-statistics", TokenStatistics},
    {"class-integrity", TokenIntegrityLevel},
    {"class-mandatory-policy", TokenMandatoryPolicy},
    {"class-restricted-sids", TokenRestrictedSids},
    {"class-access-information", TokenAccessInformation},
    {"class-app-container-sid", TokenAppContainerSid},
    {"class-capabilities", TokenCapabilities},
    {"class-device-groups", TokenDeviceGroups},
    {"class-user-claims", TokenUserClaimAttributes},
    {"class-device-claims", TokenDeviceClaimAttributes},
    {"class-less-privileged-app-container", (TOKEN_INFORMATION_CLASS)46},
    {"class-process-trust-level", (TOKEN_INFORMATION_CLASS)41},
};

START_TEST(class_row)
{
    const struct class_row *row = &classes[_i];
    struct bytes answer;
    const enum err err = snapshot_query(&machine.system, machine.process, row->class, &arena, &answer);
    char why[64] = "";
    if (err != ERR_NONE)
        (void)snprintf(why, sizeof why, "%s", err_text(err));
    known_judge(row->row, why);
}
END_TEST

static void check_name(const char *row, const char *text, const char *wanted)
{
    const char *domain = NULL;
    const char *name = NULL;
    char why[300] = "";
    const enum err err = account_lookup(&machine.system, sid(text), &arena, &domain, &name);
    const char *got = err != ERR_NONE ? "" : arena_printf(&arena, "%s\\%s", domain, name);
    if (strcmp(got, wanted) != 0)
        (void)snprintf(why, sizeof why, "%s (%s), expected %s", got, err_text(err), wanted);
    known_judge(row, why);
}

/* In English; elsewhere Windows has other names, and the test says so. */
START_TEST(names)
{
    if (PRIMARYLANGID(GetSystemDefaultUILanguage()) != LANG_ENGLISH) {
        printf("# names: not compared, since this Windows does not speak English\n");
        return;
    }
    check_name("name-everyone", "S-1-1-0", "\\Everyone");
    check_name("name-system", "S-1-5-18", "NT AUTHORITY\\SYSTEM");
    check_name("name-local-service", "S-1-5-19", "NT AUTHORITY\\LOCAL SERVICE");
    check_name("name-network", "S-1-5-2", "NT AUTHORITY\\NETWORK");
    check_name("name-administrators", "S-1-5-32-544", "BUILTIN\\Administrators");
    check_name("name-users", "S-1-5-32-545", "BUILTIN\\Users");
    check_name("name-high-label", "S-1-16-12288", "Mandatory Label\\High Mandatory Level");
    check_name("name-nobody", "S-1-5-21-1-2-3-1104", "");
}
END_TEST

START_TEST(who)
{
    const char *domain = NULL;
    const char *name = NULL;
    wchar_t buffer[300];
    DWORD size = 300;
    const char *user = NULL;
    ck_assert_int_eq(account_lookup(&machine.system, machine.self.user, &arena, &domain, &name), ERR_NONE);
    ck_assert(GetUserNameW(buffer, &size));
    user = arena_alloc(&arena, 1000);
    ck_assert_int_gt(snprintf((char *)(uintptr_t)user, 1000, "%ls", buffer), 0);
    ck_assert_str_eq(name, user);
    ck_assert_str_ne(domain, "");
}
END_TEST

START_TEST(every_listed_row_was_asked)
{
    size_t at = 0;
    const char *row = known_unasked(&at);
    ck_assert_msg(row == NULL, "%s of wine_differs was not asked", row);
}
END_TEST

int main(int argc, char **argv)
{
    if (argc != 2 || !known_load(argv[1], "token"))
        return EXIT_FAILURE;
    machine_open(&machine);
    arena_init(&arena, 64 << 20);
    Suite *suite = suite_create("windows-real-token");
    TCase *tcase = tcase_create("token");
    tcase_add_test(tcase, own);
    tcase_add_test(tcase, platform);
    tcase_add_loop_test(tcase, level_row, 0, sizeof levels / sizeof levels[0]);
    tcase_add_test(tcase, restricted);
    tcase_add_test(tcase, write_restricted);
    tcase_add_test(tcase, integrity);
    tcase_add_loop_test(tcase, class_row, 0, sizeof classes / sizeof classes[0]);
    tcase_add_test(tcase, names);
    tcase_add_test(tcase, who);
    tcase_add_test(tcase, every_listed_row_was_asked);
    suite_add_tcase(suite, tcase);
    const int status = suite_run(suite);
    arena_done(&arena);
    machine_close(&machine);
    return status;
}
