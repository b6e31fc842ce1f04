#include "platform/windows/snapshot_claims.h"

/* More than a Kerberos ticket has room for. */
enum { CLAIMS_MAX = 4096, VALUES_MAX = 65536 };

/* The units up to a NUL that is still inside. */
static enum err read_text(struct bytes answer, const wchar_t *text, struct bytes *ret)
{
    struct bytes rest;
    enum err err = snapshot_inside(answer, text, sizeof *text, &rest);
    if (err != ERR_NONE)
        return err;
    for (size_t at = 0; rest.size - at >= 2; at += 2) {
        if (le16_load(rest.data + at) == 0) {
            *ret = bytes_of(rest.data, at);
            return ERR_NONE;
        }
    }
    return ERR_MALFORMED;
}

static enum err read_octets(struct bytes answer, const CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE *octets,
                            struct bytes *ret)
{
    struct bytes rest;
    enum err err = snapshot_inside(answer, octets->pValue, octets->ValueLength, &rest);
    if (err == ERR_NONE)
        *ret = bytes_of(rest.data, octets->ValueLength);
    return err;
}

static size_t size_of_value(WORD type)
{
    switch (type) {
    case CLAIM_INT64:
    case CLAIM_UINT64:
    case CLAIM_BOOLEAN:
        return sizeof(DWORD64);
    case CLAIM_STRING:
        return sizeof(PWSTR);
    case CLAIM_SID:
    case CLAIM_OCTETS:
        return sizeof(CLAIM_SECURITY_ATTRIBUTE_OCTET_STRING_VALUE);
    default:
        return 0;
    }
}

static enum err read_value(struct bytes answer, const CLAIM_SECURITY_ATTRIBUTE_V1 *claim, DWORD index,
                           struct claim_value *ret)
{
    const struct sid *sid;
    enum err err = ERR_NONE;
    switch (claim->ValueType) {
    case CLAIM_STRING:
        return read_text(answer, claim->Values.ppString[index], &ret->data);
    case CLAIM_SID:
        err = read_octets(answer, &claim->Values.pOctetString[index], &ret->data);
        return err == ERR_NONE ? sid_view(ret->data, &sid) : err;
    case CLAIM_OCTETS:
        return read_octets(answer, &claim->Values.pOctetString[index], &ret->data);
    default:
        ret->number = claim->Values.pUint64[index];
        return claim->ValueType == CLAIM_BOOLEAN && ret->number > 1 ? ERR_MALFORMED : ERR_NONE;
    }
}

static enum err read_claim(struct arena *arena, struct bytes answer, const CLAIM_SECURITY_ATTRIBUTE_V1 *claim,
                           struct claim *ret)
{
    struct bytes rest;
    if (claim->ValueCount > VALUES_MAX)
        return ERR_TOO_LARGE;
    enum err err = snapshot_inside(answer, claim->Values.pUint64,
                                   claim->ValueCount * size_of_value(claim->ValueType), &rest);
    if (err == ERR_NONE)
        err = read_text(answer, claim->Name, &ret->name);
    if (err != ERR_NONE)
        return err;
    struct claim_value *values = arena_alloc_array(arena, claim->ValueCount, sizeof *values);
    if (values == NULL)
        return ERR_NO_MEMORY;
    for (DWORD i = 0; i < claim->ValueCount && err == ERR_NONE; i++)
        err = read_value(answer, claim, i, &values[i]);
    ret->type = (enum claim_type)claim->ValueType;
    ret->flags = claim->Flags & 0xFFFF;
    ret->values = values;
    ret->value_count = claim->ValueCount;
    return err;
}

enum err snapshot_claims(struct arena *arena, struct bytes answer, struct claim_set *ret)
{
    CLAIM_SECURITY_ATTRIBUTES_INFORMATION information;
    struct bytes rest;
    if (answer.size == 0) {
        *ret = (struct claim_set){0};
        return ERR_NONE;
    }
    if (answer.size < sizeof information)
        return ERR_MALFORMED;
    memcpy(&information, answer.data, sizeof information);
    if (information.AttributeCount == 0) {
        *ret = (struct claim_set){0};
        return ERR_NONE;
    }
    if (information.Version != CLAIM_SECURITY_ATTRIBUTES_INFORMATION_VERSION_V1)
        return ERR_MALFORMED;
    if (information.AttributeCount > CLAIMS_MAX)
        return ERR_TOO_LARGE;
    const CLAIM_SECURITY_ATTRIBUTE_V1 *found = information.Attribute.pAttributeV1;
    enum err err = snapshot_inside(answer, found, information.AttributeCount * sizeof *found, &rest);
    if (err != ERR_NONE)
        return err;
    struct claim *claims = arena_alloc_array(arena, information.AttributeCount, sizeof *claims);
    if (claims == NULL)
        return ERR_NO_MEMORY;
    size_t count = 0;
    for (DWORD i = 0; i < information.AttributeCount && err == ERR_NONE; i++)
        if (size_of_value(found[i].ValueType) != 0)
            err = read_claim(arena, answer, &found[i], &claims[count++]);
    if (err == ERR_NONE)
        *ret = (struct claim_set){.claims = claims, .count = count};
    return err;
}
