/* What no vector can ask for: lists that are not there. The rest of object trees is in conformance/vectors/tree.jsonl. */
#include "engine/object_tree.h"
#include "support/suite.h"

START_TEST(a_list_of_nothing_is_malformed)
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
    Suite *suite = suite_create("object_tree");
    TCase *tests = tcase_create("object_tree");
    tcase_add_test(tests, a_list_of_nothing_is_malformed);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
