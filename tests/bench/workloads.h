/* workloads: what engine_bench races with: tokens and descriptors of W1 to W6. */
#ifndef NTOKEND_BENCH_WORKLOADS_H
#define NTOKEND_BENCH_WORKLOADS_H

#include "peers.h"

struct workload {
    const char *name;
    const char *what;
    unsigned aces;
    unsigned sids; /* the user and the groups */
    bool match;    /* the last ACE names the last group */
    bool maximum;
    unsigned nodes;   /* 0: no object type list */
    bool conditional; /* one ACE with a condition instead */
};
extern const struct workload workloads[];
extern const size_t workload_count;

enum { WORKLOAD_NODES_MAX = 32 };

struct bench {
    struct token token;
    struct peers_set set;
    struct bytes raw; /* the descriptor, self-relative */
    struct descriptor descriptor;
    struct access_request request;
    struct object_node nodes[WORKLOAD_NODES_MAX];
};

extern const uint64_t workload_key[2]; /* of the token's index */

/* Everything a race needs, in the arena; *ret must stay where it is. Aborts without memory. */
void workload_make(struct arena *arena, const struct workload *workload, struct bench *ret);
/* A user and groups. */
void workload_token(struct arena *arena, unsigned sids, struct token *ret);

#endif
