/* xml: events as Windows renders them, and text that XML cannot carry. */
#include "eventlog/xml.h"
#include "support/suite.h"

enum { ARENA_BYTES = 1 << 20 };

#define R "\xef\xbf\xbd"

static const struct {
    const char *text;
    const char *value; /* between <Data> and </Data> */
} rows[] = {
    {"plain", "plain"},
    {"", ""},
    {"<a b='c' d=\"e\">&amp;</a>", "&lt;a b=&apos;c&apos; d=&quot;e&quot;&gt;&amp;amp;&lt;/a&gt;"},
    {"]]>", "]]&gt;"},
    {"a\n\tb", "a\n\tb"},
    {"a\r\nb", "a&#xD;\nb"},
    {"\x01\x02\x08\x0b\x0c\x0e\x1f", R R R R R R R},
    {"\x7f\xc2\x80", "\x7f\xc2\x80"},
    {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"},
    {"\xef\xbf\xbd", R},
    {"\xef\xbf\xbe\xef\xbf\xbf", R R},
    {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
    {"\xff", R},
    {"a\xc3", "a" R},
    {"\xc3(", R "("},
    {"\xc0\x80", R R},             /* overlong NUL */
    {"\xed\xa0\x80", R R R},       /* half a surrogate pair */
    {"\xf4\x90\x80\x80", R R R R}, /* beyond Unicode */
    {"\xe2\x82<", R R "&lt;"},     /* the mark is not swallowed */
    {"&#x0; \\u0000", "&amp;#x0; \\u0000"},
};

static const char head[] =
    "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System>"
    "<Provider Name=\"Microsoft-Windows-Security-Auditing\" Guid=\"{54849625-5478-4994-A5BA-3E3B0328C30D}\"/>"
    "<EventID>4656</EventID><Version>1</Version><Level>0</Level><Task>12800</Task><Opcode>0</Opcode>"
    "<Keywords>0x8010000000000000</Keywords><TimeCreated SystemTime=\"2015-09-18T22:15:19.346776600Z\"/>"
    "<EventRecordID>274057</EventRecordID><Correlation/><Execution ProcessID=\"516\" ThreadID=\"524\"/>"
    "<Channel>Security</Channel><Computer>DC01.contoso.local</Computer><Security/></System><EventData>";

/* The sample of reference 5.3. */
static struct event sample(void)
{
    return (struct event){.record_id = 274057,
                          .event_id = 4656,
                          .version = 1,
                          .task = 12800,
                          .time_ns = INT64_C(1442614519346776600),
                          .process_id = 516,
                          .thread_id = 524};
}

START_TEST(value_row)
{
    struct event event = sample();
    struct bytes xml;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    event.fields[0] = (struct event_field){"ObjectName", rows[_i].text};
    event.field_count = 1;
    ck_assert_int_eq(event_xml(&event, "DC01.contoso.local", &arena, &xml), ERR_NONE);
    const char *expected = arena_printf(&arena, "%s<Data Name=\"ObjectName\">%s</Data></EventData></Event>",
                                        head, rows[_i].value);
    ck_assert_str_eq((const char *)xml.data, expected);
    ck_assert_uint_eq(xml.size, strlen(expected));
}
END_TEST

/* Where whitespace would become blanks, and where everything is at its largest. */
START_TEST(edges)
{
    struct event event = sample();
    struct bytes xml;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    event.fields[0] = (struct event_field){"a\t\n\r\"'<b", "x"};
    event.field_count = 1;
    event.success = true;
    event.record_id = UINT64_MAX;
    event.event_id = event.task = UINT16_MAX;
    event.version = UINT8_MAX;
    event.process_id = event.thread_id = UINT32_MAX;
    event.time_ns = -100;
    ck_assert_int_eq(event_xml(&event, NULL, &arena, &xml), ERR_NONE);
    static const char *const parts[] = {
        "<Data Name=\"a&#x9;&#xA;&#xD;&quot;&apos;&lt;b\">x</Data>",
        "<EventID>65535</EventID><Version>255</Version><Level>0</Level><Task>65535</Task>",
        "<Keywords>0x8020000000000000</Keywords>",
        "<TimeCreated SystemTime=\"1969-12-31T23:59:59.999999900Z\"/>",
        "<EventRecordID>18446744073709551615</EventRecordID>",
        "<Execution ProcessID=\"4294967295\" ThreadID=\"4294967295\"/>",
        "<Computer></Computer>",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        ck_assert_msg(strstr((const char *)xml.data, parts[i]) != NULL, "%s", parts[i]);
}
END_TEST

START_TEST(documents)
{
    struct event events[2] = {sample(), sample()};
    struct bytes xml;
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_BYTES);
    ck_assert_int_eq(event_xml_document(events, 0, "h", &arena, &xml), ERR_NONE);
    ck_assert_str_eq((const char *)xml.data,
                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Events>\n</Events>\n");
    ck_assert_int_eq(event_xml_document(events, 2, "DC01.contoso.local", &arena, &xml), ERR_NONE);
    const char *expected = arena_printf(&arena,
                                        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Events>\n"
                                        "%s</EventData></Event>\n%s</EventData></Event>\n</Events>\n",
                                        head, head);
    ck_assert_str_eq((const char *)xml.data, expected);
}
END_TEST

START_TEST(memory)
{
    struct event event = sample();
    struct bytes xml = {0};
    AUTO_ARENA arena;
    arena_init(&arena, 100);
    ck_assert_int_eq(event_xml(&event, "h", &arena, &xml), ERR_NO_MEMORY);
    ck_assert_int_eq(event_xml_document(&event, 1, "h", &arena, &xml), ERR_NO_MEMORY);
    ck_assert_uint_eq(xml.size, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("xml");
    TCase *tests = tcase_create("xml");
    tcase_add_loop_test(tests, value_row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, edges);
    tcase_add_test(tests, documents);
    tcase_add_test(tests, memory);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
