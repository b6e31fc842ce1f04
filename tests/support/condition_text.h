/* condition_text: conditional expressions and claims for tables of rows, put together without the SDDL reader.
 *
 * An expression is its tokens in postfix order, apart by one blank:
 *   @user.x @device.x @resource.x @local.x   5 -3 +7   'text   #0102   SID(BA)   { … }   and operators as SDDL spells them
 *   =XXXX puts raw bytes in hexadecimal.
 * Claims are "name=value,value …" apart by one blank, with values of one kind: 5 (int64), u5, ?1 (boolean), 'text, #01, SID(BA).
 * A mark behind the name sets a flag: '*' case-sensitive, '!' for denies only, '-' disabled. */
#ifndef NTOKEND_TESTS_CONDITION_TEXT_H
#define NTOKEND_TESTS_CONDITION_TEXT_H

#include "base/arena.h"
#include "engine/claim.h"

/* Both end the test when the text is malformed. The expression has its signature and its padding. */
struct bytes condition_text_expression(struct arena *arena, const char *text);
struct claim_set condition_text_claims(struct arena *arena, const char *text);
/* A claim as a resource attribute ACE carries it. */
struct bytes condition_text_relative(struct arena *arena, const struct claim *claim);

#endif
