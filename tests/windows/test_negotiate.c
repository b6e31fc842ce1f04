#include "windows/test_negotiate.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOKEN_MAX = 512, WORD_MAX = 32, PACKAGE_TOKEN_MAX = 4096 };

static const wchar_t own_name[] = L"TestNegotiate";
static volatile LONG64 last_number;

struct handshake {
    bool finished;
    enum flaw flaw;
    uint64_t number;
    char who[WORD_MAX];
};

/* Whoever frees what a package gave does so in the heap of the process. */
static void *take_memory(size_t size)
{
    return HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size);
}

static SECURITY_STATUS SEC_ENTRY free_memory(void *memory)
{
    (void)HeapFree(GetProcessHeap(), 0, memory);
    return SEC_E_OK;
}

static SecPkgInfoW *describe(const wchar_t *name)
{
    const size_t bytes = (wcslen(name) + 1) * sizeof *name;
    SecPkgInfoW *package = take_memory(sizeof *package + 2 * bytes);
    if (package == NULL)
        return NULL;
    package->fCapabilities = SECPKG_FLAG_CONNECTION | SECPKG_FLAG_IMPERSONATION;
    package->wVersion = 1;
    package->wRPCID = SECPKG_ID_NONE;
    package->cbMaxToken = PACKAGE_TOKEN_MAX;
    package->Name = (wchar_t *)(package + 1);
    package->Comment = package->Name + bytes / sizeof *name;
    memcpy(package->Name, name, bytes);
    memcpy(package->Comment, name, bytes);
    return package;
}

static SECURITY_STATUS SEC_ENTRY list_packages(unsigned long *ret_count, PSecPkgInfoW *ret)
{
    *ret = describe(own_name);
    *ret_count = *ret != NULL ? 1 : 0;
    return *ret != NULL ? SEC_E_OK : SEC_E_INSUFFICIENT_MEMORY;
}

static SECURITY_STATUS SEC_ENTRY query_package(wchar_t *name, PSecPkgInfoW *ret)
{
    unsigned long count = 0;
    return _wcsicmp(name, own_name) == 0 ? list_packages(&count, ret) : SEC_E_SECPKG_NOT_FOUND;
}

static SECURITY_STATUS SEC_ENTRY take_credentials(wchar_t *principal, wchar_t *package, unsigned long use,
                                                  void *logon, void *data, SEC_GET_KEY_FN key, void *argument,
                                                  PCredHandle ret, PTimeStamp ret_expires)
{
    (void)principal;
    (void)logon;
    (void)data;
    (void)key;
    (void)argument;
    if (_wcsicmp(package, own_name) != 0)
        return SEC_E_SECPKG_NOT_FOUND;
    if (use != SECPKG_CRED_INBOUND)
        return SEC_E_NOT_SUPPORTED;
    *ret = (CredHandle){1, 1};
    if (ret_expires != NULL)
        ret_expires->QuadPart = INT64_MAX;
    return SEC_E_OK;
}

static SECURITY_STATUS SEC_ENTRY free_credentials(PCredHandle credentials)
{
    *credentials = (CredHandle){0};
    return SEC_E_OK;
}

static struct handshake *handshake_of(PCtxtHandle context)
{
    union {
        ULONG_PTR number;
        struct handshake *pointer;
    } handle = {.number = context->dwLower};
    return handle.pointer;
}

static CtxtHandle handle_of(struct handshake *handshake)
{
    union {
        struct handshake *pointer;
        ULONG_PTR number;
    } handle = {.pointer = handshake};
    return (CtxtHandle){.dwLower = handle.number, .dwUpper = 1};
}

static bool find_flaw(const char *name, enum flaw *ret)
{
    static const char *const names[FLAW_COUNT] = {
        [FLAW_NONE] = "",
        [FLAW_ANONYMOUS] = "anonymous",
        [FLAW_IDENTIFICATION] = "identification",
        [FLAW_IMPERSONATE] = "impersonate",
        [FLAW_NAMELESS] = "nameless",
        [FLAW_NTLM] = "ntlm",
        [FLAW_NULL_SESSION] = "null-session",
        [FLAW_REVERT] = "revert",
    };
    for (size_t i = 0; i < FLAW_COUNT; i++)
        if (strcmp(names[i], name) == 0) {
            *ret = (enum flaw)i;
            return true;
        }
    return false;
}

/* A first leg: *ret is new. */
static SECURITY_STATUS begin(const char *text, struct handshake **ret)
{
    struct handshake *handshake = take_memory(sizeof *handshake);
    char leg = '\0';
    char flaw[WORD_MAX] = "";
    if (handshake == NULL)
        return SEC_E_INSUFFICIENT_MEMORY;
    const int words = sscanf(text, "TestNegotiate %c %31s %31s", &leg, handshake->who, flaw);
    HANDLE token = words >= 2 ? person_token(handshake->who, SecurityImpersonation) : NULL;
    const bool known = token != NULL;
    if (known)
        (void)CloseHandle(token);
    if (!known || (leg != '0' && leg != '1') || !find_flaw(flaw, &handshake->flaw)) {
        (void)free_memory(handshake);
        return words >= 2 && !known ? SEC_E_LOGON_DENIED : SEC_E_INVALID_TOKEN;
    }
    handshake->finished = leg == '0';
    handshake->number = (uint64_t)InterlockedIncrement64(&last_number);
    *ret = handshake;
    return SEC_E_OK;
}

/* A second leg, which must be of the same handshake. */
static SECURITY_STATUS go_on(const char *text, struct handshake *handshake)
{
    static const char second[] = "TestNegotiate 3 ";
    char *end = NULL;
    if (handshake->finished || strncmp(text, second, sizeof second - 1) != 0)
        return SEC_E_INVALID_TOKEN;
    if (strtoull(text + sizeof second - 1, &end, 10) != handshake->number || *end != '\0')
        return SEC_E_OUT_OF_SEQUENCE;
    handshake->finished = true;
    return SEC_E_OK;
}

static bool answer(const struct handshake *handshake, SecBufferDesc *output)
{
    SecBuffer *buffer = output != NULL && output->cBuffers > 0 ? &output->pBuffers[0] : NULL;
    char text[TOKEN_MAX];
    const int length = handshake->finished
                           ? snprintf(text, sizeof text, "TestNegotiate 4")
                           : snprintf(text, sizeof text, "TestNegotiate 2 %" PRIu64, handshake->number);
    if (buffer == NULL || length < 0 || buffer->cbBuffer < (unsigned long)length)
        return false;
    memcpy(buffer->pvBuffer, text, (size_t)length);
    buffer->cbBuffer = (unsigned long)length;
    return true;
}

static bool read_text(const SecBufferDesc *input, char ret[TOKEN_MAX])
{
    if (input == NULL || input->cBuffers == 0 || input->pBuffers[0].cbBuffer >= TOKEN_MAX)
        return false;
    memcpy(ret, input->pBuffers[0].pvBuffer, input->pBuffers[0].cbBuffer);
    ret[input->pBuffers[0].cbBuffer] = '\0';
    return true;
}

/* The application data of the server's channel in hexadecimal; false: it named none. */
static bool read_channel(const SecBufferDesc *input, char ret[TOKEN_MAX])
{
    for (unsigned long i = 0; i < input->cBuffers; i++) {
        const SecBuffer *buffer = &input->pBuffers[i];
        const SEC_CHANNEL_BINDINGS *bindings = buffer->pvBuffer;
        if (buffer->BufferType != SECBUFFER_CHANNEL_BINDINGS)
            continue;
        const uint8_t *data = (const uint8_t *)bindings + bindings->dwApplicationDataOffset;
        const size_t size = bindings->cbApplicationDataLength;
        ret[0] = '\0';
        for (size_t at = 0; at < size && 2 * at + 2 < TOKEN_MAX; at++)
            (void)snprintf(ret + 2 * at, 3, "%02x", data[at]);
        return true;
    }
    return false;
}

/* As Kerberos of Windows does; cuts what the client says of its channel from the text. */
static SECURITY_STATUS compare_channels(char *text, const SecBufferDesc *input, unsigned long wanted)
{
    static const char key[] = " channel=";
    char *said = strstr(text, key);
    char own[TOKEN_MAX];
    const bool has_own = read_channel(input, own);
    if (said != NULL)
        *said = '\0';
    if (!has_own)
        return SEC_E_OK;
    if (said == NULL)
        return (wanted & ASC_REQ_ALLOW_MISSING_BINDINGS) != 0 ? SEC_E_OK : SEC_E_BAD_BINDINGS;
    return strcmp(said + sizeof key - 1, own) == 0 ? SEC_E_OK : SEC_E_BAD_BINDINGS;
}

static SECURITY_STATUS SEC_ENTRY accept_context(PCredHandle credentials, PCtxtHandle context,
                                                PSecBufferDesc input, unsigned long wanted,
                                                unsigned long representation, PCtxtHandle ret,
                                                PSecBufferDesc output, unsigned long *ret_attributes,
                                                PTimeStamp ret_expires)
{
    (void)credentials;
    (void)representation;
    char text[TOKEN_MAX];
    struct handshake *handshake = context != NULL ? handshake_of(context) : NULL;
    if (!read_text(input, text))
        return SEC_E_INVALID_TOKEN;
    SECURITY_STATUS status = compare_channels(text, input, wanted);
    if (status == SEC_E_OK)
        status = handshake != NULL ? go_on(text, handshake) : begin(text, &handshake);
    if (status != SEC_E_OK)
        return status;
    if (!answer(handshake, output)) {
        if (context == NULL)
            (void)free_memory(handshake);
        return SEC_E_INSUFFICIENT_MEMORY;
    }
    *ret = handle_of(handshake);
    *ret_attributes = ASC_RET_CONNECTION;
    if (handshake->flaw == FLAW_NULL_SESSION)
        *ret_attributes |= ASC_RET_NULL_SESSION;
    if (ret_expires != NULL)
        ret_expires->QuadPart = INT64_MAX;
    return handshake->finished ? SEC_E_OK : SEC_I_CONTINUE_NEEDED;
}

static SECURITY_STATUS SEC_ENTRY delete_context(PCtxtHandle context)
{
    return free_memory(handshake_of(context));
}

static SECURITY_STATUS give_package(const struct handshake *handshake, SecPkgContext_NegotiationInfoW *ret)
{
    ret->PackageInfo = describe(handshake->flaw == FLAW_NTLM ? L"NTLM" : own_name);
    ret->NegotiationState = SECPKG_NEGOTIATION_COMPLETE;
    return ret->PackageInfo != NULL ? SEC_E_OK : SEC_E_INSUFFICIENT_MEMORY;
}

/* WHO@TEST */
static SECURITY_STATUS give_name(const struct handshake *handshake, SecPkgContext_NamesW *ret)
{
    const size_t units = WORD_MAX + 8;
    if (handshake->flaw == FLAW_NAMELESS)
        return SEC_E_UNSUPPORTED_FUNCTION;
    ret->sUserName = take_memory(units * sizeof(wchar_t));
    if (ret->sUserName == NULL)
        return SEC_E_INSUFFICIENT_MEMORY;
    (void)swprintf(ret->sUserName, units, L"%hs@TEST", handshake->who);
    return SEC_E_OK;
}

static SECURITY_STATUS SEC_ENTRY query_context(PCtxtHandle context, unsigned long attribute, void *ret)
{
    const struct handshake *handshake = handshake_of(context);
    if (attribute == SECPKG_ATTR_NEGOTIATION_INFO)
        return give_package(handshake, ret);
    if (attribute == SECPKG_ATTR_NAMES)
        return give_name(handshake, ret);
    return SEC_E_UNSUPPORTED_FUNCTION;
}

static SECURITY_STATUS SEC_ENTRY impersonate(PCtxtHandle context)
{
    const struct handshake *handshake = handshake_of(context);
    const SECURITY_IMPERSONATION_LEVEL level = handshake->flaw == FLAW_ANONYMOUS ? SecurityAnonymous
                                               : handshake->flaw == FLAW_IDENTIFICATION
                                                   ? SecurityIdentification
                                                   : SecurityImpersonation;
    if (!handshake->finished || handshake->flaw == FLAW_IMPERSONATE)
        return SEC_E_NO_IMPERSONATION;
    HANDLE token = person_token(handshake->who, level);
    const bool done = token != NULL && SetThreadToken(NULL, token);
    if (token != NULL)
        (void)CloseHandle(token);
    return done ? SEC_E_OK : SEC_E_NO_IMPERSONATION;
}

static SECURITY_STATUS SEC_ENTRY revert(PCtxtHandle context)
{
    if (handshake_of(context)->flaw == FLAW_REVERT)
        return SEC_E_INTERNAL_ERROR;
    return RevertToSelf() ? SEC_E_OK : SEC_E_INTERNAL_ERROR;
}

PSecurityFunctionTableW SEC_ENTRY test_negotiate_table(void)
{
    static SecurityFunctionTableW table = {
        .dwVersion = SECURITY_SUPPORT_PROVIDER_INTERFACE_VERSION,
        .EnumerateSecurityPackagesW = list_packages,
        .AcquireCredentialsHandleW = take_credentials,
        .FreeCredentialsHandle = free_credentials,
        .AcceptSecurityContext = accept_context,
        .DeleteSecurityContext = delete_context,
        .QueryContextAttributesW = query_context,
        .ImpersonateSecurityContext = impersonate,
        .RevertSecurityContext = revert,
        .FreeContextBuffer = free_memory,
        .QuerySecurityPackageInfoW = query_package,
    };
    return &table;
}
