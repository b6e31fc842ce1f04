/* corpus_access: the access checks of access_check_vectors.json. */
#ifndef NTOKEND_TESTS_CORPUS_ACCESS_H
#define NTOKEND_TESTS_CORPUS_ACCESS_H

#include "engine/decide.h"

#include <jansson.h>

enum { CORPUS_NODES_MAX = 32 };

/* One of them; what it points at is in the arena or in itself. */
struct corpus_case {
    struct arena *arena;
    struct token token;
    struct descriptor descriptor;
    struct object_node nodes[CORPUS_NODES_MAX];
    struct access_request request;
    char why[200]; /* the descriptor cannot be read; empty when it can */
};

/* false, and why, when the descriptor cannot be read; ends the test for a request that is none. */
bool corpus_access_read(const json_t *request, struct arena *arena, struct corpus_case *ret);
/* A member as text, "" when it is absent; a mask in hexadecimal. */
const char *corpus_text(const json_t *object, const char *key);
uint32_t corpus_mask(const json_t *value);

#endif
