/* first_token TARGET...: the first Negotiate token of a client for each TARGET ("HTTP@localhost"), in base64, a line each. Uses
 * the ticket cache of the environment; a client's programs send such tokens, the tests send them where no client would. */
#include "base/base64.h"

#include <gssapi/gssapi.h>

#include <stdio.h>
#include <stdlib.h>

enum { TOKEN_ROOM = 1 << 20 };

static uint8_t spnego_oid[] = {0x2b, 0x06, 0x01, 0x05, 0x05, 0x02}; /* RFC 4178 1: 1.3.6.1.5.5.2 */
static gss_OID_desc spnego = {sizeof spnego_oid, spnego_oid};

static bool print_token(const char *target)
{
    bool printed = false;
    OM_uint32 minor = 0;
    gss_name_t name = GSS_C_NO_NAME;
    gss_ctx_id_t context = GSS_C_NO_CONTEXT;
    gss_buffer_desc token = GSS_C_EMPTY_BUFFER;
    gss_buffer_desc text = {strlen(target), (void *)(uintptr_t)target};
    AUTO_ARENA arena;
    arena_init(&arena, TOKEN_ROOM);

    OM_uint32 major = gss_import_name(&minor, &text, GSS_C_NT_HOSTBASED_SERVICE, &name);
    if (!GSS_ERROR(major))
        major = gss_init_sec_context(&minor, GSS_C_NO_CREDENTIAL, &context, name, &spnego, GSS_C_MUTUAL_FLAG,
                                     0, GSS_C_NO_CHANNEL_BINDINGS, NULL, NULL, &token, NULL, NULL);
    if (!GSS_ERROR(major) && token.length > 0) {
        const char *encoded = base64_encode(&arena, bytes_of(token.value, token.length));
        printed = encoded != NULL && puts(encoded) >= 0;
    } else {
        (void)fprintf(stderr, "%s: no token: %#x %#x\n", target, major, minor);
    }
    (void)gss_release_buffer(&minor, &token);
    (void)gss_delete_sec_context(&minor, &context, GSS_C_NO_BUFFER);
    (void)gss_release_name(&minor, &name);
    return printed;
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (!print_token(argv[i]))
            return EXIT_FAILURE;
    return argc > 1 ? EXIT_SUCCESS : EXIT_FAILURE;
}
