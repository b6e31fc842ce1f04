/* object_tree: what a DACL walk has granted and denied in every node of an OBJECT_TYPE_LIST. Reference 3.7.
 *
 * The list is the tree in preorder. What is granted or denied in a node is so in all nodes below it, a bit that all
 * children of a node have lifts to it, and a bit that one of them has lost is lost above. The leaves so decide: any other
 * node has what all its leaves have and has lost what any has. That is worked out when somebody asks, object_tree_settle,
 * and not after each ACE. */
#ifndef NTOKEND_ENGINE_OBJECT_TREE_H
#define NTOKEND_ENGINE_OBJECT_TREE_H

#include "engine/decide.h"

/* A check without a list is a tree of one node that no ACE can name. */
struct object_tree {
    struct object_node *nodes;
    size_t count; /* at least 1 */
    bool listed;  /* the nodes came from the caller's list */
};

/* Whether a list is well formed: level 0 first and only there, none above 4, none more than one below the one before.
 * An empty list is not. */
bool object_tree_valid(const struct object_node *nodes, size_t count);
/* Nothing granted, nothing denied. */
void object_tree_reset(const struct object_tree *tree);
/* The first node with that GUID; NULL when there is none. */
struct object_node *object_tree_find(const struct object_tree *tree, const struct guid *guid);
/* Grants what is not denied to the node and all below it. Nodes above are not up to date until the tree is settled. */
void object_tree_grant(const struct object_tree *tree, struct object_node *node, uint32_t mask);
/* Denies what is not granted to the node and all below it, and so to all above it; settles the tree. */
void object_tree_deny(const struct object_tree *tree, struct object_node *node, uint32_t mask);
/* Lifts what the leaves have to the nodes above. */
void object_tree_settle(const struct object_tree *tree);

static inline bool object_tree_is_leaf(const struct object_tree *tree, const struct object_node *node)
{
    return node + 1 == tree->nodes + tree->count || node[1].level <= node->level;
}

/* Whether all leaves, and so the root, have been granted `wanted`; the tree need not be settled. *passed is how many nodes
 * are known to have it: 0 at first; what they have they keep until the next reset, so they are not asked again. */
static inline bool object_tree_has(const struct object_tree *tree, uint32_t wanted, size_t *passed)
{
    for (; *passed < tree->count; ++*passed) {
        const struct object_node *node = &tree->nodes[*passed];
        if ((wanted & ~node->granted) != 0 && object_tree_is_leaf(tree, node))
            return false;
    }
    return true;
}

#endif
