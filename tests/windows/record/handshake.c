/* Negotiate with ourselves: both sides in this process, as the user that it runs as. */
#include "windows/record/record.h"

#include "platform/windows/wide.h"

enum { TOKEN_ROOM = 64 << 10, LEGS_MAX = 8, NAME_UNITS = 300 };

struct side {
    CredHandle credentials;
    CtxtHandle context;
    bool has_credentials;
    bool has_context;
    bool done;
    uint8_t token[TOKEN_ROOM];
    unsigned long size;
};

struct talk {
    const PSecurityFunctionTableW sspi;
    unsigned long flags;
    struct arena *arena;
    wchar_t target[NAME_UNITS];
    struct side *client;
    struct side *server;
    struct handshake *ret;
};

static bool stop(struct talk *talk, const char *call, SECURITY_STATUS status)
{
    talk->ret->stopped = arena_printf(talk->arena, "%s: status 0x%lx", call, (unsigned long)status);
    return false;
}

static bool acquire(struct talk *talk, struct side *side, unsigned long use)
{
    static wchar_t package[] = L"Negotiate";
    TimeStamp expires;
    const SECURITY_STATUS status = talk->sspi->AcquireCredentialsHandleW(NULL, package, use, NULL, NULL, NULL,
                                                                         NULL, &side->credentials, &expires);
    side->has_credentials = status == SEC_E_OK;
    return side->has_credentials || stop(talk, "AcquireCredentialsHandle", status);
}

/* One leg of either side: what the other said last goes in, what is to be said comes out. */
static bool step(struct talk *talk, struct side *side, const struct side *other, bool client)
{
    SecBuffer in = {other->size, SECBUFFER_TOKEN, (void *)(uintptr_t)other->token};
    SecBuffer out = {sizeof side->token, SECBUFFER_TOKEN, side->token};
    SecBufferDesc input = {SECBUFFER_VERSION, 1, &in};
    SecBufferDesc output = {SECBUFFER_VERSION, 1, &out};
    const PCtxtHandle known = side->has_context ? &side->context : NULL;
    unsigned long attributes = 0;
    TimeStamp expires;
    const SECURITY_STATUS status =
        client
            ? talk->sspi->InitializeSecurityContextW(&side->credentials, known, talk->target, talk->flags, 0,
                                                     SECURITY_NATIVE_DREP, other->size != 0 ? &input : NULL,
                                                     0, &side->context, &output, &attributes, &expires)
            : talk->sspi->AcceptSecurityContext(&side->credentials, known, &input, 0, SECURITY_NATIVE_DREP,
                                                &side->context, &output, &attributes, &expires);
    if (status != SEC_E_OK && status != SEC_I_CONTINUE_NEEDED)
        return stop(talk, client ? "InitializeSecurityContext" : "AcceptSecurityContext", status);
    side->has_context = true;
    side->size = out.cbBuffer;
    side->done = status == SEC_E_OK;
    return true;
}

static bool shake(struct talk *talk)
{
    if (!acquire(talk, talk->client, SECPKG_CRED_OUTBOUND) ||
        !acquire(talk, talk->server, SECPKG_CRED_INBOUND))
        return false;
    for (int leg = 0; leg < LEGS_MAX && !(talk->client->done && talk->server->done); leg++) {
        if (!talk->client->done && !step(talk, talk->client, talk->server, true))
            return false;
        if (!talk->server->done && !step(talk, talk->server, talk->client, false))
            return false;
    }
    return talk->server->done || stop(talk, "too many legs", SEC_E_INTERNAL_ERROR);
}

static void name_package(struct talk *talk)
{
    SecPkgContext_PackageInfoW package = {0};
    if (talk->sspi->QueryContextAttributesW(&talk->server->context, SECPKG_ATTR_PACKAGE_INFO, &package) !=
            SEC_E_OK ||
        package.PackageInfo == NULL)
        return;
    if (wide_to_text(talk->arena, package.PackageInfo->Name, wcslen(package.PackageInfo->Name),
                     &talk->ret->package) != ERR_NONE)
        talk->ret->package = "unknown";
    (void)talk->sspi->FreeContextBuffer(package.PackageInfo);
}

static void impersonate(struct talk *talk, const struct machine *machine)
{
    HANDLE token = NULL;
    struct handshake *ret = talk->ret;
    ret->impersonated = talk->sspi->ImpersonateSecurityContext(&talk->server->context);
    if (ret->impersonated != SEC_E_OK)
        return;
    if (!OpenThreadToken(GetCurrentThread(), TOKEN_QUERY, TRUE, &token))
        ret->stopped = maker_failed(talk->arena, "OpenThreadToken");
    if (talk->sspi->RevertSecurityContext(&talk->server->context) != SEC_E_OK)
        ExitProcess(71);
    if (token != NULL && machine_snapshot(machine, token, talk->arena, &ret->token) != ERR_NONE)
        ret->stopped = "the token of the thread cannot be read";
    if (token != NULL)
        (void)CloseHandle(token);
}

static void end(const struct talk *talk, struct side *side)
{
    if (side->has_context)
        (void)talk->sspi->DeleteSecurityContext(&side->context);
    if (side->has_credentials)
        (void)talk->sspi->FreeCredentialsHandle(&side->credentials);
}

void record_handshake(const struct machine *machine, unsigned long flags, struct arena *arena,
                      struct handshake *ret)
{
    struct talk talk = {.sspi = InitSecurityInterfaceW(),
                        .flags = flags,
                        .arena = arena,
                        .client = arena_alloc(arena, sizeof(struct side)),
                        .server = arena_alloc(arena, sizeof(struct side)),
                        .ret = ret};
    DWORD size = NAME_UNITS - 5;
    *ret = (struct handshake){.package = "unknown"};
    if (talk.sspi == NULL || talk.client == NULL || talk.server == NULL) {
        ret->stopped = "there is no SSPI";
        return;
    }
    (void)wcscpy(talk.target, L"HOST/");
    (void)GetComputerNameExW(ComputerNameDnsFullyQualified, talk.target + 5, &size);
    if (shake(&talk)) {
        name_package(&talk);
        impersonate(&talk, machine);
    }
    end(&talk, talk.client);
    end(&talk, talk.server);
}
