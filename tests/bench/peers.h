/* peers: two evaluators to stand beside the engine. Both know plain and object allow and deny
 * ACEs, some conditions (peers_condition.h) and nothing else: no
 * owner, no privileges, no deny-only groups, no labels, no restrictions, no check of the call. */
#ifndef NTOKEND_TESTS_PEERS_H
#define NTOKEND_TESTS_PEERS_H

#include "engine/decide.h"

/* What most programs do: each ACE's SID is compared with all SIDs of the token. Descriptors are self-relative bytes,
 * believed without a check. Returns what is granted of `desired`, or the maximum. */
uint32_t peers_compare(const struct token *token, struct bytes descriptor, uint32_t desired);

/* The lower bound: one pass over the ACE bytes, a keyed hash of the whole SID, the engine's own, into a set made once per
 * token. */
struct peers_slot {
    const struct sid *sid; /* NULL: free */
    uint32_t tag;          /* the half of the hash that did not choose the place */
};
struct peers_set {
    struct peers_slot *slots;
    uint32_t mask;
    uint64_t key[2];
};
enum err peers_set_make(struct arena *arena, const struct token *token, struct peers_set *ret) MUST_USE;
/* Of the token it reads the claims. */
uint32_t peers_bound(const struct token *token, const struct peers_set *set, struct bytes descriptor,
                     uint32_t desired);

/* The same two for an object type list: the granted bits of each named node, and at the end the AND of all leaves. */
uint32_t peers_compare_tree(const struct token *token, struct bytes descriptor, struct object_node *nodes,
                            size_t count);
uint32_t peers_bound_tree(const struct peers_set *set, struct bytes descriptor, struct object_node *nodes,
                          size_t count);

#endif
