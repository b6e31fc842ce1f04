#include "engine/sddl_internal.h"

bool sddl_reader_take_word(struct sddl_reader *reader, const char *word)
{
    struct bytes wanted = bytes_of_string(word);
    if (wanted.size > reader->text.size - reader->at ||
        !bytes_equal_ignoring_case(bytes_of(reader->text.data + reader->at, wanted.size), wanted))
        return false;
    reader->at += wanted.size;
    return true;
}

enum err sddl_reader_fail(struct sddl_reader *reader, enum err err, const char *expected)
{
    size_t characters = 0;
    for (size_t i = 0; i < reader->at; i++)
        characters += (reader->text.data[i] & 0xC0) != 0x80; /* not a continuation byte of UTF-8 */
    reader->error = (struct sddl_error){.offset = characters, .expected = expected};
    return err;
}

enum err sddl_reader_sid(struct sddl_reader *reader, enum err err, struct sid_buffer *ret)
{
    struct bytes rest = bytes_of(reader->text.data + reader->at, reader->text.size - reader->at);
    if (sddl_reader_peek(reader, 1) == '-') {
        size_t used = 0;
        if (sid_read(rest, ret, &used) != ERR_NONE)
            return sddl_reader_fail(reader, err, "a SID such as S-1-5-32-544");
        reader->at += used;
        return ERR_NONE;
    }
    if (rest.size > 2)
        rest.size = 2;
    enum err alias_err = sddl_alias_sid(rest, reader->domains, ret);
    if (alias_err == ERR_NONE_MAPPED)
        return sddl_reader_fail(reader, ERR_NONE_MAPPED, "an alias whose domain is known here");
    if (alias_err != ERR_NONE)
        return sddl_reader_fail(reader, err, "a SID or one of its two-letter aliases");
    reader->at += 2;
    return ERR_NONE;
}
