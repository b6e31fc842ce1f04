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

/* One past the last node below `index`. */
static size_t subtree_end(const struct object_tree *tree, size_t index)
{
    size_t end = index + 1;
    while (end < tree->count && tree->nodes[end].level > tree->nodes[index].level)
        end++;
    return end;
}

/* Not for the root. */
static size_t parent_of(const struct object_tree *tree, size_t index)
{
    size_t parent = index;
    do
        parent--;
    while (tree->nodes[parent].level >= tree->nodes[index].level);
    return parent;
}

/* Grants to a node what of `mask` all its children have and it has not; returns that. */
static uint32_t lift(const struct object_tree *tree, size_t index, uint32_t mask)
{
    struct object_node *node = &tree->nodes[index];
    uint32_t common = mask & ~(node->granted | node->denied);
    for (size_t i = index + 1; common != 0 && i < tree->count && tree->nodes[i].level > node->level; i++) {
        if (tree->nodes[i].level == node->level + 1)
            common &= tree->nodes[i].granted;
    }
    node->granted |= common;
    return common;
}

void object_tree_grant(const struct object_tree *tree, size_t index, uint32_t mask)
{
    if ((mask & ~tree->nodes[index].granted) == 0)
        return;
    size_t end = subtree_end(tree, index);
    for (size_t i = index; i < end; i++)
        tree->nodes[i].granted |= mask & ~tree->nodes[i].denied;
    /* bit by bit; [MS-ADTS] 5.1.3.3.3 lifts whole equal masks only, which is not what Windows does */
    while (mask != 0 && index != 0) {
        index = parent_of(tree, index);
        mask = lift(tree, index, mask);
    }
}

void object_tree_deny(const struct object_tree *tree, size_t index, uint32_t mask)
{
    uint32_t fresh = mask & ~tree->nodes[index].granted;
    size_t end = subtree_end(tree, index);
    for (size_t i = index; i < end; i++)
        tree->nodes[i].denied |= mask & ~tree->nodes[i].granted;
    while (index != 0) {
        index = parent_of(tree, index);
        tree->nodes[index].denied |= fresh & ~tree->nodes[index].granted;
    }
}
