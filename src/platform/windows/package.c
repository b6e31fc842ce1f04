#include "platform/windows/package.h"

#include "platform/windows/wide.h"

enum { NAME_MAX_UNITS = 1024 };

static enum err take_name(struct security_context *context, const wchar_t *name, const char **ret)
{
    const size_t length = name != NULL ? wcsnlen(name, NAME_MAX_UNITS) : 0;
    if (length == 0 || length == NAME_MAX_UNITS)
        return ERR_NOT_FOUND;
    return wide_to_text(&context->arena, name, length, ret);
}

static enum err take_package(struct security_context *context, PSecPkgInfoW package, const char **ret)
{
    if (package == NULL)
        return ERR_NOT_FOUND;
    enum err err = take_name(context, package->Name, ret);
    (void)context->platform->sspi->FreeContextBuffer(package);
    return err;
}

/* ERR_NOT_SUPPORTED: the package does not negotiate. ERR_NOT_FOUND: it names no package. */
static enum err ask_negotiation(struct security_context *context, unsigned long *ret_state, const char **ret)
{
    SecPkgContext_NegotiationInfoW negotiation = {0};
    if (context->platform->sspi->QueryContextAttributesW(&context->handle, SECPKG_ATTR_NEGOTIATION_INFO,
                                                         &negotiation) != SEC_E_OK)
        return ERR_NOT_SUPPORTED;
    *ret_state = negotiation.NegotiationState;
    return take_package(context, negotiation.PackageInfo, ret);
}

enum err package_proposed(struct security_context *context, const char **ret)
{
    unsigned long state = SECPKG_NEGOTIATION_IN_PROGRESS;
    enum err err = ask_negotiation(context, &state, ret);
    return err == ERR_NOT_SUPPORTED ? ERR_NOT_FOUND : err;
}

enum err package_negotiated(struct security_context *context, const char **ret)
{
    const PSecurityFunctionTableW sspi = context->platform->sspi;
    SecPkgContext_PackageInfoW own = {0};
    const char *name = NULL;
    unsigned long state = SECPKG_NEGOTIATION_COMPLETE;
    enum err err = ask_negotiation(context, &state, &name);
    if (err == ERR_NOT_SUPPORTED) {
        err = ERR_NOT_FOUND;
        if (sspi->QueryContextAttributesW(&context->handle, SECPKG_ATTR_PACKAGE_INFO, &own) == SEC_E_OK)
            err = take_package(context, own.PackageInfo, &name);
    }
    if (err == ERR_NONE && state == SECPKG_NEGOTIATION_IN_PROGRESS)
        return ERR_NOT_FOUND;
    if (err == ERR_NONE)
        *ret = name;
    return err;
}

static bool is(const char *name, const char *other)
{
    return bytes_equal_ignoring_case(bytes_of_string(name), bytes_of_string(other));
}

/* "Negotiate" itself proves nobody: it must have come to something. */
bool package_allowed(const struct platform_settings *settings, const char *name, const char **ret_reason)
{
    const bool ntlm = is(name, "NTLM");
    *ret_reason = ntlm ? "ntlm" : "no-kerberos";
    if (ntlm)
        return settings->allow_ntlm;
    return is(name, "Kerberos") || (is(name, settings->package) && !is(name, "Negotiate"));
}

enum err package_principal(struct security_context *context, const char **ret)
{
    const PSecurityFunctionTableW sspi = context->platform->sspi;
    SecPkgContext_NativeNamesW native = {0};
    SecPkgContext_NamesW names = {0};
    enum err err = ERR_NOT_FOUND;
    *ret = NULL;
    if (sspi->QueryContextAttributesW(&context->handle, SECPKG_ATTR_NATIVE_NAMES, &native) == SEC_E_OK) {
        err = take_name(context, native.sClientName, ret);
        if (native.sClientName != NULL)
            (void)sspi->FreeContextBuffer(native.sClientName);
        if (native.sServerName != NULL)
            (void)sspi->FreeContextBuffer(native.sServerName);
    }
    if (err == ERR_NOT_FOUND &&
        sspi->QueryContextAttributesW(&context->handle, SECPKG_ATTR_NAMES, &names) == SEC_E_OK) {
        err = take_name(context, names.sUserName, ret);
        if (names.sUserName != NULL)
            (void)sspi->FreeContextBuffer(names.sUserName);
    }
    return err == ERR_NOT_FOUND ? ERR_NONE : err;
}
