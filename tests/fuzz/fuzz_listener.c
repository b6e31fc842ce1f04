/* Raw bytes to a live listener: src/http with libmicrohttpd, over the loopback, with the platform's double. A line of "~" parts what is
 * sent at a time; between two parts the server has read the one and not seen the other. "~end" is the end of what the client says,
 * "~gone" takes the connection away. */
#include "base/log.h"
#include "fuzz/fuzz.h"
#include "integration/site.h"
#include "integration/wire.h"

#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANSWER_MAX = 1 << 16, PARTS_MAX = 16 };

static const char part_mark[] = "\n~\n";
static const char end_mark[] = "\n~end\n";
static const char gone_mark[] = "\n~gone\n";

static struct site site;
static int control = -1;

static void open_site(void)
{
    struct server_settings settings = site_settings();
    log_set_level(LOG_LEVEL_ERROR);
    settings.threads = 1;
    settings.body_bytes_max = 4096;
    settings.request_timeout_s = 30;
    settings.answer_timeout_s = 30;
    settings.handshakes_max = 4;
    settings.drain_s = 1;
    site_start(&settings, &site);
}

/* One worker takes up whoever is ready, round by round: when this is answered, what was sent before has been read. */
static void settle(void)
{
    static const char request[] = "GET /open HTTP/1.1\r\nHost: h\r\n\r\n";
    static struct wire_answer answer;
    for (int i = 0; i < 2; i++) {
        if (control < 0)
            control = wire_connect(site.port);
        FUZZ_ASSERT(wire_send(control, request));
        FUZZ_ASSERT(wire_read(control, false, &answer));
        FUZZ_ASSERT(answer.status == 200 && strcmp(answer.body, "hello") == 0);
    }
}

/* Who is named in an answer has been shown by the client: base64 of its name, in one leg or two. */
static void check_names(const uint8_t *sent, size_t size, const char *answer, size_t answer_size)
{
    static const char *const names[][2] = {{"\"name\":\"alice\"", "YWxpY2"}, {"\"name\":\"bob\"", "Ym9i"}};
    static const char token[] = "Bearer";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (memmem(answer, answer_size, names[i][0], strlen(names[i][0])) == NULL)
            continue;
        FUZZ_ASSERT(memmem(sent, size, names[i][1], strlen(names[i][1])) != NULL ||
                    memmem(sent, size, token, sizeof token - 1) != NULL);
    }
    static const char mallory[] = "\"name\":\"mallory\"";
    FUZZ_ASSERT(memmem(answer, answer_size, mallory, sizeof mallory - 1) == NULL);
}

static void check_answer(int fd, const uint8_t *sent, size_t size)
{
    static char answer[ANSWER_MAX];
    static const char begin[] = "HTTP/1.";
    size_t got = 0;
    ssize_t more = 0;
    while (got < ANSWER_MAX && (more = recv(fd, answer + got, ANSWER_MAX - got, MSG_DONTWAIT)) > 0)
        got += (size_t)more;
    if (got >= sizeof begin - 1)
        FUZZ_ASSERT(memcmp(answer, begin, sizeof begin - 1) == 0);
    check_names(sent, size, answer, got);
}

/* What is in front of the first mark, which *ret_mark is; NULL when there is none. */
static size_t part_of(const uint8_t *data, size_t size, const char **ret_mark)
{
    static const char *const marks[] = {part_mark, end_mark, gone_mark};
    size_t first = size;
    *ret_mark = NULL;
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        const uint8_t *at = memmem(data, size, marks[i], strlen(marks[i]));
        if (at != NULL && (size_t)(at - data) < first) {
            first = (size_t)(at - data);
            *ret_mark = marks[i];
        }
    }
    return first;
}

static void converse(int fd, const uint8_t *data, size_t size)
{
    for (int i = 0; i < PARTS_MAX; i++) {
        const char *mark = NULL;
        size_t part = part_of(data, size, &mark);
        if (!wire_send_bytes(fd, (const char *)data, part) || mark == gone_mark)
            return;
        if (mark == end_mark)
            (void)shutdown(fd, SHUT_WR);
        settle();
        if (mark == NULL || mark == end_mark)
            return;
        data += part + strlen(mark);
        size -= part + strlen(mark);
    }
}

/* libFuzzer's clock would interrupt what waits, here and in the server; waiting is bounded by wire.h. */
static void hold_alarms(int how)
{
    sigset_t alarms;
    (void)sigemptyset(&alarms);
    (void)sigaddset(&alarms, SIGALRM);
    (void)pthread_sigmask(how, &alarms, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct linger rude = {.l_onoff = 1};
    hold_alarms(SIG_BLOCK);
    if (site.server == NULL)
        open_site();
    int fd = wire_connect(site.port);
    FUZZ_ASSERT(fd >= 0);
    converse(fd, data, size);
    check_answer(fd, data, size);
    (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &rude, sizeof rude);
    (void)close(fd);
    settle();
    hold_alarms(SIG_UNBLOCK);
    return 0;
}
