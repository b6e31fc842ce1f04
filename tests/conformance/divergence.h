/* divergence: the rows of the corpora whose answers are known to be others. The file `divergences` lists them. */
#ifndef NTOKEND_TESTS_DIVERGENCE_H
#define NTOKEND_TESTS_DIVERGENCE_H

#include <stdbool.h>
#include <stddef.h>

struct divergence {
    char corpus[64];
    char row[128];
    char reason[256];
};

/* The corpora of the conformance tests. */
#define DIVERGENCE_CORPORA                                                                                   \
    (const char *const[])                                                                                    \
    {                                                                                                        \
        "access_check_vectors.json", "sddl_text.jsonl", "sddl_to_bytes.jsonl", NULL                          \
    }

/* false when there is no such file, or a line of it is malformed: not of `corpora`, which end with NULL, or without a reason. */
bool divergence_load(const char *path, const char *const *corpora);
/* NULL behind the last. */
const struct divergence *divergence_at(size_t index);

/* Whether the file names it. */
bool divergence_is_known(const char *corpus, const char *row);
/* Ends the test unless `why`, how the engine's answer differs (empty: it does not), is what the file says of the row. */
void divergence_judge(const char *corpus, const char *row, const char *why);

#endif
