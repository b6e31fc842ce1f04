#include "platform/windows/refusal.h"

/* [MS-ERREF] 2.1.1 */
static const struct {
    SECURITY_STATUS status;
    const char *reason;
} known[] = {
    {SEC_E_BAD_BINDINGS, "bad-binding"},      {SEC_E_CONTEXT_EXPIRED, "expired"},
    {SEC_E_DECRYPT_FAILURE, "wrong-key"},     {SEC_E_INCOMPLETE_MESSAGE, "malformed"},
    {SEC_E_INSUFFICIENT_MEMORY, "no-memory"}, {SEC_E_INVALID_TOKEN, "malformed"},
    {SEC_E_KDC_INVALID_REQUEST, "malformed"}, {SEC_E_LOGON_DENIED, "logon-denied"},
    {SEC_E_MESSAGE_ALTERED, "wrong-key"},     {SEC_E_NO_AUTHENTICATING_AUTHORITY, "no-authority"},
    {SEC_E_NO_CREDENTIALS, "no-keytab"},      {SEC_E_OUT_OF_SEQUENCE, "replay"},
    {SEC_E_SECPKG_NOT_FOUND, "no-kerberos"},  {SEC_E_TIME_SKEW, "skew"},
    {SEC_E_UNSUPPORTED_FUNCTION, "refused"},  {SEC_E_WRONG_PRINCIPAL, "wrong-service"},
};

const char *refusal_of(SECURITY_STATUS status)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].status == status)
            return known[i].reason;
    return "refused";
}
