/* Assertions of Check where no suite runs: they abort, as FUZZ_ASSERT does. */
#include "fuzz/fuzz.h"

#include <check.h>

/* NOLINTBEGIN(bugprone-reserved-identifier): Check's own names */
void _mark_point(const char *file, int line)
{
    (void)file;
    (void)line;
}

void _ck_assert_failed(const char *file, int line, const char *expression, const char *message, ...)
{
    (void)fprintf(stderr, "%s:%d: %s %s\n", file, line, expression, message == NULL ? "" : message);
    abort();
}
/* NOLINTEND(bugprone-reserved-identifier) */
