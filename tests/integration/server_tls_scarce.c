/* Where there is no memory for what a session of TLS is held to, its connection comes to nothing, and to no harm: AddressSanitizer sees
 * whether the session still reads through what was freed. */
#include "certificate_double.h"
#include "secure.h"
#include "site.h"
#include "support/folder.h"
#include "support/suite.h"

static bool scarce;

/* In the place of GnuTLS' own, for server and clients alike. */
int gnutls_alpn_set_protocols(gnutls_session_t session, const gnutls_datum_t *protocols,
                              unsigned protocols_size, unsigned flags)
{
    (void)session;
    (void)protocols;
    (void)protocols_size;
    (void)flags;
    return scarce ? GNUTLS_E_MEMORY_ERROR : 0;
}

static bool is_answered(const struct site *site)
{
    const struct secure_order order = {.priorities = NULL};
    struct secure secure;
    struct wire_answer answer = {.status = 0};
    const bool answered = secure_open(site->port, &order, &secure) &&
                          secure_send(&secure, "GET /open HTTP/1.1\r\nHost: h\r\n\r\n") &&
                          secure_read(&secure, false, &answer);
    secure_close(&secure);
    return answered && answer.status == 200;
}

START_TEST(a_session_that_cannot_be_prepared)
{
    struct folder folder;
    struct site site;
    struct server_settings settings = site_settings();
    settings.listen_tls[0] = true;
    settings.threads = 1;
    folder_make(&folder);
    certificate_double_make(&folder);
    scarce = true;
    site_start(&settings, &site);
    ck_assert(!is_answered(&site));
    ck_assert(!is_answered(&site));
    site_stop(&site);
    scarce = false;
    site_start(&settings, &site);
    ck_assert(is_answered(&site));
    site_stop(&site);
    certificate_double_done();
    folder_remove(&folder);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("server_tls_scarce");
    TCase *tests = tcase_create("server_tls_scarce");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, a_session_that_cannot_be_prepared);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
