#include "oracle/oracle_value.h"

/* 1.6: a resource attribute's layout; offsets count from its start. */
struct layout {
    struct bytes raw;
    struct bytes name;
    unsigned type;
    uint32_t flags;
    uint32_t count;
};

static bool kind_of(unsigned type, enum oracle_kind *ret)
{
    switch (type) {
    case CLAIM_INT64:
    case CLAIM_UINT64:
        *ret = KIND_NUMBER;
        return true;
    case CLAIM_BOOLEAN:
        *ret = KIND_BOOLEAN;
        return true;
    case CLAIM_STRING:
        *ret = KIND_STRING;
        return true;
    case CLAIM_SID:
        *ret = KIND_SID;
        return true;
    case CLAIM_OCTETS:
        *ret = KIND_OCTETS;
        return true;
    default:
        return false;
    }
}

static void set_number(struct oracle_value *value, unsigned type, uint64_t number)
{
    value->negative = type == CLAIM_INT64 && number >> 63 != 0;
    value->magnitude = value->negative ? 0 - number : number;
}

/* NUL-terminated UTF-16LE at an offset. */
static bool string_at(struct bytes raw, uint32_t offset, struct bytes *ret)
{
    for (size_t at = offset; at + 2 <= raw.size; at += 2) {
        if (le16_load(raw.data + at) == 0) {
            *ret = bytes_of(raw.data + offset, at - offset);
            return true;
        }
    }
    return false;
}

/* u32 length and bytes at an offset. */
static bool counted_at(struct bytes raw, uint32_t offset, struct bytes *ret)
{
    if (offset > raw.size || raw.size - offset < 4)
        return false;
    uint32_t size = le32_load(raw.data + offset);
    if (size > raw.size - offset - 4)
        return false;
    *ret = bytes_of(raw.data + offset + 4, size);
    return true;
}

static bool is_one_sid(struct bytes data)
{
    const struct sid *sid = NULL;
    return sid_view(data, &sid) == ERR_NONE && sid_size(sid) == data.size;
}

static bool value_at(const struct layout *layout, uint32_t offset, struct oracle_value *ret)
{
    switch (ret->kind) {
    case KIND_STRING:
        return string_at(layout->raw, offset, &ret->data);
    case KIND_OCTETS:
        return counted_at(layout->raw, offset, &ret->data);
    case KIND_SID:
        return counted_at(layout->raw, offset, &ret->data) && is_one_sid(ret->data);
    default:
        if (offset > layout->raw.size || layout->raw.size - offset < 8)
            return false;
        set_number(ret, layout->type, le64_load(layout->raw.data + offset));
        return ret->kind != KIND_BOOLEAN || ret->magnitude <= 1;
    }
}

/* The head of the attribute; false when not even the name can be read. */
static bool layout_of(struct bytes raw, struct layout *ret)
{
    if (raw.size < 16)
        return false;
    *ret = (struct layout){.raw = raw,
                           .type = le16_load(raw.data + 4),
                           .flags = le32_load(raw.data + 8),
                           .count = le32_load(raw.data + 12)};
    return ret->count <= (raw.size - 16) / 4 && string_at(raw, le32_load(raw.data), &ret->name) &&
           ret->name.size != 0;
}

/* What a value takes in the attribute. */
static size_t size_of(const struct oracle_value *value)
{
    switch (value->kind) {
    case KIND_STRING:
        return value->data.size + 2;
    case KIND_SID:
    case KIND_OCTETS:
        return value->data.size + 4;
    default:
        return 8;
    }
}

/* 1.6: all values, sound, and together no larger than the attribute that holds them. */
static bool values_of(const struct layout *layout, struct oracle_value *ret)
{
    enum oracle_kind kind = KIND_NUMBER;
    size_t size = 0;
    if (!kind_of(layout->type, &kind))
        return false;
    for (uint32_t i = 0; i < layout->count; i++) {
        ret[i].kind = kind;
        if (!value_at(layout, le32_load(layout->raw.data + 16 + 4 * (size_t)i), &ret[i]))
            return false;
        size += size_of(&ret[i]);
    }
    return size <= layout->raw.size;
}

/* 1.6, by the names of the flags: a disabled claim counts nowhere, one for denies only in denies. */
static bool flags_count(uint32_t flags, bool deny)
{
    return (flags & CLAIM_DISABLED) == 0 && ((flags & CLAIM_USE_FOR_DENY_ONLY) == 0 || deny);
}

/* 1.5: an attribute with a value twice is absent. */
static bool has_repeats(const struct oracle_operand *operand)
{
    for (size_t i = 0; i < operand->count; i++) {
        for (size_t k = 0; k < i; k++) {
            if (oracle_compare(&operand->values[i], &operand->values[k], operand->case_sensitive) ==
                ORDER_EQUAL)
                return true;
        }
    }
    return false;
}

/* 3.10: the effective RA ACEs of the SACL. 1.5: a name that two of them have is absent. */
static bool resource_attribute(const struct oracle *oracle, struct arena *arena, struct bytes name, bool deny,
                               struct oracle_operand *ret)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    struct layout layout;
    struct oracle_operand found = *ret;
    uint32_t flags = 0;
    unsigned times = 0;
    if (oracle->descriptor->sacl_state != ACL_THERE)
        return true;
    while (acl_next(&oracle->descriptor->sacl, &iterator, &ace)) {
        if (ace.type != ACE_SYSTEM_RESOURCE_ATTRIBUTE || (ace.flags & ACE_INHERIT_ONLY) != 0 ||
            !layout_of(ace.application_data, &layout) || !oracle_names_equal(layout.name, name))
            continue;
        struct oracle_value *values = arena_alloc_array(arena, layout.count, sizeof *values);
        if (values == NULL)
            return false;
        if (!values_of(&layout, values))
            continue;
        found.values = values;
        found.count = layout.count;
        flags = layout.flags;
        times++;
    }
    found.present = true;
    found.case_sensitive = (flags & CLAIM_CASE_SENSITIVE) != 0;
    if (times != 1 || !flags_count(flags, deny) || has_repeats(&found))
        return true;
    oracle_mark(oracle, MARK_RESOURCE_ATTRIBUTE);
    *ret = found;
    return true;
}

/* 3.10 claim sourcing: of two claims with one name the last wins. */
static bool token_attribute(const struct claim_set *set, struct arena *arena, struct bytes name, bool deny,
                            struct oracle_operand *ret)
{
    const struct claim *claim = NULL;
    enum oracle_kind kind = KIND_NUMBER;
    for (size_t i = 0; i < set->count; i++) {
        if (oracle_names_equal(set->claims[i].name, name))
            claim = &set->claims[i];
    }
    if (claim == NULL || !flags_count(claim->flags, deny) || !kind_of(claim->type, &kind))
        return true;
    struct oracle_value *values = arena_alloc_array(arena, claim->value_count, sizeof *values);
    if (values == NULL)
        return false;
    for (size_t i = 0; i < claim->value_count; i++) {
        values[i].kind = kind;
        values[i].data = claim->values[i].data;
        set_number(&values[i], claim->type, claim->values[i].number);
    }
    ret->present = true;
    ret->case_sensitive = (claim->flags & CLAIM_CASE_SENSITIVE) != 0;
    ret->values = values;
    ret->count = claim->value_count;
    return true;
}

bool oracle_attribute(const struct oracle *oracle, struct arena *arena, uint8_t source, struct bytes name,
                      bool deny, struct oracle_operand *ret)
{
    *ret = (struct oracle_operand){.kind = OPERAND_ATTRIBUTE};
    switch (source) {
    case 0xF8:
        return token_attribute(&oracle->token->local_claims, arena, name, deny, ret);
    case 0xF9:
        return token_attribute(&oracle->token->user_claims, arena, name, deny, ret);
    case 0xFA:
        return resource_attribute(oracle, arena, name, deny, ret);
    default:
        return token_attribute(&oracle->token->device_claims, arena, name, deny, ret);
    }
}
