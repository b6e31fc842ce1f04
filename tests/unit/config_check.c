/* --check: a row for every mistake that a configuration can hold beyond the words of its settings, in what these name and in how they
 * go together. tests/unit/config.c has the settings by themselves. */
#include "config.h"
#include "platform/check.h"
#include "support/authority.h"
#include "support/folder.h"
#include "support/keytab_file.h"
#include "support/suite.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define GUARDED "O:SYG:SYD:(A;;CC;;;BA)"
#define SID     "S-1-5-21-1-2-3"

enum { PATH_SIZE = FOLDER_PATH_SIZE + 64, TEXT_SIZE = 8192, KEYS_SIZE = 256 };

static const struct route routes[] = {{.method = HTTP_GET, .path = "/a", .guard = GUARDED}};
static const struct route_table table = {.routes = routes, .count = 1};
static struct folder folder;

static const char *path_of(const char *name)
{
    static char path[PATH_SIZE];
    (void)snprintf(path, sizeof path, "%s/%s", folder.path, name);
    return path;
}

static void set_up(void)
{
    static const char *const principals[] = {"HTTP/localhost@CHECK.TEST", NULL};
    folder_make(&folder);
    keytab_file_configure(folder.path, "CHECK.TEST");
    keytab_file_write(path_of("http.keytab"), 1, principals);
    keytab_file_write(path_of("open.keytab"), 1, principals);
    keytab_file_write_as(path_of("rc4.keytab"), ENCTYPE_ARCFOUR_HMAC, principals[0]);
    ck_assert_int_eq(chmod(path_of("open.keytab"), 0644), 0);
    keytab_file_put(path_of("empty.keytab"), "\x05\x02");
    keytab_file_put(path_of("text"), "this is no keytab, no template and no policy\n");
    keytab_file_put(path_of("good.inf"),
                    "[Version]\nsignature=\"$CHICAGO$\"\nRevision=1\n[Privilege Rights]\n"
                    "SeAuditPrivilege = *S-1-5-32-544\n");
    keytab_file_put(path_of("bad.inf"),
                    "[Version]\nsignature=\"$CHICAGO$\"\nRevision=1\n[Privilege Rights]\n"
                    "SeAuditPrivilege = *S-1-5-32-544\nSeAuditPrivilege = *S-1-5-32-545\nSe1 = *S-1-1-0\n");
    keytab_file_put(path_of("bad-central.ini"), "[rule A]\neffective = D:(A;;FA;;;XY)\ncolour = red\n");
    keytab_file_put(path_of("key-central.ini"), "[rule A]\ncolour = red\n");
    keytab_file_put(path_of("twice.inf"),
                    "[Version]\nsignature=\"$CHICAGO$\"\nRevision=1\n[Privilege Rights]\n"
                    "SeAuditPrivilege = *S-1-5-32-544\nSeAuditPrivilege = *S-1-5-32-545\n");
    keytab_file_put(
        path_of("noted.inf"),
        "[Version]\nsignature=\"$CHICAGO$\"\nRevision=1\n[Privilege Rights]\nSeFuture = *S-1-1-0\n");
    keytab_file_put(path_of("sddl-central.ini"), "[rule A]\neffective = D:(A;;FA;;;XY)\n");
    keytab_file_put(path_of("bad.csv"), "Machine Name,Policy Target\n,System\n");
    keytab_file_put(path_of("writable"), "");
    ck_assert_int_eq(chmod(path_of("writable"), 0666), 0);
    authority_make(folder.path);
}

static void tear_down(void)
{
    folder_remove(&folder);
}

/* @ becomes the folder. */
static void place(const char *text, char ret[TEXT_SIZE])
{
    size_t used = 0;
    for (; *text != 0; text++) {
        ck_assert_uint_lt(used + FOLDER_PATH_SIZE, TEXT_SIZE);
        if (*text == '@')
            used += (size_t)snprintf(ret + used, TEXT_SIZE - used, "%s", folder.path);
        else
            ret[used++] = *text;
    }
    ret[used] = 0;
}

/* The lines that --check says of a file, without the names of the folder and the file. */
static enum err check(const char *text, char ret_said[TEXT_SIZE])
{
    static char program[] = "ntokend";
    static char look[] = "--check";
    static char named[] = "--config";
    static char file[PATH_SIZE];
    char *argv[] = {program, look, named, file, NULL};
    char whole[TEXT_SIZE];
    char *said = NULL;
    size_t size = 0;
    struct config config;
    place(text, whole);
    keytab_file_put(path_of("ntokend.conf"), whole);
    (void)snprintf(file, sizeof file, "%s", path_of("ntokend.conf"));
    FILE *errors = open_memstream(&said, &size);
    ck_assert_ptr_nonnull(errors);
    enum err err = config_read(4, argv, &table, errors, &config);
    ck_assert_int_eq(fclose(errors), 0);
    ck_assert(config.check);
    config_done(&config);
    size_t used = 0;
    for (const char *at = said; *at != 0;) {
        const bool named_here = strncmp(at, folder.path, strlen(folder.path)) == 0;
        at += named_here ? strlen(folder.path) : 0;
        if (named_here)
            ret_said[used++] = '@';
        else
            ret_said[used++] = *at++;
        ck_assert_uint_lt(used, TEXT_SIZE - 1);
    }
    ret_said[used] = 0;
    free(said);
    return err;
}

#define KEYTAB "keytab = @/http.keytab\n"
#define TLS    "certificate = @/server.pem\ncertificate_key = @/server.key\nlisten = 127.0.0.1:0\n"

/* The beginning of the one line that is said, behind "@/ntokend.conf:"; and its remedy, which ends it. A note is no mistake. */
static const struct {
    const char *text;
    const char *says;
    const char *remedy;
} rows[] = {
    /* the keytab */
    {"keytab = @/none\n", "1: keytab: @/none is missing", "correct the name"},
    {"keytab = @/empty.keytab\n", "1: keytab: @/empty.keytab is empty: it has no key", "keys into it"},
    {"keytab = @/text\n", "1: keytab: @/text is unreadable, or no keytab", "export it again"},
    {"keytab = @\n", "1: keytab: @ is unreadable, or no keytab", "export it again"},
    {"keytab = @/open.keytab\n", "1: keytab: note: @/open.keytab can be read or written by others",
     "chmod o-rwx,g-w it"},
    {"keytab = credential:keytab\n", "1: keytab: is a credential, and nobody passed any",
     "with the file itself"},
    {"keytab = @/rc4.keytab\n", "1: keytab: note: @/rc4.keytab has no AES key", "and export them"},
    {KEYTAB "policy = credential:policy\n", "2: policy: is a credential, and nobody passed any",
     "with the file itself"},
    {KEYTAB "policy = credential:../policy\n", "2: policy: names no credential", "write credential:NAME"},
    {KEYTAB "policy = credential:\n", "2: policy: names no credential", "write credential:NAME"},
    /* other files that are named */
    {KEYTAB "replay_cache = @/none/x\n", "2: replay_cache: @/none/x is no file that only",
     "a folder of its own"},
    {KEYTAB "replay_cache = @/writable\n", "2: replay_cache: @/writable is no file that only",
     "a folder of its own"},
    {KEYTAB "replay_cache = @\n", "2: replay_cache: @ is no file that only", "a folder of its own"},
    {KEYTAB "policy = @/none\n", "2: policy: @/none cannot be read (No such file", "or the permissions"},
    {KEYTAB "policy = @\n", "2: policy: @ cannot be used", "from secedit /export"},
    {KEYTAB "policy = @/text\n", "2: policy: @/text:1: ", "from secedit /export"},
    {KEYTAB "\npolicy = @/twice.inf\n", "3: policy: @/twice.inf:6: ", "from secedit /export"},
    {KEYTAB "policy = @/noted.inf\n",
     "2: policy: note: @/noted.inf:5: SeFuture: ", "an unknown right was left out"},
    {KEYTAB "central_policies = @/none\n", "2: central_policies: @/none cannot be read",
     "or the permissions"},
    {KEYTAB "central_policies = @/sddl-central.ini\n",
     "2: central_policies: @/sddl-central.ini:2: ", "have ntokend --check read it"},
    {KEYTAB "central_policies = @/key-central.ini\n",
     "2: central_policies: @/key-central.ini:2: ", "have ntokend --check read it"},
    {KEYTAB "central_policies = @/text\n", "2: central_policies: @/text:1: ", "have ntokend --check read it"},
    {KEYTAB "audit_csv = @/none\n", "2: audit_csv: @/none cannot be read", "or the permissions"},
    {KEYTAB "audit_csv = @/bad.csv\n", "2: audit_csv: @/bad.csv:", "or auditpol /backup"},
    {KEYTAB "certificate = @/none\n", "2: certificate: @/none cannot be read", "or the permissions"},
    {KEYTAB "certificate = @/text\n", "2: certificate: @/text", ""},
    {KEYTAB "certificate = @/server.pem\ncertificate_key = @/elsewhere.key\n",
     "2: certificate: @/elsewhere.key", ""},
    {KEYTAB "certificate_key = @/none\n", "2: certificate_key: @/none cannot be read", "or the permissions"},
    {KEYTAB "certificate = @/server.pem\ncertificate_key = @/server.key\nlisten = http://127.0.0.1:0\n",
     "2: certificate: is shown to nobody", "or remove it"},
    /* the event log, and where events go on to */
    {KEYTAB "audit = sqlite:\n", "2: audit: names no file", "write sqlite:FILE"},
    {KEYTAB "audit = sqlite:@/none/audit.db\n", "2: audit: is in a folder where no file can be created",
     "or name another"},
    {KEYTAB "audit = sqlite:@/text\n", "2: audit: is not an event log of ntokend", "name another file"},
    {KEYTAB "audit = sqlite:@\n", "2: audit: cannot be read and written", "to the service's user"},
    {KEYTAB "audit = postgresql://ntokend@127.0.0.1:1/x\naudit_forward_state = @\n",
     "2: audit: cannot be reached now", "its server's log says why"},
    {KEYTAB "audit = postgresql://[::1\n", "2: audit: is no URL of PostgreSQL",
     "postgresql://USER@HOST/DATABASE"},
    {KEYTAB "audit = sqlite:@/audit.db\naudit_forward = syslog+tls://localhost:1?ca=@/none\n",
     "3: audit_forward: the file of authorities (ca) cannot be read", "correct its name"},
    {KEYTAB "audit = sqlite:@/audit.db\naudit_forward = syslog+tls://localhost:1?ca=@/text\n",
     "3: audit_forward: the file of authorities (ca) cannot be read", "correct its name"},
    {KEYTAB "audit = sqlite:@/audit.db\naudit_forward = journal:\n"
            "audit_forward = syslog+tls://localhost:1?ca=@/ca.pem&cert=@/server.pem&key=@/elsewhere.key\n",
     "4: audit_forward: our certificate or its key", "correct their names"},
    {KEYTAB "audit = sqlite:@/audit.db\naudit_forward = journal:\naudit_forward_state = @/text\n",
     "3: audit_forward: needs a folder for its position", "or correct the permissions"},
    /* where it listens */
    {KEYTAB "listen = 127.0.0.1:0\nlisten = 192.0.2.7:8080\ncleartext = anywhere\nhost = a.test\n",
     "3: listen: is no address of this machine", "choose one that is"},
    {KEYTAB "listen = 127.0.0.1:9\nlisten = [::1]:9\nlisten = 127.0.0.1:9\n",
     "4: listen: is an address that is listened on already", "keep one"},
    {KEYTAB "listen = 127.0.0.1:9\nlisten_health = 127.0.0.1:9\n",
     "3: listen_health: is an address that is listened on already", "keep one"},
    {KEYTAB "listen = 127.0.0.1:0\nlisten_health = 192.0.2.7:8080\n",
     "3: listen_health: is no address of this machine", "choose one that is"},
    /* settings that do not go together */
    {KEYTAB "domain_sid = " SID "\nmachine_sid = " SID "\n", "3: machine_sid: is the domain's",
     "or leave it out"},
    {KEYTAB "domain_sid = " SID "\nlocal_accounts = yes\n",
     "3: local_accounts: note: maps accounts of a domain", "set it to no"},
    {KEYTAB "session_per_user = 9\nsession_max = 8\n", "2: session_per_user: note: is more than session_max",
     "lower it"},
    {KEYTAB "session_lifetime = 60\n", "0: session_idle: note: is more than session_lifetime", "lower it"},
    {KEYTAB "connections_max = 500\n", "0: connections_per_ip: note: lets one address take all", "lower it"},
    {KEYTAB "connections_per_ip = 1000\n", "2: connections_per_ip: note: lets one address take all",
     "lower it"},
    {KEYTAB "connections_per_ip = 0\n", NULL, NULL}, /* no bound, and meant so */
    {KEYTAB "streams_max = 1000\n", "2: streams_max: note: lets streams take all", "lower it"},
    {KEYTAB "requests_burst = 5\n", "2: requests_burst: note: bounds nobody", "or leave this out"},
    {KEYTAB "requests_burst = 5\nrequests_per_second = 1\n", NULL, NULL},
    {KEYTAB "body_bytes_max = 16777216\nmemory_max = 8388608\n",
     "2: body_bytes_max: note: is more than memory_max", "lower it"},
    {KEYTAB TLS "allow_origin = https://a.test\nallow_origin = http://b.test\n",
     "6: allow_origin: note: is of pages that come without TLS", "and name it https://"},
    {KEYTAB TLS "allow_origin = http://localhost:8081\n", NULL, NULL},
    {KEYTAB TLS "allow_origin = http://127.0.0.1\nallow_origin = http://[::1]:5\n", NULL, NULL},
    {KEYTAB TLS "allow_origin = http://localhost.b.test\n", "5: allow_origin: note: is of pages",
     "and name it https://"},
    {KEYTAB "listen = 127.0.0.1:0\nallow_origin = http://b.test\n", NULL, NULL},
    {KEYTAB "listen = 0.0.0.0:0\ncleartext = anywhere\n", "3: cleartext: note: lets pages", "service has"},
    {KEYTAB "listen = 0.0.0.0:0\ncleartext = anywhere\nhost = a.test\n", NULL, NULL},
    {KEYTAB "listen_health = 0.0.0.0:0\n", "2: listen_health: note: shows everybody", "the monitoring has"},
    {KEYTAB "listen_health = [::]:0\n", "2: listen_health: note: shows everybody", "the monitoring has"},
    {KEYTAB "audit = sqlite:@/audit.db\nbatch_max = 100000\n",
     "0: audit_queue: has no room for the events of a batch", "four for each of batch_max"},
    /* guards of no use */
    {KEYTAB "guard = GET /a O:SYG:SYD:(A;;FR;;;BA)\n", NULL, NULL}, /* FR has CC in it */
    {KEYTAB "guard = GET /a O:SYG:SYD:\n", NULL, NULL},             /* nobody, and meant so */
    {KEYTAB "guard = GET /a O:SYG:SYD:(A;;GA;;;BA)\n", "2: guard: note: lets nobody call the route",
     "write (A;;CC;;;SID)"},
    {KEYTAB "guard = GET /a O:SYG:SYD:(A;IO;CC;;;BA)\n", "2: guard: note: lets nobody call the route",
     "write (A;;CC;;;SID)"},
    {KEYTAB "guard = GET /a O:SYG:SYD:(D;;CC;;;BA)\n", "2: guard: note: lets nobody call the route",
     "write (A;;CC;;;SID)"},
    {KEYTAB "guard = GET /a O:SYG:SY\n", "2: guard: note: has no DACL", "write D: and who may"},
    /* lines that are no settings */
    {KEYTAB "  \n[server]\n", "3: server: is a section", "remove the line"},
    {KEYTAB "[server\nthreads = 2\n", "2: server: is a section", "remove the line"},
    {"\xef\xbb\xbf\f[a=b]\n" KEYTAB, "1: a=b: is a section", "remove the line"},
    {KEYTAB "[]\n", "2: line: is a section", "remove the line"},
    {"\tnonsense\n" KEYTAB, "1: line: is neither a setting nor a comment", "write KEY = VALUE"},
    {KEYTAB "nonsense ; threads = 2\n", "2: line: is neither a setting nor a comment", "write KEY = VALUE"},
    {KEYTAB "= 2\n", "2: line: is neither a setting nor a comment", "write KEY = VALUE"},
    /* one mistake, and not what would follow from it */
    {KEYTAB "audit = file:/x\naudit_forward = journal:\n", "2: audit: is no URL",
     "or postgresql://USER@HOST/DATABASE"},
    {KEYTAB "certificate = @/none\ncertificate_key = @/server.key\nlisten = https://127.0.0.1:0\n",
     "2: certificate: @/none cannot be read", "or the permissions"},
    /* names that nobody knows */
    {KEYTAB "max_connections = 5\n", "2: max_connections: is not a setting", "did you mean connections_max?"},
    {KEYTAB "conections_max = 5\n", "2: conections_max: is not a setting", "did you mean connections_max?"},
    {KEYTAB "key_tab = /x\n", "2: key_tab: is not a setting", "did you mean keytab?"},
    {KEYTAB "lsiten = 127.0.0.1:0\n", "2: lsiten: is not a setting", "did you mean listen?"},
    {KEYTAB "session-life-time = 5\n", "2: session-life-time: is not a setting",
     "did you mean session_lifetime?"},
    {KEYTAB "colour = red\n", "2: colour: is not a setting", "see ntokend --help for all of them"},
    {KEYTAB "allow_ntlm = yes\n", "2: allow_ntlm: is not a setting of this system", "leave it out"},
    {"threads = 2\n" KEYTAB "threads = 3\n", "3: threads: is given twice, first in line 1", "keep one"},
    /* and nothing at all */
    {KEYTAB "policy = @/good.inf\naudit = sqlite:@/audit.db\naudit_forward = journal:\nlisten = 127.0.0.1:0\n"
            "audit_forward = syslog+tls://localhost:1?ca=@/ca.pem&cert=@/server.pem&key=@/server.key\n",
     NULL, NULL},
};

START_TEST(row)
{
    char said[TEXT_SIZE];
    char expected[TEXT_SIZE];
    const char *says = rows[_i].says;
    const bool note = says == NULL || strstr(says, ": note: ") != NULL;
    enum err err = check(rows[_i].text, said);
    ck_assert_msg(err == (note ? ERR_NONE : ERR_INVALID_PARAMETER), "%s", said);
    if (says == NULL) {
        ck_assert_str_eq(said, "");
        return;
    }
    (void)snprintf(expected, sizeof expected, "@/ntokend.conf:%s", says);
    if (says[0] == '0') /* what was not given has no line */
        (void)snprintf(expected, sizeof expected, "by default%s", says + 1);
    ck_assert_msg(strncmp(said, expected, strlen(expected)) == 0, "%s does not start with %s", said,
                  expected);
    const char *end = strchr(said, '\n');
    ck_assert_ptr_nonnull(end);
    ck_assert_msg(end[1] == 0, "one line: %s", said);
    const size_t size = strlen(rows[_i].remedy);
    ck_assert_msg((size_t)(end - said) > size && strncmp(end - size, rows[_i].remedy, size) == 0,
                  "%s does not end with %s", said, rows[_i].remedy);
}
END_TEST

/* Whatever the mistake, those behind it are told too. */
START_TEST(all_at_once)
{
    char said[TEXT_SIZE];
    static const char *const lines[] = {":1: keytab", ":2: policy", ":3: audit:",     ":4: colour",
                                        ":5: listen", ":6: guard",  ":7: audit_csv:", ":8: threads"};
    enum err err = check("keytab = @/none\npolicy = @/bad.inf\naudit = sqlite:@/text\ncolour = red\n"
                         "listen = 192.0.2.7:1\nguard = GET /a D:\naudit_csv = @/bad.csv\nthreads = 0\n",
                         said);
    ck_assert_int_eq(err, ERR_INVALID_PARAMETER);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        ck_assert_msg(strstr(said, lines[i]) != NULL, "%s is not in %s", lines[i], said);
}
END_TEST

/* inih by itself tells of the first line alone that it cannot read, and of what a section holds nothing. */
START_TEST(every_line_is_read)
{
    char said[TEXT_SIZE];
    static const char *const lines[] = {
        ":1: line:", ":2: one:", ":3: threads:", ":4: two:", ":5: line:", ":6: line:", ":7: drain:"};
    enum err err = check("nonsense\n[one]\nthreads = 0\n[two]\nmore nonsense\n=\ndrain = x\n" KEYTAB, said);
    ck_assert_int_eq(err, ERR_INVALID_PARAMETER);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        ck_assert_msg(strstr(said, lines[i]) != NULL, "%s is not in %s", lines[i], said);
}
END_TEST

/* Of a file that is named too. */
START_TEST(all_of_a_file)
{
    char said[TEXT_SIZE];
    static const char *const lines[] = {
        ":2: policy: @/bad.inf:6: SeAuditPrivilege: this right is listed twice; ",
        ":2: policy: @/bad.inf:7: Se1: not the name of a right; ",
        ":3: central_policies: @/bad-central.ini:2: not SDDL: expected there ",
        ":3: central_policies: @/bad-central.ini:3: colour: a rule has ",
        ":4: audit_csv: @/two.csv:2: a: a row without all seven columns",
        ":4: audit_csv: @/two.csv:3: b: a row without all seven columns"};
    keytab_file_put(path_of("two.csv"),
                    "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,"
                    "Exclusion Setting,Setting Value\na,System\nb,System\n");
    enum err err = check(
        KEYTAB "policy = @/bad.inf\ncentral_policies = @/bad-central.ini\naudit_csv = @/two.csv\n", said);
    ck_assert_int_eq(err, ERR_INVALID_PARAMETER);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
        ck_assert_msg(strstr(said, lines[i]) != NULL, "%s is not in %s", lines[i], said);
}
END_TEST

/* Looking makes nothing, and asks nobody for a log in the file. */
START_TEST(nothing_is_made)
{
    char said[TEXT_SIZE];
    ck_assert_int_eq(check(KEYTAB "audit = sqlite:@/new.db\nreplay_cache = @/new.rcache\n", said), ERR_NONE);
    ck_assert_str_eq(said, "");
    ck_assert_int_ne(access(path_of("new.db"), F_OK), 0);
    ck_assert_int_ne(access(path_of("new.db-lock"), F_OK), 0);
    ck_assert_int_ne(access(path_of("new.rcache"), F_OK), 0);
}
END_TEST

static void take_key(void *context, const char *key, bool is_note, const char *problem)
{
    char *keys = context;
    size_t size = strlen(keys);
    (void)snprintf(keys + size, KEYS_SIZE - size, "%s%s%s", is_note ? "(" : "", key,
                   problem[0] == 0 ? "?"
                   : is_note       ? ") "
                                   : " ");
}

/* Without a configuration around it: each mistake once (the template has two, and two as policies), in the order of the settings. */
START_TEST(a_platform_by_itself)
{
    char keys[KEYS_SIZE] = "";
    char bad[PATH_SIZE];
    char exposed[PATH_SIZE];
    (void)snprintf(bad, sizeof bad, "%s", path_of("bad.inf"));
    (void)snprintf(exposed, sizeof exposed, "%s", path_of("open.keytab"));
    const struct platform_settings settings = {.keytab = exposed,
                                               .replay_cache = folder.path,
                                               .policy = bad,
                                               .central_policies = bad,
                                               .audit.subcategories = bad,
                                               .domain_sid = SID,
                                               .local_accounts = true};
    platform_check(&settings, take_key, keys);
    ck_assert_str_eq(keys, "(keytab) replay_cache policy policy central_policies central_policies audit_csv "
                           "(local_accounts) ");
}
END_TEST

int main(void)
{
    (void)unsetenv("STATE_DIRECTORY");
    (void)unsetenv("CREDENTIALS_DIRECTORY");
    Suite *suite = suite_create("config_check");
    TCase *tests = tcase_create("config_check");
    tcase_add_unchecked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, all_at_once);
    tcase_add_test(tests, every_line_is_read);
    tcase_add_test(tests, all_of_a_file);
    tcase_add_test(tests, nothing_is_made);
    tcase_add_test(tests, a_platform_by_itself);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
