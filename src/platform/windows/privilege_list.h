/* privilege_list: privileges as Windows passes them, PRIVILEGE_SET and TOKEN_PRIVILEGES. */
#ifndef NTOKEND_PLATFORM_WINDOWS_PRIVILEGE_LIST_H
#define NTOKEND_PLATFORM_WINDOWS_PRIVILEGE_LIST_H

#include "platform/windows/system.h"

enum { PRIVILEGE_LIST_MAX = 64 }; /* as many as a privilege_set can name */

/* Large enough for all there are; both structures end in an array. */
union privilege_list {
    PRIVILEGE_SET set;
    TOKEN_PRIVILEGES token;
    uint8_t bytes[sizeof(PRIVILEGE_SET) + PRIVILEGE_LIST_MAX * sizeof(LUID_AND_ATTRIBUTES)];
};

void privilege_list_set(union privilege_list *list, privilege_set privileges, uint32_t control);
/* The members of a set that have all of `attributes`; 0 for any. LUIDs that are no privileges are left out. */
privilege_set privilege_list_of_set(const PRIVILEGE_SET *set, uint32_t attributes);
/* What a TOKEN_PRIVILEGES of `size` bytes says; *ret_named is who is in it. ERR_MALFORMED: its count goes past its end. */
enum err privilege_list_of_token(const TOKEN_PRIVILEGES *list, size_t size, struct privilege_state *ret,
                                 privilege_set *ret_named) MUST_USE;

#endif
