/* Object type lists, reference 3.7. */
#include "engine/object_tree.h"
#include "support/decide_row.h"
#include "support/suite.h"

#define ME "S-1-5-21-1-2-3-1001" /* the user of token_text */
#define A  "00000000-0000-0000-0000-000000000061"
#define B  "00000000-0000-0000-0000-000000000062"
#define C  "00000000-0000-0000-0000-000000000063"
#define D  "00000000-0000-0000-0000-000000000064"
#define E  "00000000-0000-0000-0000-000000000065"
#define SD "O:SYG:SYD:"

static const struct decide_row rows[] = {
    /* no list */
    {"no list: an allow with a GUID is ignored", "groups=WD", SD "(OA;;0x1;" A ";;WD)", 1, .granted = 0},
    {"Q13, no list: a deny with a GUID is for the whole", "groups=WD", SD "(OD;;0x1;" A ";;WD)(A;;0x3;;;WD)",
     MAXIMUM, .granted = 0x2},
    {"Q16, no list: an object ACE without a GUID is a plain one", "groups=WD", SD "(OA;;0x1;;" A ";WD)", 1,
     .granted = 1},

    /* what an ACE speaks of */
    {"a plain ACE is for all", "groups=WD", SD "(A;;0x3;;;WD)", 0x3, 0x3, .list = "0a 1b",
     .results = "3+ 3+"},
    {"Q16: an object ACE without a GUID is for all", "groups=WD", SD "(OA;;0x1;;" B ";WD)", 1, 1,
     .list = "0a 1b", .results = "1+ 1+"},
    {"the InheritedObjectType plays no part", "groups=WD", SD "(OA;;0x1;" A ";" E ";WD)", 1, 1, .list = "0a",
     .results = "1+"},
    {"the root's GUID", "groups=WD", SD "(OA;;0x1;" A ";;WD)", 1, 1, .list = "0a 1b 2c",
     .results = "1+ 1+ 1+"},
    {"an allow with a GUID that is not listed", "groups=WD", SD "(OA;;0x1;" E ";;WD)", 1, 0, .list = "0a 1b",
     .results = "0- 0-"},
    {"a deny with a GUID that is not listed", "groups=WD", SD "(OD;;0x1;" E ";;WD)(A;;0x1;;;WD)", 1, 1,
     .list = "0a 1b", .results = "1+ 1+"},
    {"Q14: the first of two equal GUIDs", "groups=WD", SD "(OA;;0x1;" B ";;WD)", 1, 0, .list = "0a 1b 1b",
     .results = "0- 1+ 0-"},
    {"somebody else's", "groups=WD", SD "(OA;;0x1;" A ";;BA)", 1, 0, .list = "0a 1b", .results = "0- 0-"},
    {"inherit-only", "groups=WD", SD "(OA;IO;0x1;" A ";;WD)", 1, 0, .list = "0a", .results = "0-"},

    /* trap 7: only the root counts */
    {"trap 7: one node is not all", "groups=WD", SD "(OA;;0x1;" B ";;WD)", 1, 0, .list = "0a 1b 1c",
     .results = "0- 1+ 0-"},
    {"trap 7: nodes are not joined into a maximum", "groups=WD", SD "(OA;;0x1;" B ";;WD)(OA;;0x2;" C ";;WD)",
     MAXIMUM, 0, .list = "0a 1b 1c", .results = "0- 1+ 2+"},

    /* trap 8: grants go down, and up where all siblings have them */
    {"down", "groups=WD", SD "(OA;;0x1;" B ";;WD)", 1, 0, .list = "0a 1b 2c 2d 1e",
     .results = "0- 1+ 1+ 1+ 0-"},
    {"up", "groups=WD", SD "(OA;;0x1;" B ";;WD)(OA;;0x1;" C ";;WD)", 1, 1, .list = "0a 1b 1c",
     .results = "1+ 1+ 1+"},
    {"an only child lifts", "groups=WD", SD "(OA;;0x1;" C ";;WD)", 1, 1, .list = "0a 1b 2c",
     .results = "1+ 1+ 1+"},
    {"up two levels", "groups=WD", SD "(OA;;0x1;" C ";;WD)(OA;;0x1;" E ";;WD)(OA;;0x1;" D ";;WD)", 1, 1,
     .list = "0a 1b 2c 2d 1e", .results = "1+ 1+ 1+ 1+ 1+"},
    {"trap 8: bit by bit, not by equal masks", "groups=WD", SD "(OA;;0x3;" B ";;WD)(OA;;0x5;" C ";;WD)",
     MAXIMUM, 1, .list = "0a 1b 1c", .results = "1+ 3+ 5+"},
    {"a bit that only some have is not lifted", "groups=WD", SD "(OA;;0x1;" C ";;WD)(OA;;0x1;" E ";;WD)", 1,
     0, .list = "0a 1b 2c 2d 1e", .results = "0- 0- 1+ 0- 1+"},

    /* trap 8: denies go down, and up to all above */
    {"trap 8: a deny reaches all above it", "groups=WD", SD "(OD;;0x1;" C ";;WD)(A;;0x3;;;WD)", 0x1, 0,
     .list = "0a 1b 2c 2d 1e", .results = "0- 0- 0- 1+ 1+"},
    {"a deny of another bit", "groups=WD", SD "(OD;;0x2;" C ";;WD)(A;;0x3;;;WD)", 0x1, 0x1,
     .list = "0a 1b 2c", .results = "1+ 1+ 1+"},
    {"a deny reaches all below it", "groups=WD", SD "(OD;;0x1;" B ";;WD)(A;;0x1;;;WD)", 0x1, 0,
     .list = "0a 1b 2c 1d", .results = "0- 0- 0- 1+"},
    {"a deny after the grant", "groups=WD", SD "(A;;0x1;;;WD)(OD;;0x1;" C ";;WD)", 0x1, 0x1,
     .list = "0a 1b 2c", .results = "1+ 1+ 1+"},
    {"a deny after the grant of a part", "groups=WD",
     SD "(OA;;0x1;" C ";;WD)(OD;;0x1;" B ";;WD)(A;;0x1;;;WD)", 0x1, 0, .list = "0a 1b 2c 2d",
     .results = "0- 0- 1+ 0-"},
    {"a plain deny", "groups=WD", SD "(OA;;0x1;" B ";;WD)(D;;0x1;;;WD)(A;;0x3;;;WD)", MAXIMUM, 0x2,
     .list = "0a 1b 1c", .results = "2+ 3+ 2+"},

    /* trap 9: partial masks with a refusal */
    {"trap 9: a part is reported", "groups=WD", SD "(OA;;0x1;" B ";;WD)", 0x3, 0, .list = "0a 1b 1c",
     .results = "0- 1- 0-"},
    {"trap 9: what the owner has is reported", "", "O:" ME "G:SYD:", 0x20001, 0, .list = "0a 1b",
     .results = "20000- 20000-"},
    {"a refusal for want of a privilege", "groups=WD", SD "(A;;0x1;;;WD)", SACL_ACCESS | 1, 0, .list = "0a",
     .results = "0-", .reason = ERR_PRIVILEGE_NOT_HELD},
    {"a label limits every node", "groups=WD integrity=1000", SD "(A;;0x3;;;WD)", 0x3, 0, .list = "0a 1b",
     .results = "1- 1-"},
    {"nothing is asked", "groups=WD", SD "(A;;0x3;;;WD)", 0, 0, .list = "0a 1b", .results = "0- 0-"},
    {"no DACL", "", "O:SYG:SY", MAXIMUM, 0x1F01FF, .list = "0a 1b", .results = "1f01ff+ 1f01ff+"},

    /* 3.8 and 3.9 with a list */
    {"restricted: node by node", "groups=WD restricting=BU",
     SD "(OA;;0x1;" B ";;WD)(OA;;0x1;" C ";;WD)(OA;;0x1;" B ";;BU)", 1, 0, .list = "0a 1b 1c",
     .results = "0- 1+ 0-"},
    {"restricted: lifted in both", "groups=WD restricting=BU",
     SD "(OA;;0x1;" B ";;WD)(OA;;0x1;" C ";;WD)(A;;0x3;;;BU)", 1, 1, .list = "0a 1b 1c",
     .results = "1+ 1+ 1+"},
    {"AppContainer: node by node", "groups=WD package=S-1-15-2-9", SD "(A;;0x1;;;WD)(OA;;0x1;" B ";;AC)", 1,
     0, .list = "0a 1b 1c", .results = "0- 1+ 0-"},

    /* 3.7, validity; 3.2 row 7 comes after the token and before the descriptor */
    {"the first node has level 1", "", "D:", 1, .err = ERR_INVALID_PARAMETER, .list = "1a"},
    {"a second root", "", "D:", 1, .err = ERR_INVALID_PARAMETER, .list = "0a 0b"},
    {"a level left out", "", "D:", 1, .err = ERR_INVALID_PARAMETER, .list = "0a 2b"},
    {"level 5", "", "D:", 1, .err = ERR_INVALID_PARAMETER, .list = "0a 1b 2c 3d 4e 5f"},
    {"after the token", "primary", "D:", 1, .err = ERR_NO_IMPERSONATION_TOKEN, .list = "1a"},
    {"before the right to the SACL", "", "D:", SACL_ACCESS, .err = ERR_INVALID_PARAMETER, .list = "1a"},
    {"level 4 is the last", "groups=WD", SD "(OA;;0x1;" E ";;WD)", 1, 1, .list = "0a 1b 2c 3d 4e",
     .results = "1+ 1+ 1+ 1+ 1+"},
    {"up by more than one", "groups=WD", SD "(OA;;0x1;" E ";;WD)", 1, 0, .list = "0a 1b 2c 3d 1e",
     .results = "0- 0- 0- 0- 1+"},
};

START_TEST(row)
{
    decide_row_check(&rows[_i]);
}
END_TEST

START_TEST(an_empty_result_list_is_refused)
{
    struct object_node node = {.level = 0};
    ck_assert(object_tree_valid(&node, 1));
    ck_assert(!object_tree_valid(&node, 0));
    ck_assert(!object_tree_valid(NULL, 0));
    ck_assert(!object_tree_valid(NULL, 1));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("decide_tree");
    TCase *tests = tcase_create("decide_tree");
    tcase_add_loop_test(tests, row, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, an_empty_result_list_is_refused);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
