/* object_tree: what a DACL walk has granted and denied in every node of an OBJECT_TYPE_LIST. Reference 3.7.
 *
 * The list is the tree in preorder. Two rules hold at all times: a bit granted in a node is granted in all nodes below
 * it, and a bit denied in a node is granted in none above it. */
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
/* The first node with that GUID; tree->count when there is none. */
size_t object_tree_find(const struct object_tree *tree, const struct guid *guid);
/* Grants what is not denied to the node and all below it, and lifts what all children of a node have up to it. */
void object_tree_grant(const struct object_tree *tree, size_t index, uint32_t mask);
/* Denies what is not granted to the node and all below it, and to all above it. */
void object_tree_deny(const struct object_tree *tree, size_t index, uint32_t mask);

#endif
