/* sids: lists of SIDs from text, and questions to lists, for tests. */
#ifndef NTOKEND_TESTS_SIDS_H
#define NTOKEND_TESTS_SIDS_H

#include "engine/token.h"

/* Ends the program with words on stderr when the text is no SID or memory is exhausted. */
const struct sid *sids_one(struct arena *arena, const char *text);
/* "S-1-5-21-1-2-3-513 S-1-5-21-1-2-3-1601/10": SIDs between blanks, hex attributes after a slash, 7 without. */
struct sid_list sids_of(struct arena *arena, const char *text);
/* NULL when it is not in the list. */
const struct sid_and_attributes *sids_find(struct sid_list list, const char *text);

#endif
