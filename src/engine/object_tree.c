#include "engine/object_tree.h"

enum { LEVEL_MAX = 4 }; /* ACCESS_MAX_LEVEL */

bool object_tree_valid(const struct object_node *nodes, size_t count)
{
    if (nodes == NULL || count == 0 || nodes[0].level != 0)
        return false;
    for (size_t i = 1; i < count; i++) {
        if (nodes[i].level == 0 || nodes[i].level > LEVEL_MAX || nodes[i].level > nodes[i - 1].level + 1)
            return false;
    }
    return true;
}

void object_tree_reset(const struct object_tree *tree)
{
    for (size_t i = 0; i < tree->count; i++) {
        tree->nodes[i].granted = 0;
        tree->nodes[i].denied = 0;
    }
}

struct object_node *object_tree_find(const struct object_tree *tree, const struct guid *guid)
{
    /* the second half first: GUIDs that were made together begin alike */
    const uint64_t start = word_load(guid->bytes);
    const uint64_t rest = word_load(guid->bytes + 8);
    struct object_node *node = tree->nodes;
    const struct object_node *end = node + tree->count;
    while (node != end && (word_load(node->guid.bytes + 8) != rest || word_load(node->guid.bytes) != start))
        node++;
    return node != end ? node : NULL;
}

static const struct object_node *end_of(const struct object_tree *tree)
{
    return tree->nodes + tree->count;
}

/* What the children of a node have in common, and what any of them has lost. */
struct children {
    uint32_t granted;
    uint32_t denied;
};
static const struct children no_children = {.granted = UINT32_MAX};

/* Bit by bit; [MS-ADTS] 5.1.3.3.3 lifts whole equal masks only, which is not what Windows does. */
void object_tree_settle(const struct object_tree *tree)
{
    struct children
        at_level[LEVEL_MAX +
                 2]; /* of the parent that comes next, on the way from the last node to the root */
    for (size_t level = 0; level < LEVEL_MAX + 2; level++)
        at_level[level] = no_children;
    for (size_t i = tree->count; i > 0; i--) {
        struct object_node *node = &tree->nodes[i - 1];
        struct children *siblings = &at_level[node->level];
        if (!object_tree_is_leaf(tree, node)) {
            node->granted = siblings[1].granted;
            node->denied = siblings[1].denied;
            siblings[1] = no_children;
        }
        siblings->granted &= node->granted;
        siblings->denied |= node->denied;
    }
}

void object_tree_grant(const struct object_tree *tree, struct object_node *node, uint32_t mask)
{
    struct object_node *below = node;
    const unsigned level = node->level;
    do {
        below->granted |= mask & ~below->denied;
        below++;
    } while (below != end_of(tree) && below->level > level);
}

void object_tree_deny(const struct object_tree *tree, struct object_node *node, uint32_t mask)
{
    struct object_node *below = node;
    const unsigned level = node->level;
    do {
        below->denied |= mask & ~below->granted;
        below++;
    } while (below != end_of(tree) && below->level > level);
    object_tree_settle(tree);
}
