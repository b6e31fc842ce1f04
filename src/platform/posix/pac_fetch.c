#include "platform/posix/pac_fetch.h"

#include <gssapi/gssapi_ext.h>
#include <stddef.h>

#define PREFIX "urn:mspac:"

enum presence { ABSENT, PRESENT, DOUBTFUL };

/* An attribute counts only when GSSAPI says of this very call that it is complete and authenticated: gss_inquire_name lists those of an
 * unverified PAC too. */
static enum presence fetch(gss_name_t name, const char *attribute, gss_buffer_t ret)
{
    union {
        const char *from;
        void *to;
    } value = {.from = attribute};
    gss_buffer_desc wanted = {.length = strlen(attribute), .value = value.to};
    gss_buffer_desc display = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor = 0;
    int authenticated = 0;
    int complete = 0;
    int more = -1;
    OM_uint32 major =
        gss_get_name_attribute(&minor, name, &wanted, &authenticated, &complete, ret, &display, &more);
    OM_uint32 ignored = 0;
    (void)gss_release_buffer(&ignored, &display);
    if (GSS_ERROR(major) == GSS_S_UNAVAILABLE)
        return ABSENT;
    if (major != GSS_S_COMPLETE || authenticated != 1 || complete != 1 || more != 0)
        return DOUBTFUL;
    return PRESENT;
}

static enum presence copy(gss_name_t name, const char *attribute, struct arena *arena, struct bytes *ret)
{
    gss_buffer_desc value = GSS_C_EMPTY_BUFFER;
    enum presence presence = fetch(name, attribute, &value);
    if (presence == PRESENT && arena != NULL) {
        void *data = arena_copy(arena, value.value, value.length);
        if (data == NULL)
            presence = DOUBTFUL;
        else
            *ret = bytes_of(data, value.length);
    }
    OM_uint32 ignored = 0;
    (void)gss_release_buffer(&ignored, &value);
    return presence;
}

/* Does the name know of any PAC, verified or not? */
static bool lists_pac(gss_name_t name)
{
    gss_buffer_set_t attributes = GSS_C_NO_BUFFER_SET;
    OM_uint32 minor = 0;
    int is_mechanism_name = 0;
    if (gss_inquire_name(&minor, name, &is_mechanism_name, NULL, &attributes) != GSS_S_COMPLETE)
        return true; /* in doubt, yes: it is then a PAC that did not verify */
    bool found = false;
    for (size_t i = 0; attributes != GSS_C_NO_BUFFER_SET && i < attributes->count; i++) {
        gss_buffer_desc one = attributes->elements[i];
        found |= one.length >= strlen(PREFIX) && memcmp(one.value, PREFIX, strlen(PREFIX)) == 0;
    }
    (void)gss_release_buffer_set(&minor, &attributes);
    return found;
}

/* [MS-PAC] 2.4 */
static const struct {
    const char *attribute;
    size_t offset;
} optional_buffers[] = {
    {PREFIX "12", offsetof(struct pac_buffers, upn_dns_info)},
    {PREFIX "13", offsetof(struct pac_buffers, client_claims)},
    {PREFIX "14", offsetof(struct pac_buffers, device_info)},
    {PREFIX "15", offsetof(struct pac_buffers, device_claims)},
    {PREFIX "18", offsetof(struct pac_buffers, requestor_sid)},
};

enum err pac_fetch(gss_name_t name, struct arena *arena, bool *ret_has_pac, struct pac_buffers *ret)
{
    struct pac_buffers buffers = {0};
    enum presence logon_info = copy(name, PREFIX "logon-info", arena, &buffers.logon_info);
    if (logon_info == DOUBTFUL)
        return ERR_ACCESS_DENIED;
    if (logon_info == ABSENT) {
        if (lists_pac(name) && copy(name, PREFIX, NULL, NULL) != PRESENT)
            return ERR_ACCESS_DENIED;
        *ret_has_pac = false;
        return ERR_NONE;
    }
    for (size_t i = 0; i < sizeof optional_buffers / sizeof optional_buffers[0]; i++) {
        struct bytes *to = (struct bytes *)(void *)((char *)&buffers + optional_buffers[i].offset);
        /* A claim or a SID that is lost could turn a deny into an allow. */
        if (copy(name, optional_buffers[i].attribute, arena, to) == DOUBTFUL)
            return ERR_ACCESS_DENIED;
    }
    *ret = buffers;
    *ret_has_pac = true;
    return ERR_NONE;
}
