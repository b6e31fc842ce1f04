#include "platform/posix/audit_list.h"

#include "platform/posix/audit_text.h"

/* Messages of msobjs.dll, which %%NNNN stands for. Reference 5.5; 1552 is "Unknown specific access (bit 0)", 1829 "a Security
 * Descriptor too long to display", 1831 "...". */
enum {
    MESSAGE_DELETE = 1537,
    MESSAGE_ACCESS_SYSTEM_SECURITY = 1542,
    MESSAGE_MAXIMUM_ALLOWED = 1543,
    MESSAGE_UNKNOWN = 1552,
};
#define DESCRIPTOR_TOO_LONG "%%1829"
#define AND_SO_ON           "%%1831"

enum { NODES_TEXT_MAX = 32 << 10 };
enum {
    BIT_DELETE = 16,
    BIT_SYNCHRONIZE = 20,
    BIT_SYSTEM_SECURITY = 24,
    BIT_MAXIMUM = 25,
    SPECIFIC_BITS = 16
};

static unsigned standard_message(unsigned bit)
{
    if (bit >= BIT_DELETE && bit <= BIT_SYNCHRONIZE)
        return MESSAGE_DELETE + bit - BIT_DELETE;
    if (bit == BIT_SYSTEM_SECURITY)
        return MESSAGE_ACCESS_SYSTEM_SECURITY;
    return bit == BIT_MAXIMUM ? MESSAGE_MAXIMUM_ALLOWED : 0;
}

void audit_list_each(const struct securable *type, uint32_t mask, audit_list_visit *visit, void *context)
{
    const unsigned first = type != NULL ? type->first_message : MESSAGE_UNKNOWN;
    for (unsigned bit = SPECIFIC_BITS; bit < 32; bit++) {
        if ((mask >> bit & 1) != 0 && standard_message(bit) != 0)
            visit(context, UINT32_C(1) << bit, standard_message(bit));
    }
    for (unsigned bit = 0; bit < SPECIFIC_BITS; bit++) {
        if ((mask >> bit & 1) != 0)
            visit(context, UINT32_C(1) << bit, first + bit);
    }
}

static void add_right(void *context, uint32_t right, unsigned message)
{
    (void)right;
    audit_text_printf(context, "%%%%%u" AUDIT_LIST_NEXT, message);
}

const char *audit_list_rights(struct arena *arena, const struct securable *type, uint32_t mask)
{
    struct audit_text text = {.arena = arena};
    audit_list_each(type, mask, add_right, &text);
    return audit_text_done(&text);
}

const char *audit_list_privileges(struct arena *arena, privilege_set privileges)
{
    struct audit_text text = {.arena = arena};
    for (unsigned luid = SE_PRIVILEGE_FIRST; luid <= SE_PRIVILEGE_LAST; luid++) {
        if ((privileges & privilege_bit(luid)) == 0)
            continue;
        if (text.size != 0)
            audit_text_add(&text, "\n\t\t\t");
        audit_text_add(&text, privilege_name(luid));
    }
    return audit_text_done(&text);
}

static bool has_attributes(const struct descriptor *descriptor)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    if (descriptor->sacl_state != ACL_THERE)
        return false;
    while (acl_next(&descriptor->sacl, &iterator, &ace)) {
        if (ace.type == ACE_SYSTEM_RESOURCE_ATTRIBUTE)
            return true;
    }
    return false;
}

const char *audit_list_attributes(struct arena *arena, const struct descriptor *descriptor,
                                  const struct sddl_domains *domains)
{
    struct bytes sddl = {0};
    if (!has_attributes(descriptor))
        return "-";
    enum err err = sddl_write(arena, descriptor, ATTRIBUTE_SECURITY_INFORMATION, domains, &sddl);
    if (err == ERR_NO_MEMORY)
        return NULL;
    return err == ERR_NONE && sddl.size < AUDIT_VALUE_MAX ? (const char *)sddl.data : DESCRIPTOR_TOO_LONG;
}

static void add_nodes(struct audit_text *text, const struct audit_list_nodes *nodes, bool root)
{
    static const char tabs[] = "\t\t\t\t\t";
    for (size_t i = 0; i < nodes->count; i++) {
        const struct object_node *node = &nodes->items[i];
        char guid[GUID_TEXT_MAX];
        if ((node->level == 0) != root || (nodes->result_list && node->allowed != nodes->allowed))
            continue;
        if (text->size > NODES_TEXT_MAX) {
            audit_text_add(text, "\n\t" AND_SO_ON);
            return;
        }
        guid_format(&node->guid, guid);
        audit_text_printf(text, "\n%.*s{%s}", node->level + 1, tabs, guid);
    }
}

static void add_access(void *context, uint32_t right, unsigned message)
{
    (void)right;
    struct audit_text *text = context;
    audit_text_printf(text, "%s%%%%%u", text->size != 0 ? AUDIT_LIST_NEXT : "", message);
}

const char *audit_list_properties(struct arena *arena, const struct securable *type, uint32_t mask,
                                  const struct audit_list_nodes *nodes)
{
    struct audit_text text = {.arena = arena};
    if (nodes->count == 0)
        return "-";
    audit_list_each(type, mask, add_access, &text);
    add_nodes(&text, nodes, false);
    add_nodes(&text, nodes, true);
    audit_text_add(&text, "\n");
    if (text.failed)
        return NULL;
    return audit_text_done(&text);
}
