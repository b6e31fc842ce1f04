/* record: what this machine's Windows answers to every row of the conformance tables and to the open questions, in one file: JSON, an
 * object a line. The first says which Windows it was, the last how many there are. compare.py reads it. */
#ifndef NTOKEND_TESTS_WINDOWS_RECORD_H
#define NTOKEND_TESTS_WINDOWS_RECORD_H

#include "windows/real/rows.h"

#include <stdio.h>

struct record {
    FILE *file;
    struct machine *machine;
    size_t lines;
    size_t asked;
    size_t differ;
};

/* Writes one line and frees it. Ends the test when it cannot be written. */
void record_line(struct record *out, json_t *line);
/* The answer to a row; `question` is NULL but for a row of defaults.jsonl. */
void record_answer(struct record *out, const char *row, const char *way, const char *question,
                   const struct asked *asked);

void record_header(struct record *record);
/* Which rows a SACL has audited, by the events in the Security log. */
void record_audits(struct record *record);
/* Q1 to Q16: how the rows of each came out, and experiments for those without rows. */
void record_questions(struct record *record);

/* What came of a Negotiate handshake of this process with itself. */
struct handshake {
    const char *stopped; /* in the arena; NULL: it came to an end */
    const char *package;
    SECURITY_STATUS impersonated;
    struct token token; /* of the thread that impersonates */
};
void record_handshake(const struct machine *machine, unsigned long flags, struct arena *arena,
                      struct handshake *ret);
/* A network logon of this account by S4U; NULL, and why, static or in the arena. */
HANDLE record_s4u(const struct machine *machine, struct arena *arena, const char **ret_why_not);

#endif
