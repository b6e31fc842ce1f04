#include "engine/sid.h"

/* [MS-DTYP] 2.4.2.4 and the names that LookupAccountSid gives on an English Windows. Two sub-authorities at most; what
 * has more is handled below. */
struct name_row {
    uint8_t authority;
    uint8_t count;
    uint32_t sub_authorities[2];
    const char *name;
};

static const struct name_row rows[] = {
    {0, 1, {0}, "NULL SID"},
    {1, 1, {0}, "Everyone"},
    {2, 1, {0}, "LOCAL"},
    {2, 1, {1}, "CONSOLE LOGON"},
    {3, 1, {0}, "CREATOR OWNER"},
    {3, 1, {1}, "CREATOR GROUP"},
    {3, 1, {2}, "CREATOR OWNER SERVER"},
    {3, 1, {3}, "CREATOR GROUP SERVER"},
    {3, 1, {4}, "OWNER RIGHTS"},
    {5, 1, {1}, "NT AUTHORITY\\DIALUP"},
    {5, 1, {2}, "NT AUTHORITY\\NETWORK"},
    {5, 1, {3}, "NT AUTHORITY\\BATCH"},
    {5, 1, {4}, "NT AUTHORITY\\INTERACTIVE"},
    {5, 1, {6}, "NT AUTHORITY\\SERVICE"},
    {5, 1, {7}, "NT AUTHORITY\\ANONYMOUS LOGON"},
    {5, 1, {8}, "NT AUTHORITY\\PROXY"},
    {5, 1, {9}, "NT AUTHORITY\\ENTERPRISE DOMAIN CONTROLLERS"},
    {5, 1, {10}, "NT AUTHORITY\\SELF"},
    {5, 1, {11}, "NT AUTHORITY\\Authenticated Users"},
    {5, 1, {12}, "NT AUTHORITY\\RESTRICTED"},
    {5, 1, {13}, "NT AUTHORITY\\TERMINAL SERVER USER"},
    {5, 1, {14}, "NT AUTHORITY\\REMOTE INTERACTIVE LOGON"},
    {5, 1, {15}, "NT AUTHORITY\\This Organization"},
    {5, 1, {17}, "NT AUTHORITY\\IUSR"},
    {5, 1, {18}, "NT AUTHORITY\\SYSTEM"},
    {5, 1, {19}, "NT AUTHORITY\\LOCAL SERVICE"},
    {5, 1, {20}, "NT AUTHORITY\\NETWORK SERVICE"},
    {5, 1, {32}, "BUILTIN"},
    {5, 1, {33}, "NT AUTHORITY\\WRITE RESTRICTED"},
    {5, 1, {113}, "NT AUTHORITY\\Local account"},
    {5, 1, {114}, "NT AUTHORITY\\Local account and member of Administrators group"},
    {5, 1, {1000}, "NT AUTHORITY\\Other Organization"},
    {5, 2, {32, 544}, "BUILTIN\\Administrators"},
    {5, 2, {32, 545}, "BUILTIN\\Users"},
    {5, 2, {32, 546}, "BUILTIN\\Guests"},
    {5, 2, {32, 547}, "BUILTIN\\Power Users"},
    {5, 2, {32, 548}, "BUILTIN\\Account Operators"},
    {5, 2, {32, 549}, "BUILTIN\\Server Operators"},
    {5, 2, {32, 550}, "BUILTIN\\Print Operators"},
    {5, 2, {32, 551}, "BUILTIN\\Backup Operators"},
    {5, 2, {32, 552}, "BUILTIN\\Replicator"},
    {5, 2, {32, 554}, "BUILTIN\\Pre-Windows 2000 Compatible Access"},
    {5, 2, {32, 555}, "BUILTIN\\Remote Desktop Users"},
    {5, 2, {32, 556}, "BUILTIN\\Network Configuration Operators"},
    {5, 2, {32, 557}, "BUILTIN\\Incoming Forest Trust Builders"},
    {5, 2, {32, 558}, "BUILTIN\\Performance Monitor Users"},
    {5, 2, {32, 559}, "BUILTIN\\Performance Log Users"},
    {5, 2, {32, 560}, "BUILTIN\\Windows Authorization Access Group"},
    {5, 2, {32, 561}, "BUILTIN\\Terminal Server License Servers"},
    {5, 2, {32, 562}, "BUILTIN\\Distributed COM Users"},
    {5, 2, {32, 568}, "BUILTIN\\IIS_IUSRS"},
    {5, 2, {32, 569}, "BUILTIN\\Cryptographic Operators"},
    {5, 2, {32, 573}, "BUILTIN\\Event Log Readers"},
    {5, 2, {32, 574}, "BUILTIN\\Certificate Service DCOM Access"},
    {5, 2, {32, 575}, "BUILTIN\\RDS Remote Access Servers"},
    {5, 2, {32, 576}, "BUILTIN\\RDS Endpoint Servers"},
    {5, 2, {32, 577}, "BUILTIN\\RDS Management Servers"},
    {5, 2, {32, 578}, "BUILTIN\\Hyper-V Administrators"},
    {5, 2, {32, 579}, "BUILTIN\\Access Control Assistance Operators"},
    {5, 2, {32, 580}, "BUILTIN\\Remote Management Users"},
    {5, 2, {32, 581}, "BUILTIN\\System Managed Accounts Group"},
    {5, 2, {32, 582}, "BUILTIN\\Storage Replica Administrators"},
    {5, 2, {32, 583}, "BUILTIN\\Device Owners"},
    {5, 2, {32, 584}, "BUILTIN\\User Mode Hardware Operators"},
    {5, 2, {32, 585}, "BUILTIN\\OpenSSH Users"},
    {5, 2, {64, 10}, "NT AUTHORITY\\NTLM Authentication"},
    {5, 2, {64, 14}, "NT AUTHORITY\\SChannel Authentication"},
    {5, 2, {64, 21}, "NT AUTHORITY\\Digest Authentication"},
    {5, 2, {65, 1}, "NT AUTHORITY\\This Organization Certificate"},
    {5, 2, {80, 0}, "NT SERVICE\\ALL SERVICES"},
    {5, 2, {83, 0}, "NT VIRTUAL MACHINE\\Virtual Machines"},
    {15, 2, {2, 1}, "APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES"},
    {15, 2, {2, 2}, "APPLICATION PACKAGE AUTHORITY\\ALL RESTRICTED APPLICATION PACKAGES"},
    {15, 2, {3, 1}, "APPLICATION PACKAGE AUTHORITY\\Your Internet connection"},
    {15,
     2,
     {3, 2},
     "APPLICATION PACKAGE AUTHORITY\\Your Internet connection, including incoming connections from the Internet"},
    {15, 2, {3, 3}, "APPLICATION PACKAGE AUTHORITY\\Your home or work networks"},
    {15, 2, {3, 4}, "APPLICATION PACKAGE AUTHORITY\\Your pictures library"},
    {15, 2, {3, 5}, "APPLICATION PACKAGE AUTHORITY\\Your videos library"},
    {15, 2, {3, 6}, "APPLICATION PACKAGE AUTHORITY\\Your music library"},
    {15, 2, {3, 7}, "APPLICATION PACKAGE AUTHORITY\\Your documents library"},
    {15, 2, {3, 8}, "APPLICATION PACKAGE AUTHORITY\\Your Windows credentials"},
    {15, 2, {3, 9}, "APPLICATION PACKAGE AUTHORITY\\Software and hardware certificates or a smart card"},
    {15, 2, {3, 10}, "APPLICATION PACKAGE AUTHORITY\\Removable storage"},
    {16, 1, {0}, "Mandatory Label\\Untrusted Mandatory Level"},
    {16, 1, {4096}, "Mandatory Label\\Low Mandatory Level"},
    {16, 1, {8192}, "Mandatory Label\\Medium Mandatory Level"},
    {16, 1, {8448}, "Mandatory Label\\Medium Plus Mandatory Level"},
    {16, 1, {12288}, "Mandatory Label\\High Mandatory Level"},
    {16, 1, {16384}, "Mandatory Label\\System Mandatory Level"},
    {16, 1, {20480}, "Mandatory Label\\Protected Process Mandatory Level"},
    {16, 1, {28672}, "Mandatory Label\\Secure Process Mandatory Level"},
    {18, 1, {1}, "Authentication authority asserted identity"},
    {18, 1, {2}, "Service asserted identity"},
    {18, 1, {3}, "Fresh public key identity"},
    {18, 1, {4}, "Key trust identity"},
    {18, 1, {5}, "MFA key property"},
    {18, 1, {6}, "Attested key property"},
    {19, 2, {512, 1024}, "TRUST LEVEL\\ProtectedLight-Authenticode"},
    {19, 2, {512, 1536}, "TRUST LEVEL\\ProtectedLight-Antimalware"},
    {19, 2, {512, 2048}, "TRUST LEVEL\\ProtectedLight-App"},
    {19, 2, {512, 4096}, "TRUST LEVEL\\ProtectedLight-Windows"},
    {19, 2, {512, 8192}, "TRUST LEVEL\\ProtectedLight-WinTcb"},
    {19, 2, {1024, 1024}, "TRUST LEVEL\\Protected-Authenticode"},
    {19, 2, {1024, 1536}, "TRUST LEVEL\\Protected-Antimalware"},
    {19, 2, {1024, 2048}, "TRUST LEVEL\\Protected-App"},
    {19, 2, {1024, 4096}, "TRUST LEVEL\\Protected-Windows"},
    {19, 2, {1024, 8192}, "TRUST LEVEL\\Protected-WinTcb"},
};

static const struct {
    uint32_t rid;
    const char *name;
} domain_rids[] = {
    {496, "Compounded Authentication"},
    {497, "Claims Valid"},
    {498, "Enterprise Read-only Domain Controllers"},
    {500, "Administrator"},
    {501, "Guest"},
    {502, "krbtgt"},
    {503, "DefaultAccount"},
    {504, "WDAGUtilityAccount"},
    {512, "Domain Admins"},
    {513, "Domain Users"},
    {514, "Domain Guests"},
    {515, "Domain Computers"},
    {516, "Domain Controllers"},
    {517, "Cert Publishers"},
    {518, "Schema Admins"},
    {519, "Enterprise Admins"},
    {520, "Group Policy Creator Owners"},
    {521, "Read-only Domain Controllers"},
    {522, "Cloneable Domain Controllers"},
    {525, "Protected Users"},
    {526, "Key Admins"},
    {527, "Enterprise Key Admins"},
    {553, "RAS and IAS Servers"},
    {571, "Allowed RODC Password Replication Group"},
    {572, "Denied RODC Password Replication Group"},
};

static bool row_is(const struct name_row *row, const struct sid *sid)
{
    if (row->count != sid->sub_authority_count)
        return false;
    for (size_t i = 0; i < row->count; i++)
        if (row->sub_authorities[i] != sid_sub_authority(sid, i))
            return false;
    return row->authority == sid_authority(sid);
}

/* S-1-5-21-0-0-0-496 and -497 ([MS-DTYP] 2.4.2.4) and S-1-5-84-0-0-0-0-0 */
static const char *long_name(const struct sid *sid)
{
    size_t count = sid->sub_authority_count;
    if (sid_authority(sid) != 5 || count < 5)
        return NULL;
    uint32_t between = 0;
    for (size_t i = 1; i < count - 1; i++)
        between |= sid_sub_authority(sid, i);
    if (between != 0)
        return NULL;
    uint32_t first = sid_sub_authority(sid, 0);
    if (first == 21 && count == 5 && sid_rid(sid) == 496)
        return "Compounded Authentication";
    if (first == 21 && count == 5 && sid_rid(sid) == 497)
        return "Claims Valid";
    if (first == 84 && count == 6 && sid_rid(sid) == 0)
        return "NT AUTHORITY\\USER MODE DRIVERS";
    return NULL;
}

const char *sid_well_known_name(const struct sid *sid)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (row_is(&rows[i], sid))
            return rows[i].name;
    /* S-1-5-5-X-Y names the session of one logon. */
    if (sid_authority(sid) == 5 && sid->sub_authority_count == 3 && sid_sub_authority(sid, 0) == 5)
        return "NT AUTHORITY\\Logon Session";
    return long_name(sid);
}

const char *sid_domain_rid_name(uint32_t rid)
{
    for (size_t i = 0; i < sizeof domain_rids / sizeof domain_rids[0]; i++)
        if (domain_rids[i].rid == rid)
            return domain_rids[i].name;
    return NULL;
}
