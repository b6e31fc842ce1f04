/* sddl_condition: what the files that read and write conditions and resource attributes as text share; nobody else
 * includes it. Reference 2.4 and 2.5. */
#ifndef NTOKEND_ENGINE_SDDL_CONDITION_H
#define NTOKEND_ENGINE_SDDL_CONDITION_H

#include "engine/condition_token.h"
#include "engine/sddl_internal.h"

/* Operators that are words. */
struct sddl_operator {
    const char *word; /* as Windows writes it */
    uint8_t token;
    enum condition_kind kind;
};
const struct sddl_operator *sddl_operator_named(struct bytes word);
/* Of any operator, "==" too; "" when the token is none. */
const char *sddl_operator_word(uint8_t token);
/* "@USER." and so on; "" for local names. */
const char *sddl_attribute_prefix(uint8_t token);

/* Literals, sddl_literal.c. Errors are ERR_INVALID_ACL or ERR_NO_MEMORY. */
void sddl_reader_skip_white(struct sddl_reader *reader);
int sddl_digit_value(int c, unsigned base);
/* Whether a name without a prefix may hold it. */
bool sddl_is_simple(int c);

struct sddl_integer {
    uint64_t value; /* two's complement when the sign is '-' */
    uint8_t sign;
    uint8_t base;
};
enum err sddl_literal_integer(struct sddl_reader *reader, struct sddl_integer *ret) MUST_USE;
/* The UTF-16LE of what stands in quotes; there are no escapes. */
enum err sddl_literal_string(struct sddl_reader *reader, struct sddl_bytes *out) MUST_USE;
/* Hex digits, without the '#' that starts them in a condition. */
enum err sddl_literal_octets(struct sddl_reader *reader, struct sddl_bytes *out) MUST_USE;
enum err sddl_literal_sid(struct sddl_reader *reader, struct sid_buffer *ret) MUST_USE;
/* The UTF-16LE of a name that ends before any of `ends`; %XXXX is the code unit with that number. */
enum err sddl_literal_name(struct sddl_reader *reader, const char *ends, struct sddl_bytes *out) MUST_USE;

/* A length of four bytes, to be known later, and the bytes behind it. */
size_t sddl_bytes_open(struct sddl_bytes *bytes);
void sddl_bytes_close(struct sddl_bytes *bytes, size_t at);

/* From "(" to its ")" in the text, from "artx" to the last token in the bytes. sddl_condition_read.c, _term.c */
enum err sddl_condition_read(struct sddl_reader *reader, struct sddl_bytes *out) MUST_USE;
enum err sddl_condition_term(struct sddl_reader *reader, bool negated, struct sddl_bytes *out) MUST_USE;
/* ("name",TS,0x0,"value") to a CLAIM_SECURITY_ATTRIBUTE_RELATIVE_V1. sddl_attribute.c */
enum err sddl_attribute_read(struct sddl_reader *reader, struct sddl_bytes *out) MUST_USE;

/* ERR_INVALID_ACL when the bytes are malformed or the text would not be read again. */
enum err sddl_condition_write(struct sddl_text *text, struct bytes application_data) MUST_USE;
enum err sddl_attribute_write(struct sddl_text *text, struct bytes application_data) MUST_USE;

/* Parts of both, sddl_text.c. */
enum err sddl_text_put_utf16(struct sddl_text *text, struct bytes utf16le) MUST_USE; /* between quotes */
void sddl_text_put_name(struct sddl_text *text, struct bytes utf16le);               /* %XXXX where needed */
void sddl_text_put_hex(struct sddl_text *text, struct bytes octets);

#endif
