/* write: typed writing of JSON. Like the reader a writer fails once and for good: memory that ran out anywhere gives no
 * answer at all, never one with a member missing. */
#ifndef NTOKEND_API_WRITE_H
#define NTOKEND_API_WRITE_H

#include "api/names.h"
#include "base/json_text.h"
#include "engine/decide.h"
#include "platform/process.h"

#include <jansson.h>

struct writer {
    struct arena *arena;
    const struct platform *platform; /* for names of SIDs; NULL: well-known ones only */
    const struct securable *type;    /* for names of rights; NULL: standard names only */
    bool failed;
};

/* Both take over `value`; NULL fails the writer. */
void write_member(struct writer *writer, json_t *object, const char *key, json_t *value);
void write_item(struct writer *writer, json_t *array, json_t *value);
/* The finished value, or NULL (and it is freed) when the writer failed. */
json_t *write_done(struct writer *writer, json_t *value);

/* Prints a value, which it takes over, into a text; NULL, or a writer that failed, fails the text. */
void write_into(struct writer *writer, struct text *text, json_t *value);
/* The same as write_mask, write_privilege_names, write_guid and write_win32 (with a comma before it), without a tree. */
void text_mask(struct text *text, const struct securable *type, uint32_t mask);
void text_privilege_names(struct text *text, privilege_set set);
void text_guid(struct text *text, const struct guid *guid);
void text_win32(struct text *text, enum err err);

json_t *write_text(const char *text);
/* "0x" and 8 hex digits */
json_t *write_hex(struct writer *writer, uint32_t value);
/* {"mask": "0x00120089", "rights": […]}: bits without a name stand among the rights as hex. */
json_t *write_mask(struct writer *writer, uint32_t mask);
/* {"sid": "S-1-…", "name": …}; the name only where it is known, or `name` when it is not NULL. */
json_t *write_sid(struct writer *writer, const struct sid *sid, const char *name);
/* NULL when it has none that is known here. */
const char *write_sid_name(struct writer *writer, const struct sid *sid);
json_t *write_guid(const struct guid *guid);
json_t *write_base64(struct writer *writer, struct bytes data);
/* UTF-16LE text */
json_t *write_text16(struct writer *writer, struct bytes text);
/* The words for the bits that are set; bits without a word as hex. */
json_t *write_flags(struct writer *writer, const struct names *names, uint32_t flags);
/* The names of a set. */
json_t *write_privilege_names(struct writer *writer, privilege_set set);
/* [{name, luid, displayName, attributes}, …] */
json_t *write_privileges(struct writer *writer, const struct privilege_state *state);
/* {name, attributes}; `attributes` are SE_PRIVILEGE_… */
json_t *write_privilege(struct writer *writer, unsigned luid, uint32_t attributes);
/* [{name, attributes}, …] */
json_t *write_privilege_state(struct writer *writer, const struct privilege_state *state);
/* RFC 3339, UTC; `seconds` since the epoch. */
json_t *write_time(struct writer *writer, int64_t seconds);
/* win32Error and win32ErrorName */
void write_win32(struct writer *writer, json_t *object, enum err err);

#endif
