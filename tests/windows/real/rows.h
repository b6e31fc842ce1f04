/* rows: the rows of the conformance tables as questions to Windows. */
#ifndef NTOKEND_TESTS_WINDOWS_ROWS_H
#define NTOKEND_TESTS_WINDOWS_ROWS_H

#include "conformance/vector.h"
#include "windows/real/ask.h"

enum { ROW_QUESTIONS_MAX = 4 };

/* A row may ask more than once: of a condition under an allow and a deny ACE, of a list for one answer and for all. */
struct row_answers {
    struct asked asked[ROW_QUESTIONS_MAX];
    const char *way[ROW_QUESTIONS_MAX]; /* a word; "" for the only one, or the first */
    size_t count;
};

/* Rows of vectors/, and those of the corpora. Strings are in the vector's arena. Ends the test for a row that cannot be read. */
void rows_ask(const struct machine *machine, struct vector *vector, struct row_answers *ret);
/* Whether it is a row of an access check or a condition. */
bool rows_is_access(const struct vector *vector);

#endif
