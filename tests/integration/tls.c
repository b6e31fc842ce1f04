/* The running service over TLS: which tickets are let in through which channel, and do certificates change under load without
 * anybody noticing? */
#include "base/base64.h"
#include "integration/fixture.h"
#include "integration/secure.h"
#include "support/initiator.h"
#include "support/pause.h"
#include "support/pem.h"
#include "support/suite.h"

#include <check.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_SIZE = 700, ROTATIONS = 6, LOADERS = 2, WAIT_STEPS = 1000, REQUEST_SIZE = 65536 };

static struct folder folder;
static struct fixture fixture;
static char certificate[PATH_SIZE];
static char key[PATH_SIZE];
static struct pem pems[2];

static void make(void)
{
    folder_make(&folder);
    (void)snprintf(certificate, sizeof certificate, "%s/tls.pem", folder.path);
    (void)snprintf(key, sizeof key, "%s/tls.key", folder.path);
    for (size_t i = 0; i < 2; i++)
        pem_make(&(struct pem_order){.host = "localhost"}, &pems[i]);
    pem_write(&pems[0], certificate, key);
}

static void clean(void)
{
    for (size_t i = 0; i < 2; i++)
        pem_done(&pems[i]);
    folder_remove(&folder);
}

static void start(const char *binding)
{
    const char *const options[] = {
        "--certificate", certificate, "--certificate-key", key, "--log-level", "debug", "--channel-binding",
        binding,         NULL};
    fixture_open(&fixture, "tls", options);
}

/* GET or POST with a fresh ticket of ALICE that is bound to `binding`. */
static int ask(struct secure *secure, const char *line, struct bytes binding, struct wire_answer *ret)
{
    static char request[REQUEST_SIZE];
    AUTO_ARENA arena;
    struct initiator client = {.binding = binding};
    struct bytes token = {0};
    arena_init(&arena, 1 << 20);
    initiator_init(&client, fixture_ccache(&fixture, ALICE), "HTTP@localhost");
    ck_assert(initiator_step(&client, token, &token));
    const char *text = base64_encode(&arena, token);
    ck_assert_ptr_nonnull(text);
    (void)snprintf(
        request, sizeof request,
        "%s HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nAuthorization: Negotiate %s\r\n\r\n", line,
        text);
    initiator_done(&client);
    ck_assert(secure_send(secure, request));
    ck_assert(secure_read(secure, false, ret));
    return ret->status;
}

static const struct secure_order plain_order = {.priorities = NULL};

static void open_secure(struct secure *ret)
{
    ck_assert(secure_open(fixture.service.port, &plain_order, ret));
}

enum bound { TO_THIS, TO_ANOTHER, TO_NOTHING };
static const struct {
    const char *policy;
    enum bound bound;
    int status;
    const char *reason;
} binding_rows[] = {
    {"off", TO_THIS, 200, NULL},
    {"off", TO_ANOTHER, 200, NULL},
    {"off", TO_NOTHING, 200, NULL},
    {"allow", TO_THIS, 200, NULL},
    {"allow", TO_ANOTHER, 401, "\"reason\":\"bad-binding\""},
    {"allow", TO_NOTHING, 200, NULL},
    {"require", TO_THIS, 200, NULL},
    {"require", TO_ANOTHER, 401, "\"reason\":\"bad-binding\""},
    {"require", TO_NOTHING, 401, "\"reason\":\"no-binding\""},
};

START_TEST(binding_row)
{
    static const char another[] = "tls-server-end-point:another certificate of 32 bytes.";
    uint8_t room[SECURE_BINDING_MAX];
    struct secure secure;
    struct wire_answer answer;
    char value[64];
    start(binding_rows[_i].policy);
    open_secure(&secure);
    struct bytes binding = {0};
    if (binding_rows[_i].bound == TO_THIS)
        binding = secure_binding(&secure, room);
    else if (binding_rows[_i].bound == TO_ANOTHER)
        binding = bytes_of_string(another);
    ck_assert_int_eq(ask(&secure, "GET /token", binding, &answer), binding_rows[_i].status);
    if (binding_rows[_i].reason != NULL) {
        ck_assert(wire_header(&answer, "WWW-Authenticate", value, sizeof value));
        ck_assert_str_eq(value, "Negotiate");
        ck_assert(service_logged(&fixture.service, "authentication-refused", 5000));
        ck_assert(service_log_has(&fixture.service, binding_rows[_i].reason));
    }
    secure_close(&secure);
    ck_assert(fixture_close(&fixture));
}
END_TEST

/* The token of a session is a password: it goes on wherever it is shown, over TLS. */
START_TEST(a_session_that_a_bound_handshake_opened)
{
    uint8_t room[SECURE_BINDING_MAX];
    char request[1024];
    char cookie[512];
    struct secure secure;
    struct wire_answer answer;
    start("require");
    open_secure(&secure);
    ck_assert_int_eq(ask(&secure, "POST /session", secure_binding(&secure, room), &answer), 201);
    json_auto_t *session = json_loads(answer.body, 0, NULL);
    const char *token = json_string_value(json_object_get(session, "token"));
    ck_assert_ptr_nonnull(token);
    ck_assert(wire_header(&answer, "Set-Cookie", cookie, sizeof cookie));
    ck_assert_ptr_nonnull(strstr(cookie, "__Host-ntokend="));
    ck_assert_ptr_nonnull(strstr(cookie, "; Secure"));
    secure_close(&secure);
    open_secure(&secure);
    (void)snprintf(request, sizeof request,
                   "GET /token HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n", token);
    ck_assert(secure_send(&secure, request));
    ck_assert(secure_read(&secure, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    cookie[strcspn(cookie, ";")] = '\0';
    (void)snprintf(request, sizeof request, "GET /token HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\n\r\n",
                   cookie);
    ck_assert(secure_send(&secure, request));
    ck_assert(secure_read(&secure, false, &answer));
    ck_assert_int_eq(answer.status, 200);
    /* and the browser forgets it */
    (void)snprintf(request, sizeof request,
                   "DELETE /session HTTP/1.1\r\nHost: localhost\r\nCookie: %s\r\n\r\n", cookie);
    ck_assert(secure_send(&secure, request));
    ck_assert(secure_read(&secure, false, &answer));
    ck_assert_int_eq(answer.status, 204);
    ck_assert(wire_header(&answer, "Set-Cookie", cookie, sizeof cookie));
    ck_assert_str_eq(cookie, "__Host-ntokend=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure");
    secure_close(&secure);
    ck_assert(fixture_close(&fixture));
}
END_TEST

static bool shows(const struct secure *secure, const struct pem *pem)
{
    gnutls_datum_t whole = {.data = NULL};
    ck_assert_int_eq(gnutls_x509_crt_export2(pem->certificate, GNUTLS_X509_FMT_DER, &whole), 0);
    const bool same = bytes_equal(secure_certificate(secure), bytes_of(whole.data, whole.size));
    gnutls_free(whole.data);
    return same;
}

/* Until new connections are shown that one. */
static void wait_for(const struct pem *pem)
{
    bool shown = false;
    for (unsigned i = 0; i < WAIT_STEPS && !shown; i++) {
        struct secure secure;
        open_secure(&secure);
        shown = shows(&secure, pem);
        secure_close(&secure);
        if (!shown)
            pause_ms(10);
    }
    ck_assert(shown);
}

static bool is_alive(struct secure *secure)
{
    struct wire_answer answer;
    return secure_send(secure, "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n") &&
           secure_read(secure, false, &answer) && answer.status == 200;
}

/* What counts is the certificate of the very connection, not the newest. */
START_TEST(a_connection_keeps_its_certificate)
{
    uint8_t rooms[2][SECURE_BINDING_MAX];
    struct secure old;
    struct secure new;
    struct wire_answer answer;
    start("require");
    open_secure(&old);
    ck_assert(is_alive(&old));
    pem_write(&pems[1], certificate, key);
    wait_for(&pems[1]); /* by itself: no hangup */
    open_secure(&new);
    const struct bytes first = secure_binding(&old, rooms[0]);
    const struct bytes second = secure_binding(&new, rooms[1]);
    ck_assert_int_eq(ask(&old, "GET /token", first, &answer), 200);
    ck_assert_int_eq(ask(&old, "GET /token", second, &answer), 401);
    ck_assert_int_eq(ask(&new, "GET /token", second, &answer), 200);
    ck_assert_int_eq(ask(&new, "GET /token", first, &answer), 401);
    secure_close(&old);
    secure_close(&new);
    ck_assert(fixture_close(&fixture));
}
END_TEST

/* Opens connections and asks through each, until the parent closes its end; exits 1 when one is not answered. */
static pid_t load(const int ends[2])
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    (void)close(ends[1]);
    for (;;) {
        struct secure secure;
        struct pollfd ended = {.fd = ends[0], .events = POLLIN};
        if (poll(&ended, 1, 0) != 0)
            _exit(0);
        for (unsigned i = 0; i < 3; i++) {
            if (i == 0 && !secure_open(fixture.service.port, &plain_order, &secure))
                _exit(1);
            if (!is_alive(&secure))
                _exit(1);
        }
        secure_close(&secure);
    }
}

START_TEST(certificates_change_under_load)
{
    struct secure kept;
    int ends[2];
    pid_t pids[LOADERS];
    start("allow");
    open_secure(&kept);
    ck_assert_int_eq(pipe(ends), 0);
    for (size_t i = 0; i < LOADERS; i++)
        pids[i] = load(ends);
    for (unsigned i = 1; i <= ROTATIONS; i++) {
        pem_write(&pems[i % 2], certificate, key);
        ck_assert_int_eq(kill(fixture.service.pid, SIGHUP), 0);
        wait_for(&pems[i % 2]);
        ck_assert(is_alive(&kept));
    }
    pem_write(&pems[1], NULL, key); /* that of another certificate */
    ck_assert_int_eq(kill(fixture.service.pid, SIGHUP), 0);
    ck_assert(service_logged(&fixture.service, "certificate-refused", 5000));
    wait_for(&pems[0]);
    ck_assert(is_alive(&kept));
    ck_assert_int_eq(close(ends[1]), 0);
    for (size_t i = 0; i < LOADERS; i++) {
        int status = -1;
        ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
        ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "a request had no answer");
    }
    ck_assert_int_eq(close(ends[0]), 0);
    ck_assert(shows(&kept, &pems[0]));
    secure_close(&kept);
    ck_assert(fixture_close(&fixture));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tls");
    TCase *tests = tcase_create("tls");
    tcase_set_timeout(tests, 60);
    tcase_add_checked_fixture(tests, make, clean);
    tcase_add_loop_test(tests, binding_row, 0, (int)(sizeof binding_rows / sizeof binding_rows[0]));
    tcase_add_test(tests, a_session_that_a_bound_handshake_opened);
    tcase_add_test(tests, a_connection_keeps_its_certificate);
    tcase_add_test(tests, certificates_change_under_load);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
