#include "engine/rights.h"

/* [MS-DTYP] 2.4.3; single bits first, lowest first. */
static const struct right_name standard_rights[] = {
    {"DELETE", RIGHT_DELETE},
    {"READ_CONTROL", RIGHT_READ_CONTROL},
    {"WRITE_DAC", RIGHT_WRITE_DAC},
    {"WRITE_OWNER", RIGHT_WRITE_OWNER},
    {"SYNCHRONIZE", RIGHT_SYNCHRONIZE},
    {"ACCESS_SYSTEM_SECURITY", RIGHT_ACCESS_SYSTEM_SECURITY},
    {"MAXIMUM_ALLOWED", RIGHT_MAXIMUM_ALLOWED},
    {"GENERIC_ALL", RIGHT_GENERIC_ALL},
    {"GENERIC_EXECUTE", RIGHT_GENERIC_EXECUTE},
    {"GENERIC_WRITE", RIGHT_GENERIC_WRITE},
    {"GENERIC_READ", RIGHT_GENERIC_READ},
    {"STANDARD_RIGHTS_REQUIRED", UINT32_C(0x000F0000)},
    {"STANDARD_RIGHTS_READ", UINT32_C(0x00020000)},
    {"STANDARD_RIGHTS_WRITE", UINT32_C(0x00020000)},
    {"STANDARD_RIGHTS_EXECUTE", UINT32_C(0x00020000)},
    {"STANDARD_RIGHTS_ALL", UINT32_C(0x001F0000)},
};
#define STANDARD_RIGHT_COUNT (sizeof standard_rights / sizeof standard_rights[0])

const struct securable *securable_find(struct bytes name)
{
    size_t count = 0;
    const struct securable *types = securable_all(&count);
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(bytes_of_string(types[i].name), name))
            return &types[i];
    return NULL;
}

static const struct right_name *find_name(const struct right_name *rights, size_t count, struct bytes name)
{
    for (size_t i = 0; i < count; i++)
        if (bytes_equal(bytes_of_string(rights[i].name), name))
            return &rights[i];
    return NULL;
}

enum err right_find(const struct securable *type, struct bytes name, uint32_t *ret)
{
    const struct right_name *right = find_name(standard_rights, STANDARD_RIGHT_COUNT, name);
    if (right == NULL && type != NULL)
        right = find_name(type->rights, type->right_count, name);
    if (right == NULL)
        return ERR_NOT_FOUND;
    *ret = right->mask;
    return ERR_NONE;
}

static const char *find_bit(const struct right_name *rights, size_t count, uint32_t bit)
{
    for (size_t i = 0; i < count; i++)
        if (rights[i].mask == bit)
            return rights[i].name;
    return NULL;
}

size_t right_names(const struct securable *type, uint32_t mask, const char *ret[32], uint32_t *ret_unnamed)
{
    size_t count = 0;
    uint32_t unnamed = 0;
    for (unsigned i = 0; i < 32; i++) {
        uint32_t bit = UINT32_C(1) << i;
        if ((mask & bit) == 0)
            continue;
        const char *name = find_bit(standard_rights, STANDARD_RIGHT_COUNT, bit);
        if (name == NULL && type != NULL)
            name = find_bit(type->rights, type->right_count, bit);
        if (name != NULL)
            ret[count++] = name;
        else
            unnamed |= bit;
    }
    *ret_unnamed = unnamed;
    return count;
}

uint32_t generic_map(const struct generic_mapping *mapping, uint32_t mask)
{
    uint32_t mapped = mask & ~RIGHT_GENERIC_MASK;
    if ((mask & RIGHT_GENERIC_READ) != 0)
        mapped |= mapping->read;
    if ((mask & RIGHT_GENERIC_WRITE) != 0)
        mapped |= mapping->write;
    if ((mask & RIGHT_GENERIC_EXECUTE) != 0)
        mapped |= mapping->execute;
    if ((mask & RIGHT_GENERIC_ALL) != 0)
        mapped |= mapping->all;
    return mapped;
}
