/* Which certificate is shown on Windows while its files change, which files are refused, and what does the health say? Windows' own files. */
#include "platform/certificate.h"
#include "platform/check.h"

#include "support/certificate_probe.h"
#include "support/pem.h"
#include "support/suite.h"
#include "windows/double.h"
#include "windows/folder.h"

#include <stdio.h>
#include <time.h>

enum { LOOKS_TO_SETTLE = 2, NOTES_SIZE = 4096, LONG_S = 90 * 86400 };

static char certificate[WINDOWS_PATH_MAX];
static char key[2 * WINDOWS_PATH_MAX];
static struct pem first;
static struct pem second;

static void put_certificate(const struct pem *pem)
{
    windows_file_put(certificate, pem_certificate(pem, NULL), WINDOWS_FILE_ALL);
}

static void put_key(const struct pem *pem, enum windows_file_access access)
{
    windows_file_put(key, pem_key(pem), access);
}

static void setup(void)
{
    double_log[0] = '\0';
    windows_folder_make("tls.pem", certificate);
    (void)snprintf(key, sizeof key, "%s\\tls.key", windows_folder_path());
    put_certificate(&first);
    put_key(&first, WINDOWS_FILE_OWN);
}

static void teardown(void)
{
    windows_folder_remove();
}

static enum err start(struct platform **ret)
{
    const struct platform_settings settings = {.certificate = {.file = certificate, .key = key}};
    return platform_start(&settings, ret);
}

static struct platform *start_both(void)
{
    struct platform *platform = NULL;
    ck_assert_int_eq(start(&platform), ERR_NONE);
    return platform;
}

START_TEST(none_is_none)
{
    const struct platform_settings settings = {.package = NULL};
    struct platform_figures figures;
    struct platform *platform = NULL;
    ck_assert_int_eq(platform_start(&settings, &platform), ERR_NONE);
    ck_assert_str_eq(certificate_probe_state(platform), "none");
    ck_assert_ptr_null(platform_certificate_acquire(platform));
    platform_certificate_release(NULL);
    platform_figures(platform, &figures);
    ck_assert_uint_eq(figures.file_count, 0);
    platform_stop(platform);
}
END_TEST

START_TEST(a_change_is_taken_up_once_it_is_whole)
{
    struct platform_figures figures;
    struct platform *platform = start_both();
    certificate_probe_look(platform, LOOKS_TO_SETTLE);
    put_certificate(&second);
    certificate_probe_look(platform, 1);
    put_key(&second, WINDOWS_FILE_OWN);
    certificate_probe_look(platform, 1);
    certificate_probe_shows(platform, &first);
    certificate_probe_look(platform, 1);
    certificate_probe_shows(platform, &second);
    ck_assert_str_eq(certificate_probe_state(platform), "ok");
    platform_figures(platform, &figures);
    ck_assert_uint_eq(figures.file_count, 1);
    ck_assert_str_eq(figures.files[0].key, "certificate");
    ck_assert(figures.files[0].usable);
    ck_assert_uint_eq(figures.files[0].loads, 2);
    ck_assert_int_lt(llabs(figures.files[0].modified_s - (int64_t)time(NULL)), 60);
    platform_stop(platform);
}
END_TEST

static void no_key_file(void)
{
    windows_file_remove(key);
}

static void another_key(void)
{
    put_key(&second, WINDOWS_FILE_OWN);
}

static void an_open_key(void)
{
    put_key(&first, WINDOWS_FILE_ALL);
}

static void no_certificate_file(void)
{
    windows_file_remove(certificate);
}

static void no_pem(void)
{
    windows_file_put(certificate, "nonsense", WINDOWS_FILE_ALL);
}

static const struct {
    void (*damage)(void);
    const char *said; /* by the log */
} refused_rows[] = {
    {no_key_file, "problem=does not exist; name the file of the certificate's key"},
    {another_key, "problem=does not match the certificate"},
    {an_open_key, "problem=may be read or written by everyone; icacls "},
    {no_certificate_file, "certificate-unusable"},
    {no_pem, "problem=holds no certificate in PEM"},
};

START_TEST(start_row)
{
    struct platform *platform = NULL;
    refused_rows[_i].damage();
    ck_assert_int_ne(start(&platform), ERR_NONE);
    ck_assert_ptr_null(platform);
    ck_assert_msg(strstr(double_log, refused_rows[_i].said) != NULL, "%s", double_log);
}
END_TEST

START_TEST(stale_row)
{
    struct platform *platform = start_both();
    refused_rows[_i].damage();
    platform_reload(platform, true);
    ck_assert_str_eq(certificate_probe_state(platform), "stale");
    ck_assert_msg(strstr(double_log, refused_rows[_i].said) != NULL, "%s", double_log);
    certificate_probe_shows(platform, &first);
    put_certificate(&second);
    put_key(&second, WINDOWS_FILE_OWN);
    certificate_probe_look(platform, LOOKS_TO_SETTLE);
    ck_assert_str_eq(certificate_probe_state(platform), "ok");
    certificate_probe_shows(platform, &second);
    platform_stop(platform);
}
END_TEST

/* As a scanner for viruses may: no change of the file says that it is over. */
START_TEST(what_somebody_holds_is_tried_again)
{
    struct platform *platform = start_both();
    put_key(&second, WINDOWS_FILE_OWN);
    put_certificate(&second);
    HANDLE held = CreateFileA(key, GENERIC_READ, 0, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    ck_assert_ptr_ne(held, INVALID_HANDLE_VALUE);
    platform_reload(platform, true);
    ck_assert_str_eq(certificate_probe_state(platform), "stale");
    certificate_probe_shows(platform, &first);
    ck_assert(CloseHandle(held));
    certificate_probe_look(platform, 1);
    ck_assert_str_eq(certificate_probe_state(platform), "ok");
    certificate_probe_shows(platform, &second);
    platform_stop(platform);
}
END_TEST

static void take_note(void *context, const char *about, bool note, const char *problem)
{
    char *notes = context;
    (void)note;
    if (strcmp(about, "certificate") == 0)
        (void)snprintf(notes, NOTES_SIZE, "%s", problem);
}

/* --check finds what a start would, and says nothing in the log. */
START_TEST(check_row)
{
    const struct platform_settings settings = {.certificate = {.file = certificate, .key = key}};
    char notes[NOTES_SIZE] = "";
    platform_check(&settings, take_note, notes);
    ck_assert_str_eq(notes, "");
    refused_rows[_i].damage();
    platform_check(&settings, take_note, notes);
    ck_assert_str_ne(notes, "");
    ck_assert_ptr_null(strstr(double_log, "certificate"));
}
END_TEST

START_TEST(who_holds_one_keeps_it)
{
    struct platform *platform = start_both();
    gnutls_session_t session = NULL;
    struct certificate *held = platform_certificate_acquire(platform);
    const struct bytes binding = platform_certificate_binding(held);
    put_certificate(&second);
    put_key(&second, WINDOWS_FILE_OWN);
    platform_reload(platform, true);
    certificate_probe_shows(platform, &second);
    ck_assert_ptr_eq(platform_certificate_binding(held).data, binding.data);
    ck_assert_int_eq(gnutls_init(&session, GNUTLS_SERVER), 0);
    ck_assert_int_eq(platform_certificate_show(held, session), ERR_NONE);
    gnutls_deinit(session);
    platform_stop(platform);
    platform_certificate_release(held);
}
END_TEST

int main(void)
{
    const int refused_count = (int)(sizeof refused_rows / sizeof refused_rows[0]);
    Suite *suite = suite_create("certificate");
    TCase *tests = tcase_create("certificate");
    pem_make(&(struct pem_order){.name = "CN=first", .to_s = LONG_S}, &first);
    pem_make(&(struct pem_order){.name = "CN=second", .to_s = LONG_S}, &second);
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, none_is_none);
    tcase_add_test(tests, a_change_is_taken_up_once_it_is_whole);
    tcase_add_loop_test(tests, start_row, 0, refused_count);
    tcase_add_loop_test(tests, stale_row, 0, refused_count);
    tcase_add_loop_test(tests, check_row, 0, refused_count);
    tcase_add_test(tests, what_somebody_holds_is_tried_again);
    tcase_add_test(tests, who_holds_one_keeps_it);
    suite_add_tcase(suite, tests);
    const int failed = suite_run(suite);
    pem_done(&first);
    pem_done(&second);
    return failed;
}
