#include "platform/posix/pac_fetch.h"

#include <errno.h>
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
    krb5_ui_4 type;
    size_t offset;
} buffer_types[] = {
    {1, offsetof(struct pac_buffers, logon_info)},     {12, offsetof(struct pac_buffers, upn_dns_info)},
    {13, offsetof(struct pac_buffers, client_claims)}, {14, offsetof(struct pac_buffers, device_info)},
    {15, offsetof(struct pac_buffers, device_claims)}, {18, offsetof(struct pac_buffers, requestor_sid)},
};

/* A claim or a SID that is lost could turn a deny into an allow: anything but "there is none" is an error. */
static enum err copy(krb5_context k5, krb5_pac pac, krb5_ui_4 type, struct arena *arena, struct bytes *ret)
{
    krb5_data data = {0};
    krb5_error_code code = krb5_pac_get_buffer(k5, pac, type, &data);
    if (code == ENOENT)
        return ERR_NONE;
    if (code != 0) /* EINVAL: twice the same type */
        return ERR_ACCESS_DENIED;
    void *copied = arena_copy(arena, data.data, data.length);
    if (copied != NULL)
        *ret = bytes_of(copied, data.length);
    krb5_free_data_contents(k5, &data);
    return copied != NULL ? ERR_NONE : ERR_ACCESS_DENIED;
}

static enum err copy_all(krb5_context k5, krb5_pac pac, struct arena *arena, struct pac_buffers *ret)
{
    enum err err = ERR_NONE;
    for (size_t i = 0; err == ERR_NONE && i < sizeof buffer_types / sizeof buffer_types[0]; i++) {
        struct bytes *to = (struct bytes *)(void *)((char *)ret + buffer_types[i].offset);
        err = copy(k5, pac, buffer_types[i].type, arena, to);
    }
    return err;
}

enum err pac_fetch(krb5_context k5, gss_name_t name, const struct pac_keys *keys,
                   const struct pac_ticket *ticket, struct arena *arena, bool *ret_has_pac,
                   struct pac_buffers *ret)
{
    gss_buffer_desc whole = GSS_C_EMPTY_BUFFER;
    krb5_pac pac = NULL;
    struct pac_buffers buffers = {0};
    enum err err = ERR_ACCESS_DENIED;
    /* One call for all buffers: each makes and drops a krb5_context of its own. */
    enum presence presence = fetch(name, PREFIX, &whole);
    if (presence == PRESENT && krb5_pac_parse(k5, whole.value, whole.length, &pac) == 0 &&
        pac_proof(k5, keys, ticket, pac))
        err = copy_all(k5, pac, arena, &buffers);
    else if (presence == ABSENT && !lists_pac(name))
        err = ERR_NONE;
    krb5_pac_free(k5, pac);
    OM_uint32 ignored = 0;
    (void)gss_release_buffer(&ignored, &whole);
    if (err != ERR_NONE)
        return err;
    *ret_has_pac = buffers.logon_info.data != NULL;
    if (*ret_has_pac)
        *ret = buffers;
    return ERR_NONE;
}
