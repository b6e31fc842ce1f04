/* sddl_internal: what the files that read and write SDDL share; nobody else includes it. */
#ifndef NTOKEND_ENGINE_SDDL_INTERNAL_H
#define NTOKEND_ENGINE_SDDL_INTERNAL_H

#include "base/text.h"
#include "engine/sddl.h"

/* Names of one or two letters as a number: rows are compared with what is sought in one step. */
static inline unsigned sddl_key_of_row(const char row[3])
{
    return (unsigned char)row[0] | (unsigned)(unsigned char)row[1] << 8;
}

static inline unsigned sddl_capital(uint8_t c)
{
    return c >= 'a' && c <= 'z' ? c - ('a' - 'A') : c;
}

/* Letters of either case. 0, which is no row's, for what is longer, or empty, or has a NUL. */
static inline unsigned sddl_key(struct bytes name)
{
    if (name.size == 0 || name.size > 2 || name.data[name.size - 1] == 0)
        return 0;
    return sddl_capital(name.data[0]) | (name.size == 1 ? 0 : sddl_capital(name.data[1]) << 8);
}

/* Tables, sddl_table.c. Reference 1.3 and 2.3. */
struct sddl_ace_type {
    char name[3];
    uint8_t type;
    uint32_t information; /* the SECURITY_INFORMATION bit that this ACE is written under */
};
/* NULL for a type without letters. */
const struct sddl_ace_type *sddl_type_of(uint8_t type);
const struct sddl_ace_type *sddl_type_named(struct bytes name);
/* Whether Windows would put this SID into this type: labels hold S-1-16-x, policies S-1-17-x, trust labels S-1-19-x-y,
 * resource attributes S-1-1-0. Reference 1.3 and 2.5. */
bool sddl_type_holds(uint8_t type, const struct sid *sid);

struct sddl_code {
    char name[3];
    uint32_t value;
};
struct sddl_codes {
    const struct sddl_code *items;
    size_t count;
};
/* In the order Windows writes them. */
extern const struct sddl_codes SDDL_RIGHTS;       /* one bit each */
extern const struct sddl_codes SDDL_RIGHT_GROUPS; /* FA, KR and so on: several bits each */
extern const struct sddl_codes SDDL_LABEL_RIGHTS;
/* The flags of an ACE of this type: one bit of an access filter has a name of its own. */
const struct sddl_codes *sddl_flags_of(uint8_t type);
/* Letters of either case; NULL when there is no such code. */
const struct sddl_code *sddl_code_named(const struct sddl_codes *codes, struct bytes name);

/* The SID of a two-letter alias of either case. ERR_INVALID_SID when there is none, ERR_NONE_MAPPED. sddl_alias.c */
enum err sddl_alias_sid(struct bytes name, const struct sddl_domains *domains,
                        struct sid_buffer *ret) MUST_USE;

/* Reading, sddl_reader.c. The text is UTF-8; outside strings and names only ASCII has a meaning. */
struct sddl_reader {
    struct bytes text;
    size_t at;
    struct arena *arena;
    const struct sddl_domains *domains;
    struct sddl_error error;
};
/* The byte `ahead` of the next one, -1 behind the end. */
static inline int sddl_reader_peek(const struct sddl_reader *reader, size_t ahead)
{
    return ahead < reader->text.size - reader->at ? reader->text.data[reader->at + ahead] : -1;
}

static inline bool sddl_reader_take(struct sddl_reader *reader, char c)
{
    if (sddl_reader_peek(reader, 0) != (unsigned char)c)
        return false;
    reader->at++;
    return true;
}

static inline void sddl_reader_skip_blanks(struct sddl_reader *reader)
{
    while (sddl_reader_take(reader, ' ')) {
    }
}

/* The text, in either case; what follows it is not looked at. */
bool sddl_reader_take_word(struct sddl_reader *reader, const char *word);
/* Notes where the reader stands and what was expected there; returns err. */
enum err sddl_reader_fail(struct sddl_reader *reader, enum err err, const char *expected) MUST_USE;
/* An alias or S-1-…; `err` is the error for one that is neither. */
enum err sddl_reader_sid(struct sddl_reader *reader, enum err err, struct sid_buffer *ret) MUST_USE;

/* Bytes that are put together within a limit; a put that does not fit sets `full` and is dropped. */
struct sddl_bytes {
    uint8_t *data;
    size_t size;
    size_t limit;
    bool full;
};
static inline void sddl_bytes_put(struct sddl_bytes *bytes, const void *data, size_t size)
{
    if (bytes->full || size > bytes->limit - bytes->size) {
        bytes->full = true;
        return;
    }
    if (size > 0)
        memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
}

/* The lowest `size` bytes, at most 8, of the number. */
static inline void sddl_bytes_put_number(struct sddl_bytes *bytes, uint64_t value, size_t size)
{
    uint8_t number[8];
    le64_store(number, value);
    sddl_bytes_put(bytes, number, size);
}

/* One ACE in parentheses, appended to an ACL that is being made. sddl_read_ace.c */
struct sddl_acl {
    struct sddl_bytes bytes;
    bool is_sacl;
    bool has_object_ace;
    uint16_t ace_count;
    size_t slack; /* bytes that AclSize counts behind the last ACE */
};
enum err sddl_read_ace(struct sddl_reader *reader, struct sddl_acl *acl) MUST_USE;

/* Writing, sddl_text.c. */
struct sddl_text {
    struct text out;
    const struct sddl_domains *domains;
};
void sddl_text_put_string(struct sddl_text *text, const char *string);
void sddl_text_put_sid(struct sddl_text *text, const struct sid *sid);
/* ERR_INVALID_ACL for an ACE that SDDL has no form for. sddl_write_ace.c */
enum err sddl_text_put_ace(struct sddl_text *text, const struct ace *ace) MUST_USE;

#endif
