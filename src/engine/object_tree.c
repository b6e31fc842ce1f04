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
    size_t i = 0;
    while (i < tree->count && !guid_equal(&tree->nodes[i].guid, guid))
        i++;
    return i;
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

static uint32_t granted_to_all_children(const struct object_tree *tree, size_t parent)
{
    const unsigned level = tree->nodes[parent].level;
    uint32_t common = UINT32_MAX;
    for (size_t i = parent + 1; i < tree->count && tree->nodes[i].level > level; i++) {
        if (tree->nodes[i].level == level + 1)
            common &= tree->nodes[i].granted;
    }
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
    bool lifted = true;
    while (lifted && index != 0) {
        index = parent_of(tree, index);
        struct object_node *parent = &tree->nodes[index];
        uint32_t before = parent->granted;
        parent->granted |= granted_to_all_children(tree, index) & ~parent->denied;
        lifted = parent->granted != before;
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
