#include "platform/posix/right.h"

static const struct {
    const char *name;
    unsigned right;
} logon_rights[] = {
    {"SeInteractiveLogonRight", RIGHT_INTERACTIVE_LOGON},
    {"SeNetworkLogonRight", RIGHT_NETWORK_LOGON},
    {"SeBatchLogonRight", RIGHT_BATCH_LOGON},
    {"SeServiceLogonRight", RIGHT_SERVICE_LOGON},
    {"SeDenyInteractiveLogonRight", RIGHT_DENY_INTERACTIVE_LOGON},
    {"SeDenyNetworkLogonRight", RIGHT_DENY_NETWORK_LOGON},
    {"SeDenyBatchLogonRight", RIGHT_DENY_BATCH_LOGON},
    {"SeDenyServiceLogonRight", RIGHT_DENY_SERVICE_LOGON},
    {"SeRemoteInteractiveLogonRight", RIGHT_REMOTE_INTERACTIVE_LOGON},
    {"SeDenyRemoteInteractiveLogonRight", RIGHT_DENY_REMOTE_INTERACTIVE_LOGON},
};

enum err right_by_name(struct bytes name, unsigned *ret)
{
    for (size_t i = 0; i < sizeof logon_rights / sizeof logon_rights[0]; i++) {
        if (bytes_equal_ignoring_case(name, bytes_of_string(logon_rights[i].name))) {
            *ret = logon_rights[i].right;
            return ERR_NONE;
        }
    }
    return privilege_find(name, ret);
}

bool right_denies(unsigned right)
{
    const right_set denying = right_bit(RIGHT_DENY_INTERACTIVE_LOGON) | right_bit(RIGHT_DENY_NETWORK_LOGON) |
                              right_bit(RIGHT_DENY_BATCH_LOGON) | right_bit(RIGHT_DENY_SERVICE_LOGON) |
                              right_bit(RIGHT_DENY_REMOTE_INTERACTIVE_LOGON);
    return right < RIGHT_COUNT && (denying & right_bit(right)) != 0;
}
