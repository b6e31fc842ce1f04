/* vector: one row of the vectors, a question to the engine and the answer that the reference gives. vectors/README.md
 * names the members of each kind of row. */
#ifndef NTOKEND_TESTS_VECTOR_H
#define NTOKEND_TESTS_VECTOR_H

#include "base/arena.h"
#include "engine/central_policy.h"
#include "engine/descriptor.h"
#include "engine/rights.h"
#include "support/decide_row.h"

#include <jansson.h>

struct vector {
    const json_t *json;
    struct arena arena;
};

/* A member as text, "" when it is absent; as a number in hexadecimal, 0 when absent; as a set of LUIDs. Each ends the test
 * when the member is something else. */
const char *vector_text(const struct vector *vector, const char *key);
uint32_t vector_mask(const struct vector *vector, const char *key);
uint64_t vector_luids(const struct vector *vector, const char *key);
/* NULL when it is absent. */
const char *vector_optional(const struct vector *vector, const char *key);
/* `error` or `reason`, a Win32 code; ERR_NONE when it is absent. */
enum err vector_err(const struct vector *vector, const char *key);
/* Pairs of hexadecimal digits, blanks between them ignored. */
struct bytes vector_bytes(struct vector *vector, const char *key);
/* With [me] for the user of token_text.h and [a] for the GUID of a letter of decide_row.h. */
const char *vector_expanded(struct vector *vector, const char *key);
/* Of a type of object, or "1248" and "zero"; a file's when it is absent. */
struct generic_mapping vector_mapping(const struct vector *vector);
/* The central access policies of a row; NULL when it has none. */
const struct central_policies *vector_policies(struct vector *vector);

/* The descriptor that a row gives by its ACEs, in members "dacl" and "sacl"; false when it has none. */
bool vector_descriptor(struct vector *vector, struct descriptor *ret);
/* That of a row about the condition in "tokens". `deny`: of the deny ACE. */
void vector_condition_descriptor(struct vector *vector, bool deny, struct descriptor *ret);

/* A row about an access check; and one about a condition, as the check of an allow or of a deny ACE. What `mapping` of it points at is in
 * the arena. */
void vector_access_row(struct vector *vector, struct decide_row *ret);
void vector_truth_row(struct vector *vector, bool deny, struct decide_row *ret);

/* Rows of a file, one a line, or of a JSON file of the corpora; those without an id get the file's name and their number for one.
 * false, with words on stderr, when a line is no row. */
bool vector_load(const char *path);
size_t vector_count(void);
const json_t *vector_at(size_t index);

/* A program that checks each row of the files as a test of its own, named by its id. Returns what main returns. */
typedef void vector_check(struct vector *vector);
int vector_run(const char *name, int argc, char **argv, vector_check *check);

/* The kinds of rows; each ends the test when the engine answers otherwise. */
void vector_check_access(struct vector *vector);
void vector_check_audit(struct vector *vector);
void vector_check_condition(struct vector *vector);
void vector_check_privileges(struct vector *vector);
void vector_check_adjustment(struct vector *vector);
void vector_check_mapping(struct vector *vector);
void vector_check_sid(struct vector *vector);
void vector_check_bytes(struct vector *vector);
void vector_check_reading(struct vector *vector);
void vector_check_writing(struct vector *vector);

#endif
