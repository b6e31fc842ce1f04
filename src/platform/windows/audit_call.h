/* audit_call: what the functions that write to the Security log have in common. */
#ifndef NTOKEND_PLATFORM_WINDOWS_AUDIT_CALL_H
#define NTOKEND_PLATFORM_WINDOWS_AUDIT_CALL_H

#include "platform/windows/token_storage.h"
#include "platform/windows/wide.h"

enum { AUDIT_MEMORY_MAX = 16 << 20 };

struct audit_names {
    wchar_t *subsystem;
    wchar_t *type_name;
    wchar_t *name;
};

/* ERR_PRIVILEGE_NOT_HELD when the service started without SeAuditPrivilege. */
enum err audit_allowed(const struct platform *platform) MUST_USE;
/* ERR_MALFORMED, ERR_NO_MEMORY. */
enum err audit_names_of(struct arena *arena, const struct audit_object *object,
                        struct audit_names *ret) MUST_USE;
/* A number that Windows calls a pointer, and never follows. */
LPVOID audit_handle(uint64_t handle_id);

#endif
