/* Claims of the token, and resource attributes in their wire form. */
#include "oracle/make_value.h"

/* Windows never lets a value repeat within a claim (reference 3.10, claim sourcing). */
static bool is_repeat(const struct claim_value *values, unsigned count, const struct claim_value *one)
{
    for (unsigned i = 0; i < count; i++) {
        if (values[i].number == one->number && values[i].data.size == one->data.size)
            return true;
    }
    return false;
}

static size_t make_values(struct chance *chance, enum claim_type type, struct claim_value *ret)
{
    unsigned count = 0;
    unsigned wanted = chance_percent(chance, 30) ? chance_below(chance, CASE_VALUES_MAX + 1) : 1;
    for (unsigned i = 0; i < wanted; i++) {
        ret[count] = make_value(chance, type);
        if (!is_repeat(ret, count, &ret[count]))
            count++;
    }
    return count;
}

static uint32_t make_flags(struct chance *chance)
{
    static const unsigned weights[] = {66, 20, 3, 2, 3, 3, 3};
    static const uint32_t flags[] = {0,
                                     CLAIM_CASE_SENSITIVE,
                                     CLAIM_MANDATORY,
                                     CLAIM_NON_INHERITABLE,
                                     CLAIM_DISABLED_BY_DEFAULT,
                                     CLAIM_DISABLED,
                                     CLAIM_USE_FOR_DENY_ONLY};
    return flags[chance_weighted(chance, weights, 7)];
}

void make_claims(struct chance *chance, struct case_claims *ret)
{
    ret->count = chance_percent(chance, 85) ? 1 + chance_below(chance, CASE_CLAIMS_MAX) : 0;
    for (unsigned i = 0; i < ret->count; i++) {
        unsigned name = make_name(chance);
        enum claim_type type = make_type(chance, name);
        ret->claims[i] = (struct claim){.name = make_name_text(chance, name),
                                        .type = type,
                                        .flags = make_flags(chance),
                                        .value_count = make_values(chance, type, ret->values[i])};
    }
}

/* A resource attribute under construction. */
struct blob {
    uint8_t *at;
    size_t size;
    size_t space;
};

static void put(struct blob *blob, const void *data, size_t size)
{
    if (size == 0 || size > blob->space - blob->size)
        return;
    memcpy(blob->at + blob->size, data, size);
    blob->size += size;
}

static void put_u32(struct blob *blob, uint32_t value)
{
    uint8_t wire[4];
    le32_store(wire, value);
    put(blob, wire, sizeof wire);
}

static void put_value(struct blob *blob, enum claim_type type, const struct claim_value *value)
{
    static const uint8_t nul[2];
    uint8_t wire[8];
    if (type == CLAIM_STRING) {
        put(blob, value->data.data, value->data.size);
        put(blob, nul, sizeof nul);
    } else if (type == CLAIM_SID || type == CLAIM_OCTETS) {
        put_u32(blob, (uint32_t)value->data.size);
        put(blob, value->data.data, value->data.size);
    } else {
        le64_store(wire, value->number);
        put(blob, wire, sizeof wire);
    }
}

static void put_attribute(struct blob *blob, struct bytes name, enum claim_type type, uint32_t flags,
                          const struct claim_value *values, size_t count)
{
    const size_t head = 16 + 4 * count;
    put_u32(blob, (uint32_t)head);
    put_u32(blob, (uint32_t)type);
    put_u32(blob, flags);
    put_u32(blob, (uint32_t)count);
    for (size_t i = 0; i < count; i++)
        put_u32(blob, 0);
    put(blob, name.data, name.size);
    put(blob, (const uint8_t[2]){0}, 2);
    for (size_t i = 0; i < count; i++) {
        le32_store(blob->at + 16 + 4 * i, (uint32_t)blob->size);
        put_value(blob, type, &values[i]);
    }
}

size_t make_resource_attribute(struct chance *chance, uint8_t *at, size_t space)
{
    struct blob blob = {.at = at, .space = space};
    struct claim_value values[CASE_VALUES_MAX + 1];
    unsigned name = make_name(chance);
    enum claim_type type = make_type(chance, name);
    size_t count = make_values(chance, type, values);
    if (count > 0 && chance_percent(chance, 2))
        values[0].number = 2; /* no boolean */
    if (count > 0 && chance_percent(chance, 3)) {
        values[count] = values[0]; /* repeated */
        count++;
    }
    put_attribute(&blob, make_name_text(chance, name), type, make_flags(chance), values, count);
    if (chance_percent(chance, 4))
        at[chance_below(chance, (unsigned)blob.size)] = (uint8_t)chance_below(chance, 256);
    if (chance_percent(chance, 2))
        blob.size = chance_below(chance, (unsigned)blob.size);
    return blob.size;
}
