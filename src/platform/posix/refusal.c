#include "platform/posix/refusal.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* The library renumbers minor codes on their way through SPNEGO, so that only its words still tell them apart. They are libkrb5's own (rd_req_dec.c
 * and krb5_err.et of 1.20); the unit test of negotiate provokes each. Words that a later libkrb5 changes make "refused", never an acceptance. */
static const struct {
    const char *words;
    const char *reason;
} known[] = {
    {"Request is a replay", "replay"},
    {"Ticket expired", "expired"},
    {"Ticket not yet valid", "not-yet-valid"},
    {"Clock skew too great", "skew"},
    {"keytab is likely out of date", "stale-keytab"},
    {"ticket is likely out of date", "old-ticket"},
    {"found in keytab but not with enctype", "wrong-enctype"},
    {"found in keytab but cannot decrypt", "wrong-key"},
    {"Decrypt integrity check failed", "wrong-key"},
    {"not found in keytab", "wrong-service"},
    {"does not match", "wrong-service"},
    {"No keys in keytab", "no-keytab"},
    {"encryption type", "wrong-enctype"},
    {"replay cache", "replay-cache"},
    {"ASN.1", "malformed"},
    {"Numerical result out of range", "bad-pac"}, /* ERANGE: krb5_pac_parse ran past the end */
};

static const struct {
    OM_uint32 major;
    const char *reason;
} majors[] = {
    {GSS_S_BAD_BINDINGS, "bad-binding"},
    {GSS_S_DUPLICATE_TOKEN, "replay"},
    {GSS_S_OLD_TOKEN, "replay"},
    {GSS_S_CREDENTIALS_EXPIRED, "expired"},
    {GSS_S_CONTEXT_EXPIRED, "expired"},
    {GSS_S_DEFECTIVE_TOKEN, "malformed"},
    {GSS_S_DEFECTIVE_CREDENTIAL, "malformed"},
    {GSS_S_BAD_MECH, "no-kerberos"},
    {GSS_S_BAD_MIC, "bad-mic"},
    {GSS_S_NO_CRED, "no-keytab"},
};

static void append(struct refusal *refusal, OM_uint32 code, int type)
{
    OM_uint32 more = 0;
    OM_uint32 minor = 0;
    gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
    if (gss_display_status(&minor, code, type, GSS_C_NO_OID, &more, &text) != GSS_S_COMPLETE)
        return;
    size_t used = strlen(refusal->detail);
    (void)snprintf(refusal->detail + used, sizeof refusal->detail - used, "%s%.*s", used == 0 ? "" : ": ",
                   (int)text.length, (const char *)text.value);
    (void)gss_release_buffer(&minor, &text);
}

void refusal_of(OM_uint32 major, OM_uint32 minor, struct refusal *ret)
{
    *ret = (struct refusal){.reason = "refused"};
    for (size_t i = 0; i < sizeof majors / sizeof majors[0]; i++)
        if (GSS_ROUTINE_ERROR(major) == majors[i].major)
            ret->reason = majors[i].reason;
    append(ret, minor, GSS_C_MECH_CODE);
    /* Two of the words may be there: the first row, which is the more exact, wins. */
    for (size_t i = sizeof known / sizeof known[0]; i-- != 0;)
        if (strstr(ret->detail, known[i].words) != NULL)
            ret->reason = known[i].reason;
    ret->keytab_is_old = strcmp(ret->reason, "stale-keytab") == 0;
}
