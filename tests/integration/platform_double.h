/* platform_double: a platform for tests of http/ alone, linked into test programs only. Its Negotiate tokens are plain text:
 *   NAME         accepted at once, with the token "mutual:NAME" for the client
 *   begin:NAME   the first of two legs, answered with "more"
 *   end          the second leg
 * NAME is alice, bob, mallory (whom the guards refuse) or nologon (who has no logon right).
 * Dots after it are padding. All else is refused. */
#ifndef NTOKEND_TESTS_PLATFORM_DOUBLE_H
#define NTOKEND_TESTS_PLATFORM_DOUBLE_H

#include "platform/token.h"

/* What was made and not freed: contexts and tokens. */
int platform_double_alive(void);

#endif
