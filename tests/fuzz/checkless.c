/* Assertions of Check where no suite runs: they abort, as FUZZ_ASSERT does. */
#include "fuzz/fuzz.h"

#include <check.h>

/* NOLINTBEGIN(bugprone-reserved-identifier): Check's own names */
void _mark_point(const char *file, int line)
{
    (void)file;
    (void)line;
}

void _ck_assert_failed(const char *file, int line, const char *expr, const char *msg, ...)
{
    (void)fprintf(stderr, "%s:%d: %s %s\n", file, line, expr, msg == NULL ? "" : msg);
    abort();
}
/* NOLINTEND(bugprone-reserved-identifier) */
