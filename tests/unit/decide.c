/* The access check without lists, restrictions and labels. Sections and traps are those of the reference. */
#include "support/acl_writer.h"
#include "support/decide_row.h"
#include "support/suite.h"
#include "support/token_text.h"

#define ME        "S-1-5-21-1-2-3-1001" /* the user of token_text */
#define GROUP     "S-1-5-21-1-2-3-2001"
#define BIT(luid) (UINT64_C(1) << (luid))

static const struct decide_row rows[] = {
    /* 3.2, in the order in which Windows looks */
    {"3.2 row 2: generic rights", "groups=WD", "O:SYG:SYD:(A;;GA;;;WD)", .desired = 0x80000000,
     .err = ERR_GENERIC_NOT_MAPPED},
    {"3.2 row 2 comes before the token", "primary", "O:SYG:SY", .desired = UINT32_MAX,
     .err = ERR_GENERIC_NOT_MAPPED},
    {"3.2 row 5: a primary token", "primary level=0", "D:", .desired = 1, .err = ERR_NO_IMPERSONATION_TOKEN},
    {"3.2 row 6: Anonymous", "level=0", "D:", .desired = 1, .err = ERR_BAD_IMPERSONATION_LEVEL},
    {"3.2 row 6: Identification is enough", "level=1", "O:SYG:SY", 1, .granted = 1},
    {"3.2 row 8 comes before the descriptor", "", "D:", SACL_ACCESS, .reason = ERR_PRIVILEGE_NOT_HELD},
    {"3.2 row 10: no owner", "groups=WD", "G:SYD:(A;;0x1;;;WD)", 1, .err = ERR_INVALID_SECURITY_DESCR},
    {"3.2 row 10: no group", "groups=WD", "O:SYD:(A;;0x1;;;WD)", 1, .err = ERR_INVALID_SECURITY_DESCR},
    {"trap 11: nothing is asked", "groups=WD", "O:SYG:SYD:(A;;FA;;;WD)", 0, .granted = 0},
    {"trap 11: nothing is asked of a NULL DACL", "", "O:SYG:SYD:NO_ACCESS_CONTROL", 0, .granted = 0},

    /* 3.6: the three states of a DACL, trap 3 */
    {"no DACL", "", "O:SYG:SY", 0x20019, .granted = 0x20019},
    {"NULL DACL", "", "O:SYG:SYD:NO_ACCESS_CONTROL", 0x1F01FF, .granted = 0x1F01FF},
    {"NULL DACL, maximum", "", "O:SYG:SYD:NO_ACCESS_CONTROL", MAXIMUM, .granted = 0x1F01FF},
    {"NULL DACL, maximum and more", "", "O:SYG:SY", MAXIMUM | 0x200, .granted = 0x1F03FF},
    {"empty DACL", "groups=WD", "O:SYG:SYD:", 1, .granted = 0},
    {"empty DACL, maximum", "groups=WD", "O:SYG:SYD:", MAXIMUM, .granted = 0},

    /* 3.6: first writer wins, bit by bit */
    {"allow", "groups=WD", "O:SYG:SYD:(A;;0x3;;;WD)", 0x3, .granted = 0x3},
    {"only what was asked", "groups=WD", "O:SYG:SYD:(A;;0x1fffff;;;WD)", 0x3, .granted = 0x3},
    {"two allows add up", "groups=WD", "O:SYG:SYD:(A;;0x1;;;WD)(A;;0x2;;;" ME ")", 0x3, .granted = 0x3},
    {"one bit is missing", "groups=WD", "O:SYG:SYD:(A;;0x1;;;WD)", 0x3, .granted = 0},
    {"deny before", "groups=WD", "O:SYG:SYD:(D;;0x2;;;WD)(A;;0x3;;;WD)", 0x3, .granted = 0},
    {"deny of another bit", "groups=WD", "O:SYG:SYD:(D;;0x4;;;WD)(A;;0x3;;;WD)", 0x3, .granted = 0x3},
    {"deny after", "groups=WD", "O:SYG:SYD:(A;;0x3;;;WD)(D;;0x2;;;WD)", 0x3, .granted = 0x3},
    {"zero masks do nothing", "groups=WD", "O:SYG:SYD:(D;;0x0;;;WD)(A;;0x1;;;WD)(D;;0x0;;;WD)", 0x1,
     .granted = 0x1},
    {"inherit-only", "groups=WD", "O:SYG:SYD:(A;IO;0x1;;;WD)", 0x1, .granted = 0},
    {"inherit-only deny", "groups=WD", "O:SYG:SYD:(D;IOOI;0x1;;;WD)(A;OICI;0x1;;;WD)", 0x1, .granted = 0x1},
    {"inherited counts", "groups=WD", "O:SYG:SYD:(D;ID;0x1;;;WD)(A;ID;0x1;;;WD)", 0x1, .granted = 0},
    {"trap 2: a generic bit in an ACE is not mapped", "groups=WD", "O:SYG:SYD:(A;;GA;;;WD)", 0x1,
     .granted = 0},

    /* 3.6: the maximum */
    {"trap 1: a later deny withdraws nothing", "groups=WD",
     "O:SYG:SYD:(A;;0x3;;;WD)(D;;0x2;;;WD)(A;;0x4;;;WD)", MAXIMUM, .granted = 0x7},
    {"trap 1: an earlier one does", "groups=WD", "O:SYG:SYD:(D;;0x2;;;WD)(A;;0x7;;;WD)", MAXIMUM,
     .granted = 0x5},
    {"not clipped to the mapping", "groups=WD", "O:SYG:SYD:(A;;0x1ffffe;;;WD)", MAXIMUM, .granted = 0x1FFFFE},
    {"trap 15: and a right that is there", "groups=WD", "O:SYG:SYD:(A;;0x7;;;WD)", MAXIMUM | 0x1,
     .granted = 0x7},
    {"trap 15: and a right that is not", "groups=WD", "O:SYG:SYD:(A;;0x7;;;WD)", MAXIMUM | 0x8, .granted = 0},
    {"trap 15: no ACE can grant the question", "groups=WD", "O:SYG:SYD:(A;;0x2000001;;;WD)", MAXIMUM,
     .granted = 0x1},
    {"nothing to be had", "groups=WD", "O:SYG:SYD:(A;;0x7;;;BA)", MAXIMUM, .granted = 0},

    /* 3.3 */
    {"the user", "", "O:SYG:SYD:(A;;0x1;;;" ME ")", 1, .granted = 1},
    {"trap 5: a disabled group's deny", "groups=WD," GROUP "-", "O:SYG:SYD:(D;;0x1;;;" GROUP ")(A;;0x1;;;WD)",
     1, .granted = 1},
    {"trap 5: a disabled group's allow", "groups=WD-", "O:SYG:SYD:(A;;0x1;;;WD)", 1, .granted = 0},
    {"trap 5: a deny-only group's deny", "groups=WD," GROUP "!",
     "O:SYG:SYD:(D;;0x1;;;" GROUP ")(A;;0x1;;;WD)", 1, .granted = 0},
    {"trap 5: a deny-only group's allow", "groups=WD!", "O:SYG:SYD:(A;;0x1;;;WD)", 1, .granted = 0},
    {"a deny-only user's allow", "user!=" ME, "O:SYG:SYD:(A;;0x1;;;" ME ")", 1, .granted = 0},
    {"a deny-only user's deny", "user!=" ME " groups=WD", "O:SYG:SYD:(D;;0x1;;;" ME ")(A;;0x1;;;WD)", 1,
     .granted = 0},
    {"trap 6: no implicit Everyone", "", "O:SYG:SYD:(A;;0x1;;;WD)", 1, .granted = 0},
    {"trap 6: nor Authenticated Users", "", "O:SYG:SYD:(A;;0x1;;;AU)", 1, .granted = 0},
    {"S-1-5-10 is the principal self", "", "O:SYG:SYD:(A;;0x1;;;PS)", 1, 1, .self = ME},
    {"S-1-5-10 is a group of the token", "groups=" GROUP, "O:SYG:SYD:(D;;0x1;;;PS)(A;;0x1;;;" ME ")", 1, 0,
     .self = GROUP},
    {"S-1-5-10 is somebody else", "", "O:SYG:SYD:(A;;0x1;;;PS)", 1, 0, .self = GROUP},
    {"trap 29: no principal self", "groups=PS", "O:SYG:SYD:(A;;0x1;;;PS)", 1, .granted = 0},

    /* 3.4 step 4 */
    {"SeSecurity", "privileges=8", "O:SYG:SYD:", SACL_ACCESS, SACL_ACCESS, .used = BIT(8)},
    {"trap 13: SeSecurity that is off", "privileges=8-", "O:SYG:SYD:", SACL_ACCESS,
     .reason = ERR_PRIVILEGE_NOT_HELD},
    {"trap 14: not by an ACE", "groups=WD", "O:SYG:SYD:(A;;0x1000001;;;WD)", SACL_ACCESS | 1,
     .reason = ERR_PRIVILEGE_NOT_HELD},
    {"trap 14: not by an ACE into a maximum", "groups=WD", "O:SYG:SYD:(A;;0x1000001;;;WD)", MAXIMUM,
     .granted = 1},
    {"trap 14: not by a NULL DACL", "", "O:SYG:SYD:NO_ACCESS_CONTROL", SACL_ACCESS,
     .reason = ERR_PRIVILEGE_NOT_HELD},
    {"SeSecurity and the DACL", "groups=WD privileges=8", "O:SYG:SYD:(D;;0x1000000;;;WD)(A;;0x1;;;WD)",
     SACL_ACCESS | 1, SACL_ACCESS | 1, .used = BIT(8)},
    {"3.6: used though other bits are refused", "privileges=8", "O:SYG:SYD:", SACL_ACCESS | 1, 0,
     .used = BIT(8)},
    {"SeTakeOwnership", "privileges=9", "O:SYG:SYD:", 0x80000, 0x80000, .used = BIT(9)},
    {"SeTakeOwnership before a deny", "groups=WD privileges=9", "O:SYG:SYD:(D;;WO;;;WD)", 0x80000, 0x80000,
     .used = BIT(9)},
    {"trap 13: SeTakeOwnership that is off", "privileges=9-", "O:SYG:SYD:", 0x80000, .granted = 0},
    {"SeRelabel in its place", "privileges=9-,32", "O:SYG:SYD:", 0x80000, 0x80000, .used = BIT(32)},
    {"Q8: not into a pure maximum", "groups=WD privileges=9", "O:SYG:SYD:(A;;0x1;;;WD)", MAXIMUM,
     .granted = 1},
    {"into a maximum that names it", "groups=WD privileges=9", "O:SYG:SYD:(A;;0x1;;;WD)", MAXIMUM | 0x80000,
     0x80001, .used = BIT(9)},
    {"trap 13: SeBackup and SeRestore never act", "privileges=17,18", "O:SYG:SYD:", 0x1, .granted = 0},

    /* 3.4 step 5, trap 4 */
    {"the owner", "", "O:" ME "G:SYD:", 0x60000, .granted = 0x60000},
    {"the owner may not take ownership", "", "O:" ME "G:SYD:", 0x80000, .granted = 0},
    {"nor delete, nor synchronize", "", "O:" ME "G:SYD:", MAXIMUM, .granted = 0x60000},
    {"a leading deny does not take it", "groups=WD", "O:" ME "G:SYD:(D;;0x60000;;;WD)", 0x60000,
     .granted = 0x60000},
    {"a group owns it", "groups=BA", "O:BAG:SYD:", 0x20000, .granted = 0x20000},
    {"a deny-only group owns it", "groups=BA!", "O:BAG:SYD:", 0x20000, .granted = 0},
    {"a deny-only user owns it", "user!=" ME, "O:" ME "G:SYD:", 0x20000, .granted = 0},
    {"OWNER RIGHTS cancels it", "", "O:" ME "G:SYD:(A;;0x1;;;OW)", 0x20000, .granted = 0},
    {"OWNER RIGHTS is an ACE for the owner", "", "O:" ME "G:SYD:(A;;0x1;;;OW)", MAXIMUM, .granted = 0x1},
    {"an OWNER RIGHTS deny cancels it too", "groups=WD", "O:" ME "G:SYD:(D;;0x2;;;OW)(A;;0x3;;;WD)", MAXIMUM,
     .granted = 0x1},
    {"OWNER RIGHTS in the order of the DACL", "groups=WD", "O:" ME "G:SYD:(A;;0x3;;;WD)(D;;0x2;;;OW)",
     MAXIMUM, .granted = 0x3},
    {"OWNER RIGHTS of another's object", "groups=WD", "O:SYG:SYD:(A;;0x1;;;OW)", 0x1, .granted = 0},
    {"Q11: inherit-only OWNER RIGHTS", "", "O:" ME "G:SYD:(A;IO;0x1;;;OW)", 0x60000, .granted = 0x60000},
};

START_TEST(row)
{
    decide_row_check(&rows[_i]);
}
END_TEST

/* What SDDL cannot say: other ACEs before (A;;0x1;;;WD). */
static const struct {
    const char *what;
    struct acl_writer_ace ace;
    const char *sid;
    const char *server_sid;
    uint32_t granted; /* of a maximum */
} binary_rows[] = {
    {"3.6: compound, both SIDs match", {.type = ACE_ACCESS_ALLOWED_COMPOUND, .mask = 2}, ME, "WD", 3},
    {"3.6: compound, the server does not", {.type = ACE_ACCESS_ALLOWED_COMPOUND, .mask = 2}, ME, "BA", 1},
    {"3.6: compound, the client does not", {.type = ACE_ACCESS_ALLOWED_COMPOUND, .mask = 2}, "BA", "WD", 1},
    {"3.6: alarms are skipped", {.type = ACE_SYSTEM_ALARM, .mask = 2}, "WD", NULL, 1},
    {"3.6: audits are skipped", {.type = ACE_SYSTEM_AUDIT, .mask = 2}, "WD", NULL, 1},
    {"3.6: labels are skipped", {.type = ACE_SYSTEM_MANDATORY_LABEL, .mask = 2}, "WD", NULL, 1},
    {"1.3: unknown types are skipped", {.type = 0x16, .mask = 2}, "WD", NULL, 1},
    {"1.3: unknown types are skipped", {.type = 0xFF, .mask = 1}, "WD", NULL, 1},
    {"Q12: a callback allow without a condition",
     {.type = ACE_ACCESS_ALLOWED_CALLBACK, .mask = 2},
     "WD",
     NULL,
     1},
    {"trap 16: a callback deny without a condition",
     {.type = ACE_ACCESS_DENIED_CALLBACK, .mask = 1},
     "WD",
     NULL,
     0},
    {"trap 27: 0x0C is a deny too", {.type = ACE_ACCESS_DENIED_CALLBACK_OBJECT, .mask = 1}, "WD", NULL, 0},
    {"trap 16: of somebody else", {.type = ACE_ACCESS_DENIED_CALLBACK, .mask = 1}, "BA", NULL, 1},
};

START_TEST(binary_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    const struct token *token = token_text_read(&arena, "groups=WD");
    struct acl_writer_ace ace = binary_rows[_i].ace;
    ace.sid = token_text_sid(&arena, bytes_of_string(binary_rows[_i].sid));
    if (binary_rows[_i].server_sid != NULL)
        ace.server_sid = token_text_sid(&arena, bytes_of_string(binary_rows[_i].server_sid));
    const struct acl_writer_ace allow = {.type = ACE_ACCESS_ALLOWED, .mask = 1, .sid = SID_EVERYONE};
    struct acl_writer dacl;
    acl_writer_init(&dacl);
    acl_writer_add(&dacl, &ace);
    acl_writer_add(&dacl, &allow);
    struct descriptor descriptor;
    acl_writer_descriptor(&arena, SID_LOCAL_SYSTEM, &dacl, NULL, &descriptor);
    const struct access_request request = {.descriptor = &descriptor, .desired = MAXIMUM};
    struct access_answer answer;
    ck_assert_int_eq(decide_access(token, &request, &answer), ERR_NONE);
    ck_assert_msg(answer.granted == binary_rows[_i].granted, "%s: 0x%x", binary_rows[_i].what,
                  answer.granted);
}
END_TEST

/* 3.4, step 5: the reference speaks of any ACE for S-1-3-4; that it is the server's SID of a compound one is no reason to
 * give more. */
START_TEST(owner_rights_as_a_server_cancel_too)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    const struct token *token = token_text_read(&arena, "");
    const struct acl_writer_ace ace = {
        .type = ACE_ACCESS_ALLOWED_COMPOUND, .mask = 1, .sid = SID_EVERYONE, .server_sid = SID_OWNER_RIGHTS};
    struct acl_writer dacl;
    acl_writer_init(&dacl);
    acl_writer_add(&dacl, &ace);
    struct descriptor descriptor;
    acl_writer_descriptor(&arena, token->user, &dacl, NULL, &descriptor);
    const struct access_request request = {.descriptor = &descriptor, .desired = MAXIMUM};
    struct access_answer answer;
    ck_assert_int_eq(decide_access(token, &request, &answer), ERR_NONE);
    ck_assert_uint_eq(answer.granted, 0);
}
END_TEST

START_TEST(a_token_without_its_index_is_refused)
{
    AUTO_ARENA arena;
    arena_init(&arena, 100000);
    struct token token = *token_text_read(&arena, "groups=WD");
    token.membership = (struct membership){0};
    struct descriptor descriptor;
    acl_writer_descriptor(&arena, SID_LOCAL_SYSTEM, NULL, NULL, &descriptor);
    const struct access_request request = {.descriptor = &descriptor, .desired = 1};
    struct access_answer answer = {.allowed = true, .granted = 1};
    ck_assert_int_eq(decide_access(&token, &request, &answer), ERR_FAILED);
    ck_assert(!answer.allowed && answer.granted == 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decide");
    TCase *tests = tcase_create("decide");
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_loop_test(tests, binary_row, 0, (int)(sizeof binary_rows / sizeof binary_rows[0]));
    tcase_add_test(tests, owner_rights_as_a_server_cancel_too);
    tcase_add_test(tests, a_token_without_its_index_is_refused);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
