#include "engine/sddl_condition.h"

#include <stdio.h>

static void put_flags(struct sddl_text *text, const struct ace *ace)
{
    const struct sddl_codes *codes = sddl_flags_of(ace->type);
    for (size_t i = 0; i < codes->count; i++)
        if ((ace->flags & codes->items[i].value) != 0)
            sddl_text_put_string(text, codes->items[i].name);
}

static const char *group_of(uint32_t mask)
{
    for (size_t i = 0; i < SDDL_RIGHT_GROUPS.count; i++)
        if (SDDL_RIGHT_GROUPS.items[i].value == mask)
            return SDDL_RIGHT_GROUPS.items[i].name;
    return NULL;
}

/* A whole group, else letters when every bit has some, else hex; nothing for no right at all. Reference 2.3. */
static void put_rights(struct sddl_text *text, uint8_t type, uint32_t mask)
{
    bool is_label = type == ACE_SYSTEM_MANDATORY_LABEL;
    const struct sddl_codes *codes = is_label ? &SDDL_LABEL_RIGHTS : &SDDL_RIGHTS;
    const char *group = is_label ? NULL : group_of(mask);
    uint32_t named = 0;
    for (size_t i = 0; i < codes->count; i++)
        named |= codes->items[i].value;
    if (group != NULL) {
        sddl_text_put_string(text, group);
    } else if ((mask & ~named) != 0) {
        char number[11];
        (void)snprintf(number, sizeof number, "0x%x", (unsigned)mask);
        sddl_text_put_string(text, number);
    } else {
        for (size_t i = 0; i < codes->count; i++)
            if ((mask & codes->items[i].value) != 0)
                sddl_text_put_string(text, codes->items[i].name);
    }
}

static void put_guid(struct sddl_text *text, const struct guid *guid)
{
    char number[GUID_TEXT_MAX] = "";
    if (guid != NULL)
        guid_format(guid, number);
    sddl_text_put_string(text, number);
    sddl_text_put_string(text, ";");
}

enum err sddl_text_put_ace(struct sddl_text *text, const struct ace *ace)
{
    const struct sddl_ace_type *type = sddl_type_of(ace->type);
    if (type == NULL || !sddl_type_holds(ace->type, ace->sid))
        return ERR_INVALID_ACL;
    sddl_text_put_string(text, "(");
    sddl_text_put_string(text, type->name);
    sddl_text_put_string(text, ";");
    put_flags(text, ace);
    sddl_text_put_string(text, ";");
    put_rights(text, ace->type, ace->mask);
    sddl_text_put_string(text, ";");
    put_guid(text, ace->object_type);
    put_guid(text, ace->inherited_object_type);
    sddl_text_put_sid(text, ace->sid);
    enum err err = ERR_NONE;
    if (ace->type == ACE_SYSTEM_RESOURCE_ATTRIBUTE) {
        sddl_text_put_string(text, ";");
        err = sddl_attribute_write(text, ace->application_data);
    } else if ((ace_class(ace->type) & ACE_CLASS_CALLBACK) != 0) {
        sddl_text_put_string(text, ";");
        err = sddl_condition_write(text, ace->application_data);
    }
    sddl_text_put_string(text, ")");
    return err;
}
