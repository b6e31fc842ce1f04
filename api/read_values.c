/* The values of the Windows security model that stand in bodies. */
#include "api/names.h"
#include "api/read.h"

#include <stdio.h>

const struct sid *read_sid(struct reader *reader, const struct place *place)
{
    struct bytes text = read_string(reader, place);
    if (reader->failed)
        return NULL;
    struct sid_buffer sid;
    enum err err = sddl_read_sid(text, &reader->domains, &sid);
    if (err == ERR_NONE_MAPPED) {
        read_fail(
            reader, place,
            "is an alias of a domain that is not known here; write the SID as S-1-…, or have domain-sid "
            "and machine-sid configured");
        return NULL;
    }
    if (err != ERR_NONE) {
        read_fail(reader, place, "is not a SID: write S-1-… or an SDDL alias such as \"BA\"");
        return NULL;
    }
    const struct sid *copy = arena_copy(reader->arena, &sid, sid_size(sid_of(&sid)));
    if (copy == NULL)
        read_out_of_memory(reader);
    return copy;
}

struct guid read_guid(struct reader *reader, const struct place *place)
{
    struct guid guid = {0};
    struct bytes text = read_string(reader, place);
    if (!reader->failed && guid_parse(text, &guid) != ERR_NONE)
        read_fail(reader, place, "is not a GUID: 8-4-4-4-12 hex digits, without braces");
    return guid;
}

static bool text_is(struct bytes text, const char *name)
{
    return bytes_equal(text, bytes_of_string(name));
}

uint32_t read_word(struct reader *reader, const struct place *place, const char *what,
                   const struct names *names)
{
    struct bytes text = read_string(reader, place);
    if (reader->failed)
        return 0;
    char known[256] = "";
    size_t used = 0;
    for (size_t i = 0; i < names->count; i++) {
        if (text_is(text, names->words[i].name))
            return names->words[i].value;
        if (used < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i == 0 ? "" : ", ",
                                     names->words[i].name);
    }
    read_fail(reader, place, "is no %s; known are: %s", what, known);
    return 0;
}

uint32_t read_flags(struct reader *reader, const struct place *place, const char *what,
                    const struct names *names)
{
    uint32_t known = 0;
    for (size_t i = 0; i < names->count; i++)
        known |= names->words[i].value;
    if (json_is(place->value, JSON_KIND_INTEGER)) {
        uint32_t flags = (uint32_t)read_integer(reader, place, 0, UINT32_MAX);
        if ((flags & ~known) == 0)
            return flags;
        read_fail(reader, place, "has bits that are no %s: 0x%08x", what, flags & ~known);
        return 0;
    }
    uint32_t flags = 0;
    size_t items = read_array(reader, place, READ_RIGHTS_MAX);
    for (size_t i = 0; i < items; i++) {
        struct place item = place_item(place, i);
        flags |= read_word(reader, &item, what, names);
    }
    return reader->failed ? 0 : flags;
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool read_hex(struct bytes text, size_t digits_max, uint64_t *ret)
{
    const size_t prefix = 2;
    if (text.size <= prefix || text.size > prefix + digits_max || text.data[0] != '0' ||
        (text.data[1] | 0x20) != 'x')
        return false;
    uint64_t number = 0;
    for (size_t i = prefix; i < text.size; i++) {
        const int digit = hex_digit(text.data[i]);
        if (digit < 0)
            return false;
        number = number << 4 | (unsigned)digit;
    }
    *ret = number;
    return true;
}

static bool hex_mask(struct bytes text, uint32_t *ret)
{
    uint64_t mask = 0;
    if (!read_hex(text, 8, &mask))
        return false;
    *ret = (uint32_t)mask;
    return true;
}

static uint32_t read_right(struct reader *reader, const struct place *place)
{
    uint32_t mask = 0;
    if (json_is(place->value, JSON_KIND_INTEGER))
        return (uint32_t)read_integer(reader, place, 0, UINT32_MAX);
    if (!json_is(place->value, JSON_KIND_STRING)) {
        read_fail(reader, place, "must be the name of a right, \"0x…\" or a number");
        return 0;
    }
    struct bytes text = read_string(reader, place);
    if (reader->failed || hex_mask(text, &mask) || right_find(reader->type, text, &mask) == ERR_NONE)
        return mask;
    if (reader->type == NULL)
        read_fail(reader, place, "is no standard right; names of specific rights need objectType");
    else
        read_fail(reader, place, "is no right of object type %s, nor \"0x\" and up to 8 hex digits",
                  reader->type->name);
    return 0;
}

uint32_t read_mask(struct reader *reader, const struct place *place)
{
    if (!place_there(place))
        read_fail(reader, place, "is required: the name of a right, \"0x…\", a number, or an array of those");
    if (!json_is(place->value, JSON_KIND_ARRAY))
        return read_right(reader, place);
    uint32_t mask = 0;
    size_t count = read_array(reader, place, READ_RIGHTS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct place item = place_item(place, i);
        mask |= read_right(reader, &item);
    }
    return reader->failed ? 0 : mask;
}

const struct securable *read_object_type(struct reader *reader, const struct place *place)
{
    struct bytes text = read_string(reader, place);
    if (reader->failed)
        return NULL;
    const struct securable *type = securable_find(text);
    if (type == NULL)
        read_fail(reader, place,
                  "is no object type; openapi.yaml lists them (\"file\", \"registry-key\", …)");
    return type;
}

struct generic_mapping read_generic_mapping(struct reader *reader, const struct place *place)
{
    static const char *const members[] = {"read", "write", "execute", "all", NULL};
    struct generic_mapping mapping = {0};
    if (!read_object(reader, place, members))
        return mapping;
    uint32_t *const parts[] = {&mapping.read, &mapping.write, &mapping.execute, &mapping.all};
    for (size_t i = 0; i < 4; i++) {
        struct place part = place_member(place, members[i]);
        uint32_t mask = read_mask(reader, &part);
        if ((mask & (RIGHT_GENERIC_MASK | RIGHT_MAXIMUM_ALLOWED)) != 0)
            read_fail(reader, &part,
                      "must name specific and standard rights: a generic right cannot stand for another");
        *parts[i] = mask;
    }
    return mapping;
}

unsigned read_privilege(struct reader *reader, const struct place *place)
{
    unsigned luid = 0;
    struct bytes text = read_string(reader, place);
    if (!reader->failed && privilege_find(text, &luid) != ERR_NONE)
        read_fail(reader, place, "is no privilege; names are written as \"SeBackupPrivilege\"");
    return luid;
}

privilege_set read_privileges(struct reader *reader, const struct place *place)
{
    privilege_set set = 0;
    size_t count = read_array(reader, place, READ_RIGHTS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct place item = place_item(place, i);
        unsigned luid = read_privilege(reader, &item);
        if (!reader->failed)
            set |= privilege_bit(luid);
    }
    return reader->failed ? 0 : set;
}
