/* test_negotiate: a security package for tests alone, which proves nothing and says who somebody is by what is written in the token:
 *
 *     TestNegotiate 0 WHO [FLAW]       one leg
 *     TestNegotiate 1 WHO [FLAW]       the first of two; the answer is "TestNegotiate 2 NUMBER"
 *     TestNegotiate 3 NUMBER           the second, with the number that was given for this very context
 *
 * Behind each may stand " channel=HEX", what the client has bound itself to. Where the server names a channel it must be that very one,
 * and must be there unless the server asks for ASC_REQ_ALLOW_MISSING_BINDINGS.
 *
 * A handshake that is over is answered with "TestNegotiate 4". Registered like any package: the DLL in System32, its name in the
 * value SecurityProviders of HKLM\System\CurrentControlSet\Control\SecurityProviders. */
#ifndef NTOKEND_TEST_NEGOTIATE_H
#define NTOKEND_TEST_NEGOTIATE_H

#define SECURITY_WIN32
#include <stdbool.h>
#include <stddef.h>
#include <windows.h>

#include <security.h>

enum flaw {
    FLAW_NONE = 0,
    FLAW_ANONYMOUS,      /* a token that proves nobody */
    FLAW_IDENTIFICATION, /* a token that may be looked at and not used */
    FLAW_IMPERSONATE,    /* impersonation fails */
    FLAW_NAMELESS,       /* the client has no name */
    FLAW_NTLM,           /* what was negotiated calls itself NTLM */
    FLAW_NULL_SESSION,   /* the attributes say that nobody was proven */
    FLAW_REVERT,         /* the impersonation does not end */
    FLAW_COUNT,
};

/* A token of this process, with what sets WHO apart from the process taken off it; for impersonation at `level`. NULL when there is
 * nobody of that name, or the system refuses. The caller closes it. */
HANDLE person_token(const char *who, SECURITY_IMPERSONATION_LEVEL level);

/* What the DLL exports as InitSecurityInterfaceW. */
PSecurityFunctionTableW SEC_ENTRY test_negotiate_table(void);

#endif
