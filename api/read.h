/* read: typed, strict reading of JSON bodies. Whatever is not exactly as openapi.yaml says is refused with an RFC 6901
 * pointer to the culprit.
 *
 * Like the cursor of base/bytes.h a reader fails once and for good: after the first mistake every read gives its zero,
 * so that a handler reads a whole body and looks at `failed` once, before it uses anything. */
#ifndef NTOKEND_API_READ_H
#define NTOKEND_API_READ_H

#include "base/json.h"
#include "engine/privilege.h"
#include "engine/rights.h"
#include "engine/sddl.h"
#include "http/reply.h"

enum {
    READ_RIGHTS_MAX = 64, /* entries of one mask */
};

/* Everything read lives in the arena. */
struct reader {
    struct arena *arena;
    struct arena
        *lasting; /* for what must live as long as the request; the same one until somebody says otherwise */
    struct platform *platform; /* whose system reads the SDDL of descriptors; NULL: the engine does */
    struct sddl_domains domains;
    const struct securable *type; /* whose names masks may use; NULL: standard and generic names only */
    bool failed;
    struct problem problem; /* what to answer, once failed */
};

/* Where in the body we are; lives on the stack of whoever reads. value is NULL for a member that is absent. */
struct place {
    const struct place *parent; /* NULL at the root */
    const char *key;            /* NULL for an item of an array */
    size_t index;
    const struct json *value; /* in the arena that the body was read into */
};

struct reader reader_of(struct arena *arena, const struct sddl_domains *domains);
/* The same for a request that is served: with the platform's domains, and its reading of SDDL. */
struct reader reader_on(struct arena *arena, struct platform *platform);

/* Parses a body, which must outlive what it returns. NULL when it failed. */
const struct json *read_body(struct reader *reader, struct bytes body) MUST_USE;

struct place place_root(const struct json *value);
static inline struct place place_member(const struct place *parent, const char *key)
{
    return (struct place){.parent = parent, .key = key, .value = json_member(parent->value, key)};
}
static inline struct place place_item(const struct place *parent, size_t index)
{
    return (struct place){.parent = parent, .index = index, .value = json_item(parent->value, index)};
}
static inline bool place_there(const struct place *place)
{
    return place->value != NULL;
}
/* The RFC 6901 pointer in the arena, NULL when memory is exhausted. */
const char *place_pointer(struct arena *arena, const struct place *place) MUST_USE;

/* The first failure counts, later ones change nothing. */
void read_fail(struct reader *reader, const struct place *place, const char *format, ...)
    __attribute__((format(PRINTF_FORMATS, 3, 4)));
/* The same with a problem of any kind, whose pointer it fills in. It needs a detail: NULL is memory that ran out. */
void read_refuse(struct reader *reader, const struct place *place, struct problem problem);
void read_out_of_memory(struct reader *reader);

/* Is it an object with no members but these (a list that NULL ends)? */
bool read_object(struct reader *reader, const struct place *place, const char *const *members);
/* The number of items of an array of at most `max`. */
size_t read_array(struct reader *reader, const struct place *place, size_t max);

struct bytes read_string(struct reader *reader, const struct place *place);
bool read_boolean(struct reader *reader, const struct place *place);
int64_t read_integer(struct reader *reader, const struct place *place, int64_t min, int64_t max);
/* Base64 of RFC 4648 section 4. */
struct bytes read_base64(struct reader *reader, const struct place *place);
/* S-1-… or an SDDL alias. */
const struct sid *read_sid(struct reader *reader, const struct place *place);
struct guid read_guid(struct reader *reader, const struct place *place);

struct names;
/* A word of a table (api/names.h); its value. `what` is for the message: "impersonation level". */
uint32_t read_word(struct reader *reader, const struct place *place, const char *what,
                   const struct names *names);
/* A number within the words' bits, or an array of words. */
uint32_t read_flags(struct reader *reader, const struct place *place, const char *what,
                    const struct names *names);
/* Whether the text is "0x" and 1 to `digits_max` hex digits, at most 16, and nothing else. */
bool read_hex(struct bytes text, size_t digits_max, uint64_t *ret);
/* A mask: a number, "0x…", the name of a right of reader->type, or an array of those. */
uint32_t read_mask(struct reader *reader, const struct place *place);
const struct securable *read_object_type(struct reader *reader, const struct place *place);
struct generic_mapping read_generic_mapping(struct reader *reader, const struct place *place);
/* A name, in any case. */
unsigned read_privilege(struct reader *reader, const struct place *place);
/* An array of names. */
privilege_set read_privileges(struct reader *reader, const struct place *place);

/* SDDL text or {"base64": …}: validated, in the arena. *ret_from_sddl may be NULL. 422 for what is refused; where the system could not
 * be asked it is 500. */
void read_descriptor(struct reader *reader, const struct place *place, struct descriptor *ret,
                     bool *ret_from_sddl);

#endif
