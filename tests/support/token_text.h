/* token_text: tokens for tables of rows.
 *
 *   "user=S-1-5-21-1-2-3-1001 groups=WD,BA!,BU- privileges=8,17- integrity=3000"
 *
 * Words in any order, apart by one blank. SIDs are SDDL aliases or S-1-…; after a group's SID '!' means deny-only and '-'
 * disabled, after a privilege's LUID '-' means held but not enabled.
 *
 *   user= user!= (deny-only)   groups=   device=   restricting=   write-restricting= (either may be empty)
 *   package=   capabilities=   lpac   trust=   integrity= (hexadecimal)   policy=   privileges=   primary   level=
 *
 * Without a word about it: user S-1-5-21-1-2-3-1001, no groups, an impersonation token of level 2, Medium, policy 3. */
#ifndef NTOKEND_TESTS_TOKEN_TEXT_H
#define NTOKEND_TESTS_TOKEN_TEXT_H

#include "engine/token.h"

/* An indexed token in the arena. Ends the test when the text is malformed. */
struct token *token_text_read(struct arena *arena, const char *text);
/* The SID of an alias or of S-1-… text, in the arena. Ends the test when it is none. */
const struct sid *token_text_sid(struct arena *arena, struct bytes text);

#endif
