/* double_scm: a service control manager, a registry and an LSA that write down what they are asked. Linked only into tests; behind
 * windows/scm.h. */
#ifndef NTOKEND_TESTS_WINDOWS_DOUBLE_SCM_H
#define NTOKEND_TESTS_WINDOWS_DOUBLE_SCM_H

#include "windows/scm.h"

enum { DOUBLE_SCM_RECORD_SIZE = 8192 };

/* Calls and their arguments, a line each. */
extern char double_scm_record[DOUBLE_SCM_RECORD_SIZE];
extern const struct scm double_scm;

/* A new record; `call` ("CreateService"; NULL for none) fails with `code`. ChangeServiceConfig2 does for `level` alone, unless that is
 * 0. */
void double_scm_reset(const char *call, DWORD level, DWORD code);

#endif
