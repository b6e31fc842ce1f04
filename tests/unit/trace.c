/* trace: traceparent and tracestate by the W3C's Trace Context, level 1. */
#include "http/trace.h"

#include "support/suite.h"

#include <stdio.h>
#include <string.h>

#define TRACE  "0af7651916cd43dd8448eb211c80319c"
#define PARENT "b7ad6b7169203331"
#define ZEROS  "0000000000000000"

static const struct {
    const char *text;
    int flags; /* -1: not sound */
} parent_rows[] = {
    {"00-" TRACE "-" PARENT "-01", 1},
    {"00-" TRACE "-" PARENT "-00", 0},
    {"00-" TRACE "-" PARENT "-ff", 255},
    {"00-" TRACE "-" PARENT "-0f", 15},
    {"", -1},
    {"00", -1},
    {"00-" TRACE "-" PARENT, -1},
    {"00-" TRACE "-" PARENT "-", -1},
    {"00-" TRACE "-" PARENT "-0", -1},
    {"00-" TRACE "-" PARENT "-011", -1},
    {"00-" TRACE "-" PARENT "-01-", -1},
    {"00-" TRACE "-" PARENT "-01-extra", -1},
    {"00-" TRACE "-" PARENT "-01 ", -1},
    {" 00-" TRACE "-" PARENT "-01", -1},
    {"00-" TRACE "-" PARENT "-0G", -1},
    {"00-" TRACE "-" PARENT "-0A", -1},
    {"0x-" TRACE "-" PARENT "-01", -1},
    {"00_" TRACE "-" PARENT "-01", -1},
    {"00-" TRACE "_" PARENT "-01", -1},
    {"00-" TRACE "-" PARENT "_01", -1},
    {"00-" ZEROS ZEROS "-" PARENT "-01", -1},
    {"00-" TRACE "-" ZEROS "-01", -1},
    {"00-0AF7651916cd43dd8448eb211c80319c-" PARENT "-01", -1},
    {"00-0af7651916cd43dd8448eb211c80319-" PARENT "-01", -1},
    {"00-0af7651916cd43dd8448eb211c80319cc-" PARENT "-01", -1},
    {"00-0af7651916cd43dd8448eb211c80319.-" PARENT "-01", -1},
    {"00-" TRACE "-b7ad6b716920333-01", -1},
    {"00-" TRACE "-B7ad6b7169203331-01", -1},
    {"00-" TRACE "-" PARENT "-01,00-" TRACE "-" PARENT "-01", -1},
    /* later versions are read as far as this one, and may go on behind a dash */
    {"01-" TRACE "-" PARENT "-01", 1},
    {"cc-" TRACE "-" PARENT "-01-what-the-future-will-be-like", 1},
    {"cc-" TRACE "-" PARENT "-01.what", -1},
    {"cc-" TRACE "-" PARENT "-01-", 1},
    {"fe-" TRACE "-" PARENT "-01", 1},
    {"ff-" TRACE "-" PARENT "-01", -1},
    {"FE-" TRACE "-" PARENT "-01", -1},
};

START_TEST(a_parent)
{
    struct trace trace = {.flags = 0x55};
    const bool sound = trace_parent_read(bytes_of_string(parent_rows[_i].text), &trace);
    ck_assert_msg(sound == (parent_rows[_i].flags >= 0), "%s", parent_rows[_i].text);
    if (!sound) {
        ck_assert_uint_eq(trace.flags, 0x55); /* nothing was written */
        return;
    }
    ck_assert_str_eq(trace.id, TRACE);
    ck_assert_str_eq(trace.parent, PARENT);
    ck_assert_int_eq(trace.flags, parent_rows[_i].flags);
}
END_TEST

#define K64  "kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk"
#define K256 K64 K64 K64 K64

static const struct {
    const char *text;
    int members; /* -1: not sound */
} state_rows[] = {
    {"", 0},
    {" ,\t,", 0},
    {"rojo=00f067aa0ba902b7", 1},
    {"rojo=00f067aa0ba902b7,congo=t61rcWkgMzE", 2},
    {"rojo=1 , congo=2", 2},
    {",rojo=1,,", 1},
    {"fw529a3039@dt=FfAAAAVy", 1},
    {"0tenant@sys=1", 1},
    {"a_-*/z=! ~", 1},
    {"rojo= leading", 1},
    {"0key=1", -1},
    {"Key=1", -1},
    {"kEy=1", -1},
    {"k y=1", -1},
    {"key =1", -1},
    {"key", -1},
    {"=1", -1},
    {"key=", -1},
    {"key=a=b", -1},
    {"key=\x7f", -1},
    {"key=\xc3\xa4", -1},
    {"key=a\tb", -1},
    {"@sys=1", -1},
    {"tenant@=1", -1},
    {"tenant@0sys=1", -1},
    {"a@b@c=1", -1},
    {"tenant@fourteenletter=1", 1},
    {"tenant@fifteenletters_=1", -1},
    {"a=1,b=2,a=3", -1},
    {K256 "=1", 1},
    {"k" K256 "=1", -1},
    {"k=" K256, 1},
    {"k=v" K256, -1},
};

START_TEST(a_state)
{
    unsigned members = 0;
    const bool sound = trace_state_read(bytes_of_string(state_rows[_i].text), &members);
    ck_assert_msg(sound == (state_rows[_i].members >= 0), "%s", state_rows[_i].text);
    if (sound)
        ck_assert_int_eq((int)members, state_rows[_i].members);
}
END_TEST

START_TEST(thirty_two_members_and_no_more)
{
    char text[256] = "";
    for (unsigned i = 0; i < 33; i++) {
        char member[8] = {(char)('a' + i % 26), (char)('a' + i / 26), '=', '1', ','};
        unsigned members = 0;
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s", member);
        ck_assert(trace_state_read(bytes_of_string(text), &members) == (i < 32));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("trace");
    TCase *tests = tcase_create("trace");
    tcase_add_loop_test(tests, a_parent, 0, (int)(sizeof parent_rows / sizeof parent_rows[0]));
    tcase_add_loop_test(tests, a_state, 0, (int)(sizeof state_rows / sizeof state_rows[0]));
    tcase_add_test(tests, thirty_two_members_and_no_more);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
