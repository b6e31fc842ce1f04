#include "platform/posix/pac.h"

#include "platform/posix/pac_claims.h"
#include "platform/posix/pac_device.h"
#include "platform/posix/pac_logon.h"

/* UPN_DNS_INFO Flags, [MS-PAC] 2.10 */
#define UPN_HAS_SAM_NAME_AND_SID UINT32_C(0x00000002)

enum { UPN_HEADER_SIZE = 12, UPN_HEADER_SIZE_WITH_SID = 20 };

/* UPN_DNS_INFO is no NDR: pairs of a 16-bit size and a 16-bit offset from its start. */
struct upn_reader {
    struct cursor header;
    struct bytes all;
    size_t header_size;
    bool failed;
};

static struct bytes upn_part(struct upn_reader *reader)
{
    size_t size = cursor_u16(&reader->header);
    size_t offset = cursor_u16(&reader->header);
    if (size == 0)
        return (struct bytes){0};
    if (offset < reader->header_size || offset > reader->all.size || size > reader->all.size - offset) {
        reader->failed = true;
        return (struct bytes){0};
    }
    return bytes_of(reader->all.data + offset, size);
}

/* A SID that fills its place and is the user's. */
static bool is_user(struct bytes wire, const struct sid *user)
{
    return sid_is_whole(wire) && sid_equal((const struct sid *)wire.data, user);
}

static enum err upn_decode(struct arena *arena, struct bytes input, struct pac_identity *identity)
{
    if (input.size < UPN_HEADER_SIZE)
        return ERR_MALFORMED;
    bool extended = (le32_load(input.data + 8) & UPN_HAS_SAM_NAME_AND_SID) != 0;
    struct upn_reader reader = {.header = cursor_of(input),
                                .all = input,
                                .header_size = extended ? UPN_HEADER_SIZE_WITH_SID : UPN_HEADER_SIZE};
    struct bytes upn = upn_part(&reader);
    struct bytes dns_domain = upn_part(&reader);
    (void)cursor_u32(&reader.header);
    if (extended) {
        (void)upn_part(&reader); /* SamName */
        struct bytes sid = upn_part(&reader);
        if (!is_user(sid, identity->user))
            return ERR_MALFORMED;
    }
    if (reader.failed || reader.header.failed)
        return ERR_MALFORMED;
    enum err err = pac_text(arena, upn, &identity->upn);
    if (err == ERR_NONE)
        err = pac_text(arena, dns_domain, &identity->dns_domain);
    return err;
}

/* What is decoded borrows its input, and the arena must own it all. */
static enum err own(struct arena *arena, struct bytes *input)
{
    if (input->size == 0)
        return ERR_NONE;
    input->data = arena_copy(arena, input->data, input->size);
    return input->data == NULL ? ERR_NO_MEMORY : ERR_NONE;
}

static enum err own_all(struct arena *arena, struct pac_buffers *buffers)
{
    struct bytes *all[] = {&buffers->logon_info, &buffers->upn_dns_info, &buffers->client_claims,
                           &buffers->device_info, &buffers->device_claims};
    enum err err = ERR_NONE;
    for (size_t i = 0; i < sizeof all / sizeof all[0] && err == ERR_NONE; i++)
        err = own(arena, all[i]);
    return err;
}

enum err pac_decode(struct arena *arena, const struct pac_buffers *buffers, struct pac_identity *ret)
{
    struct pac_buffers owned = *buffers;
    struct pac_budget budget = {.sids = PAC_SIDS_MAX};
    struct pac_identity identity = {.has_device = buffers->device_info.data != NULL};
    enum err err = own_all(arena, &owned);
    if (err == ERR_NONE)
        err = pac_logon_decode(arena, owned.logon_info, &budget, &identity);
    if (err == ERR_NONE && owned.upn_dns_info.data != NULL)
        err = upn_decode(arena, owned.upn_dns_info, &identity);
    /* PAC_REQUESTOR, [MS-PAC] 2.15: the SID that the KDC knew before any name was looked up. */
    if (err == ERR_NONE && owned.requestor_sid.data != NULL && !is_user(owned.requestor_sid, identity.user))
        err = ERR_MALFORMED;
    if (err == ERR_NONE)
        err = pac_claims_decode(arena, owned.client_claims, &identity.user_claims);
    if (err == ERR_NONE && identity.has_device)
        err = pac_device_decode(arena, owned.device_info, &budget, &identity.device_groups,
                                &identity.device_extra_sids);
    if (err == ERR_NONE)
        err = pac_claims_decode(arena, owned.device_claims, &identity.device_claims);
    if (err == ERR_NONE)
        *ret = identity;
    return err;
}
