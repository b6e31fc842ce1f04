/* suite: what every test program has in common. Check runs the tests, TAP tells meson of each. */
#ifndef NTOKEND_TESTS_SUITE_H
#define NTOKEND_TESTS_SUITE_H

#include <check.h>
#include <stdbool.h>

/* Runs the suite, prints TAP, frees it. The value is main's: 0 also when tests failed, because TAP says so. */
int suite_run(Suite *suite);

/* A whole program that cannot run here: one skipped test with its name and reason, for everybody to see. */
int suite_skip(const char *name, const char *reason);

/* The path of a file of the corpora, or NULL when there is no copy. A static buffer. */
const char *suite_corpus(const char *file);

#endif
