/* The security package of the double. */
#include "windows/double_parts.h"

static SECURITY_STATUS WINAPI acquire(LPWSTR principal, LPWSTR package, unsigned long use, void *logon,
                                      void *data, SEC_GET_KEY_FN key, void *argument, PCredHandle ret,
                                      PTimeStamp expires)
{
    (void)logon;
    (void)key;
    (void)argument;
    (void)expires;
    double_note(double_record, "AcquireCredentialsHandleW %ls use=%lu%s%s\n", package, use,
                principal != NULL ? " principal" : "", data != NULL ? " data" : "");
    *ret = (CredHandle){1, 2};
    return double_script.acquire;
}

static SECURITY_STATUS WINAPI free_credentials(PCredHandle handle)
{
    (void)handle;
    double_note(double_record, "FreeCredentialsHandle\n");
    return SEC_E_OK;
}

/* No addresses, and the application data right behind: another layout would have its own hash, and every client refused. */
static bool is_plain(const SEC_CHANNEL_BINDINGS *bindings, unsigned long size)
{
    const SEC_CHANNEL_BINDINGS plain = {.cbApplicationDataLength = size - (unsigned long)sizeof plain,
                                        .dwApplicationDataOffset = sizeof plain};
    return size >= sizeof plain && memcmp(bindings, &plain, sizeof plain) == 0;
}

static void note_inputs(const SecBufferDesc *input)
{
    for (unsigned long i = 0; i < input->cBuffers; i++) {
        const SecBuffer *buffer = &input->pBuffers[i];
        const SEC_CHANNEL_BINDINGS *bindings = buffer->pvBuffer;
        if (buffer->BufferType != SECBUFFER_CHANNEL_BINDINGS)
            double_note(double_record, " %lu:%.*s", buffer->BufferType, (int)buffer->cbBuffer,
                        (const char *)buffer->pvBuffer);
        else
            double_note(double_record, " binding%s:%.*s",
                        is_plain(bindings, buffer->cbBuffer) ? "" : " of another layout",
                        (int)bindings->cbApplicationDataLength,
                        (const char *)bindings + bindings->dwApplicationDataOffset);
    }
}

static SECURITY_STATUS WINAPI accept_context(PCredHandle credentials, PCtxtHandle context,
                                             PSecBufferDesc input, unsigned long wanted,
                                             unsigned long representation, PCtxtHandle ret,
                                             PSecBufferDesc output, unsigned long *attributes,
                                             PTimeStamp expires)
{
    const SECURITY_STATUS status = double_script.accept[double_script.legs++ % 4];
    double_note(double_record, "AcceptSecurityContext credentials=%d context=%s wanted=%lx room=%lu%s",
                (int)credentials->dwLower, context == NULL ? "none" : "own", wanted,
                output->pBuffers[0].cbBuffer, representation == SECURITY_NATIVE_DREP ? "" : " not native");
    note_inputs(input);
    double_note(double_record, "\n");
    *ret = (CtxtHandle){7, 8};
    *attributes = double_script.attributes;
    expires->QuadPart = double_script.expires;
    if (status < 0) /* as Windows leaves it: the size of the buffer, and rubbish in it */
        return status;
    memcpy(output->pBuffers[0].pvBuffer, double_script.reply, strlen(double_script.reply));
    output->pBuffers[0].cbBuffer = double_script.reply_claims != 0
                                       ? double_script.reply_claims
                                       : (unsigned long)strlen(double_script.reply);
    return status;
}

static SECURITY_STATUS WINAPI complete(PCtxtHandle context, PSecBufferDesc output)
{
    (void)context;
    (void)output;
    double_note(double_record, "CompleteAuthToken\n");
    return SEC_E_OK;
}

static SECURITY_STATUS WINAPI delete_context(PCtxtHandle context)
{
    double_note(double_record, "DeleteSecurityContext %d\n", (int)context->dwLower);
    return SEC_E_OK;
}

static wchar_t text[64];
static SecPkgInfoW package = {.Name = text};

static SECURITY_STATUS WINAPI query(PCtxtHandle context, unsigned long attribute, void *buffer)
{
    (void)context;
    if (attribute == SECPKG_ATTR_NEGOTIATION_INFO && double_script.package != NULL) {
        (void)wcscpy(text, double_script.package);
        *(SecPkgContext_NegotiationInfoW *)buffer = (SecPkgContext_NegotiationInfoW){
            .PackageInfo = &package, .NegotiationState = double_script.negotiation};
        return SEC_E_OK;
    }
    if (attribute == SECPKG_ATTR_NATIVE_NAMES && double_script.principal != NULL) {
        (void)wcscpy(text, double_script.principal);
        ((SecPkgContext_NativeNamesW *)buffer)->sClientName = text;
        return SEC_E_OK;
    }
    return SEC_E_UNSUPPORTED_FUNCTION;
}

static SECURITY_STATUS WINAPI free_buffer(void *buffer)
{
    (void)buffer;
    return SEC_E_OK;
}

static SECURITY_STATUS WINAPI impersonate(PCtxtHandle context)
{
    double_note(double_record, "ImpersonateSecurityContext %d\n", (int)context->dwLower);
    return double_script.impersonate;
}

static SECURITY_STATUS WINAPI revert(PCtxtHandle context)
{
    double_note(double_record, "RevertSecurityContext %d\n", (int)context->dwLower);
    return double_script.revert;
}

PSecurityFunctionTableW double_sspi(void)
{
    static SecurityFunctionTableW table = {.dwVersion = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION,
                                           .AcquireCredentialsHandleW = acquire,
                                           .FreeCredentialsHandle = free_credentials,
                                           .AcceptSecurityContext = accept_context,
                                           .CompleteAuthToken = complete,
                                           .DeleteSecurityContext = delete_context,
                                           .QueryContextAttributesW = query,
                                           .FreeContextBuffer = free_buffer,
                                           .ImpersonateSecurityContext = impersonate,
                                           .RevertSecurityContext = revert};
    return &table;
}
