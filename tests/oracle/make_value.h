/* The values that conditions, claims and resource attributes have in common. */
#ifndef NTOKEND_TESTS_MAKE_VALUE_H
#define NTOKEND_TESTS_MAKE_VALUE_H

#include "engine/claim.h"
#include "oracle/case.h"

/* A claim type that is fit for a name: most claims of one name have one type, so that comparisons mean something. */
enum claim_type make_type(struct chance *chance, unsigned name);
/* One value of a type; data borrows static memory. */
struct claim_value make_value(struct chance *chance, enum claim_type type);

/* Names: two of each type; UTF-16LE. The same one comes in either case. */
enum { NAME_COUNT = 12 };
unsigned make_name(struct chance *chance);
struct bytes make_name_text(struct chance *chance, unsigned name);

#endif
