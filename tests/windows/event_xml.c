/* Events as EvtRender writes them: every member, and XML that is none or that pretends. */
#include "platform/windows/event_xml.h"
#include "eventlog/timestamp.h"
#include "eventlog/xml.h"
#include "support/suite.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define OPEN     "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'>"
#define NUMBER   "<EventRecordID>9</EventRecordID>"
#define TIME     "<TimeCreated SystemTime='2026-11-30T08:41:15.1234567Z'/>"
#define SYSTEM   "<System>" TIME NUMBER "</System>"
#define DATA(d)  OPEN SYSTEM "<EventData>" d "</EventData></Event>"
#define IN(s)    OPEN "<System>" TIME NUMBER s "</System></Event>"
#define VALUE(v) DATA("<Data Name='a'>" v "</Data>")
#define PLAIN    "id=0 version=0 task=0 failure record=9 pid=0 tid=0"
#define FULL                                                                                                 \
    OPEN "<System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-a5ba-"      \
         "3e3b0328c30d}'/><EventID Qualifiers='1'>4656</EventID><Version>1</Version><Level>0</Level>"        \
         "<Task>12800</Task><Opcode>0</Opcode><Keywords>0x8020000000000000</Keywords>" TIME                  \
         "<EventRecordID>18446744073709551615</EventRecordID><Correlation/><Execution ProcessID='4' "        \
         "ThreadID='4294967295'/><Channel>Security</Channel><Computer>server</Computer><Security/>"          \
         "</System><EventData><Data Name='SubjectUserSid'>S-1-5-18</Data>\r\n<Data Name='SubjectUserName'>"  \
         "alice</Data><Data Name='SubjectDomainName'>CORP</Data><Data Name='SubjectLogonId'>0x3e7</Data>"    \
         "<Data Name='ObjectName'>C:\\a</Data></EventData><RenderingInfo Culture='en-US'><Message>Data"      \
         "</Message><System><EventRecordID>1</EventRecordID></System></RenderingInfo></Event>"
#define CLEARED(inside)                                                                                      \
    OPEN                                                                                                     \
        "<System><EventID>1102</EventID><Task>104</Task><Keywords>0x4020000000000000</Keywords>" TIME NUMBER \
        "</System><UserData>" inside "</UserData></Event>"
#define CLEARED_PLAIN "id=1102 version=0 task=104 success record=9 pid=0 tid=0"

/* What is read; NULL: malformed. */
static const struct row {
    const char *what;
    const char *xml;
    const char *said;
} rows[] = {
    {"every member", FULL,
     "id=4656 version=1 task=12800 success record=18446744073709551615 pid=4 tid=4294967295 sid=S-1-5-18 "
     "name=CORP\\alice object=C:\\a session=0x3e7 SubjectUserSid=S-1-5-18 SubjectUserName=alice "
     "SubjectDomainName=CORP SubjectLogonId=0x3e7 ObjectName=C:\\a"},
    {"the least", OPEN SYSTEM "</Event>", PLAIN},
    {"failure", IN("<Keywords>0x8010000000000000</Keywords>"), PLAIN},
    {"keywords in decimal", IN("<Keywords>9007199254740992</Keywords>"),
     "id=0 version=0 task=0 success record=9 pid=0 tid=0"},
    {"a name without a domain", DATA("<Data Name='SubjectUserName'>bob</Data>"),
     PLAIN " name=bob SubjectUserName=bob"},
    {"a dash is nobody",
     DATA(
         "<Data Name='SubjectUserSid'>-</Data><Data Name='SubjectUserName'>-</Data><Data Name='SubjectLogonId'>-</Data>"),
     PLAIN " SubjectUserSid=- SubjectUserName=- SubjectLogonId=-"},
    {"the first of a name that stands twice",
     DATA("<Data Name='ObjectName'>a</Data><Data Name='ObjectName'>b</Data>"),
     PLAIN " object=a ObjectName=a ObjectName=b"},
    {"entities", VALUE("&lt;&gt;&amp;&quot;&apos;&#65;&#x42;&#xe9;&#x20AC;&#x1F600;&amp;lt;"),
     PLAIN " a=<>&\"'AB\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80&lt;"},
    {"the last character", VALUE("&#x10FFFF;&#1114111;"), PLAIN " a=\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbf"},
    {"no value", DATA("<Data Name='a'></Data><Data Name='b'/><Data Name='c' />"), PLAIN " a= b= c="},
    {"no name", DATA("<Data>lost</Data><Data Other='x'>lost</Data>"), PLAIN},
    {"an entity in a name, the other quote in a value", DATA("<Data Name=\"a&#39;'\">it's</Data>"),
     PLAIN " a''=it's"},
    {"more than one attribute", DATA("<Data Type='win:UnicodeString' Name='a' x='y'>v</Data>"), PLAIN " a=v"},
    {"a '>' in an attribute", DATA("<Data Name='a>b'>v</Data>"), PLAIN " a>b=v"},
    {"an element inside of the value", DATA("<Data Name='a'>x<b/>y</Data><Data Name='c'>v</Data>"),
     PLAIN " c=v"},
    {"other elements of the data", DATA("<Binary>00</Binary><Complex><Data Name='a'>v</Data></Complex>"),
     PLAIN},
    {"a record number in the data",
     DATA("<System><EventRecordID>1</EventRecordID></System><EventRecordID>2</EventRecordID>"), PLAIN},
    {"a record number in what a provider wrote",
     OPEN SYSTEM "<UserData><System><EventRecordID>1</EventRecordID></System></UserData></Event>", PLAIN},
    {"data in what a provider wrote",
     OPEN SYSTEM "<UserData><EventData><Data Name='a'>v</Data></EventData></UserData></Event>", PLAIN},
    {"the log was cleared, and by whom",
     CLEARED("<LogFileCleared xmlns='http://manifests.microsoft.com/win/2004/08/windows/eventlog'>"
             "<SubjectUserSid>S-1-5-21-1-2-3-1104</SubjectUserSid><SubjectUserName>alice</SubjectUserName>"
             "<SubjectDomainName>CORP &amp; Co</SubjectDomainName><SubjectLogonId>0x55cd1d</SubjectLogonId>"
             "</LogFileCleared>"),
     CLEARED_PLAIN " sid=S-1-5-21-1-2-3-1104 name=CORP & Co\\alice session=0x55cd1d "
                   "SubjectUserSid=S-1-5-21-1-2-3-1104 SubjectUserName=alice SubjectDomainName=CORP & Co "
                   "SubjectLogonId=0x55cd1d"},
    {"cleared, by somebody deeper inside",
     CLEARED("<LogFileCleared><x><SubjectUserSid>S-1-1-0</SubjectUserSid></x></LogFileCleared>"),
     CLEARED_PLAIN},
    {"cleared, in another event's words", CLEARED("<Other><SubjectUserSid>S-1-1-0</SubjectUserSid></Other>"),
     CLEARED_PLAIN},
    {"cleared, in the data of an event",
     DATA("<LogFileCleared><SubjectUserSid>S-1-1-0</SubjectUserSid></LogFileCleared>"), PLAIN},
    {"cleared, and no word is sound", CLEARED("<LogFileCleared><a>&nbsp;</a></LogFileCleared>"), NULL},
    {"tags in text", VALUE("&lt;/Data&gt;&lt;/EventData&gt;&lt;System&gt;"),
     PLAIN " a=</Data></EventData><System>"},
    {"nothing", "", NULL},
    {"text", "Event", NULL},
    {"another root", "<Events>" SYSTEM "</Events>", NULL},
    {"two roots", OPEN SYSTEM "</Event><Event></Event>", NULL},
    {"an empty root", "<Event/>", NULL},
    {"no record number", OPEN "<System>" TIME "</System></Event>", NULL},
    {"record number 0", OPEN "<System>" TIME "<EventRecordID>0</EventRecordID></System></Event>", NULL},
    {"no time", OPEN "<System>" NUMBER "</System></Event>", NULL},
    {"a time without a time", OPEN "<System>" NUMBER "<TimeCreated/></System></Event>", NULL},
    {"a day that no calendar has",
     OPEN "<System>" NUMBER "<TimeCreated SystemTime='2026-02-30T00:00:00Z'/></System></Event>", NULL},
    {"a number with a blank", IN("<Task> 1</Task>"), NULL},
    {"a negative number", IN("<Task>-1</Task>"), NULL},
    {"a number of nothing", IN("<Task></Task>"), NULL},
    {"0x of nothing", IN("<Task>0x</Task>"), NULL},
    {"an id that is too large", IN("<EventID>65536</EventID>"), NULL},
    {"a version that is too large", IN("<Version>256</Version>"), NULL},
    {"a task that is too large", IN("<Task>65536</Task>"), NULL},
    {"a process that is too large", IN("<Execution ProcessID='4294967296'/>"), NULL},
    {"a thread that is none", IN("<Execution ProcessID='1' ThreadID='x'/>"), NULL},
    {"keywords beyond 64 bits", IN("<Keywords>0x10000000000000000</Keywords>"), NULL},
    {"a record number beyond 64 bits", IN("<EventRecordID>18446744073709551616</EventRecordID>"), NULL},
    {"a number of many zeros", IN("<Task>0000000000000000000000001</Task>"), NULL},
    {"an entity that is none", VALUE("&nbsp;"), NULL},
    {"an entity that is not closed", VALUE("&amp"), NULL},
    {"a bare &", VALUE("a & b"), NULL},
    {"a NUL by its number", VALUE("&#0;"), NULL},
    {"half a surrogate pair by its number", VALUE("&#xD800;"), NULL},
    {"beyond Unicode", VALUE("&#x110000;"), NULL},
    {"far beyond it", VALUE("&#x100000041;"), NULL},
    {"a number of no digits", VALUE("&#x;"), NULL},
    {"hexadecimal digits in decimal", VALUE("&#4A;"), NULL},
    {"an attribute without quotes", DATA("<Data Name=a>v</Data>"), NULL},
    {"a quote that is not closed", DATA("<Data Name='a>v</Data>"), NULL},
    {"a comment", OPEN "<!-- -->" SYSTEM "</Event>", NULL},
    {"a section", VALUE("<![CDATA[x]]>"), NULL},
    {"a declaration", "<?xml version='1.0'?>" OPEN SYSTEM "</Event>", NULL},
    {"a document type", "<!DOCTYPE x [<!ENTITY a 'b'>]>" OPEN SYSTEM "</Event>", NULL},
    {"elements that cross", OPEN "<System>" TIME NUMBER "</Event></System>", NULL},
    {"an end too many", OPEN SYSTEM "</Event></Event>", NULL},
    {"an end too few", OPEN SYSTEM, NULL},
    {"cut off in a tag", OPEN SYSTEM "</Event", NULL},
    {"a tag of nothing", OPEN SYSTEM "<></></Event>", NULL},
};

static const char *say(struct arena *arena, const struct event *event)
{
    const char *text =
        arena_printf(arena, "id=%u version=%u task=%u %s record=%" PRIu64 " pid=%" PRIu32 " tid=%" PRIu32,
                     event->event_id, event->version, event->task, event->success ? "success" : "failure",
                     event->record_id, event->process_id, event->thread_id);
    const struct event_field members[] = {{"sid", event->subject_sid},
                                          {"name", event->subject_name},
                                          {"object", event->object_name},
                                          {"session", event->session}};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        if (members[i].value != NULL)
            text = arena_printf(arena, "%s %s=%s", text, members[i].name, members[i].value);
    for (size_t i = 0; i < event->field_count; i++)
        text = arena_printf(arena, "%s %s=%s", text, event->fields[i].name, event->fields[i].value);
    return text;
}

START_TEST(event_row)
{
    AUTO_ARENA arena;
    struct event event = {0};
    int64_t time_ns = 0;
    const struct row *row = &rows[_i];
    arena_init(&arena, 1 << 20);
    const enum err err = event_xml_parse(&arena, bytes_of_string(row->xml), &event);
    ck_assert_int_eq(err, row->said != NULL ? ERR_NONE : ERR_MALFORMED);
    if (row->said == NULL) {
        ck_assert_uint_eq(event.record_id, 0);
        return;
    }
    ck_assert_str_eq(say(&arena, &event), row->said);
    ck_assert_int_eq(timestamp_parse("2026-11-30T08:41:15.1234567Z", &time_ns), ERR_NONE);
    ck_assert_int_eq(event.time_ns, time_ns);
}
END_TEST

/* Every way to cut an event off, and every byte of it turned into another. */
START_TEST(damaged)
{
    AUTO_ARENA arena;
    struct event event;
    const struct bytes whole = bytes_of_string(FULL);
    arena_init(&arena, 64 << 20);
    for (size_t size = 0; size < whole.size; size++) {
        uint8_t *copy = malloc(size + 1); /* of just its size: a read behind it is seen by a sanitizer */
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, whole.data, size);
        ck_assert_int_eq(event_xml_parse(&arena, bytes_of(copy, size), &event), ERR_MALFORMED);
        free(copy);
    }
    uint8_t *bytes = arena_copy(&arena, whole.data, whole.size);
    ck_assert_ptr_nonnull(bytes);
    for (size_t at = 0; at < whole.size; at++) {
        bytes[at] = 0;
        ck_assert_int_eq(event_xml_parse(&arena, bytes_of(bytes, whole.size), &event), ERR_MALFORMED);
        bytes[at] = whole.data[at];
    }
}
END_TEST

/* More fields than an event has room for: the first of them. */
START_TEST(many_fields)
{
    AUTO_ARENA arena;
    struct event event;
    const char *data = "";
    arena_init(&arena, 8 << 20);
    for (int i = 0; i < EVENT_FIELDS_MAX + 8; i++)
        data = arena_printf(&arena, "%s<Data Name='f%d'>%d</Data>", data, i, i);
    const char *xml = arena_printf(&arena, OPEN SYSTEM "<EventData>%s</EventData></Event>", data);
    ck_assert_int_eq(event_xml_parse(&arena, bytes_of_string(xml), &event), ERR_NONE);
    ck_assert_uint_eq(event.field_count, EVENT_FIELDS_MAX);
    ck_assert_str_eq(event.fields[EVENT_FIELDS_MAX - 1].name, "f31");
}
END_TEST

/* Nesting is bounded. */
START_TEST(deep)
{
    AUTO_ARENA arena;
    struct event event;
    static const struct {
        int depth;
        enum err err;
    } depths[] = {{30, ERR_NONE}, {32, ERR_MALFORMED}, {5000, ERR_MALFORMED}};
    arena_init(&arena, 1 << 20);
    char *xml = arena_alloc(&arena, 100000);
    ck_assert_ptr_nonnull(xml);
    int size = snprintf(xml, 100000, OPEN SYSTEM);
    for (int i = 0; i < depths[_i].depth; i++)
        size += snprintf(xml + size, 8, "<a>");
    for (int i = 0; i < depths[_i].depth; i++)
        size += snprintf(xml + size, 8, "</a>");
    (void)snprintf(xml + size, 16, "</Event>");
    ck_assert_int_eq(event_xml_parse(&arena, bytes_of_string(xml), &event), depths[_i].err);
}
END_TEST

/* Two parts of the same event have one UUID, and another event has another. RFC 9562 5.7 */
START_TEST(uuid)
{
    AUTO_ARENA arena;
    struct event first;
    struct event again;
    struct event other;
    arena_init(&arena, 1 << 20);
    const char *xml = OPEN "<System>" TIME "<EventRecordID>10</EventRecordID></System></Event>";
    ck_assert_int_eq(event_xml_parse(&arena, bytes_of_string(VALUE("x")), &first), ERR_NONE);
    ck_assert_int_eq(event_xml_parse(&arena, bytes_of_string(VALUE("y")), &again), ERR_NONE);
    ck_assert_int_eq(event_xml_parse(&arena, bytes_of_string(xml), &other), ERR_NONE);
    ck_assert_mem_eq(&first.uuid, &again.uuid, sizeof first.uuid);
    ck_assert_mem_ne(&first.uuid, &other.uuid, sizeof first.uuid);
    ck_assert_uint_eq(first.uuid.bytes[6] >> 4, 7);
    ck_assert_uint_eq(first.uuid.bytes[8] >> 6, 2);
}
END_TEST

/* What our own writer writes as Windows does is read as it was. */
START_TEST(as_written)
{
    AUTO_ARENA arena;
    struct event read;
    struct bytes xml;
    arena_init(&arena, 1 << 20);
    const struct event written = {.record_id = 5,
                                  .event_id = 4662,
                                  .version = 2,
                                  .task = 14080,
                                  .success = true,
                                  .time_ns = 1795941675123456700,
                                  .process_id = 6,
                                  .thread_id = 7,
                                  .fields = {{"SubjectUserSid", "S-1-5-18"}, {"ObjectName", "\"<&>'\r\n\t"}},
                                  .field_count = 2};
    ck_assert_int_eq(event_xml(&written, "server", &arena, &xml), ERR_NONE);
    ck_assert_int_eq(event_xml_parse(&arena, xml, &read), ERR_NONE);
    ck_assert_str_eq(say(&arena, &read),
                     "id=4662 version=2 task=14080 success record=5 pid=6 tid=7 sid=S-1-5-18 "
                     "object=\"<&>'\r\n\t SubjectUserSid=S-1-5-18 ObjectName=\"<&>'\r\n\t");
    ck_assert_int_eq(read.time_ns, written.time_ns);
}
END_TEST

/* Who cleared the log says another provider, in elements of its own. */
START_TEST(cleared_as_written)
{
    AUTO_ARENA arena;
    struct event read;
    struct bytes xml;
    arena_init(&arena, 1 << 20);
    const struct event written = {.record_id = 5,
                                  .event_id = 1102,
                                  .task = 104,
                                  .success = true,
                                  .time_ns = 1795941675123456700,
                                  .fields = {{"SubjectUserSid", "S-1-5-18"}, {"SubjectUserName", "<&>"}},
                                  .field_count = 2};
    ck_assert_int_eq(event_xml(&written, "server", &arena, &xml), ERR_NONE);
    const char *text = arena_string(&arena, xml);
    ck_assert_ptr_nonnull(strstr(text, "<Provider Name=\"Microsoft-Windows-Eventlog\" "
                                       "Guid=\"{FC65DDD8-D6EF-4962-83D5-6E5CFE9CE148}\"/>"));
    ck_assert_ptr_nonnull(strstr(text, "<UserData><LogFileCleared xmlns=\"http://manifests.microsoft.com/win/"
                                       "2004/08/windows/eventlog\"><SubjectUserSid>S-1-5-18</SubjectUserSid>"
                                       "<SubjectUserName>&lt;&amp;&gt;</SubjectUserName></LogFileCleared>"
                                       "</UserData></Event>"));
    ck_assert_int_eq(event_xml_parse(&arena, xml, &read), ERR_NONE);
    ck_assert_str_eq(say(&arena, &read),
                     "id=1102 version=0 task=104 success record=5 pid=0 tid=0 sid=S-1-5-18 "
                     "name=<&> SubjectUserSid=S-1-5-18 SubjectUserName=<&>");
}
END_TEST

START_TEST(no_memory)
{
    struct event event = {0};
    enum err err = ERR_NO_MEMORY;
    size_t failures = 0;
    for (size_t room = 0; err == ERR_NO_MEMORY && room < 65536; room += 16) {
        AUTO_ARENA arena;
        arena_init(&arena, room);
        err = event_xml_parse(&arena, bytes_of_string(FULL), &event);
        failures += err == ERR_NO_MEMORY;
        ck_assert(err == ERR_NONE || event.record_id == 0);
    }
    ck_assert_int_eq(err, ERR_NONE);
    ck_assert_uint_gt(failures, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-event_xml");
    TCase *tcase = tcase_create("event_xml");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, event_row, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(tcase, damaged);
    tcase_add_test(tcase, many_fields);
    tcase_add_loop_test(tcase, deep, 0, 3);
    tcase_add_test(tcase, uuid);
    tcase_add_test(tcase, as_written);
    tcase_add_test(tcase, cleared_as_written);
    tcase_add_test(tcase, no_memory);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
