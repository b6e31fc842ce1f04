/* bounded: all limits of the running service pushed at once: its memory stays below what they add up to, it goes on answering, and
 * lets all go again. */
#include "integration/visitor.h"
#include "soak/sample.h"
#include "support/pause.h"
#include "support/suite.h"
#include "wire.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    MB = 1 << 20,
    CONNECTIONS = 260,
    THREADS = 2, /* support/service.c says so */
    BODY_MAX = 4 * MB,
    MEMORY_MAX = 32 * MB,
    VALUES_MAX = 20000,
    JSON_MEMORY_MAX = 8 * MB,
    HEADER_MAX = 98304,
    /* libmicrohttpd's notes beside the headers, the connection, and the first block of a request and of its body, rounded to pages */
    BESIDE_HEADERS = 32 << 10,
    VALUE_BYTES = 64, /* of a value while it is read, with the room to grow */
    OTHER = 8 * MB,   /* sessions, streams, the log's queue and cache */
};

static struct fixture fixture;
static char token[VISITOR_TOKEN_MAX];
static int fds[CONNECTIONS];
static size_t connected;

/* What the settings add up to, above what the service had at the start. malloc may keep as much as was in use at a time once more. */
static uint64_t bound_kb(void)
{
    uint64_t bytes = (uint64_t)CONNECTIONS * (HEADER_MAX + BESIDE_HEADERS) + 2 * (uint64_t)MEMORY_MAX +
                     (uint64_t)THREADS * (JSON_MEMORY_MAX + 2 * VALUES_MAX * VALUE_BYTES + BODY_MAX) + OTHER;
    return bytes / 1024;
}

static uint64_t resident_kb(void)
{
    struct sample sample = {0};
    ck_assert(sample_take(fixture.service.pid, &sample));
    return sample.values[SAMPLE_RSS_KB];
}

/* A connection that is there until the end, and does not wait for whoever does not read. */
static int join(void)
{
    int fd = wire_connect(fixture.service.port);
    ck_assert_int_ge(fd, 0);
    ck_assert_uint_lt(connected, CONNECTIONS);
    fds[connected++] = fd;
    return fd;
}

static bool begin(int fd, const char *line, const char *headers)
{
    char head[1024];
    (void)snprintf(head, sizeof head, "%s HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer %s\r\n%s", line, token,
                   headers);
    return wire_send(fd, head);
}

static void fill(int fd, const char *text, size_t size)
{
    const struct timeval soon = {.tv_sec = 1};
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &soon, sizeof soon);
    for (size_t sent = 0; sent < size && wire_send(fd, text); sent += strlen(text))
        ;
}

static char spaces[64 << 10];
static char values[64 << 10]; /* "[],[],…" */

/* 4 MB each, but for the last of it. */
static void push_body(void)
{
    int fd = join();
    ck_assert(
        begin(fd, "POST /access-check", "Content-Type: application/json\r\nContent-Length: 4194304\r\n\r\n"));
    fill(fd, spaces, BODY_MAX - 2 * sizeof spaces);
}

static void push_headers(void)
{
    int fd = join();
    ck_assert(begin(fd, "GET /token", "X-Long: "));
    fill(fd, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", HEADER_MAX - 4096);
}

/* More values than a body may have. */
static void push_values(void)
{
    int fd = join();
    ck_assert(
        begin(fd, "POST /access-check", "Content-Type: application/json\r\nContent-Length: 196609\r\n\r\n"));
    (void)wire_send(fd, "[");
    fill(fd, values, 3 * sizeof values);
}

/* An answer of a megabyte and more, which nobody reads. */
static void push_answer(const char *body)
{
    const int small = 4096;
    char headers[128];
    int fd = join();
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    (void)snprintf(headers, sizeof headers, "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n",
                   strlen(body));
    ck_assert(begin(fd, "POST /access-check/batch", headers));
    (void)wire_send(fd, body);
}

static void push_stream(void)
{
    ck_assert(begin(join(), "GET /audit", "Accept: text/event-stream\r\n\r\n"));
}

/* A thousand checks that are explained. */
static char *large_batch(void)
{
    static const char check[] =
        "{\"securityDescriptor\":\"O:BAG:BAD:(A;;FR;;;AU)(A;;FW;;;BG)(A;;FA;;;SY)\",\"desiredAccess\":1}";
    size_t room = 1000 * sizeof check + 100;
    char *text = malloc(room);
    ck_assert_ptr_nonnull(text);
    size_t size =
        (size_t)snprintf(text, room, "{\"objectType\":\"file\",\"explain\":true,\"checks\":[%s", check);
    for (int i = 1; i < 1000; i++)
        size += (size_t)snprintf(text + size, room - size, ",%s", check);
    (void)snprintf(text + size, room - size, "]}");
    return text;
}

static void expect_answer(const char *when)
{
    AUTO_ANSWER answer;
    json_auto_t *alive = json_pack("{s:s}", "status", "alive");
    const struct client_request request = {.method = "GET", .target = "/livez"};
    ck_assert(client_send(&fixture.client, &request, &answer));
    fixture_expect(when, &answer, 200, alive);
}

START_TEST(all_at_once)
{
    char *batch = large_batch();
    visitor_open(&fixture, ALICE, token);
    expect_answer("before");
    uint64_t before = resident_kb();
    for (int i = 0; i < 60; i++) {
        push_body();
        push_headers();
        push_answer(batch);
        push_values();
    }
    for (int i = 0; i < 8; i++)
        push_stream();
    uint64_t most = resident_kb();
    for (int i = 0; i < 10; i++) {
        pause_ms(100);
        uint64_t now = resident_kb();
        most = now > most ? now : most;
    }
    expect_answer("while all is in use");
    printf("# %zu connections: %llu KB more than the %llu KB before, at most %llu\n", connected,
           (unsigned long long)(most - before), (unsigned long long)before, (unsigned long long)bound_kb());
    ck_assert_uint_lt(most - before, bound_kb());
    /* what they asked for would have been this, of bodies alone */
    ck_assert_uint_gt((uint64_t)60 * (BODY_MAX / 1024), bound_kb());
    for (size_t i = 0; i < connected; i++)
        ck_assert_int_eq(close(fds[i]), 0);
    free(batch);
    expect_answer("afterwards");
}
END_TEST

int main(void)
{
    const char *const options[] = {"--connections_max",
                                   "261",
                                   "--connections_per_ip",
                                   "0",
                                   "--memory_max",
                                   "33554432",
                                   "--json_values_max",
                                   "20000",
                                   "--json_memory_max",
                                   "8388608",
                                   "--streams_max",
                                   "4",
                                   "--domain_sid",
                                   FIXTURE_DOMAIN,
                                   NULL};
    memset(spaces, ' ', sizeof spaces - 1);
    for (size_t i = 0; i + 4 < sizeof values; i++)
        values[i] = "[],"[i % 3];
    fixture_open(&fixture, "bounded", options);
    Suite *suite = suite_create("bounded");
    TCase *tests = tcase_create("bounded");
    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, all_at_once);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    return fixture_close(&fixture) ? status : 1;
}
