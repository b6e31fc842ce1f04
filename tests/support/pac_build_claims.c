#include "support/ndr_build.h"
#include "support/pac_build.h"
#include "support/xpress_build.h"

enum { COMPRESSION_NONE = 0, COMPRESSION_XPRESS_HUFF = 4 };

/* What the Id and Values of one CLAIM_ENTRY point to. */
static void build_values(struct ndr_build *ndr, const struct pac_build_claim *claim)
{
    ndr_build_wide(ndr, claim->name);
    ndr_build_u32(ndr, (uint32_t)claim->count);
    if (claim->type != CLAIM_STRING) {
        for (size_t i = 0; i < claim->count; i++)
            ndr_build_u64(ndr, claim->numbers[i]);
        return;
    }
    for (size_t i = 0; i < claim->count; i++)
        ndr_build_pointer(ndr, true);
    for (size_t i = 0; i < claim->count; i++)
        ndr_build_wide(ndr, claim->strings[i]);
}

void pac_build_claims_open(struct ndr_build *ndr, struct arena *arena, size_t count)
{
    ndr_build_init(ndr, arena);
    ndr_build_pointer(ndr, true);
    ndr_build_counted(ndr, 1);
    ndr_build_u16(ndr, 0);
    ndr_build_counted(ndr, 0);

    ndr_build_u32(ndr, 1);
    ndr_build_u16(ndr, 1);
    ndr_build_counted(ndr, count);
    if (count != 0)
        ndr_build_u32(ndr, (uint32_t)count);
}

static struct bytes build_set(struct arena *arena, const struct pac_build_claims *claims)
{
    struct ndr_build ndr;
    pac_build_claims_open(&ndr, arena, claims->count);
    for (size_t i = 0; i < claims->count; i++) {
        ndr_build_pointer(&ndr, true);
        ndr_build_u16(&ndr, (uint16_t)claims->claims[i].type);
        ndr_build_u16(&ndr, (uint16_t)claims->claims[i].type);
        ndr_build_u32(&ndr, (uint32_t)claims->claims[i].count);
        ndr_build_pointer(&ndr, true);
    }
    for (size_t i = 0; i < claims->count; i++)
        build_values(&ndr, &claims->claims[i]);
    return ndr_build_serialized(&ndr);
}

struct bytes pac_build_claims_metadata(struct arena *arena, struct bytes set, bool compressed,
                                       size_t plain_size)
{
    struct ndr_build ndr;
    ndr_build_init(&ndr, arena);
    ndr_build_pointer(&ndr, true);
    ndr_build_counted(&ndr, set.size);
    ndr_build_u16(&ndr, compressed ? COMPRESSION_XPRESS_HUFF : COMPRESSION_NONE);
    ndr_build_u32(&ndr, (uint32_t)plain_size);
    ndr_build_u16(&ndr, 0);
    ndr_build_counted(&ndr, 0);
    ndr_build_u32(&ndr, (uint32_t)set.size);
    ndr_build_raw(&ndr, set.data, set.size);
    return ndr_build_serialized(&ndr);
}

struct bytes pac_build_claims_info(struct arena *arena, const struct pac_build_claims *claims)
{
    const struct bytes plain = build_set(arena, claims);
    const bool compressed = claims->compression != PAC_BUILD_PLAIN;
    struct bytes set = plain;
    if (compressed)
        set = xpress_build(arena, plain, claims->compression == PAC_BUILD_MATCHES);
    return pac_build_claims_metadata(arena, set, compressed, plain.size);
}
