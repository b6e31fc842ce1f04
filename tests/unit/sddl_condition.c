#include "engine/sddl.h"
#include "support/suite.h"

#include <stdio.h>

#define COUNT(rows) (int)(sizeof(rows) / sizeof(rows)[0])

/* Conditions, without the ACE around them; NULL means that it is written as it was read. Reference 2.4. */
static const struct {
    const char *in;
    const char *out;
} round_rows[] = {
    {"(a)", NULL},
    {"(a == 1)", NULL},
    {"( a==1 )", "(a == 1)"},
    {"(a!=1)", "(a != 1)"},
    {"(a<1)", "(a < 1)"},
    {"(a<=1)", "(a <= 1)"},
    {"(a>1)", "(a > 1)"},
    {"(a>=1)", "(a >= 1)"},
    {"(a\t\r\n==\v\f1)", "(a == 1)"},
    {"(a == -1)", NULL},
    {"(a == +1)", NULL},
    {"(a == 0x1F)", "(a == 0x1f)"},
    {"(a == -0x10)", NULL},
    {"(a == 017)", NULL},
    {"(a == -017)", NULL},
    {"(a == 0)", NULL},
    {"(a == 00)", NULL},
    {"(a == 0xffffffffffffffff)", NULL},
    {"(a == 18446744073709551615)", NULL},
    {"(a == -9223372036854775808)", NULL},
    {"(a == \"\")", NULL},
    {"(a == \"\xc3\x9f \xf0\x90\x80\x80 )(\")", NULL},
    {"(a == #)", NULL},
    {"(a == #0aF)", "(a == #00af)"},
    {"(a == ##1#2#3##)", "(a == #01020300)"},
    {"(a == SID(ba))", "(a == SID(BA))"},
    {"(a == sid( S-1-1-0 ))", "(a == SID(WD))"},
    {"(a == {})", NULL},
    {"(a == { 1 ,\"x\",#01, SID(BA)})", "(a == {1, \"x\", #01, SID(BA)})"},
    {"(a contains 1)", "(a Contains 1)"},
    {"(a NOT_CONTAINS {1})", "(a Not_Contains {1})"},
    {"(a any_of{1})", "(a Any_of {1})"},
    {"(a Not_Any_of {1})", NULL},
    {"(exists a)", "(Exists a)"},
    {"(Not_Exists @user.a)", "(Not_Exists @USER.a)"},
    {"(@Device.a == @Resource.b)", "(@DEVICE.a == @RESOURCE.b)"},
    {"(@USER.a%0020b%003d%d83D%dE00 == 1)", "(@USER.a%0020b%003d%d83d%de00 == 1)"},
    {"(@USER.\xc4\x80{},'-[] == 1)", "(@USER.%0100{}%002c'-[] == 1)"},
    {"(@USER.\xf0\x9f\x98\x80 == 1)", "(@USER.%d83d%de00 == 1)"},
    {"(a:./_@9 == 1)", NULL},
    {"(9)", NULL},
    {"(Contains == 1)", NULL},
    {"(Member_of {})", NULL},
    {"(member_of((sid(ba))))", "(Member_of SID(BA))"},
    {"(Member_of SID(BA))", NULL},
    {"(Member_of {1})", NULL},
    {"(Member_of_Any{SID(BA)})", "(Member_of_any {SID(BA)})"},
    {"(Device_Member_of {SID(BA)})", NULL},
    {"(Device_Member_of_any {SID(BA)})", NULL},
    {"(Not_Member_of {SID(BA)})", NULL},
    {"(Not_Member_of_any {SID(BA)})", NULL},
    {"(Not_Device_Member_of {SID(BA)})", NULL},
    {"(Not_Device_Member_of_any {SID(BA)})", NULL},
    {"(a && b || c)", "(((a) && (b)) || (c))"},
    {"(a || b && c)", "((a) || ((b) && (c)))"},
    {"((a || b) && c)", "(((a) || (b)) && (c))"},
    {"(a && b && c)", "(((a) && (b)) && (c))"},
    {"(a && (b && c))", "((a) && ((b) && (c)))"},
    {"(!a && b)", "((!(a)) && (b))"},
    {"(!a == 1)", "(!(a == 1))"},
    {"(!!a)", "(!(!(a)))"},
    {"(!(a && b) || c)", "((!((a) && (b))) || (c))"},
    {"(((a)))", "(a)"},
    {"(!(Member_of{SID(BA)}))", "(!(Member_of {SID(BA)}))"},
};

static const struct sddl_domains none;

static const char *text_of(struct arena *arena, struct bytes bytes)
{
    struct descriptor descriptor;
    struct bytes text;
    ck_assert_int_eq(descriptor_parse(bytes, &descriptor), ERR_NONE);
    ck_assert_int_eq(sddl_write(arena, &descriptor, ALL_SECURITY_INFORMATION, &none, &text), ERR_NONE);
    return (const char *)text.data;
}

START_TEST(round_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    static const char *const types[] = {"D:(XA;;FA;;;WD;%s)", "D:(XD;;FA;;;WD;%s)", "S:(XU;SA;FA;;;WD;%s)",
                                        "S:(FL;TP;FA;;;WD;%s)", "D:(ZA;;FA;;;WD;%s)"};
    const char *out = round_rows[_i].out == NULL ? round_rows[_i].in : round_rows[_i].out;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct bytes bytes, again;
        struct sddl_error error;
        size_t before = strlen(types[i]) - 3;
        const char *in = arena_printf(&arena, "%.*s%s)", (int)before, types[i], round_rows[_i].in);
        const char *want = arena_printf(&arena, "%.*s%s)", (int)before, types[i], out);
        ck_assert_int_eq(sddl_read(&arena, bytes_of_string(in), &none, &bytes, &error), ERR_NONE);
        const char *got = text_of(&arena, bytes);
        ck_assert_str_eq(got, want);
        ck_assert_int_eq(sddl_read(&arena, bytes_of_string(got), &none, &again, &error), ERR_NONE);
        ck_assert(bytes_equal(bytes, again));
    }
}
END_TEST

/* What stands between "S:(RA;;;;;WD;" and ")". Reference 2.5. */
static const struct {
    const char *in;
    const char *out;
} attribute_rows[] = {
    {"(\"a\",TI,0x0,1,-1,-9223372036854775808,9223372036854775807)", NULL},
    {"(\"a\",TU,0x0,18446744073709551615,0x10,010)", "(\"a\",TU,0x0,18446744073709551615,16,8)"},
    {"( \"a\" , ts , 2 , \"x\" , \"\" )", "(\"a\",TS,0x2,\"x\",\"\")"},
    {"(\"a\",TD,0x0,SID(BA),SID(S-1-2-3))", NULL},
    {"(\"a\",TX,0x0,0077,00,#1)", "(\"a\",TX,0x0,0077,00,01)"},
    {"(\"a\",TB,0x10000,0,1)", NULL},
    {"(\"a\",TI,0x0)", NULL},
    {"(\"a%0016\xc4\x80%0022 b\",TI,0xffffffff)", "(\"a%0016%0100%0022%0020b\",TI,0xffffffff)"},
};

START_TEST(attribute_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct bytes bytes;
    struct sddl_error error;
    const char *out = attribute_rows[_i].out == NULL ? attribute_rows[_i].in : attribute_rows[_i].out;
    const char *in = arena_printf(&arena, "S:(RA;;;;;WD;%s)", attribute_rows[_i].in);
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(in), &none, &bytes, &error), ERR_NONE);
    ck_assert_str_eq(text_of(&arena, bytes), arena_printf(&arena, "S:(RA;;;;;WD;%s)", out));
}
END_TEST

static const struct {
    const char *text;
    size_t offset;
} error_rows[] = {
    {"D:(XA;;FA;;;WD)", 14},
    {"D:(XA;;FA;;;WD;)", 15},
    {"D:(XA;;FA;;;WD;a)", 15},
    {"D:(XA;;FA;;;WD;())", 16},
    {"D:(XA;;FA;;;WD;(a)", 18},
    {"D:(XA;;FA;;;WD;(a) x)", 19},
    {"D:(XA;;FA;;;WD;(a &&))", 20},
    {"D:(XA;;FA;;;WD;(a & b))", 18},
    {"D:(XA;;FA;;;WD;(a b))", 18},
    {"D:(XA;;FA;;;WD;(a Exists 1))", 18},
    {"D:(XA;;FA;;;WD;(a Member_of {SID(BA)}))", 18},
    {"D:(XA;;FA;;;WD;(Member_of 1))", 26},
    {"D:(XA;;FA;;;WD;(a = 1))", 18},
    {"D:(XA;;FA;;;WD;(a == a))", 21},
    {"D:(XA;;FA;;;WD;(a == ))", 21},
    {"D:(XA;;FA;;;WD;(a == !(a)))", 21},
    {"D:(XA;;FA;;;WD;(a == 1x))", 22},
    {"D:(XA;;FA;;;WD;(a == 0x))", 23},
    {"D:(XA;;FA;;;WD;(a == 08))", 22},
    {"D:(XA;;FA;;;WD;(a == 0x10000000000000000))", 39},
    {"D:(XA;;FA;;;WD;(a == 18446744073709551616))", 40},
    {"D:(XA;;FA;;;WD;(a == -9223372036854775809))", 40},
    {"D:(XA;;FA;;;WD;(a == \"x))", 25},
    {"D:(XA;;FA;;;WD;(a == \"\xff\"))", 23},
    {"D:(XA;;FA;;;WD;(a == #0g))", 23},
    {"D:(XA;;FA;;;WD;(a == {1, {2}}))", 25},
    {"D:(XA;;FA;;;WD;(a == {1 2}))", 24},
    {"D:(XA;;FA;;;WD;(a == {1,}))", 24},
    {"D:(XA;;FA;;;WD;(a == {@User.b}))", 22},
    {"D:(XA;;FA;;;WD;(a == SID(ernie)))", 27},
    {"D:(XA;;FA;;;WD;(a == SID(QQ)))", 25},
    {"D:(XA;;FA;;;WD;(a == SID BA))", 21},
    {"D:(XA;;FA;;;WD;(1 == {SID(BA}))", 28},
    {"D:(XA;;FA;;;WD;(@Other.a))", 16},
    {"D:(XA;;FA;;;WD;(@User.))", 22},
    {"D:(XA;;FA;;;WD;(@User.a%002))", 23},
    {"D:(XA;;FA;;;WD;(@User.a%0000))", 23},
    {"D:(XA;;FA;;;WD;(@User.\xff))", 22},
    {"D:(XA;;FA;;;WD;(Exists))", 22},
    {"D:(XA;;FA;;;WD;(Exists \"a\"))", 23},
    {"D:(XA;;FA;;;WD;(Member_of))", 25},
    {"D:(XA;;FA;;;WD;(Member_of @User.a))", 26},
    {"D:(XA;;FA;;;WD;(Member_of (SID(BA)}))", 34},
    {"D:(XA;;FA;;;WD;(Member_of_AnySID(BA)))", 32},
    {"D:(XA;;FA;;;WD;(! Member_of{SID(BA)}))", 18},
    {"D:(XA;;FA;;;WD;(DA == SID(DA)))", 26},
    {"S:(RA;;;;;WD)", 12},
    {"S:(RA;;;;;WD;)", 13},
    {"S:(RA;;;;;WD;(a,TI,0))", 14},
    {"S:(RA;;;;;WD;(\"\",TI,0))", 15},
    {"S:(RA;;;;;WD;(\"a,TI,0))", 23},
    {"S:(RA;;;;;WD;(\"a\" TI,0))", 18},
    {"S:(RA;;;;;WD;(\"a\",TZ,0))", 18},
    {"S:(RA;;;;;WD;(\"a\",TI))", 20},
    {"S:(RA;;;;;WD;(\"a\",TI,0x100000000))", 32},
    {"S:(RA;;;;;WD;(\"a\",TI,0,))", 23},
    {"S:(RA;;;;;WD;(\"a\",TI,0,\"x\"))", 23},
    {"S:(RA;;;;;WD;(\"a\",TI,0,9223372036854775808))", 23},
    {"S:(RA;;;;;WD;(\"a\",TU,0,-1))", 23},
    {"S:(RA;;;;;WD;(\"a\",TB,0,2))", 23},
    {"S:(RA;;;;;WD;(\"a\",TS,0,x))", 23},
    {"S:(RA;;;;;WD;(\"a\",TX,0,))", 23},
    {"S:(RA;;;;;WD;(\"a\",TD,0,BA))", 23},
    {"S:(RA;;;;;WD;(\"a\",TI,0,1)", 25},
};

START_TEST(error_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct bytes bytes;
    struct sddl_error error = {0};
    enum err err = sddl_read(&arena, bytes_of_string(error_rows[_i].text), &none, &bytes, &error);
    bool unmapped = err == ERR_NONE_MAPPED && strstr(error_rows[_i].text, "DA") != NULL;
    ck_assert_msg(err == ERR_INVALID_ACL || unmapped, "%s", error_rows[_i].text);
    ck_assert_uint_eq(error.offset, error_rows[_i].offset);
    ck_assert_ptr_nonnull(error.expected);
}
END_TEST

/* Trap 26: the text decides how deep it nests, and neither reading nor writing may follow it on the machine's stack. */
/* The memory that a text takes is in proportion to it, however many attributes it has. */
START_TEST(attributes_take_little_memory)
{
    enum { ACE_COUNT = 1000 };
    static const char ace[] = "(RA;;;;;WD;(\"a\",TS,0x0,\"x,(\"))";
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 21);
    struct bytes bytes;
    struct sddl_error error;
    char *text = arena_alloc(&arena, ACE_COUNT * sizeof ace + 3);
    ck_assert_ptr_nonnull(text);
    size_t at = (size_t)snprintf(text, 3, "S:");
    for (size_t i = 0; i < ACE_COUNT; i++)
        at += (size_t)snprintf(text + at, sizeof ace, "%s", ace);
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(text), &none, &bytes, &error), ERR_NONE);
    ck_assert_str_eq(text_of(&arena, bytes), text);
}
END_TEST

START_TEST(nesting_is_not_recursion)
{
    enum { DEPTH = 20000 };
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 24);
    struct bytes bytes;
    struct sddl_error error;
    char *text = arena_alloc(&arena, 3 * DEPTH + 64);
    ck_assert_ptr_nonnull(text);
    size_t at = (size_t)snprintf(text, 64, "D:(XA;;FA;;;WD;(");
    for (size_t i = 0; i < DEPTH; i++) {
        text[at++] = '!';
        text[at++] = '(';
    }
    text[at++] = 'a';
    memset(text + at, ')', DEPTH + 2);
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(text), &none, &bytes, &error), ERR_NONE);
    ck_assert_str_eq(text_of(&arena, bytes), text);
}
END_TEST

#define LOCAL_A "\xf8\2\0\0\0a\0"
#define ONE     "\4\1\0\0\0\0\0\0\0\3\2"
#define ROW(text)                                                                                            \
    {                                                                                                        \
        text, sizeof(text) - 1                                                                               \
    }

/* ApplicationData that no text stands for. */
static const struct {
    const char *data;
    size_t size;
} wordless_rows[] = {
    ROW(""),
    ROW("arty" LOCAL_A),
    ROW("artx"),
    ROW("artx\0\0\0\0"),
    ROW("artx" LOCAL_A LOCAL_A),        /* two are left */
    ROW("artx\x80"),                    /* none to take */
    ROW("artx" LOCAL_A "\x80"),         /* one is missing */
    ROW("artx" LOCAL_A LOCAL_A "\x80"), /* a local name on the right */
    ROW("artx" ONE LOCAL_A "\x80"),
    ROW("artx" ONE ONE "\x80"), /* a literal on the left, which would be read as a name */
    ROW("artx" ONE),            /* a literal alone */
    ROW("artx" ONE "\xa2"),
    ROW("artx" ONE "\x87"),
    ROW("artx" LOCAL_A "\x89"),
    ROW("artx" LOCAL_A ONE "\xa0"),
    ROW("artx" LOCAL_A "\0\1"), /* not only zeros at the end */
    ROW("artx\x7f"),
    ROW("artx\xf8\2\0\0\0a"), /* runs out */
    ROW("artx\xf8\xff\xff\xff\xff\x61"),
    ROW("artx\xf8\1\0\0\0a"), /* half a code unit */
    ROW("artx\xf8\0\0\0\0"),
    ROW("artx\xf9\0\0\0\0"),
    ROW("artx\xf9\2\0\0\0\0\0"),                              /* a NUL in a name */
    ROW("artx\xf8\4\0\0\0@\0a\0"),                            /* would be read as a prefix */
    ROW("artx\xf8\2\0\0\0-\0"),                               /* local names have no escapes */
    ROW("artx\xf8\x0c\0\0\0E\0x\0i\0s\0t\0s\0"),              /* would be read as an operator */
    ROW("artx" LOCAL_A "\4\1\0\0\0\0\0\0\0\4\2\x80"),         /* no such sign */
    ROW("artx" LOCAL_A "\4\1\0\0\0\0\0\0\0\3\0\x80"),         /* no such base */
    ROW("artx" LOCAL_A "\4\1\0\0\0\0\0\0\0\2\2\x80"),         /* minus, and not negative */
    ROW("artx" LOCAL_A "\x10\2\0\0\0\"\0\x80"),               /* a quote in a string */
    ROW("artx" LOCAL_A "\x10\4\0\0\0a\0\0\0\x80"),            /* a NUL in a string */
    ROW("artx" LOCAL_A "\x10\2\0\0\0\0\xd8\x80"),             /* half a surrogate pair */
    ROW("artx" LOCAL_A "\x51\x08\0\0\0\1\1\0\0\0\0\0\1\x80"), /* a SID that ends early */
    ROW("artx" LOCAL_A "\x51\x08\0\0\0\1\0\0\0\0\0\0\1\x80"), /* without sub-authorities */
    ROW("artx" LOCAL_A "\x50\5\0\0\0\x50\0\0\0\0\x80"),       /* a list in a list */
    ROW("artx" LOCAL_A "\x50\1\0\0\0\0\x80"),                 /* padding in a list */
};

START_TEST(wordless_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct bytes text;
    struct ace ace = {.type = ACE_ACCESS_ALLOWED_CALLBACK,
                      .sid = SID_EVERYONE,
                      .application_data = bytes_of(wordless_rows[_i].data, wordless_rows[_i].size)};
    ck_assert_int_eq(sddl_write_ace(&arena, &ace, &none, &text), ERR_INVALID_ACL);
}
END_TEST

/* A condition by itself, and nothing behind it. */
START_TEST(conditions_end_with_their_parenthesis)
{
    static const struct {
        const char *text;
        size_t offset; /* where it is wrong, 0 when it is right */
    } rows[] = {{"(a)", 0}, {" (a) ", 0}, {"(a) x", 4}, {"(a)(b)", 3}, {"(a))", 3}, {"a", 0}, {"", 0}};
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct bytes bytes;
        struct sddl_error error = {0};
        enum err err = sddl_read_condition(&arena, bytes_of_string(rows[i].text), &none, &bytes, &error);
        ck_assert_msg(err == (i < 2 ? ERR_NONE : ERR_INVALID_ACL), "%s", rows[i].text);
        ck_assert_msg(error.offset == rows[i].offset, "%s: %zu", rows[i].text, error.offset);
    }
}
END_TEST

/* Attributes that no text stands for. */
static const struct {
    const char *data;
    size_t size;
} wordless_attributes[] = {
#define ATTRIBUTE(type, value) "\x14\0\0\0" type "\0\0\0\0\0\0\0\1\0\0\0\x18\0\0\0a\0\0\0" value
    ROW(""),
    ROW(ATTRIBUTE("\x10", "\0\0\0\0")),                 /* no octets */
    ROW(ATTRIBUTE("\5", "\x08\0\0\0\1\0\0\0\0\0\0\5")), /* a SID without sub-authorities */
    ROW(ATTRIBUTE("\3", "\"\0\0\0")),                   /* a quote */
    ROW(ATTRIBUTE("\3", "\0\xd8\0\0")),                 /* half a surrogate pair */
};

START_TEST(wordless_attribute)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct bytes text;
    struct ace ace = {.type = ACE_SYSTEM_RESOURCE_ATTRIBUTE,
                      .sid = SID_EVERYONE,
                      .application_data =
                          bytes_of(wordless_attributes[_i].data, wordless_attributes[_i].size)};
    ck_assert_int_eq(sddl_write_ace(&arena, &ace, &none, &text), ERR_INVALID_ACL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sddl_condition");
    TCase *tests = tcase_create("sddl_condition");
    tcase_add_loop_test(tests, round_row, 0, COUNT(round_rows));
    tcase_add_loop_test(tests, attribute_row, 0, COUNT(attribute_rows));
    tcase_add_loop_test(tests, error_row, 0, COUNT(error_rows));
    tcase_add_loop_test(tests, wordless_row, 0, COUNT(wordless_rows));
    tcase_add_loop_test(tests, wordless_attribute, 0, COUNT(wordless_attributes));
    tcase_add_test(tests, conditions_end_with_their_parenthesis);
    tcase_add_test(tests, nesting_is_not_recursion);
    tcase_add_test(tests, attributes_take_little_memory);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
