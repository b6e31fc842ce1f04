/* What a SACL and a token take away: labels, trust, access filters, restricting SIDs, AppContainers. */
#include "support/acl_writer.h"
#include "support/decide_row.h"
#include "support/suite.h"
#include "support/token_text.h"

#define ME        "S-1-5-21-1-2-3-1001" /* the user of token_text */
#define BIT(luid) (UINT64_C(1) << (luid))
#define LOW       "groups=WD integrity=1000"
#define ALL       "O:SYG:SYD:(A;;0x1fffff;;;WD)"

static const struct generic_mapping zero;
static const struct generic_mapping one_bit_each = {1, 2, 4, 8};

/* 3.5, trap 12. A file: R 120089, W 120116, X 1200A0, A 1F01FF. */
static const struct decide_row integrity_rows[] = {
    {"no label is Medium: write from below", LOW, ALL, 0x2, .granted = 0},
    {"no label is Medium: read from below", LOW, ALL, 0x120089, .granted = 0x120089},
    {"no label is Medium: execute from below", LOW, ALL, 0x1200A0, .granted = 0x1200A0},
    {"no label is Medium: the maximum from below", LOW, ALL, MAXIMUM, .granted = 0x1200A9},
    {"at Medium", "groups=WD integrity=2000", ALL, 0x1FFFFF, .granted = 0x1FFFFF},
    {"at the label", LOW, ALL "S:(ML;;NWNRNX;;;LW)", 0x1F01FF, .granted = 0x1F01FF},
    {"above the label", "groups=WD integrity=4000", ALL "S:(ML;;NWNRNX;;;HI)", 0x1F01FF, .granted = 0x1F01FF},
    {"no write up", "groups=WD", ALL "S:(ML;;NW;;;HI)", MAXIMUM, .granted = 0x1200A9},
    {"no read up: what is written too stays", "groups=WD", ALL "S:(ML;;NR;;;HI)", MAXIMUM,
     .granted = 0x1F0176},
    {"no execute up", "groups=WD", ALL "S:(ML;;NX;;;HI)", MAXIMUM, .granted = 0x1F01DF},
    {"no write, no read", "groups=WD", ALL "S:(ML;;NWNR;;;HI)", MAXIMUM, .granted = 0x100020},
    {"no write, no execute", "groups=WD", ALL "S:(ML;;NWNX;;;HI)", MAXIMUM, .granted = 0x120089},
    {"no read, no execute", "groups=WD", ALL "S:(ML;;NRNX;;;HI)", MAXIMUM, .granted = 0x1F0156},
    {"none of the three", "groups=WD", ALL "S:(ML;;NWNRNX;;;HI)", MAXIMUM, .granted = 0},
    {"one right too many", "groups=WD", ALL "S:(ML;;NW;;;HI)", 0x3, .granted = 0},
    {"a policy of nothing, not the default", LOW, ALL "S:(ML;;;;;HI)", 0x1F01FF, .granted = 0x1F01FF},
    {"policy bits that mean nothing are no policy", LOW, ALL "S:(ML;;0x8;;;HI)", 0x20000, .mapping = &zero},
    {"an inherit-only label does not count", LOW, ALL "S:(ML;IO;;;;HI)", 0x2, .granted = 0},
    {"the first label counts", LOW, ALL "S:(ML;;NW;;;LW)(ML;;NW;;;HI)", 0x2, .granted = 0x2},
    {"the first effective label counts", LOW, ALL "S:(ML;IO;NW;;;LW)(ML;;NW;;;HI)", 0x2, .granted = 0},
    {"before a NULL DACL", LOW, "O:SYG:SY", 0x2, .granted = 0},
    {"before the owner's rights", LOW, "O:" ME "G:SYD:", 0x40000, .granted = 0},
    {"the owner's other right stays", LOW, "O:" ME "G:SYD:", MAXIMUM, .granted = 0x20000},
    {"before privileges, which are not used then", LOW " privileges=8", ALL, SACL_ACCESS, .granted = 0},
    {"SeTakeOwnership does not help", LOW " privileges=9", ALL, 0x80000, .granted = 0},
    {"SeRelabel does", LOW " privileges=32", "O:SYG:SYD:", 0x80000, 0x80000, .used = BIT(32)},
    {"a token without the policy", LOW " policy=0", ALL, 0x1FFFFF, .granted = 0x1FFFFF},
    {"a token with the other policy only", LOW " policy=2", ALL, 0x2, .granted = 0x2},
    {"through the mapping: read", LOW, ALL, 0x1, 0x1, .mapping = &one_bit_each},
    {"through the mapping: write", LOW, ALL, 0x2, 0, .mapping = &one_bit_each},
    {"a mapping of zeros blocks", LOW, ALL, 0x1, 0, .mapping = &zero},
};

/* 3.4 steps 1 and 2 */
static const struct decide_row limit_rows[] = {
    {"trust: a token without one", "groups=WD", ALL "S:(TL;;0x1;;;S-1-19-512-1024)", MAXIMUM, .granted = 0x1},
    {"trust: of that kind and level", "groups=WD trust=S-1-19-512-1024", ALL "S:(TL;;0x1;;;S-1-19-512-1024)",
     MAXIMUM, .granted = 0x1FFFFF},
    {"trust: of a lower kind", "groups=WD trust=S-1-19-512-8192", ALL "S:(TL;;0x1;;;S-1-19-1024-1024)", 0x2,
     .granted = 0},
    {"trust: of a lower level", "groups=WD trust=S-1-19-1024-1024", ALL "S:(TL;;0x1;;;S-1-19-512-4096)", 0x2,
     .granted = 0},
    {"trust: the first label counts", "groups=WD",
     ALL "S:(TL;;0x3;;;S-1-19-512-1024)(TL;;0x1;;;S-1-19-512-1024)", MAXIMUM, .granted = 0x3},
    {"trust: inherit-only", "groups=WD", ALL "S:(TL;IO;0x1;;;S-1-19-512-1024)", 0x2, .granted = 0x2},
    {"trust: the right to the SACL is not limited", "groups=WD privileges=8",
     ALL "S:(TL;;0x1;;;S-1-19-512-1024)", SACL_ACCESS | 1, SACL_ACCESS | 1, .used = BIT(8)},
};

/* 3.8 */
#define RESTRICTED "groups=WD,BA restricting=BU,WD"
#define WRITE_ONLY "groups=WD,BA write-restricting=BU,WD"
static const struct decide_row restricted_rows[] = {
    {"both must grant", RESTRICTED, "O:SYG:SYD:(A;;0x3;;;BA)", 0x1, .granted = 0},
    {"both do, by different ACEs", RESTRICTED, "O:SYG:SYD:(A;;0x3;;;BA)(A;;0x1;;;BU)", 0x1, .granted = 0x1},
    {"the intersection", RESTRICTED, "O:SYG:SYD:(A;;0x3;;;BA)(A;;0x5;;;BU)", MAXIMUM, .granted = 0x1},
    {"only the second does", RESTRICTED, "O:SYG:SYD:(A;;0x3;;;BU)", 0x1, .granted = 0},
    {"both by one ACE", RESTRICTED, "O:SYG:SYD:(A;;0x3;;;WD)", 0x3, .granted = 0x3},
    {"trap 19: a deny in the second pass", RESTRICTED, "O:SYG:SYD:(D;;0x1;;;BU)(A;;0x3;;;WD)", MAXIMUM,
     .granted = 0x2},
    {"trap 19: each pass has its own state", RESTRICTED, "O:SYG:SYD:(A;;0x1;;;BA)(D;;0x1;;;BU)(A;;0x3;;;WD)",
     0x1, .granted = 0},
    {"attributes are ignored", "groups=WD restricting=BU!,BA-", "O:SYG:SYD:(A;;0x1;;;WD)(A;;0x1;;;BA)", 0x1,
     .granted = 0x1},
    {"an empty list grants nothing", "groups=WD restricting=", "O:SYG:SYD:(A;;0x1;;;WD)", 0x1, .granted = 0},
    {"a NULL DACL", RESTRICTED, "O:SYG:SY", 0x1, .granted = 0x1},
    {"the owner is in one list only", "restricting=WD", "O:" ME "G:SYD:", 0x20000, .granted = 0},
    {"the owner is in both", "restricting=WD," ME, "O:" ME "G:SYD:", 0x20000, .granted = 0x20000},
    {"privileges are not restricted", "restricting=BU privileges=9", "O:SYG:SYD:", 0x80000, 0x80000,
     .used = BIT(9)},
    {"write-restricted reads with the first pass", WRITE_ONLY, "O:SYG:SYD:(A;;0x3;;;BA)", 0x1,
     .granted = 0x1},
    {"write-restricted writes with both", WRITE_ONLY, "O:SYG:SYD:(A;;0x3;;;BA)", 0x2, .granted = 0},
    {"write-restricted: then all is judged twice", WRITE_ONLY, "O:SYG:SYD:(A;;0x3;;;BA)(A;;0x2;;;BU)", 0x3,
     .granted = 0},
    {"write-restricted: and may be granted", WRITE_ONLY, "O:SYG:SYD:(A;;0x3;;;BA)(A;;0x3;;;BU)", 0x3,
     .granted = 0x3},
    {"write-restricted: DELETE is a write", WRITE_ONLY, "O:SYG:SYD:(A;;SD;;;BA)", 0x10000, .granted = 0},
    {"write-restricted: SYNCHRONIZE is none", WRITE_ONLY, "O:SYG:SYD:(A;;0x100000;;;BA)", 0x100000,
     .granted = 0x100000},
    {"Q9: write-restricted maximum", WRITE_ONLY, "O:SYG:SYD:(A;;0x7;;;BA)(A;;0x4;;;BU)", MAXIMUM,
     .granted = 0x5},
};

/* 3.9 */
#define CONTAINER "groups=WD package=S-1-15-2-9 capabilities=S-1-15-3-1,S-1-15-3-2- integrity=2000"
static const struct decide_row container_rows[] = {
    {"the user alone is not enough", CONTAINER, "O:SYG:SYD:(A;;0x1;;;WD)", 0x1, .granted = 0},
    {"the package alone is not enough", CONTAINER, "O:SYG:SYD:(A;;0x1;;;S-1-15-2-9)", 0x1, .granted = 0},
    {"both", CONTAINER, "O:SYG:SYD:(A;;0x3;;;WD)(A;;0x1;;;S-1-15-2-9)", 0x1, .granted = 0x1},
    {"all packages", CONTAINER, "O:SYG:SYD:(A;;0x3;;;WD)(A;;0x1;;;AC)", MAXIMUM, .granted = 0x1},
    {"not the restricted packages", CONTAINER, "O:SYG:SYD:(A;;0x3;;;WD)(A;;0x1;;;S-1-15-2-2)", 0x1,
     .granted = 0},
    {"LPAC: not all packages", CONTAINER " lpac", "O:SYG:SYD:(A;;0x3;;;WD)(A;;0x1;;;AC)", 0x1, .granted = 0},
    {"LPAC: the restricted packages", CONTAINER " lpac", "O:SYG:SYD:(A;;0x3;;;WD)(A;;0x1;;;S-1-15-2-2)", 0x1,
     .granted = 0x1},
    {"a capability", CONTAINER, "O:SYG:SYD:(A;;0x3;;;WD)(A;;0x1;;;S-1-15-3-1)", 0x1, .granted = 0x1},
    {"a disabled capability", CONTAINER, "O:SYG:SYD:(A;;0x3;;;WD)(A;;0x1;;;S-1-15-3-2)", 0x1, .granted = 0},
    {"no DACL grants it nothing", CONTAINER, "O:SYG:SY", 0x1, .granted = 0},
    {"a NULL DACL grants it nothing", CONTAINER, "O:SYG:SYD:NO_ACCESS_CONTROL", MAXIMUM, .granted = 0},
    {"the owner's rights do not count", CONTAINER, "O:" ME "G:SYD:(A;;0x1;;;AC)", 0x20000, .granted = 0},
    {"privileges do not count", CONTAINER " privileges=9", "O:SYG:SYD:", 0x80000, 0, .used = BIT(9)},
    {"denies are for the ordinary SIDs", CONTAINER, "O:SYG:SYD:(D;;0x1;;;WD)(A;;0x3;;;WD)(A;;0x3;;;AC)",
     MAXIMUM, .granted = 0x2},
    {"an ACE that the user matches is not the package's", "groups=AC package=S-1-15-2-9",
     "O:SYG:SYD:(A;;0x1;;;AC)", 0x1, .granted = 0},
};

START_TEST(integrity_row)
{
    decide_row_check(&integrity_rows[_i]);
}
END_TEST

START_TEST(limit_row)
{
    decide_row_check(&limit_rows[_i]);
}
END_TEST

START_TEST(restricted_row)
{
    decide_row_check(&restricted_rows[_i]);
}
END_TEST

START_TEST(container_row)
{
    decide_row_check(&container_rows[_i]);
}
END_TEST

/* Labels whose SIDs name no level, which SDDL does not write: above every token. */
static const char *const odd_labels[] = {"S-1-16-1-2", "S-1-5-0", "S-1-17-0"};

START_TEST(odd_label)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    const struct token *token = token_text_read(&arena, "integrity=4000");
    const struct sid *level = token_text_sid(&arena, bytes_of_string(odd_labels[_i]));
    struct acl_writer sacl;
    acl_writer_init(&sacl);
    const struct acl_writer_ace label = {
        .type = ACE_SYSTEM_MANDATORY_LABEL, .mask = MANDATORY_NO_WRITE_UP, .sid = level};
    acl_writer_add(&sacl, &label);
    struct descriptor descriptor;
    acl_writer_descriptor(&arena, SID_LOCAL_SYSTEM, NULL, &sacl, &descriptor);
    const struct access_request request = {
        .descriptor = &descriptor, .desired = 2, .mapping = {.write = 2, .all = 3}};
    struct access_answer answer;
    ck_assert_int_eq(decide_access(token, &request, &answer), ERR_NONE);
    ck_assert(!answer.allowed);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decide_labels");
    TCase *tests = tcase_create("decide_labels");
    tcase_add_loop_test(tests, integrity_row, 0, (int)(sizeof integrity_rows / sizeof integrity_rows[0]));
    tcase_add_loop_test(tests, limit_row, 0, (int)(sizeof limit_rows / sizeof limit_rows[0]));
    tcase_add_loop_test(tests, restricted_row, 0, (int)(sizeof restricted_rows / sizeof restricted_rows[0]));
    tcase_add_loop_test(tests, container_row, 0, (int)(sizeof container_rows / sizeof container_rows[0]));
    tcase_add_loop_test(tests, odd_label, 0, (int)(sizeof odd_labels / sizeof odd_labels[0]));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
