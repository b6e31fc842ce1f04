/* audit_format: what a client takes, by RFC 9110 12.5.1. */
#include "api/audit_format.h"
#include "support/suite.h"

#define NONE   AUDIT_FORMAT_NONE
#define JSON   AUDIT_FORMAT_JSON
#define XML    AUDIT_FORMAT_XML
#define STREAM AUDIT_FORMAT_STREAM

static const struct {
    const char *accept;
    enum audit_format format;
} rows[] = {
    {NULL, JSON},
    {"", JSON},
    {" \t", JSON},
    {"*/*", JSON},
    {"application/json", JSON},
    {"APPLICATION/Json", JSON},
    {"application/json; charset=utf-8", JSON},
    {"application/*", JSON},
    {"text/*", STREAM},
    {"application/xml", XML},
    {"text/event-stream", STREAM},
    {"text/xml", NONE},
    {"text/html", NONE},
    {"application/jsonx", NONE},
    {"application/problem+json", NONE},
    {"text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8", XML},
    {"application/xml, application/json", JSON},
    {"application/xml, application/json;q=0.999", XML},
    {"application/xml;q=0.001, application/json;q=0", XML},
    {"application/xml;q=0.5, text/event-stream;Q=0.6", STREAM},
    {"text/event-stream, */*;q=0.1", STREAM},
    /* the most precise range counts, wherever it stands */
    {"*/*, application/json;q=0", XML},
    {"application/json;q=0, */*", XML},
    {"application/*;q=0, */*;q=0.1", STREAM},
    {"application/*;q=0.2, application/json;q=0.1", XML},
    {"*/*;q=0", NONE},
    {"application/json;q=0", NONE},
    {"application/json;q=0.000", NONE},
    {"application/json;q=1.000", JSON},
    {"application/json;q=0.", NONE},
    {"application/json;q=1.", JSON},
    /* malformed ranges say nothing */
    {"application/json;q=1.001", NONE},
    {"application/json;q=2", NONE},
    {"application/json;q=-1", NONE},
    {"application/json;q=0.1234", NONE},
    {"application/json;q=x", NONE},
    {"application/json;q=", NONE},
    {"application/json;q=.5", NONE},
    {"application", NONE},
    {"/json", NONE},
    {"application/", NONE},
    {"*", NONE},
    {"*/json", NONE},
    {"application/json/x", NONE},
    {",,;;/,", NONE},
    {",,application/xml,,", XML},
    {"nonsense, application/xml", XML},
    {" application/xml\t;\tq=0.5 ,application/json ; q=0.4", XML},
    /* a comma in quotes separates nothing */
    {"text/html;x=\"a,application/json\"", NONE},
    {"text/html;x=\"\\\",application/json\"", NONE},
    {"text/html;x=\"a;q=0\", application/xml", XML},
    {"application/xml;x=\"a;q=0\"", XML},
    {"application/xml;x=\"unclosed, application/json", XML},
};

START_TEST(row)
{
    enum audit_format format = audit_format_of(rows[_i].accept);
    ck_assert_msg(format == rows[_i].format, "%s gives %d", rows[_i].accept, (int)format);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("audit_format");
    TCase *tests = tcase_create("audit_format");
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
