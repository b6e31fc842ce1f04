/* token_double: platform tokens without a platform, for tests of what keeps them, duplicates them and adjusts their
 * privileges; linked into test programs only. */
#ifndef NTOKEND_TESTS_TOKEN_DOUBLE_H
#define NTOKEND_TESTS_TOKEN_DOUBLE_H

#include "platform/privilege.h"

/* Of S-1-5-21-1-2-3-RID, at High integrity, holding SeBackupPrivilege and SeRestorePrivilege, both enabled. */
struct platform_token *token_double_new(unsigned rid, int64_t expires_at);
/* Those that were made and not freed. */
int token_double_alive(void);
/* Duplicating fails from now on, or no more. */
void token_double_fail(bool fail);

#endif
