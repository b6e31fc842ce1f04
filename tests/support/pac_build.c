#include "support/pac_build.h"

#include "support/ndr_build.h"

/* PGROUP_MEMBERSHIP, when its pointer is followed */
static void build_groups(struct ndr_build *ndr, const struct pac_build_group *groups, size_t count)
{
    if (count == 0)
        return;
    ndr_build_u32(ndr, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        ndr_build_u32(ndr, groups[i].rid);
        ndr_build_u32(ndr, groups[i].attributes);
    }
}

/* PKERB_SID_AND_ATTRIBUTES, when its pointer is followed */
static void build_sids(struct ndr_build *ndr, const struct pac_build_sid *sids, size_t count)
{
    if (count == 0)
        return;
    ndr_build_u32(ndr, (uint32_t)count);
    for (size_t i = 0; i < count; i++) {
        ndr_build_pointer(ndr, true);
        ndr_build_u32(ndr, sids[i].attributes);
    }
    for (size_t i = 0; i < count; i++)
        ndr_build_sid(ndr, sids[i].sid);
}

static uint32_t user_flags(const struct pac_build *pac)
{
    if (pac->flags_only)
        return pac->user_flags;
    return pac->user_flags | (pac->extra_sid_count != 0 ? 0x20U : 0U) |
           (pac->resource_group_count != 0 ? 0x200U : 0U);
}

/* KERB_VALIDATION_INFO, [MS-PAC] 2.5 */
struct bytes pac_build_logon_info(struct arena *arena, const struct pac_build *pac)
{
    struct ndr_build ndr;
    ndr_build_init(&ndr, arena);
    ndr_build_pointer(&ndr, true);
    for (size_t i = 0; i < 6; i++) { /* LogonTime to PasswordMustChange: never */
        ndr_build_u32(&ndr, 0xFFFFFFFF);
        ndr_build_u32(&ndr, 0x7FFFFFFF);
    }
    ndr_build_string(&ndr, pac->account_name);
    ndr_build_string(&ndr, pac->full_name);
    for (size_t i = 0; i < 4; i++) /* LogonScript, ProfilePath, HomeDirectory, HomeDirectoryDrive */
        ndr_build_string(&ndr, NULL);
    ndr_build_u16(&ndr, 12); /* LogonCount */
    ndr_build_u16(&ndr, 0);  /* BadPasswordCount */
    ndr_build_u32(&ndr, pac->user_rid);
    ndr_build_u32(&ndr, pac->primary_group_rid);
    ndr_build_counted(&ndr, pac->group_count);
    ndr_build_u32(&ndr, user_flags(pac));
    ndr_build_zero(&ndr, 16); /* UserSessionKey */
    ndr_build_string(&ndr, pac->logon_server);
    ndr_build_string(&ndr, pac->domain_name);
    ndr_build_pointer(&ndr, pac->domain_sid != NULL);
    ndr_build_zero(&ndr, 8);          /* Reserved1 */
    ndr_build_u32(&ndr, 0x00000010);  /* UserAccountControl: a normal account */
    ndr_build_zero(&ndr, 4 + 16 + 8); /* SubAuthStatus, two times, FailedILogonCount, Reserved3 */
    ndr_build_counted(&ndr, pac->extra_sid_count);
    ndr_build_pointer(&ndr, pac->resource_domain_sid != NULL);
    ndr_build_counted(&ndr, pac->resource_group_count);

    ndr_build_string_text(&ndr, pac->account_name);
    ndr_build_string_text(&ndr, pac->full_name);
    build_groups(&ndr, pac->groups, pac->group_count);
    ndr_build_string_text(&ndr, pac->logon_server);
    ndr_build_string_text(&ndr, pac->domain_name);
    ndr_build_sid(&ndr, pac->domain_sid);
    build_sids(&ndr, pac->extra_sids, pac->extra_sid_count);
    ndr_build_sid(&ndr, pac->resource_domain_sid);
    build_groups(&ndr, pac->resource_groups, pac->resource_group_count);
    return ndr_build_serialized(&ndr);
}

/* PAC_DEVICE_INFO, [MS-PAC] 2.12 */
struct bytes pac_build_device_info(struct arena *arena, const struct pac_build_device *device)
{
    struct ndr_build ndr;
    ndr_build_init(&ndr, arena);
    ndr_build_pointer(&ndr, true);
    ndr_build_u32(&ndr, device->rid);
    ndr_build_u32(&ndr, device->primary_group_rid);
    ndr_build_pointer(&ndr, device->domain_sid != NULL);
    ndr_build_counted(&ndr, device->group_count);
    ndr_build_counted(&ndr, device->extra_sid_count);
    ndr_build_counted(&ndr, device->domain_count);
    ndr_build_sid(&ndr, device->domain_sid);
    build_groups(&ndr, device->groups, device->group_count);
    build_sids(&ndr, device->extra_sids, device->extra_sid_count);
    if (device->domain_count != 0)
        ndr_build_u32(&ndr, (uint32_t)device->domain_count);
    for (size_t i = 0; i < device->domain_count; i++) {
        ndr_build_pointer(&ndr, device->domains[i].sid != NULL);
        ndr_build_counted(&ndr, device->domains[i].group_count);
    }
    for (size_t i = 0; i < device->domain_count; i++) {
        ndr_build_sid(&ndr, device->domains[i].sid);
        build_groups(&ndr, device->domains[i].groups, device->domains[i].group_count);
    }
    return ndr_build_serialized(&ndr);
}

/* UPN_DNS_INFO, [MS-PAC] 2.10: a header of sizes and offsets, then each part at a multiple of 8. */
struct bytes pac_build_upn_dns_info(struct arena *arena, const struct pac_build *pac)
{
    struct bytes parts[4] = {ndr_build_utf16(arena, pac->upn),
                             ndr_build_utf16(arena, pac->dns_domain == NULL ? "" : pac->dns_domain)};
    size_t count = 2;
    if (pac->upn_sid != NULL) {
        parts[count++] = ndr_build_utf16(arena, pac->account_name);
        parts[count++] = pac_build_sid(arena, pac->upn_sid);
    }
    struct ndr_build ndr;
    ndr_build_init(&ndr, arena);
    size_t offset = 24;
    for (size_t i = 0; i < count; i++) {
        if (i == 2)
            ndr_build_u32(&ndr, 2); /* Flags: the SAM name and the SID follow */
        ndr_build_u16(&ndr, (uint16_t)parts[i].size);
        ndr_build_u16(&ndr, (uint16_t)offset);
        offset += (parts[i].size + 7) / 8 * 8;
    }
    ndr_build_zero(&ndr, 24 - ndr.size);
    for (size_t i = 0; i < count; i++) {
        ndr_build_align(&ndr, 8);
        ndr_build_raw(&ndr, parts[i].data, parts[i].size);
    }
    return ndr_build_taken(&ndr);
}

struct bytes pac_build_sid(struct arena *arena, const char *sid)
{
    struct ndr_build ndr;
    ndr_build_init(&ndr, arena);
    ndr_build_sid_raw(&ndr, sid);
    return ndr_build_taken(&ndr);
}

struct pac_buffers pac_build(struct arena *arena, const struct pac_build *pac)
{
    struct pac_buffers buffers = {.logon_info = pac_build_logon_info(arena, pac)};
    if (pac->upn != NULL)
        buffers.upn_dns_info = pac_build_upn_dns_info(arena, pac);
    if (pac->requestor_sid != NULL)
        buffers.requestor_sid = pac_build_sid(arena, pac->requestor_sid);
    if (pac->client_claims != NULL)
        buffers.client_claims = pac_build_claims_info(arena, pac->client_claims);
    if (pac->device != NULL)
        buffers.device_info = pac_build_device_info(arena, pac->device);
    if (pac->device_claims != NULL)
        buffers.device_claims = pac_build_claims_info(arena, pac->device_claims);
    return buffers;
}
