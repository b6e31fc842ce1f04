#include "support/ndr_build.h"
#include "support/pac_build.h"
#include "support/xpress_build.h"

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

/* CLAIMS_SET with one CLAIMS_ARRAY, of Active Directory. [MS-ADTS] 2.2.18.3 */
static struct bytes build_set(struct arena *arena, const struct pac_build_claims *claims)
{
    struct ndr_build ndr;
    ndr_build_init(&ndr, arena);
    ndr_build_pointer(&ndr, true);
    ndr_build_counted(&ndr, 1);
    ndr_build_u16(&ndr, 0);
    ndr_build_counted(&ndr, 0);

    ndr_build_u32(&ndr, 1);
    ndr_build_u16(&ndr, 1);
    ndr_build_counted(&ndr, claims->count);

    if (claims->count != 0)
        ndr_build_u32(&ndr, (uint32_t)claims->count);
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

/* CLAIMS_SET_METADATA, [MS-ADTS] 2.2.18.2 */
struct bytes pac_build_claims_info(struct arena *arena, const struct pac_build_claims *claims)
{
    struct bytes plain = build_set(arena, claims);
    struct bytes set = plain;
    if (claims->compression != PAC_BUILD_PLAIN)
        set = xpress_build(arena, plain, claims->compression == PAC_BUILD_MATCHES);
    struct ndr_build ndr;
    ndr_build_init(&ndr, arena);
    ndr_build_pointer(&ndr, true);
    ndr_build_counted(&ndr, set.size);
    ndr_build_u16(&ndr, claims->compression == PAC_BUILD_PLAIN ? 0 : 4);
    ndr_build_u32(&ndr, (uint32_t)plain.size);
    ndr_build_u16(&ndr, 0);
    ndr_build_counted(&ndr, 0);
    ndr_build_u32(&ndr, (uint32_t)set.size);
    ndr_build_raw(&ndr, set.data, set.size);
    return ndr_build_serialized(&ndr);
}
