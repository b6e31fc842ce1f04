#include "engine/sddl.h"
#include "base/text.h"
#include "support/suite.h"

#define COUNT(rows)  (int)(sizeof(rows) / sizeof(rows)[0])
#define DOMAIN_TEXT  "S-1-5-21-1-2-3"
#define MACHINE_TEXT "S-1-5-21-4-5-6"
#define FOREST_TEXT  "S-1-5-21-7-8-9"
#define GUID_A       "f30e3bbe-9ff0-11d1-b603-0000f80367c1"
#define GUID_B       "bf967aa5-0de6-11d0-a285-00aa003049e2"

static struct sid_buffer domain, machine, forest;
static struct sddl_domains domains;

static const struct {
    const char *in;
    const char *out; /* NULL: the same */
} round_rows[] = {
    {"", NULL},
    {"O:SYG:BAD:(A;;FA;;;WD)S:(AU;SAFA;FA;;;WD)", NULL},
    {"S:(AU;SA;CC;;;WD)D:(A;;FA;;;WD)G:BAO:SY", "O:SYG:BAD:(A;;FA;;;WD)S:(AU;SA;CC;;;WD)"},
    {"D:", NULL},
    {"D:NO_ACCESS_CONTROL", NULL},
    {"D:PNO_ACCESS_CONTROL", NULL},
    {"S:NO_ACCESS_CONTROL", NULL},
    {"D:PARAIS:PARAI", NULL},
    {"D:AIARP(A;;FA;;;WD)", "D:PARAI(A;;FA;;;WD)"},
    {"D:(A;;;;;WD)", NULL},
    {"D:(A;;GRGWGX;;;WD)", "D:(A;;GXGWGR;;;WD)"},
    {"D:(A;;KA;;;WD)(A;;KR;;;WD)(A;;KW;;;WD)(A;;KX;;;WD)",
     "D:(A;;KA;;;WD)(A;;KR;;;WD)(A;;KW;;;WD)(A;;KR;;;WD)"},
    {"D:(A;;FR;;;WD)(A;;FW;;;WD)(A;;FX;;;WD)", NULL},
    {"D:(A;;0x2000000;;;WD)", NULL},
    {"D:(A;;GR0xFFFFFFFF;;;WD)", "D:(A;;0xffffffff;;;WD)"},
    {"D:(A;;-0xffffff55;;;WD)", "D:(A;;CCDCSWWPLO;;;WD)"},
    {"D:(A;;-9876543210;;;WD)", "D:(A;;CC;;;WD)"},
    {"D:(A;; CC  DC;;;WD)", "D:(A;;CCDC;;;WD)"},
    {"D:(A;;+1;;;WD)", "D:(A;;CC;;;WD)"},
    {"D:(A;;0x123456789;;;WD)", "D:(A;;0xffffffff;;;WD)"},
    {"D:(A;;010;;;WD)", "D:(A;;SW;;;WD)"},
    {"D:(A;;0;;;WD)", "D:(A;;;;;WD)"},
    {"D:(A;FASAIDIONPCIOI;FA;;;WD)", "D:(A;OICINPIOIDSAFA;FA;;;WD)"},
    {"D:(A;CR;FA;;;WD)", NULL},
    {"D:( a;oi; fa; ; ; wd )", "D:(A;OI;FA;;;WD)"},
    {"D:(OA;;CR;" GUID_A ";;WD)(OD;;CR;;" GUID_B ";WD)(OA;;CR;" GUID_A ";" GUID_B ";WD)", NULL},
    {"D:(OA;;CR;;;WD)", "D:(A;;CR;;;WD)"},
    {"S:(OU;SA;CR;;;WD)", "S:(AU;SA;CR;;;WD)"},
    {"S:(ML;;NWNRNX;;;HI)(ML;;;;;SI)(ML;;0x8;;;LW)(ML;CI;2;;;ME)",
     "S:(ML;;NWNRNX;;;HI)(ML;;;;;SI)(ML;;0x8;;;LW)(ML;CI;NR;;;ME)"},
    {"S:(SP;;;;;S-1-17-1)(TL;;RC;;;S-1-19-512-8192)(AL;;CC;;;WD)(OL;;CC;" GUID_A ";;WD)", NULL},
    {"O:LAG:LG", NULL},
    {"O:" MACHINE_TEXT "-500G:" DOMAIN_TEXT "-512", "O:LAG:DA"},
    {"O:EAG:ROD:(A;;FA;;;SA)(A;;FA;;;EK)", NULL},
    {"O:DAG:DUD:(A;;FA;;;DG)(A;;FA;;;DC)(A;;FA;;;DD)(A;;FA;;;CA)(A;;FA;;;PA)(A;;FA;;;CN)(A;;FA;;;AP)(A;;FA;;;KA)"
     "(A;;FA;;;RS)",
     NULL},
    {"O:S-1-2-0x200D:", "O:S-1-2-512D:"},
    {"O:UD", NULL},
};

START_TEST(round_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct bytes bytes, text;
    struct sddl_error error;
    struct descriptor descriptor;
    const char *out = round_rows[_i].out == NULL ? round_rows[_i].in : round_rows[_i].out;
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(round_rows[_i].in), &domains, &bytes, &error),
                     ERR_NONE);
    ck_assert_int_eq(descriptor_parse(bytes, &descriptor), ERR_NONE);
    ck_assert_int_eq(sddl_write(&arena, &descriptor, ALL_SECURITY_INFORMATION, &domains, &text), ERR_NONE);
    ck_assert_str_eq((const char *)text.data, out);
    ck_assert_uint_eq(text.size, strlen(out));
}
END_TEST

static const struct {
    const char *text;
    enum err err;
    size_t offset;
} error_rows[] = {
    {"ERROR:(D;;GA;;;WD)", ERR_INVALID_PARAMETER, 0},
    {"d:(A;;GA;;;WD)", ERR_INVALID_PARAMETER, 0},
    {"D", ERR_INVALID_PARAMETER, 0},
    {"D :", ERR_INVALID_PARAMETER, 0},
    {"D:P:S:", ERR_INVALID_ACL, 3},
    {"D:D:", ERR_INVALID_ACL, 2},
    {"O:SYO:SY", ERR_INVALID_ACL, 4},
    {"D:p", ERR_INVALID_ACL, 2},
    {"D:NO_ACCESS_CONTROL(A;;GA;;;WD)", ERR_INVALID_ACL, 19},
    {"O:", ERR_INVALID_SID, 2},
    {"O:S-1", ERR_INVALID_SID, 2},
    {"O:S-1-", ERR_INVALID_SID, 2},
    {"O:QQ", ERR_INVALID_SID, 2},
    {"G:S-0x1D:", ERR_INVALID_SID, 2},
    {"D:(A;;GA;;;S-1)", ERR_INVALID_ACL, 11},
    {"D:(A;;GA;;;S-1-3-4 )", ERR_INVALID_ACL, 18},
    {"D:(A;;GA;;;WDANDSUFFIX)", ERR_INVALID_ACL, 13},
    {"D:(A;;GA;;;Nonexistent account)", ERR_INVALID_ACL, 13},
    {"D:(A;;GA;;;)", ERR_INVALID_ACL, 11},
    {"D:(;;GA;;;WD)", ERR_INVALID_ACL, 3},
    {"D:(ZZ;;GA;;;WD)", ERR_INVALID_ACL, 3},
    {"D:(AAA;;GA;;;WD)", ERR_INVALID_ACL, 3},
    {"D:(A ;;GA;;;WD)", ERR_INVALID_ACL, 4},
    {"D:(A;OI ;GA;;;WD)", ERR_INVALID_ACL, 7},
    {"D:(A;O;GA;;;WD)", ERR_INVALID_ACL, 5},
    {"D:(A;QQ;GA;;;WD)", ERR_INVALID_ACL, 5},
    {"D:(A;TP;GA;;;WD)", ERR_INVALID_ACL, 5},
    {"D:(A;;GA ;;;WD)", ERR_INVALID_ACL, 9},
    {"D:(A;;ROB;;;WD)", ERR_INVALID_ACL, 6},
    {"D:(A;;NW;;;WD)", ERR_INVALID_ACL, 6},
    {"D:(A;;0x 1;;;WD)", ERR_INVALID_ACL, 8},
    {"D:(A;;0x;;;WD)", ERR_INVALID_ACL, 8},
    {"D:(A;;08;;;WD)", ERR_INVALID_ACL, 7},
    {"D:(A;;--1;;;WD)", ERR_INVALID_ACL, 7},
    {"D:(A;;1\t;;;WD)", ERR_INVALID_ACL, 7},
    {"D:(A;;GA;a;;WD)", ERR_INVALID_ACL, 9},
    {"D:(A;;GA;" GUID_A ";;WD)", ERR_INVALID_ACL, 9},
    {"D:(OA;;GA;a;;WD)", ERR_INVALID_STRING_UUID, 10},
    {"D:(OA;;GA; " GUID_A ";;WD)", ERR_INVALID_ACL, 11},
    {"D:(OA;;GA;{" GUID_A "};;WD)", ERR_INVALID_STRING_UUID, 10},
    {"D:(OA;;GA;" GUID_A " ;;WD)", ERR_INVALID_ACL, 46},
    {"D:(A;;GA;;;WD", ERR_INVALID_ACL, 13},
    {"D:(A;;GA", ERR_INVALID_ACL, 8},
    {"D:(", ERR_INVALID_ACL, 3},
    {"D:()", ERR_INVALID_ACL, 3},
    {"D:(A;;GA;;;WD;)", ERR_INVALID_ACL, 13},
    {"D:(A;;GA;;;WD))", ERR_INVALID_ACL, 14},
    {"D:(AU;;GA;;;WD)", ERR_INVALID_ACL, 3},
    {"D:(ML;;NW;;;HI)", ERR_INVALID_ACL, 3},
    {"S:(A;;GA;;;WD)", ERR_INVALID_ACL, 3},
    {"S:(ML;;GA;;;HI)", ERR_INVALID_ACL, 7},
    {"S:(ML;;NW;;;WD)", ERR_INVALID_ACL, 12},
    {"S:(SP;;;;;WD)", ERR_INVALID_ACL, 10},
    {"S:(TL;;;;;S-1-19-512)", ERR_INVALID_ACL, 10},
    {"S:(RA;;;;;BA)", ERR_INVALID_ACL, 10},
    {"D:(\xc4\x80;;GA;;;WD)", ERR_INVALID_ACL, 3},
    {"D:(A;;GA;;;WD)\xc4\x80\xe2\x82\xac", ERR_INVALID_ACL, 14},
    {"D:(A;;\xff;;;WD)", ERR_INVALID_ACL, 6},
};

START_TEST(error_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct bytes bytes;
    struct sddl_error error = {0};
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(error_rows[_i].text), &domains, &bytes, &error),
                     error_rows[_i].err);
    ck_assert_uint_eq(error.offset, error_rows[_i].offset);
    ck_assert(error.expected != NULL && error.expected[0] != 0);
}
END_TEST

static const char *const domain_aliases[] = {"LA", "LG", "DA", "DU", "DG", "DC", "DD", "CA", "PA",
                                             "CN", "AP", "KA", "RS", "RO", "SA", "EA", "EK"};

START_TEST(aliases_need_their_domain)
{
    struct sid_buffer sid;
    struct bytes name = bytes_of_string(domain_aliases[_i]);
    const struct sddl_domains none = {0};
    ck_assert_int_eq(sddl_read_sid(name, &none, &sid), ERR_NONE_MAPPED);
    ck_assert_int_eq(sddl_read_sid(name, NULL, &sid), ERR_NONE_MAPPED);
    ck_assert_int_eq(sddl_read_sid(name, &domains, &sid), ERR_NONE);
    ck_assert_str_eq(sddl_alias(sid_of(&sid), &domains), domain_aliases[_i]);
    ck_assert_ptr_null(sddl_alias(sid_of(&sid), &none));
    AUTO_ARENA arena;
    arena_init(&arena, 10000);
    struct bytes bytes;
    struct sddl_error error = {0};
    char text[] = "D:(A;;GA;;;__)";
    memcpy(strchr(text, '_'), domain_aliases[_i], 2);
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(text), &none, &bytes, &error), ERR_NONE_MAPPED);
    ck_assert_uint_eq(error.offset, 11);
}
END_TEST

static const struct {
    const char *text;
    enum err err;
} sid_rows[] = {
    {"BA", ERR_NONE},           {"ba", ERR_NONE},
    {"S-1-5-32-544", ERR_NONE}, {"QQ", ERR_INVALID_SID},
    {"BA ", ERR_INVALID_SID},   {" BA", ERR_INVALID_SID},
    {"", ERR_INVALID_SID},      {"B", ERR_INVALID_SID},
    {"BAA", ERR_INVALID_SID},   {"S-1-5-32-544 ", ERR_INVALID_SID},
    {"S-", ERR_INVALID_SID},    {"DA", ERR_NONE},
};

START_TEST(sid_row)
{
    struct sid_buffer sid;
    ck_assert_int_eq(sddl_read_sid(bytes_of_string(sid_rows[_i].text), &domains, &sid), sid_rows[_i].err);
}
END_TEST

#define LABELLED                                                                                             \
    "O:SYG:BAD:(A;;FA;;;WD)S:P(AU;SA;FA;;;WD)(ML;;NW;;;HI)(SP;;;;;S-1-17-1)(TL;;RC;;;S-1-19-512-8192)"

/* Reference 2.1: which bit shows which ACE. */
static const struct {
    uint32_t information;
    const char *text;
} information_rows[] = {
    {0, ""},
    {OWNER_SECURITY_INFORMATION, "O:SY"},
    {GROUP_SECURITY_INFORMATION, "G:BA"},
    {DACL_SECURITY_INFORMATION, "D:(A;;FA;;;WD)"},
    {SACL_SECURITY_INFORMATION, "S:P(AU;SA;FA;;;WD)"},
    {LABEL_SECURITY_INFORMATION, "S:P(ML;;NW;;;HI)"},
    {SCOPE_SECURITY_INFORMATION, "S:P(SP;;;;;S-1-17-1)"},
    {PROCESS_TRUST_LABEL_SECURITY_INFORMATION, "S:P(TL;;RC;;;S-1-19-512-8192)"},
    {ATTRIBUTE_SECURITY_INFORMATION, ""},
    {ACCESS_FILTER_SECURITY_INFORMATION, ""},
    {ALL_SECURITY_INFORMATION, LABELLED},
};

START_TEST(information_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct bytes bytes, text;
    struct sddl_error error;
    struct descriptor descriptor;
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(LABELLED), &domains, &bytes, &error), ERR_NONE);
    ck_assert_int_eq(descriptor_parse(bytes, &descriptor), ERR_NONE);
    ck_assert_int_eq(sddl_write(&arena, &descriptor, information_rows[_i].information, &domains, &text),
                     ERR_NONE);
    ck_assert_str_eq((const char *)text.data, information_rows[_i].text);
}
END_TEST

/* [MS-DTYP] 2.4.5: AclSize is 16 bits wide. 3275 ACEs of 20 bytes and the header fit, one more does not. */
START_TEST(acl_has_a_largest_size)
{
    static const char ace[] = "(A;;FA;;;WD)";
    enum { ACE_COUNT = (ACL_SIZE_MAX - ACL_HEADER_SIZE) / 20, ACE_TEXT = sizeof ace - 1 };
    static uint8_t text[2 + (ACE_COUNT + 1) * ACE_TEXT] = {'D', ':'};
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct bytes bytes;
    struct sddl_error error = {0};
    for (size_t i = 0; i <= ACE_COUNT; i++)
        memcpy(text + 2 + i * ACE_TEXT, ace, ACE_TEXT);
    ck_assert_int_eq(sddl_read(&arena, bytes_of(text, sizeof text - ACE_TEXT), &domains, &bytes, &error),
                     ERR_NONE);
    ck_assert_int_eq(sddl_read(&arena, bytes_of(text, sizeof text), &domains, &bytes, &error),
                     ERR_INVALID_ACL);
    ck_assert_uint_eq(error.offset, 2 + ACE_COUNT * ACE_TEXT);
}
END_TEST

/* What does not fit is refused as a whole, also where a part of it would. */
START_TEST(no_ace_is_cut_to_fit)
{
    static const struct {
        const char *last; /* behind 3,275 ACEs of 20 bytes, which leave 28 of 65,536 */
        enum err err;
    } rows[] = {{"(A;;FA;;;S-1-5-1-2)", ERR_NONE},          /* 65,532 */
                {"(A;;FA;;;S-1-5-1-2-3)", ERR_INVALID_ACL}, /* 65,536 */
                {"(OA;;FA;;;S-1-5-1-2)", ERR_INVALID_ACL},
                {"(XA;;FA;;;S-1-5-1;(a==\"xx\"))", ERR_INVALID_ACL}};
    enum { ACE_COUNT = 3275 };
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 24);
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        struct text text = {.arena = &arena};
        struct bytes bytes;
        struct sddl_error error = {0};
        text_put(&text, "D:", 2);
        for (size_t i = 0; i < ACE_COUNT; i++)
            text_put(&text, "(A;;FA;;;WD)", 12);
        text_put(&text, rows[row].last, strlen(rows[row].last));
        ck_assert_msg(sddl_read(&arena, bytes_of(text.data, text.size), &domains, &bytes, &error) ==
                          rows[row].err,
                      "%s", rows[row].last);
    }
}
END_TEST

/* An ACE in the wrong list has no text: no reader takes it there. */
START_TEST(lists_have_aces_of_their_own)
{
    static const uint8_t acls[][28] = {
        {2, 0, 28, 0, 1, 0, 0, 0, 0, 0, 20, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1},
        {2, 0, 28, 0, 1, 0, 0, 0, 2, 64, 20, 0, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 1},
    };
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    for (unsigned wrong = 0; wrong < 2; wrong++) {
        const struct descriptor_parts parts = {.dacl = bytes_of(acls[wrong], sizeof acls[0]),
                                               .sacl = bytes_of(acls[1 - wrong], sizeof acls[0])};
        struct bytes raw, text;
        struct descriptor descriptor;
        ck_assert_int_eq(descriptor_build(&arena, &parts, &raw), ERR_NONE);
        ck_assert_int_eq(descriptor_parse(raw, &descriptor), ERR_NONE);
        const enum err err = wrong != 0 ? ERR_INVALID_ACL : ERR_NONE;
        ck_assert_int_eq(sddl_write(&arena, &descriptor, DACL_SECURITY_INFORMATION, &domains, &text), err);
        ck_assert_int_eq(sddl_write(&arena, &descriptor, SACL_SECURITY_INFORMATION, &domains, &text), err);
    }
}
END_TEST

START_TEST(memory_runs_out)
{
    AUTO_ARENA arena;
    struct bytes bytes, text;
    struct sddl_error error;
    struct descriptor descriptor;
    arena_init(&arena, 1 << 20);
    ck_assert_int_eq(sddl_read(&arena, bytes_of_string(LABELLED), &domains, &bytes, &error), ERR_NONE);
    ck_assert_int_eq(descriptor_parse(bytes, &descriptor), ERR_NONE);
    AUTO_ARENA small;
    arena_init(&small, 10);
    ck_assert_int_eq(sddl_read(&small, bytes_of_string(LABELLED), &domains, &text, &error), ERR_NO_MEMORY);
    ck_assert_int_eq(sddl_write(&small, &descriptor, ALL_SECURITY_INFORMATION, &domains, &text),
                     ERR_NO_MEMORY);
}
END_TEST

/* What SDDL has no words for is refused, not left out: the text would grant other access than the bytes. */
static const struct {
    const char *data;
    size_t size;
} wordless_rows[] = {
#define ROW(text)                                                                                            \
    {                                                                                                        \
        text, sizeof(text) - 1                                                                               \
    }
    ROW("\x77\0\4\0"),
    ROW("\4\0\x24\0\1\0\0\0\1\0\0\0\1\1\0\0\0\0\0\1\0\0\0\0\1\1\0\0\0\0\0\1\0\0\0\0"),
    ROW("\x0c\0\x18\0\1\0\0\0\0\0\0\0\1\1\0\0\0\0\0\1\0\0\0\0"),
    ROW("\0\0\x10\0\1\0\0\0\1\0\0\0\0\0\0\1"),           /* a SID without sub-authorities */
    ROW("\x11\0\x14\0\1\0\0\0\1\1\0\0\0\0\0\1\0\0\0\0"), /* a label that is no label */
};

START_TEST(wordless_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct ace ace;
    struct bytes text;
    ck_assert_int_eq(ace_parse(bytes_of(wordless_rows[_i].data, wordless_rows[_i].size), &ace), ERR_NONE);
    ck_assert_int_eq(sddl_write_ace(&arena, &ace, &domains, &text), ERR_INVALID_ACL);
}
END_TEST

START_TEST(one_ace)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct ace ace;
    struct bytes text;
    const char data[] = "\1\3\x14\0\1\0\0\0\1\1\0\0\0\0\0\1\0\0\0\0";
    ck_assert_int_eq(ace_parse(bytes_of(data, sizeof data - 1), &ace), ERR_NONE);
    ck_assert_int_eq(sddl_write_ace(&arena, &ace, NULL, &text), ERR_NONE);
    ck_assert_str_eq((const char *)text.data, "(D;OICI;CC;;;WD)");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sddl");
    TCase *tests = tcase_create("sddl");
    if (sid_parse(bytes_of_string(DOMAIN_TEXT), &domain) != ERR_NONE ||
        sid_parse(bytes_of_string(MACHINE_TEXT), &machine) != ERR_NONE ||
        sid_parse(bytes_of_string(FOREST_TEXT), &forest) != ERR_NONE)
        return 1;
    domains = (struct sddl_domains){
        .machine = sid_of(&machine), .domain = sid_of(&domain), .forest_root = sid_of(&forest)};
    tcase_add_loop_test(tests, round_row, 0, COUNT(round_rows));
    tcase_add_loop_test(tests, error_row, 0, COUNT(error_rows));
    tcase_add_loop_test(tests, aliases_need_their_domain, 0, COUNT(domain_aliases));
    tcase_add_loop_test(tests, sid_row, 0, COUNT(sid_rows));
    tcase_add_loop_test(tests, information_row, 0, COUNT(information_rows));
    tcase_add_loop_test(tests, wordless_row, 0, COUNT(wordless_rows));
    tcase_add_test(tests, acl_has_a_largest_size);
    tcase_add_test(tests, no_ace_is_cut_to_fit);
    tcase_add_test(tests, lists_have_aces_of_their_own);
    tcase_add_test(tests, memory_runs_out);
    tcase_add_test(tests, one_ace);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
