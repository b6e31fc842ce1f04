#include "config.h"
#include "support/suite.h"

#include <stdlib.h>
#include <unistd.h>

enum { ARGUMENTS_MAX = 8 };

static const struct route routes[] = {
    {.method = HTTP_GET, .path = "/a", .guard = "O:SYG:SYD:(A;;CC;;;AU)"},
    {.method = HTTP_POST, .path = "/a", .guard = "O:SYG:SYD:(A;;CC;;;AU)"},
    {.method = HTTP_GET, .path = "/open"},
};
static const struct route_table table = {.routes = routes, .count = 3};

#define SDDL "O:SYG:SYD:(A;;CC;;;BA)"

static char file[] = "/tmp/ntokend-config-XXXXXX";

static void write_file(const char *text)
{
    FILE *stream = fopen(file, "we");
    ck_assert_ptr_nonnull(stream);
    ck_assert_int_ge(fputs(text, stream), 0);
    ck_assert_int_eq(fclose(stream), 0);
}

/* Reads `text` as the file, if any, and the options after it; the mistakes come back without the name of the file. */
static enum err read_config(const char *text, const char *const *options, struct config *ret,
                            char **ret_mistakes)
{
    const char *argv[ARGUMENTS_MAX + 4] = {"ntokend"};
    int argc = 1;
    if (text != NULL) {
        write_file(text);
        argv[argc++] = "--config";
        argv[argc++] = file;
    }
    for (size_t i = 0; i < ARGUMENTS_MAX && options[i] != NULL; i++)
        argv[argc++] = options[i];
    size_t size = 0;
    FILE *errors = open_memstream(ret_mistakes, &size);
    ck_assert_ptr_nonnull(errors);
    char *pointers[ARGUMENTS_MAX + 4];
    for (int i = 0; i < argc; i++)
        pointers[i] = strdup(argv[i]);
    enum err err = config_read(argc, pointers, &table, errors, ret);
    for (int i = 0; i < argc; i++)
        free(pointers[i]);
    ck_assert_int_eq(fclose(errors), 0);
    return err;
}

/* A mistake starts with where and which: "FILE:LINE: KEY: ", or "command line: KEY: "; FILE is put in for @. */
static const struct {
    const char *text;
    const char *options[ARGUMENTS_MAX];
    const char *mistake;
} wrong_rows[] = {
    {"colour = red\n", {0}, "@:1: colour: is not a setting"},
    {"\n# a comment\n; another\nthreads = 0\n",
     {0},
     "@:4: threads: is out of range; write a number from 1 to 256"},
    {"threads = 257\n", {0}, "@:1: threads: is out of range"},
    {"threads = -1\n", {0}, "@:1: threads: is out of range"},
    {"threads = 2x\n", {0}, "@:1: threads: is out of range"},
    {"threads = 99999999999999999999999\n", {0}, "@:1: threads: is out of range"},
    {"threads =\n", {0}, "@:1: threads: is empty"},
    {"threads = 2\nthreads = 2\n", {0}, "@:2: threads: is given twice"},
    {"domain_sid = S-1-5-21-1-2-3\ndomain-sid = S-1-5-21-1-2-3\n", {0}, "@:2: domain-sid: is given twice"},
    {"header_bytes_max = 16383\n", {0}, "@:1: header_bytes_max: is out of range"},
    {"connections_max = 0\n", {0}, "@:1: connections_max: is out of range"},
    {"batch_max = 100001\n", {0}, "@:1: batch_max: is out of range"},
    {"domain_sid = S-1-5-32-544\n", {0}, "@:1: domain_sid: is not the SID of a domain"},
    {"domain_sid = S-1-5-21-1-2-3-500\n", {0}, "@:1: domain_sid: is not the SID of a domain"},
    {"machine_sid = BA\n", {0}, "@:1: machine_sid: is not the SID of a domain"},
    {"forest_sid = S-1-5-21-1-2-3junk\n", {0}, "@:1: forest_sid: is not the SID of a domain"},
    {"local_accounts = maybe\n", {0}, "@:1: local_accounts: is not known; write \"no\" or \"yes\""},
    {"log_level = loud\n", {0}, "@:1: log_level: is not known"},
    {"policy = /nonexistent/GptTmpl.inf\n", {0}, "@:1: policy: /nonexistent/GptTmpl.inf cannot be read"},
    {"listen = localhost:80\n", {0}, "@:1: listen: is not a numeric address"},
    {"listen = 127.0.0.1\n", {0}, "@:1: listen: is not a numeric address"},
    {"listen = 127.0.0.1:65536\n", {0}, "@:1: listen: is not a numeric address"},
    {"listen = ::1:80\n", {0}, "@:1: listen: is not a numeric address"},
    {"listen = [::1:80\n", {0}, "@:1: listen: is not a numeric address"},
    {"listen = 127.0.0.1:80\nlisten = 0.0.0.0:80\n",
     {0},
     "@:2: listen: would serve without TLS beyond this machine"},
    {"listen_health = localhost:80\n", {0}, "@:1: listen_health: is not a numeric address"},
    {"listen_health = 0.0.0.0:81\nlisten = 0.0.0.0:80\n", {0}, "@:2: listen: would serve without TLS"},
    {"listen = [::]:80\n", {0}, "@:1: listen: would serve without TLS"},
    {"listen = 127.0.0.1:80\ncleartext = loopback\nlisten = 10.0.0.1:1\n",
     {0},
     "@:3: listen: would serve without TLS"},
    {"cleartext = everywhere\n", {0}, "@:1: cleartext: is not known"},
    {"[server]\nthreads = 2\n", {0}, "@:1: server: is a section; this file has none, remove the line"},
    {"threads = 2\nnonsense\n", {0}, "@:2: line: is neither a setting nor a comment; write KEY = VALUE"},
    {"session_max = 0\n", {0}, "@:1: session_max: is out of range"},
    {"session_idle = 0\n", {0}, "@:1: session_idle: is out of range"},
    {"session_lifetime = 604801\n", {0}, "@:1: session_lifetime: is out of range"},
    {"session_per_user = x\n", {0}, "@:1: session_per_user: is out of range"},
    {"audit = sqlite:/a\naudit_forward = syslog://h:1\n", {0}, "@:2: audit_forward: is no place"},
    {"audit = sqlite:/a\naudit_forward = journal:\naudit_forward = journal:\n",
     {0},
     "@:3: audit_forward: is given twice"},
    {"audit_forward = journal:\n", {0}, "@:1: audit_forward: has nothing to send"},
    {"audit = postgresql://h/d\naudit_forward = journal:\n", {0}, "@:2: audit_forward: needs a folder"},
    {"audit = sqlite:/a\naudit_forward_state = /nonexistent\n",
     {0},
     "@:2: audit_forward_state: /nonexistent cannot be read"},
    {"allow_origin = *\n", {0}, "@:1: allow_origin: would let every page in; name each origin"},
    {"allow_origin = null\n", {0}, "@:1: allow_origin: is what a page without an origin says"},
    {"allow_origin = https://a/\n", {0}, "@:1: allow_origin: goes on after the host; write scheme://"},
    {"allow_origin = https://a\nallow_origin = https://a\n", {0}, "@:2: allow_origin: is given twice"},
    {"host = https://a\n", {0}, "@:1: host: has a scheme; write the host alone"},
    {"hsts = 63072001\n", {0}, "@:1: hsts: is out of range"},
    {"guard = GET /a\n", {0}, "@:1: guard: is not whole"},
    {"guard = GET\n", {0}, "@:1: guard: is not whole"},
    {"\nguard = GET /b " SDDL "\n", {0}, "@:2: guard: names a path that does not exist"},
    {"guard = get /a " SDDL "\n", {0}, "@:1: guard: names a method that the path does not know"},
    {"guard = HEAD /a " SDDL "\n", {0}, "@:1: guard: names a method that the path does not know"},
    {"guard = GET /open " SDDL "\n", {0}, "@:1: guard: names a route that answers everybody"},
    {"guard = GET /a " SDDL "\nguard = GET /a " SDDL "\n", {0}, "@:2: guard: is given twice for this route"},
    {"threads = 2\nguard = GET /a O:SYG:SYD:(A;;CC;;;AU\n", {0}, "@:2: guard: is no SDDL: expected"},
    {"guard = GET /a nonsense\n", {0}, "@:1: guard: is no SDDL"},
    {"guard = GET /a D:(A;;CC;;;AU)\n", {0}, "@:1: guard: needs an owner and a group"},
    {"guard = GET /a O:SYD:(A;;CC;;;AU)\n", {0}, "@:1: guard: needs an owner and a group"},
    {"guard = GET /a O:SYG:SYD:(A;;CC;;;DA)\n", {0}, "@:1: guard: has an alias at character"},
    {"machine_sid = S-1-5-21-1-2-3\nguard = GET /a O:SYG:SYD:(A;;CC;;;DA)\n",
     {0},
     "@:2: guard: has an alias at character"},
    {"guard = GET /a " SDDL "\n (A;;CC;;;QQQ)\n", {0}, "@:1: guard: is no SDDL"},
    {NULL, {"--guard", "GET /b " SDDL}, "command line: guard: names a path that does not exist"},
    {NULL, {"--threads", "0"}, "command line: threads: is out of range"},
    {NULL, {"--threads=1", "--threads=1"}, "command line: threads: is given twice"},
    {NULL, {"--colour=red"}, "command line: colour: is not a setting"},
    {NULL, {"--threads"}, "command line: threads: has no value"},
    {NULL, {"threads"}, "command line: threads: is not an option"},
    {NULL, {"--"}, "command line: --: is not an option"},
    {NULL, {"-h"}, "command line: -h: is not an option"},
    {NULL, {"--config", "/nonexistent"}, "/nonexistent: file: cannot be read (No such file or directory); "},
    {NULL, {"--config", "/tmp"}, "/tmp: file: cannot be read (Is a directory); "},
    {NULL, {"--config=/dev/null", "--config=/dev/null"}, "command line: config: is given twice"},
    {NULL, {"--listen", "0.0.0.0:80"}, "command line: listen: would serve without TLS"},
};

START_TEST(wrong_row)
{
    struct config config;
    char *mistakes = NULL;
    enum err err = read_config(wrong_rows[_i].text, wrong_rows[_i].options, &config, &mistakes);
    ck_assert_int_eq(err, ERR_INVALID_PARAMETER);
    const char *expected = wrong_rows[_i].mistake;
    const char *seen = mistakes;
    if (expected[0] == '@') {
        ck_assert_int_eq(strncmp(seen, file, strlen(file)), 0);
        seen += strlen(file);
        expected++;
    }
    ck_assert_msg(strncmp(seen, expected, strlen(expected)) == 0, "%s does not start with %s", seen,
                  expected);
    ck_assert_msg(strchr(mistakes, '\n') == mistakes + strlen(mistakes) - 1, "one line: %s", mistakes);
    free(mistakes);
    config_done(&config);
}
END_TEST

START_TEST(every_mistake_is_told)
{
    struct config config;
    char *mistakes = NULL;
    const char *const options[] = {"--drain=x", NULL};
    enum err err =
        read_config("threads = 0\ncolour = red\nlisten = 1.2.3.4:1\n", options, &config, &mistakes);
    ck_assert_int_eq(err, ERR_INVALID_PARAMETER);
    ck_assert_ptr_nonnull(strstr(mistakes, "drain"));
    ck_assert_ptr_nonnull(strstr(mistakes, ":1: threads"));
    ck_assert_ptr_nonnull(strstr(mistakes, ":2: colour"));
    ck_assert_ptr_nonnull(strstr(mistakes, ":3: listen"));
    free(mistakes);
    config_done(&config);
}
END_TEST

START_TEST(nothing_gives_the_standard)
{
    struct config config;
    char *mistakes = NULL;
    const char *const options[] = {NULL};
    ck_assert_int_eq(read_config(NULL, options, &config, &mistakes), ERR_NONE);
    ck_assert_str_eq(mistakes, "");
    ck_assert_uint_eq(config.server.listen_count, 1);
    ck_assert_str_eq(config.server.listen[0], "127.0.0.1:8080");
    ck_assert_uint_ge(config.server.threads, 1);
    ck_assert_uint_eq(config.server.connections_max, 1000);
    ck_assert_uint_eq(config.server.connections_per_ip, 512);
    ck_assert_uint_eq(config.server.timeout_s, 30);
    ck_assert_uint_eq(config.server.header_bytes_max, 98304);
    ck_assert_uint_eq(config.server.body_bytes_max, 4194304);
    ck_assert_uint_eq(config.server.drain_s, 10);
    ck_assert_uint_eq(config.batch_max, 1000);
    ck_assert_uint_eq(config.session.max, 100000);
    ck_assert_uint_eq(config.session.per_user, 1000);
    ck_assert_uint_eq(config.session.idle_s, 900);
    ck_assert_uint_eq(config.session.lifetime_s, 28800);
    ck_assert_uint_eq(config.server.guard_count, 0);
    ck_assert_uint_eq(config.server.origins.count, 0);
    ck_assert_uint_eq(config.server.hsts_s, 31536000);
    ck_assert_int_eq(config.log_level, LOG_LEVEL_INFO);
    ck_assert_ptr_null(config.platform.keytab);
    ck_assert_ptr_null(config.platform.policy);
    ck_assert(!config.platform.local_accounts && !config.check && !config.cleartext_anywhere);
    free(mistakes);
    config_done(&config);
}
END_TEST

START_TEST(everything_arrives)
{
    struct config config;
    char *mistakes = NULL;
    const char *const options[] = {NULL};
    const char *text =
        "\xef\xbb\xbflisten = 127.0.0.2:1\nlisten = [::]:0\ncleartext = anywhere\nkeytab = /k\n"
        "replay_cache: /r\npolicy = /dev/null\ndomain_name = CORP ; the head office\n"
        "domain_sid = S-1-5-21-1-2-3\nmachine-sid = S-1-5-21-4-5-6\nforest_sid = S-1-5-21-7-8-9\n"
        "local_accounts = yes\nthreads = 256\nconnections_max = 1\nconnections_per_ip = 0\n"
        "timeout = 1\nheader_bytes_max = 262144\nbody_bytes_max = 1024\ndrain = 0\n"
        "batch_max = 7\nlog_level = debug\nsession_max = 9\nsession_per_user = 8\nsession_idle = 7\n"
        "session_lifetime = 6\nallow_origin = https://a\nallow_origin = http://b:8080\nhost = a.test\n"
        "host = [::1]\nhsts = 5\n";
    ck_assert_int_eq(read_config(text, options, &config, &mistakes), ERR_NONE);
    ck_assert_str_eq(mistakes, "");
    ck_assert_uint_eq(config.server.listen_count, 2);
    ck_assert_str_eq(config.server.listen[1], "[::]:0");
    ck_assert_str_eq(config.platform.keytab, "/k");
    ck_assert_str_eq(config.platform.replay_cache, "/r");
    ck_assert_str_eq(config.platform.policy, "/dev/null");
    ck_assert_str_eq(config.platform.domain_name, "CORP");
    ck_assert_str_eq(config.platform.domain_sid, "S-1-5-21-1-2-3");
    ck_assert_str_eq(config.platform.machine_sid, "S-1-5-21-4-5-6");
    ck_assert_str_eq(config.platform.forest_sid, "S-1-5-21-7-8-9");
    ck_assert(config.platform.local_accounts && config.cleartext_anywhere);
    ck_assert_uint_eq(config.server.threads, 256);
    ck_assert_uint_eq(config.server.connections_max, 1);
    ck_assert_uint_eq(config.server.connections_per_ip, 0);
    ck_assert_uint_eq(config.server.timeout_s, 1);
    ck_assert_uint_eq(config.server.header_bytes_max, 262144);
    ck_assert_uint_eq(config.server.body_bytes_max, 1024);
    ck_assert_uint_eq(config.server.drain_s, 0);
    ck_assert_uint_eq(config.batch_max, 7);
    ck_assert_uint_eq(config.session.max, 9);
    ck_assert_uint_eq(config.session.per_user, 8);
    ck_assert_uint_eq(config.session.idle_s, 7);
    ck_assert_uint_eq(config.session.lifetime_s, 6);
    ck_assert_uint_eq(config.server.origins.count, 2);
    ck_assert_pstr_eq(name_list_find(&config.server.origins, "http://b:8080"), "http://b:8080");
    ck_assert_uint_eq(config.server.hosts.count, 2);
    ck_assert_str_eq(config.server.hosts.items[1], "[::1]");
    ck_assert_uint_eq(config.server.hsts_s, 5);
    ck_assert_int_eq(config.log_level, LOG_LEVEL_DEBUG);
    free(mistakes);
    config_done(&config);
}
END_TEST

START_TEST(options_win)
{
    struct config config;
    char *mistakes = NULL;
    const char *const options[] = {"--listen", "127.0.0.1:2", "--threads=3", "--domain-name", "OTHER", NULL};
    const char *text =
        "listen = 127.0.0.1:1\nlisten = 127.0.0.1:3\nthreads = 2\ndomain_name = CORP\ndrain = 4\n";
    ck_assert_int_eq(read_config(text, options, &config, &mistakes), ERR_NONE);
    ck_assert_uint_eq(config.server.listen_count, 1);
    ck_assert_str_eq(config.server.listen[0], "127.0.0.1:2");
    ck_assert_uint_eq(config.server.threads, 3);
    ck_assert_str_eq(config.platform.domain_name, "OTHER");
    ck_assert_uint_eq(config.server.drain_s, 4);
    free(mistakes);
    config_done(&config);
}
END_TEST

/* Aliases of domains that are said later, and a long descriptor in several lines. */
START_TEST(guards_arrive)
{
    struct config config;
    char *mistakes = NULL;
    const char *const options[] = {NULL};
    const char *text = "guard = POST /a " SDDL "\n\t(A;;CC;;;DA)\n    (A;;CC;;;EA)\n"
                       "guard = GET  /a   O:SYG:SYD:\n"
                       "domain_sid = S-1-5-21-1-2-3\n";
    ck_assert_int_eq(read_config(text, options, &config, &mistakes), ERR_NONE);
    ck_assert_str_eq(mistakes, "");
    ck_assert_uint_eq(config.server.guard_count, 2);
    ck_assert_ptr_eq(config.server.guards[0].route, &routes[1]);
    ck_assert_str_eq(config.server.guards[0].sddl, SDDL "(A;;CC;;;DA)(A;;CC;;;EA)");
    ck_assert_ptr_eq(config.server.guards[1].route, &routes[0]);
    ck_assert_str_eq(config.server.guards[1].sddl, "O:SYG:SYD:");
    free(mistakes);
    config_done(&config);
}
END_TEST

START_TEST(listeners_are_bounded)
{
    struct config config;
    char *mistakes = NULL;
    char text[1024] = "";
    for (int i = 0; i <= SERVER_LISTEN_MAX; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "listen = 127.0.0.1:%d\n", i);
    const char *const options[] = {NULL};
    ck_assert_int_eq(read_config(text, options, &config, &mistakes), ERR_INVALID_PARAMETER);
    ck_assert_ptr_nonnull(strstr(mistakes, ":17: listen: is one too many"));
    free(mistakes);
    config_done(&config);
}
END_TEST

START_TEST(a_long_line_is_a_mistake)
{
    struct config config;
    char *mistakes = NULL;
    char text[4096] = "keytab = /";
    memset(text + strlen(text), 'x', 3000);
    (void)snprintf(text + 3000, sizeof text - 3000, "\nthreads = 0\n");
    const char *const options[] = {NULL};
    ck_assert_int_eq(read_config(text, options, &config, &mistakes), ERR_INVALID_PARAMETER);
    ck_assert_ptr_nonnull(strstr(mistakes, ":1: line: is too long"));
    ck_assert_ptr_nonnull(strstr(mistakes, ":2: threads"));
    free(mistakes);
    config_done(&config);
}
END_TEST

START_TEST(usage_names_every_setting)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    config_usage(out);
    ck_assert_int_eq(fclose(out), 0);
    static const char *const names[] = {"listen",    "cleartext", "keytab",  "policy",
                                        "log_level", "--check",   "--config"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_ptr_nonnull(strstr(text, names[i]));
    free(text);
}
END_TEST

static const struct {
    const char *text;
    size_t count;
    const char *folder;
} forward_rows[] = {
    {"audit = sqlite:/var/lib/x/audit.db\n", 0, NULL},
    {"audit = sqlite:/var/lib/x/audit.db\naudit_forward = journal:\n", 1, "/var/lib/x"},
    {"audit = sqlite:/audit.db\naudit_forward = journal:\n", 1, "/"},
    {"audit = sqlite:audit.db\naudit_forward = journal:\naudit_forward = syslog+tcp://h:1\n", 2, "."},
    {"audit = postgresql://h/d\naudit_forward_state = /tmp\naudit_forward = journal:\n", 1, "/tmp"},
};

START_TEST(forward_row)
{
    const char *const none[ARGUMENTS_MAX] = {NULL};
    struct config config;
    char *mistakes = NULL;
    ck_assert_int_eq(read_config(forward_rows[_i].text, none, &config, &mistakes), ERR_NONE);
    ck_assert_uint_eq(config.forward.count, forward_rows[_i].count);
    ck_assert_pstr_eq(config.forward.folder, forward_rows[_i].folder);
    config_done(&config);
    free(mistakes);
}
END_TEST

int main(void)
{
    int fd = mkstemp(file);
    if (fd < 0)
        return EXIT_FAILURE;
    (void)close(fd);
    Suite *suite = suite_create("config");
    TCase *tests = tcase_create("config");
    tcase_add_loop_test(tests, wrong_row, 0, (int)(sizeof wrong_rows / sizeof wrong_rows[0]));
    tcase_add_loop_test(tests, forward_row, 0, (int)(sizeof forward_rows / sizeof forward_rows[0]));
    tcase_add_test(tests, every_mistake_is_told);
    tcase_add_test(tests, nothing_gives_the_standard);
    tcase_add_test(tests, everything_arrives);
    tcase_add_test(tests, options_win);
    tcase_add_test(tests, guards_arrive);
    tcase_add_test(tests, listeners_are_bounded);
    tcase_add_test(tests, a_long_line_is_a_mistake);
    tcase_add_test(tests, usage_names_every_setting);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    (void)unlink(file);
    return status;
}
