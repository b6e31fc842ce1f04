/* decide_row: one access check and its answer, a line of a table. */
#ifndef NTOKEND_TESTS_DECIDE_ROW_H
#define NTOKEND_TESTS_DECIDE_ROW_H

#include "engine/decide.h"

#define MAXIMUM     UINT32_C(0x02000000) /* MAXIMUM_ALLOWED */
#define SACL_ACCESS UINT32_C(0x01000000) /* ACCESS_SYSTEM_SECURITY */

struct decide_row {
    const char *what;  /* and the section or trap of the reference it proves */
    const char *token; /* token_text.h */
    const char *sddl;
    uint32_t desired;
    uint32_t granted;   /* 0: refused */
    enum err err;       /* of the call … */
    enum err reason;    /* … or why it refuses; 0: ERR_ACCESS_DENIED where granted is 0 */
    privilege_set used; /* privileges that supplied a right */
    const char *self;   /* the principal self, NULL for none */
    const struct generic_mapping *mapping; /* NULL: a file's */
    const char *list;        /* "0a 1b 2c": nodes of an object type list, level and GUID; "" has none */
    const char *results;     /* "1+ 0-": of each node in a result list, hexadecimal, + allowed */
    const char *user_claims; /* condition_text.h; NULL for none */
    const char *device_claims;
    const char *local_claims;
    const struct descriptor *descriptor; /* instead of sddl; NULL for none */
    const struct central_policies *policies;
    const char *audit;      /* what the SACL wants of the one answer: "S", "F" or ""; NULL: not asked */
    const char *audit_list; /* and of the result list, "SF" too */
};

/* The GUID that `letter` stands for in a list: 00000000-0000-0000-0000-0000000000 and its code in hexadecimal. */
struct guid decide_row_guid(char letter);
enum { DECIDE_ROW_NODES_MAX = 64 };
/* The nodes of a list; returns how many they are. */
size_t decide_row_nodes(const char *text, struct object_node nodes[DECIDE_ROW_NODES_MAX]);
/* A row made ready to be asked. */
struct decide_case {
    const struct token *token;
    struct descriptor descriptor;
    struct object_node nodes[DECIDE_ROW_NODES_MAX];
    struct access_request request; /* points into the case */
};
void decide_row_prepare(const struct decide_row *row, struct arena *arena, struct decide_case *ret);
/* Asks, and ends the test when the answer is another; with `results` both as one answer and as a result list. */
void decide_row_check(const struct decide_row *row);

#endif
