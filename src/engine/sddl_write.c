#include "engine/sddl_internal.h"

/* What SECURITY_INFORMATION shows of a SACL. */
#define SACL_PARTS                                                                                           \
    (SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION | ATTRIBUTE_SECURITY_INFORMATION |               \
     SCOPE_SECURITY_INFORMATION | PROCESS_TRUST_LABEL_SECURITY_INFORMATION |                                 \
     ACCESS_FILTER_SECURITY_INFORMATION)

/* Reference 2.1: in this order. */
static void put_control(struct sddl_text *text, unsigned control, unsigned protected, unsigned requested,
                        unsigned inherited)
{
    if ((control & protected) != 0)
        sddl_text_put_string(text, "P");
    if ((control & requested) != 0)
        sddl_text_put_string(text, "AR");
    if ((control & inherited) != 0)
        sddl_text_put_string(text, "AI");
}

/* The ACEs that the caller asked for. *ret_count: how many were written. */
static enum err put_aces(struct sddl_text *text, const struct acl *acl, uint32_t information, bool is_sacl,
                         size_t *ret_count)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    size_t count = 0;
    while (acl_next(acl, &iterator, &ace)) {
        const struct sddl_ace_type *type = sddl_type_of(ace.type);
        /* Windows reads no such ACE in this place, so it has no text. */
        if (type == NULL || is_sacl == (type->information == DACL_SECURITY_INFORMATION))
            return ERR_INVALID_ACL;
        if ((type->information & information) == 0)
            continue;
        enum err err = sddl_text_put_ace(text, &ace);
        if (err != ERR_NONE)
            return err;
        count++;
    }
    *ret_count = count;
    return ERR_NONE;
}

static enum err put_dacl(struct sddl_text *text, const struct descriptor *descriptor)
{
    size_t count = 0;
    if (descriptor->dacl_state == ACL_ABSENT)
        return ERR_NONE;
    sddl_text_put_string(text, "D:");
    put_control(text, descriptor->control, SE_DACL_PROTECTED, SE_DACL_AUTO_INHERIT_REQ,
                SE_DACL_AUTO_INHERITED);
    if (descriptor->dacl_state == ACL_NULL) {
        sddl_text_put_string(text, "NO_ACCESS_CONTROL");
        return ERR_NONE;
    }
    return put_aces(text, &descriptor->dacl, DACL_SECURITY_INFORMATION, false, &count);
}

/* Without SACL_SECURITY_INFORMATION the component is left out when none of its ACEs was asked for. */
static enum err put_sacl(struct sddl_text *text, const struct descriptor *descriptor, uint32_t information)
{
    bool whole = (information & SACL_SECURITY_INFORMATION) != 0;
    size_t start = text->out.size;
    size_t count = 0;
    if (descriptor->sacl_state == ACL_ABSENT || (descriptor->sacl_state == ACL_NULL && !whole))
        return ERR_NONE;
    sddl_text_put_string(text, "S:");
    put_control(text, descriptor->control, SE_SACL_PROTECTED, SE_SACL_AUTO_INHERIT_REQ,
                SE_SACL_AUTO_INHERITED);
    if (descriptor->sacl_state == ACL_NULL) {
        sddl_text_put_string(text, "NO_ACCESS_CONTROL");
        return ERR_NONE;
    }
    enum err err = put_aces(text, &descriptor->sacl, information, true, &count);
    if (err == ERR_NONE && count == 0 && !whole)
        text->out.size = start;
    return err;
}

static enum err put_sid(struct sddl_text *text, const char *component, const struct sid *sid)
{
    if (sid == NULL)
        return ERR_NONE;
    if (sid->sub_authority_count == 0)
        return ERR_INVALID_SID; /* its text would not be read again: reference 1.1 */
    sddl_text_put_string(text, component);
    sddl_text_put_sid(text, sid);
    return ERR_NONE;
}

static enum err finish(struct sddl_text *text, enum err err, struct bytes *ret)
{
    if (err != ERR_NONE)
        return err;
    text_put(&text->out, "", 1);
    if (text->out.failed)
        return ERR_NO_MEMORY;
    *ret = bytes_of(text->out.data, text->out.size - 1);
    return ERR_NONE;
}

enum err sddl_write(struct arena *arena, const struct descriptor *descriptor, uint32_t security_information,
                    const struct sddl_domains *domains, struct bytes *ret)
{
    struct sddl_text text = {.out.arena = arena, .domains = domains};
    enum err err = ERR_NONE;
    if ((security_information & OWNER_SECURITY_INFORMATION) != 0)
        err = put_sid(&text, "O:", descriptor->owner);
    if (err == ERR_NONE && (security_information & GROUP_SECURITY_INFORMATION) != 0)
        err = put_sid(&text, "G:", descriptor->group);
    if (err == ERR_NONE && (security_information & DACL_SECURITY_INFORMATION) != 0)
        err = put_dacl(&text, descriptor);
    if (err == ERR_NONE && (security_information & SACL_PARTS) != 0)
        err = put_sacl(&text, descriptor, security_information);
    return finish(&text, err, ret);
}

enum err sddl_write_ace(struct arena *arena, const struct ace *ace, const struct sddl_domains *domains,
                        struct bytes *ret)
{
    struct sddl_text text = {.out.arena = arena, .domains = domains};
    return finish(&text, sddl_text_put_ace(&text, ace), ret);
}
