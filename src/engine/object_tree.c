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

size_t object_tree_find(const struct object_tree *tree, const struct guid *guid)
{
    const struct object_node *node = tree->nodes;
    const struct object_node *end = node + tree->count;
    while (node != end && !guid_equal(&node->guid, guid))
        node++;
    return (size_t)(node - tree->nodes);
}

static const struct object_node *end_of(const struct object_tree *tree)
{
    return tree->nodes + tree->count;
}

/* Not for the root. */
static struct object_node *parent_of(struct object_node *node)
{
    const unsigned level = node->level;
    do
        node--;
    while (node->level >= level);
    return node;
}

/* Grants to a node what of `mask` all its children have and it has not; returns that. */
static uint32_t lift(const struct object_tree *tree, struct object_node *node, uint32_t mask)
{
    const unsigned level = node->level;
    uint32_t common = mask & ~(node->granted | node->denied);
    for (const struct object_node *below = node + 1; below != end_of(tree) && below->level > level; below++) {
        if (below->level == level + 1)
            common &= below->granted;
        if (common == 0)
            return 0;
    }
    node->granted |= common;
    return common;
}

void object_tree_grant(const struct object_tree *tree, size_t index, uint32_t mask)
{
    struct object_node *node = &tree->nodes[index];
    if ((mask & ~node->granted) == 0)
        return;
    const unsigned level = node->level;
    struct object_node *below = node;
    do {
        below->granted |= mask & ~below->denied;
        below++;
    } while (below != end_of(tree) && below->level > level);
    /* bit by bit; [MS-ADTS] 5.1.3.3.3 lifts whole equal masks only, which is not what Windows does */
    while (mask != 0 && node != tree->nodes) {
        node = parent_of(node);
        mask = lift(tree, node, mask);
    }
}

void object_tree_deny(const struct object_tree *tree, size_t index, uint32_t mask)
{
    struct object_node *node = &tree->nodes[index];
    const unsigned level = node->level;
    const uint32_t fresh = mask & ~node->granted;
    struct object_node *below = node;
    do {
        below->denied |= mask & ~below->granted;
        below++;
    } while (below != end_of(tree) && below->level > level);
    while (node != tree->nodes) {
        node = parent_of(node);
        node->denied |= fresh & ~node->granted;
    }
}
