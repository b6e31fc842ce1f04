#include "engine/sddl_condition.h"

#include "base/utf16.h"

#include <stdio.h>

void sddl_text_put_string(struct sddl_text *text, const char *string)
{
    text_put(&text->out, string, strlen(string));
}

void sddl_text_put_sid(struct sddl_text *text, const struct sid *sid)
{
    char number[SID_TEXT_MAX];
    const char *alias = sddl_alias(sid, text->domains);
    if (alias == NULL)
        (void)sid_format(sid, number);
    sddl_text_put_string(text, alias != NULL ? alias : number);
}

enum err sddl_text_put_utf16(struct sddl_text *text, struct bytes utf16le)
{
    struct bytes utf8;
    enum err err = utf16_to_utf8(text->out.arena, utf16le, &utf8);
    if (err != ERR_NONE)
        return err == ERR_NO_MEMORY ? err : ERR_INVALID_ACL;
    if (memchr(utf8.data, '"', utf8.size) != NULL || memchr(utf8.data, 0, utf8.size) != NULL)
        return ERR_INVALID_ACL; /* strings have no escapes */
    text_put(&text->out, utf8.data, utf8.size);
    return ERR_NONE;
}

/* The characters that Windows leaves as they are: lit-char of [MS-DTYP] 2.5.1.1, which has no comma. */
static bool is_plain(unsigned unit)
{
    return unit < 0x80 && unit != 0 &&
           (sddl_digit_value((int)unit, 36) >= 0 || strchr(":./_#$'*+-;?@[\\]^`{}~", (int)unit) != NULL);
}

void sddl_text_put_name(struct sddl_text *text, struct bytes utf16le)
{
    for (size_t i = 0; i + 1 < utf16le.size; i += 2) {
        unsigned unit = le16_load(utf16le.data + i);
        char escaped[8] = {(char)unit};
        if (!is_plain(unit))
            (void)snprintf(escaped, sizeof escaped, "%%%04x", unit);
        sddl_text_put_string(text, escaped);
    }
}

void sddl_text_put_hex(struct sddl_text *text, struct bytes octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        char pair[3];
        (void)snprintf(pair, sizeof pair, "%02x", octets.data[i]);
        sddl_text_put_string(text, pair);
    }
}
