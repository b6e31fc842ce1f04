/* Which certificate is shown while its files change, and what does the health say of it? */
#include "platform/certificate.h"
#include "platform/check.h"

#include "support/certificate_probe.h"
#include "support/folder.h"
#include "support/pause.h"
#include "support/pem.h"
#include "support/station.h"
#include "support/suite.h"

#include <stdio.h>
#include <unistd.h>

enum { LOOKS_TO_SETTLE = 2, NOTES_SIZE = 4096 };

static struct folder folder;
static char certificate[1024];
static char key[1024];
static struct pem first;
static struct pem second;

static void setup(void)
{
    station_setup();
    folder_make(&folder);
    (void)snprintf(certificate, sizeof certificate, "%s/tls.pem", folder.path);
    (void)snprintf(key, sizeof key, "%s/tls.key", folder.path);
    pem_make(&(struct pem_order){.name = "CN=first"}, &first);
    pem_make(&(struct pem_order){.name = "CN=second"}, &second);
    pem_write(&first, certificate, key);
}

static void teardown(void)
{
    pem_done(&first);
    pem_done(&second);
    folder_remove(&folder);
    station_teardown();
}

static enum err start(const struct certificate_settings *settings, struct platform **ret)
{
    const struct platform_settings all = {
        .keytab = station_keytab, .replay_cache = station_cache, .certificate = *settings};
    return platform_start(&all, ret);
}

static struct platform *start_both(void)
{
    struct platform *platform = NULL;
    ck_assert_int_eq(start(&(struct certificate_settings){.file = certificate, .key = key}, &platform),
                     ERR_NONE);
    return platform;
}

START_TEST(none_is_none)
{
    struct platform *platform = NULL;
    ck_assert_int_eq(start(&(struct certificate_settings){.file = NULL}, &platform), ERR_NONE);
    ck_assert_str_eq(certificate_probe_state(platform), "none");
    ck_assert_ptr_null(platform_certificate_acquire(platform));
    platform_certificate_release(NULL);
    platform_stop(platform);
}
END_TEST

START_TEST(both_may_be_one_file)
{
    char both[2 * PEM_TEXT_MAX];
    struct platform *platform = NULL;
    (void)snprintf(both, sizeof both, "%s%s", pem_key(&second), pem_certificate(&second, NULL));
    pem_write_text(certificate, both, 0600);
    ck_assert_int_eq(start(&(struct certificate_settings){.file = certificate}, &platform), ERR_NONE);
    certificate_probe_shows(platform, &second);
    platform_stop(platform);
}
END_TEST

/* The key comes after the certificate, between two looks: the pair is read when both stand still. */
START_TEST(a_change_is_taken_up_once_it_is_whole)
{
    struct platform *platform = start_both();
    certificate_probe_look(platform, LOOKS_TO_SETTLE);
    pem_write(&second, certificate, NULL);
    certificate_probe_look(platform, 1);
    pem_write(&second, NULL, key);
    certificate_probe_look(platform, 1);
    certificate_probe_shows(platform, &first);
    ck_assert_str_eq(certificate_probe_state(platform), "ok");
    certificate_probe_look(platform, 1);
    certificate_probe_shows(platform, &second);
    ck_assert_str_eq(certificate_probe_state(platform), "ok");
    platform_stop(platform);
}
END_TEST

START_TEST(a_hangup_reads_at_once)
{
    struct platform *platform = start_both();
    pem_write(&second, certificate, key);
    platform_reload(platform, true);
    certificate_probe_shows(platform, &second);
    platform_stop(platform);
}
END_TEST

static const struct {
    const char *name;
    const char *certificate; /* NULL: as it was; "": none */
    const char *key;
    unsigned key_mode;
} stale_rows[] = {
    {"another key", NULL, "second", 0600},
    {"no certificate", "", NULL, 0600},
    {"no key", NULL, "", 0600},
    {"no PEM", "nonsense", NULL, 0600},
    {"a key for all to read", NULL, "first", 0604},
    {"a key for all to write", NULL, "first", 0602},
};

static void damage(const char *path, const char *what, unsigned mode)
{
    if (what == NULL)
        return;
    if (what[0] == '\0')
        ck_assert_int_eq(unlink(path), 0);
    else if (strcmp(what, "nonsense") == 0)
        pem_write_text(path, what, mode);
    else
        pem_write_text(path, pem_key(strcmp(what, "second") == 0 ? &second : &first), mode);
}

START_TEST(stale_row)
{
    struct platform *platform = start_both();
    damage(certificate, stale_rows[_i].certificate, 0644);
    damage(key, stale_rows[_i].key, stale_rows[_i].key_mode);
    platform_reload(platform, true);
    ck_assert_msg(strcmp(certificate_probe_state(platform), "stale") == 0, "%s: %s", stale_rows[_i].name,
                  certificate_probe_state(platform));
    certificate_probe_shows(platform, &first);
    certificate_probe_look(platform, LOOKS_TO_SETTLE);
    ck_assert_str_eq(certificate_probe_state(platform), "stale");
    pem_write(&second, certificate, key);
    certificate_probe_look(platform, LOOKS_TO_SETTLE);
    ck_assert_str_eq(certificate_probe_state(platform), "ok");
    certificate_probe_shows(platform, &second);
    platform_stop(platform);
}
END_TEST

START_TEST(start_row)
{
    struct platform *platform = NULL;
    damage(certificate, stale_rows[_i].certificate, 0644);
    damage(key, stale_rows[_i].key, stale_rows[_i].key_mode);
    ck_assert_int_ne(start(&(struct certificate_settings){.file = certificate, .key = key}, &platform),
                     ERR_NONE);
    ck_assert_ptr_null(platform);
}
END_TEST

/* Who holds one keeps it, whole, whatever comes after; a session can show it. */
START_TEST(who_holds_one_keeps_it)
{
    struct platform *platform = start_both();
    gnutls_session_t session = NULL;
    struct certificate *held = platform_certificate_acquire(platform);
    const struct bytes binding = platform_certificate_binding(held);
    pem_write(&second, certificate, key);
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

START_TEST(one_that_runs_out_is_told)
{
    struct pem brief;
    pem_make(&(struct pem_order){.to_s = 1}, &brief);
    pem_write(&brief, certificate, key);
    struct platform *platform = start_both();
    for (unsigned i = 0; i < 100 && strcmp(certificate_probe_state(platform), "expired") != 0; i++)
        pause_ms(50);
    ck_assert_str_eq(certificate_probe_state(platform), "expired");
    certificate_probe_shows(platform, &brief);
    pem_done(&brief);
    platform_stop(platform);
}
END_TEST

/* What the log says of it is "wait": then nobody has to touch it again. */
START_TEST(one_whose_time_comes_is_taken_up)
{
    struct pem early;
    struct platform *platform = start_both();
    pem_make(&(struct pem_order){.host = "localhost", .from_s = 2}, &early);
    pem_write(&early, certificate, key);
    platform_reload(platform, true);
    ck_assert_str_eq(certificate_probe_state(platform), "stale");
    certificate_probe_shows(platform, &first);
    for (unsigned i = 0; i < 100 && strcmp(certificate_probe_state(platform), "stale") == 0; i++) {
        pause_ms(50);
        certificate_probe_look(platform, 1);
    }
    ck_assert_str_eq(certificate_probe_state(platform), "ok");
    certificate_probe_shows(platform, &early);
    pem_done(&early);
    platform_stop(platform);
}
END_TEST

static void take_note(void *context, const char *about, bool note, const char *problem)
{
    char *notes = context;
    if (strcmp(about, "certificate") != 0)
        return;
    ck_assert(note);
    (void)snprintf(notes, NOTES_SIZE, "%s", problem);
}

/* --check says what the service would log, as a note. */
START_TEST(a_look_notes_the_end)
{
    static const long days[] = {13, 15};
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        struct pem pem;
        char notes[NOTES_SIZE] = "";
        pem_make(&(struct pem_order){.host = "localhost", .to_s = days[i] * 86400 + 60}, &pem);
        pem_write(&pem, certificate, key);
        pem_done(&pem);
        const struct platform_settings settings = {.certificate = {.file = certificate, .key = key}};
        platform_check(&settings, take_note, notes);
        ck_assert_msg((strstr(notes, " ends within 14 days; have it renewed") != NULL) == (i == 0), "%s",
                      notes);
        ck_assert_msg((notes[0] == 0) == (i == 1), "%s", notes);
    }
}
END_TEST

int main(void)
{
    const int stale_count = (int)(sizeof stale_rows / sizeof stale_rows[0]);
    Suite *suite = suite_create("certificate");
    TCase *tests = tcase_create("certificate");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_test(tests, none_is_none);
    tcase_add_test(tests, both_may_be_one_file);
    tcase_add_test(tests, a_change_is_taken_up_once_it_is_whole);
    tcase_add_test(tests, a_hangup_reads_at_once);
    tcase_add_loop_test(tests, stale_row, 0, stale_count);
    tcase_add_loop_test(tests, start_row, 0, stale_count);
    tcase_add_test(tests, who_holds_one_keeps_it);
    tcase_add_test(tests, one_whose_time_comes_is_taken_up);
    tcase_add_test(tests, one_that_runs_out_is_told);
    tcase_add_test(tests, a_look_notes_the_end);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
