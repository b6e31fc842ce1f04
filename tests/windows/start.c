/* What the platform is once it has started: what the service lacks and how it says so, and what Windows does by itself. Windows' own
 * functions, but for the privileges of the process. */
#include "platform/check.h"
#include "platform/negotiate.h"
#include "platform/process.h"
#include "platform/token.h"
#include "platform/usage.h"
#include "support/suite.h"
#include "windows/double.h"

#include "platform/access.h"
#include "platform/windows/audit_call.h"

#include <time.h>

static privilege_set missing;

/* TRUE whatever became of it, as Windows has it. */
static BOOL WINAPI adjust(HANDLE token, WINBOOL all, PTOKEN_PRIVILEGES change, DWORD size,
                          PTOKEN_PRIVILEGES previous, PDWORD used)
{
    (void)token;
    (void)all;
    (void)size;
    (void)previous;
    (void)used;
    const privilege_set asked = privilege_bit(change->Privileges[0].Luid.LowPart);
    SetLastError((asked & missing) != 0 ? ERROR_NOT_ALL_ASSIGNED : ERROR_SUCCESS);
    return change->Privileges[0].Attributes == SE_PRIVILEGE_ENABLED ? TRUE : FALSE;
}

static struct platform *open_platform(const struct platform_settings *settings, privilege_set lacking)
{
    struct system system;
    struct platform *platform = NULL;
    system_of_windows(&system);
    system.AdjustTokenPrivileges = adjust;
    missing = lacking;
    double_log[0] = '\0';
    ck_assert_int_eq(platform_open(settings, &system, &platform), ERR_NONE);
    return platform;
}

#define AUDIT                                                                                                \
    "privilege-missing privilege=SeAuditPrivilege remedy=give the service's account the right to generate security audits"
#define IMPERSONATE                                                                                          \
    "privilege-missing privilege=SeImpersonatePrivilege remedy=give the service's account the right to impersonate a client"

static const struct start_row {
    const char *package;
    bool lacks_audit;
    bool lacks_impersonate;
    bool ready;
    const char *keys;
} start_rows[] = {
    {"Negotiate", false, false, true, "ok"},           {"Negotiate", true, false, true, "ok"},
    {"Negotiate", false, true, false, "ok"},           {"Negotiate", true, true, false, "ok"},
    {"NoSuchPackage", false, false, false, "missing"},
};

START_TEST(test_start)
{
    const struct start_row *row = &start_rows[_i];
    const struct platform_settings settings = {.package = row->package};
    struct platform_health health = {.ready = !row->ready};
    struct platform *platform =
        open_platform(&settings, (row->lacks_audit ? privilege_bit(SE_AUDIT) : 0) |
                                     (row->lacks_impersonate ? privilege_bit(SE_IMPERSONATE) : 0));
    platform_health(platform, &health);
    ck_assert_int_eq(health.ready, row->ready);
    ck_assert_str_eq(health.keys, row->keys);
    ck_assert_int_eq(audit_allowed(platform), row->lacks_audit ? ERR_PRIVILEGE_NOT_HELD : ERR_NONE);
    ck_assert_int_eq(strstr(double_log, AUDIT) != NULL, row->lacks_audit);
    ck_assert_int_eq(strstr(double_log, IMPERSONATE) != NULL, row->lacks_impersonate);
    ck_assert_int_eq(strstr(double_log, "package-unusable package=NoSuchPackage status=") != NULL,
                     strcmp(row->keys, "ok") != 0);
    platform_reload(platform, true);
    platform_health(platform, &health);
    ck_assert_int_eq(health.ready, row->ready);
    platform_stop(platform);
}
END_TEST

START_TEST(test_ntlm_is_told)
{
    const struct platform_settings settings = {.allow_ntlm = true};
    struct platform *platform = open_platform(&settings, 0);
    ck_assert_ptr_nonnull(strstr(double_log, "ntlm-allowed remedy="));
    ck_assert_str_eq(platform->settings.package, "Negotiate");
    platform_stop(platform);
}
END_TEST

static void take_key(void *context, const char *key, bool is_note, const char *problem)
{
    *(const char **)context = is_note || problem == NULL ? NULL : key;
}

START_TEST(test_domains)
{
    const struct platform_settings settings = {.domain_sid = "S-1-5-21-1-2-3",
                                               .machine_sid = "S-1-5-21-4-5-6"};
    const struct platform_settings wrong = {.domain_sid = "S-1-5-32"};
    char text[SID_TEXT_MAX];
    struct platform *none = NULL;
    struct platform *platform = open_platform(&settings, 0);
    const struct sddl_domains *domains = platform_domains(platform);
    (void)sid_format(domains->domain, text);
    ck_assert_str_eq(text, settings.domain_sid);
    (void)sid_format(domains->forest_root, text);
    ck_assert_str_eq(text, settings.domain_sid);
    (void)sid_format(domains->machine, text);
    ck_assert_str_eq(text, settings.machine_sid);
    platform_stop(platform);
    ck_assert_int_eq(platform_start(&wrong, &none), ERR_INVALID_SID);
    ck_assert_ptr_null(none);
    ck_assert_ptr_nonnull(strstr(double_log, "setting-refused key=domain-sid value=S-1-5-32 remedy="));
    const char *key = NULL;
    platform_check(&wrong, take_key, &key);
    ck_assert_pstr_eq(key, "domain_sid");
}
END_TEST

START_TEST(test_random)
{
    static uint8_t first[3 << 20];
    static const uint8_t zeros[64];
    const struct platform_settings settings = {0};
    struct platform *one = open_platform(&settings, 0);
    struct platform *other = open_platform(&settings, 0);
    ck_assert_int_ne(memcmp(platform_hash_key(one), platform_hash_key(other), 16), 0);
    ck_assert_int_eq(platform_random(first, sizeof first), ERR_NONE);
    for (size_t at = 0; at + sizeof zeros <= sizeof first; at += 1 << 18)
        ck_assert_int_ne(memcmp(first + at, zeros, sizeof zeros), 0);
    ck_assert_int_ne(memcmp(first + sizeof first - sizeof zeros, zeros, sizeof zeros), 0);
    platform_stop(one);
    platform_stop(other);
}
END_TEST

/* Nobody could tell else why it does not start. */
START_TEST(test_package_is_no_text)
{
    const struct platform_settings settings = {.package = "Neg\xff"};
    struct platform *platform = NULL;
    double_log[0] = '\0';
    ck_assert_int_eq(platform_start(&settings, &platform), ERR_MALFORMED);
    ck_assert_ptr_null(platform);
    ck_assert_ptr_nonnull(strstr(double_log, "setting-refused key=package"));
}
END_TEST

static const struct name_row {
    const char *sid;
    const char *name;
} name_rows[] = {
    {"S-1-1-0", "Everyone"},
    {"S-1-5-32-544", "BUILTIN\\Administrators"},
    {"S-1-5-18", "NT AUTHORITY\\SYSTEM"},
    {"S-1-5-21-1-2-3-4", NULL},
};

START_TEST(test_names)
{
    const struct name_row *row = &name_rows[_i];
    const struct platform_settings settings = {0};
    AUTO_ARENA arena;
    struct sid_buffer sid;
    arena_init(&arena, 1 << 16);
    struct platform *platform = open_platform(&settings, 0);
    ck_assert_int_eq(sid_parse(bytes_of_string(row->sid), &sid), ERR_NONE);
    const char *name = platform_account_name(platform, sid_of(&sid), &arena);
    if (row->name == NULL)
        ck_assert_ptr_null(name);
    else
        ck_assert_str_eq(name, row->name);
    platform_stop(platform);
}
END_TEST

static ULONGLONG ticks;
static DWORD lookup_ms;
static unsigned lookups;

static ULONGLONG WINAPI tell_ticks(void)
{
    return ticks;
}

/* A domain that answers after lookup_ms. */
static BOOL WINAPI look_up(LPCWSTR machine, PSID sid, LPWSTR name, LPDWORD name_size, LPWSTR domain,
                           LPDWORD domain_size, PSID_NAME_USE use)
{
    (void)machine;
    (void)sid;
    (void)name_size;
    (void)domain_size;
    (void)use;
    (void)wcscpy(name, L"alice");
    (void)wcscpy(domain, L"CORP");
    ticks += lookup_ms;
    lookups++;
    return TRUE;
}

/* How many of `count` names are told. */
static unsigned count_names(const struct platform *platform, unsigned count, const char *text)
{
    AUTO_ARENA arena;
    struct sid_buffer sid;
    unsigned told = 0;
    arena_init(&arena, (size_t)count * 32);
    ck_assert_int_eq(sid_parse(bytes_of_string(text), &sid), ERR_NONE);
    for (unsigned i = 0; i < count; i++)
        told += platform_account_name(platform, sid_of(&sid), &arena) != NULL;
    return told;
}

/* A domain that is slow or away, or a caller with many SIDs, does not keep a thread for long: names are left out. */
START_TEST(test_names_have_a_pace)
{
    const struct platform_settings settings = {0};
    struct platform *platform = open_platform(&settings, 0);
    platform->system.LookupAccountSidW = look_up;
    platform->system.GetTickCount64 = tell_ticks;
    ticks = GetTickCount64() + 1000000; /* what other tests spent is worked off */
    ck_assert_uint_eq(count_names(platform, 5000, "S-1-5-21-1-2-3-4"), 5000); /* which are known at once */
    lookup_ms = 2;
    const unsigned told = count_names(platform, 5000, "S-1-5-21-1-2-3-4");
    ck_assert_uint_ge(told, 200); /* a token's */
    ck_assert_uint_le(told, 300);
    ck_assert_uint_eq(count_names(platform, 1, "S-1-1-0"), 1); /* nobody is asked for it */
    ticks += 20000;
    ck_assert_uint_ge(count_names(platform, 5000, "S-1-5-21-1-2-3-4"), 200);
    ticks += 20000;
    lookups = 0;
    lookup_ms = 30000;
    ck_assert_uint_eq(count_names(platform, 100, "S-1-5-21-1-2-3-4"), 1);
    ticks += 60000;
    ck_assert_uint_eq(count_names(platform, 100, "S-1-5-21-1-2-3-4"), 0);
    ticks += 600000;
    lookup_ms = 0;
    ck_assert_uint_eq(count_names(platform, 100, "S-1-5-21-1-2-3-4"), 100);
    ck_assert_uint_eq(lookups, 101);
    platform_stop(platform);
}
END_TEST

static void note_done(void *context, enum err err)
{
    ck_assert_int_eq(err, ERR_NONE);
    ++*(int *)context;
}

/* The Security log is the system's, which writes logons and changed privileges itself: a trail here stays empty. */
START_TEST(test_trail)
{
    const struct platform_settings settings = {0};
    const struct audit_source source = {0};
    AUTO_ARENA arena;
    struct event event = {0};
    struct audit_trail trail = {.arena = &arena};
    const struct audit_trail full = {.events = &event, .count = 1};
    int done = 0;
    arena_init(&arena, 1 << 16);
    struct platform *platform = open_platform(&settings, 0);
    struct platform_token *token = NULL;
    ck_assert(platform_audit_available(platform));
    ck_assert_int_eq(platform_token_open_process(platform, &token), ERR_NONE);
    ck_assert_int_eq(platform_audit_logon(token, &source, &trail), ERR_NONE);
    ck_assert_int_eq(platform_audit_logon_failure(platform, "expired", &source, &trail), ERR_NONE);
    ck_assert_int_eq(platform_audit_adjusted(token, 1, 2, &trail), ERR_NONE);
    ck_assert_uint_eq(trail.count, 0);
    ck_assert_int_eq(platform_audit_commit(platform, &trail, note_done, &done), ERR_NONE);
    ck_assert_int_eq(done, 1);
    ck_assert_int_eq(platform_audit_commit(platform, &full, note_done, &done), ERR_NOT_SUPPORTED);
    ck_assert_int_eq(done, 1);
    platform_token_free(token);
    platform_stop(platform);
}
END_TEST

/* Central access policies are the system's, which tells them to nobody. */
START_TEST(test_policies)
{
    const struct platform_settings settings = {0};
    struct platform *platform = open_platform(&settings, 0);
    const struct central_policies *policies = platform_policies_acquire(platform);
    ck_assert_ptr_null(policies);
    platform_policies_release(policies);
    platform_stop(platform);
}
END_TEST

START_TEST(test_refusals)
{
    ck_assert_str_eq(platform_token_refusal(NULL, ERR_NO_MEMORY), "no-memory");
    ck_assert_str_eq(platform_token_refusal(NULL, ERR_LOGON_TYPE_NOT_GRANTED), "logon-type");
    ck_assert_str_eq(platform_token_refusal(NULL, ERR_LOGON_FAILURE), "logon-denied");
}
END_TEST

START_TEST(test_usage)
{
    struct usage usage;
    platform_usage(&usage);
    ck_assert_uint_gt(usage.resident_bytes, 1 << 16);
    ck_assert_uint_gt(usage.virtual_bytes, 1 << 16);
    /* Wine counts no handles */
    if (GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") == NULL)
        ck_assert_uint_gt(usage.descriptors, 0);
    ck_assert_uint_le(usage.started_us / 1000000, (uint64_t)time(NULL) + 1);
    ck_assert_uint_ge(usage.started_us / 1000000 + 3600, (uint64_t)time(NULL));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-start");
    TCase *cases = tcase_create("start");
    tcase_add_loop_test(cases, test_start, 0, sizeof start_rows / sizeof *start_rows);
    tcase_add_test(cases, test_ntlm_is_told);
    tcase_add_test(cases, test_domains);
    tcase_add_test(cases, test_package_is_no_text);
    tcase_add_test(cases, test_random);
    tcase_add_loop_test(cases, test_names, 0, sizeof name_rows / sizeof *name_rows);
    tcase_add_test(cases, test_names_have_a_pace);
    tcase_add_test(cases, test_trail);
    tcase_add_test(cases, test_policies);
    tcase_add_test(cases, test_refusals);
    tcase_add_test(cases, test_usage);
    suite_add_tcase(suite, cases);
    return suite_run(suite);
}
