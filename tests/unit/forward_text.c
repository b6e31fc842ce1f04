/* What is sent, byte by byte: places to forward to, positions, messages of syslog, entries of the journal, OCSF. */
#include "forward/journal.h"
#include "forward/mark.h"
#include "forward/ocsf.h"
#include "forward/syslog.h"
#include "forward/target.h"
#include "support/events.h"
#include "support/folder.h"
#include "support/suite.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { ARENA_MAX = 16 << 20, BIG = 1 << 20 };

static const struct {
    const char *url;
    const char *mistake; /* NULL: none */
    enum target_kind kind;
    const char *host;
    const char *port;
    const char *ca;
} target_rows[] = {
    {"syslog+tcp://logs.example:601", NULL, TARGET_TCP, "logs.example", "601", NULL},
    {"syslog+tcp://[::1]:601", NULL, TARGET_TCP, "::1", "601", NULL},
    {"syslog+tls://logs.example:6514", NULL, TARGET_TLS, "logs.example", "6514", NULL},
    {"syslog+tls://1.2.3.4:6514?ca=/a/b.pem", NULL, TARGET_TLS, "1.2.3.4", "6514", "/a/b.pem"},
    {"syslog+tls://h:1?cert=/c&key=/k&ca=/a", NULL, TARGET_TLS, "h", "1", "/a"},
    {"journal:", NULL, TARGET_JOURNAL, NULL, NULL, NULL},
    {"journal:/run/x", NULL, TARGET_JOURNAL, NULL, NULL, NULL},
    {"journal:x", "names no socket", 0, NULL, NULL, NULL},
    {"", "is no place", 0, NULL, NULL, NULL},
    {"syslog://h:1", "is no place", 0, NULL, NULL, NULL},
    {"http://h:1", "is no place", 0, NULL, NULL, NULL},
    {"syslog+tcp://h", "has no port", 0, NULL, NULL, NULL},
    {"syslog+tcp://h:", "has no port", 0, NULL, NULL, NULL},
    {"syslog+tcp://h:0", "has no port", 0, NULL, NULL, NULL},
    {"syslog+tcp://h:65536", "has no port", 0, NULL, NULL, NULL},
    {"syslog+tcp://h:100000", "has no port", 0, NULL, NULL, NULL},
    {"syslog+tcp://h:1x", "has no port", 0, NULL, NULL, NULL},
    {"syslog+tcp://:1", "has no host", 0, NULL, NULL, NULL},
    {"syslog+tcp://[]:1", "has no host", 0, NULL, NULL, NULL},
    {"syslog+tcp://u@h:1", "has no host", 0, NULL, NULL, NULL},
    {"syslog+tcp://h/p:1", "has no host", 0, NULL, NULL, NULL},
    {"syslog+tcp://::1:1", "without brackets", 0, NULL, NULL, NULL},
    {"syslog+tcp://h:1?ca=/a", "only TLS", 0, NULL, NULL, NULL},
    {"syslog+tls://h:1?verify=no", "something else", 0, NULL, NULL, NULL},
    {"syslog+tls://h:1?ca=", "something else", 0, NULL, NULL, NULL},
    {"syslog+tls://h:1?ca=/a&ca=/b", "something else", 0, NULL, NULL, NULL},
    {"syslog+tls://h:1?cert=/c", "needs both", 0, NULL, NULL, NULL},
};

START_TEST(target_row)
{
    struct target target = {.host = NULL};
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    const char *mistake = target_parse(&arena, target_rows[_i].url, &target);
    if (target_rows[_i].mistake != NULL) {
        ck_assert_ptr_nonnull(mistake);
        ck_assert_msg(strstr(mistake, target_rows[_i].mistake) != NULL, "%s", mistake);
        return;
    }
    ck_assert_pstr_eq(mistake, NULL);
    ck_assert_int_eq(target.kind, target_rows[_i].kind);
    ck_assert_pstr_eq(target.host, target_rows[_i].host);
    ck_assert_pstr_eq(target.port, target_rows[_i].port);
    ck_assert_pstr_eq(target.ca, target_rows[_i].ca);
}
END_TEST

#define UUID "01901234-5678-7abc-8def-0123456789ab"

static const struct {
    const char *text;
    enum err err;
    uint64_t record_id;
} mark_rows[] = {
    {"ntokend forward 1 17 " UUID "\n", ERR_NONE, 17},
    {"ntokend forward 1 999999999999999999 " UUID "\n", ERR_NONE, 999999999999999999},
    {"", ERR_MALFORMED, 0},
    {"ntokend forward 2 17 " UUID "\n", ERR_MALFORMED, 0},
    {"ntokend forward 1 17 " UUID, ERR_MALFORMED, 0},
    {"ntokend forward 1 17 " UUID "\n\n", ERR_MALFORMED, 0},
    {"ntokend forward 1 -1 " UUID "\n", ERR_MALFORMED, 0},
    {"ntokend forward 1  " UUID "\n", ERR_MALFORMED, 0},
    {"ntokend forward 1 1999999999999999999 " UUID "\n", ERR_MALFORMED, 0},
    {"ntokend forward 1 17 01901234\n", ERR_MALFORMED, 0},
    {"ntokend forward 1 17", ERR_MALFORMED, 0},
};

START_TEST(mark_row)
{
    struct folder folder;
    struct mark mark = {.record_id = 5};
    char path[MARK_PATH_MAX];
    folder_make(&folder);
    ck_assert_int_eq(mark_path(folder.path, "syslog+tcp://h:1", path), ERR_NONE);
    ck_assert_int_eq(mark_load(path, &mark), ERR_NOT_FOUND);
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(mark_rows[_i].text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
    enum err err = mark_load(path, &mark);
    if (err == ERR_NONE)
        err = mark_save(path, &mark);
    if (err == ERR_NONE)
        err = mark_load(path, &mark);
    folder_remove(&folder);
    ck_assert_int_eq(err, mark_rows[_i].err);
    ck_assert_uint_eq(mark.record_id, err == ERR_NONE ? mark_rows[_i].record_id : 5);
}
END_TEST

static const struct {
    int64_t time_ns;
    bool success;
    const char *computer;
    const char *start; /* behind the size */
} syslog_rows[] = {
    {1800000000123456700, true, "host.example",
     "<110>1 2027-01-15T08:00:00.123456Z host.example ntokend 4711 4656 ["},
    {1800000000000000000, false, "host.example",
     "<109>1 2027-01-15T08:00:00.000000Z host.example ntokend 4711 4656 ["},
    {-100, true, "", "<110>1 1969-12-31T23:59:59.999999Z - ntokend 4711 4656 ["},
    {0, true, "two words", "<110>1 1970-01-01T00:00:00.000000Z - ntokend 4711 4656 ["},
    {0, true, "h\xc3\xb6st", "<110>1 1970-01-01T00:00:00.000000Z - ntokend 4711 4656 ["},
};

START_TEST(syslog_row)
{
    struct events_text text;
    struct event event = events_make(8, &text);
    struct bytes frame;
    char *rest = NULL;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    event.time_ns = syslog_rows[_i].time_ns;
    event.success = syslog_rows[_i].success;
    event.record_id = 99;
    ck_assert_int_eq(event_uuid_parse(bytes_of_string(UUID), &event.uuid), ERR_NONE);
    ck_assert_int_eq(syslog_frame(&arena, &event, syslog_rows[_i].computer, &frame), ERR_NONE);
    unsigned long size = strtoul((const char *)frame.data, &rest, 10);
    ck_assert_uint_eq(size, strlen(rest + 1));
    ck_assert_uint_eq(frame.size, (size_t)(rest + 1 - (const char *)frame.data) + size);
    ck_assert_msg(strncmp(rest + 1, syslog_rows[_i].start, strlen(syslog_rows[_i].start)) == 0, "%s", rest);
    ck_assert_ptr_nonnull(strstr(rest, " [ntokend@32473 uuid=\"" UUID "\" record=\"99\"] {\""));
    ck_assert_ptr_null(strchr(rest, '\n'));
    json_t *json = json_loads(strstr(rest, "] {") + 2, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_ptr_nonnull(json);
    json_decref(json);
}
END_TEST

static const struct {
    uint16_t event_id;
    int class_uid;
    int category_uid;
    int activity_id;
    const char *path;  /* from member to member */
    const char *value; /* as JSON */
} ocsf_rows[] = {
    {4624, 3002, 3, 1, "user.uid", "\"S-1-5-21-1-2-3-5\""},
    {4624, 3002, 3, 1, "user.name", "\"bob\""},
    {4624, 3002, 3, 1, "session.uid", "\"0x77\""},
    {4624, 3002, 3, 1, "actor.session.uid", "\"0x3e7\""},
    {4624, 3002, 3, 1, "logon_type_id", "3"},
    {4624, 3002, 3, 1, "is_remote", "true"},
    {4624, 3002, 3, 1, "auth_protocol_id", "2"},
    {4624, 3002, 3, 1, "src_endpoint.ip", "\"10.0.0.1\""},
    {4624, 3002, 3, 1, "src_endpoint.port", "50000"},
    {4624, 3002, 3, 1, "dst_endpoint.hostname", "\"host\""},
    {4625, 3002, 3, 1, "status_code", "\"0xc000015b\""},
    {4627, 3003, 3, 2, "groups", "[{\"uid\":\"S-1-1-0\"},{\"uid\":\"S-1-5-2\"}]"},
    {4672, 3003, 3, 1, "privileges", "[\"SeBackupPrivilege\",\"SeRestorePrivilege\"]"},
    {4703, 3003, 3, 99, "privileges", "[]"},
    {4656, 201003, 1, 1, "win_resource.name", "\"C:\\\\x\""},
    {4656, 201003, 1, 1, "win_resource.type", "\"File\""},
    {4656, 201003, 1, 1, "actor.user.domain", "\"CORP\""},
    {4656, 201003, 1, 1, "actor.process.pid", "4711"},
    {4656, 201003, 1, 1, "actor.process.file.name", "\"ntokend\""},
    {4656, 201003, 1, 1, "metadata.event_code", "\"4656\""},
    {4656, 201003, 1, 1, "metadata.uid", "\"" UUID "\""},
    {4656, 201003, 1, 1, "metadata.sequence", "99"},
    {4656, 201003, 1, 1, "status_id", "2"},
    {4656, 201003, 1, 1, "time", "1800000000123"},
    {4656, 201003, 1, 1, "device.hostname", "\"host\""},
    {4656, 201003, 1, 1, "unmapped.IpAddress", "\"10.0.0.1\""},
    {4656, 201003, 1, 1, "unmapped.Odd",
     "\"a\xef\xbf\xbd"
     "b\""},
    {4658, 201003, 1, 99, "activity_name", "\"Close\""},
    {4660, 201003, 1, 99, "activity_name", "\"Delete\""},
    {4661, 201003, 1, 1, "type_uid", "20100301"},
    {4662, 201003, 1, 1, "type_uid", "20100301"},
    {4663, 201003, 1, 1, "message", "\"An attempt was made to access an object.\""},
    {4673, 201003, 1, 1, "class_uid", "201003"},
    {4674, 201003, 1, 1, "class_uid", "201003"},
    {9999, 0, 0, 99, "unmapped.ObjectType", "\"File\""},
};

static const struct event sample = {
    .record_id = 99,
    .time_ns = 1800000000123456700,
    .fields = {{"SubjectUserSid", "S-1-5-21-1-2-3-4"},
               {"SubjectUserName", "alice"},
               {"SubjectDomainName", "CORP"},
               {"SubjectLogonId", "0x3e7"},
               {"TargetUserSid", "S-1-5-21-1-2-3-5"},
               {"TargetUserName", "bob"},
               {"TargetLogonId", "0x77"},
               {"LogonType", "3"},
               {"AuthenticationPackageName", "Kerberos"},
               {"IpAddress", "10.0.0.1"},
               {"IpPort", "50000"},
               {"Status", "0xc000015b"},
               {"ObjectName", "C:\\x"},
               {"ObjectType", "File"},
               {"ProcessId", "0x1267"},
               {"ProcessName", "/usr/sbin/ntokend"},
               {"PrivilegeList", "SeBackupPrivilege\n\t\t\tSeRestorePrivilege"},
               {"EnabledPrivilegeList", "-"},
               {"GroupMembership", "%{S-1-1-0} %{S-1-5-2}"},
               {"Odd", "a\xff"
                       "b"}},
    .field_count = 20,
};

static const json_t *member_at(const json_t *json, const char *path)
{
    char name[64];
    while (json != NULL && *path != 0) {
        size_t size = strcspn(path, ".");
        (void)snprintf(name, sizeof name, "%.*s", (int)size, path);
        json = json_object_get(json, name);
        path += size + (path[size] == '.');
    }
    return json;
}

START_TEST(ocsf_row)
{
    struct event event = sample;
    event.event_id = ocsf_rows[_i].event_id;
    ck_assert_int_eq(event_uuid_parse(bytes_of_string(UUID), &event.uuid), ERR_NONE);
    char *text = ocsf_text(&event, "host");
    ck_assert_ptr_nonnull(text);
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    ck_assert_msg(json != NULL, "%s", text);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "class_uid")), ocsf_rows[_i].class_uid);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "category_uid")), ocsf_rows[_i].category_uid);
    ck_assert_int_eq(json_integer_value(json_object_get(json, "activity_id")), ocsf_rows[_i].activity_id);
    ck_assert_uint_eq(json_object_size(json_object_get(json, "unmapped")), sample.field_count);
    char *value = json_dumps(member_at(json, ocsf_rows[_i].path), JSON_COMPACT | JSON_ENCODE_ANY);
    ck_assert_pstr_eq(value, ocsf_rows[_i].value);
    free(value);
    free(text);
    json_decref(json);
}
END_TEST

/* One datagram, or the sealed file that came instead. */
static size_t take_entry(int listener, uint8_t *ret, size_t size)
{
    union {
        struct cmsghdr header;
        uint8_t room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec place = {.iov_base = ret, .iov_len = size};
    struct msghdr message = {.msg_iov = &place,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    ssize_t got = recvmsg(listener, &message, MSG_CMSG_CLOEXEC);
    ck_assert_int_ge(got, 0);
    if (CMSG_FIRSTHDR(&message) == NULL)
        return (size_t)got;
    int file = -1;
    memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof file);
    got = pread(file, ret, size, 0);
    ck_assert_int_eq(close(file), 0);
    ck_assert_int_gt(got, 0);
    return (size_t)got;
}

static const struct {
    size_t object_size; /* 0: none */
    const char *object;
    const char *expected;
} journal_rows[] = {
    {0, NULL, "MESSAGE=4656 A handle to an object was requested. Audit Failure, CORP\\alice\nPRIORITY=5\n"},
    {0, "C:\\x", "\nNTOKEND_OBJECT=C:\\x\n"},
    {0, "C:\\x", "\nNTOKEND_UUID=" UUID "\n"},
    {0, "C:\\x", "\nNTOKEND_OCSF={\"class_uid\":"},
    {0, "two\nlines", "\nNTOKEND_OBJECT\n\x09"},
    {BIG, NULL, "\nNTOKEND_OBJECT=xxxxx"},
};

START_TEST(journal_row)
{
    static uint8_t entry[3 * BIG];
    static char big[BIG + 1];
    struct folder folder;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct event event = sample;
    struct bytes made;
    const char *problem = NULL;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_MAX);
    memset(big, 'x', BIG);
    event.event_id = 4656;
    event.subject_name = "CORP\\alice";
    event.object_name = journal_rows[_i].object_size > 0 ? big : journal_rows[_i].object;
    ck_assert_int_eq(event_uuid_parse(bytes_of_string(UUID), &event.uuid), ERR_NONE);
    folder_make(&folder);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "%.90s/socket", folder.path);
    ck_assert_int_eq(journal_open(address.sun_path, &problem), -1);
    int listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(listener, (const struct sockaddr *)&address, sizeof address), 0);
    int sender = journal_open(address.sun_path, &problem);
    ck_assert_int_ge(sender, 0);
    ck_assert_int_eq(journal_entry(&arena, &event, "host", &made), ERR_NONE);
    ck_assert_int_eq(journal_send(sender, made), ERR_NONE);
    size_t size = take_entry(listener, entry, sizeof entry);
    ck_assert_uint_eq(size, made.size);
    ck_assert_int_eq(memcmp(entry, made.data, size), 0);
    ck_assert_ptr_nonnull(memmem(entry, size, journal_rows[_i].expected, strlen(journal_rows[_i].expected)));
    (void)close(sender);
    (void)close(listener);
    folder_remove(&folder);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof(table)[0]))

int main(void)
{
    Suite *suite = suite_create("forward_text");
    TCase *tests = tcase_create("forward_text");
    tcase_add_loop_test(tests, target_row, 0, COUNT(target_rows));
    tcase_add_loop_test(tests, mark_row, 0, COUNT(mark_rows));
    tcase_add_loop_test(tests, syslog_row, 0, COUNT(syslog_rows));
    tcase_add_loop_test(tests, ocsf_row, 0, COUNT(ocsf_rows));
    tcase_add_loop_test(tests, journal_row, 0, COUNT(journal_rows));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
