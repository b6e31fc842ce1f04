#include "platform/windows/account.h"

#include "platform/windows/wide.h"

enum { NAME_START = 256, NAME_MAX_UNITS = 32768, TRIES_MAX = 4 };

enum err account_lookup(const struct system *system, const struct sid *sid, struct arena *arena,
                        const char **ret_domain, const char **ret_name)
{
    struct sid_buffer copy; /* aligned, and writable as Windows wants it */
    DWORD name_size = NAME_START;
    DWORD domain_size = NAME_START;
    sid_copy(&copy, sid);
    for (unsigned tries = 0; tries < TRIES_MAX; tries++) {
        SID_NAME_USE use = SidTypeUnknown;
        DWORD name_used = name_size;
        DWORD domain_used = domain_size;
        wchar_t *name = arena_alloc_array(arena, name_size, sizeof *name);
        wchar_t *domain = arena_alloc_array(arena, domain_size, sizeof *domain);
        if (name == NULL || domain == NULL)
            return ERR_NO_MEMORY;
        if (system->LookupAccountSidW(NULL, copy.bytes, name, &name_used, domain, &domain_used, &use)) {
            const char *said = NULL;
            enum err err = wide_to_text(arena, domain, wcsnlen(domain, domain_size), &said);
            if (err == ERR_NONE)
                err = wide_to_text(arena, name, wcsnlen(name, name_size), ret_name);
            if (err == ERR_NONE)
                *ret_domain = said;
            return err;
        }
        const DWORD code = system->GetLastError();
        if (code != ERROR_INSUFFICIENT_BUFFER || name_used > NAME_MAX_UNITS || domain_used > NAME_MAX_UNITS)
            return system_error_of(code);
        name_size = name_used > name_size ? name_used : name_size;
        domain_size = domain_used > domain_size ? domain_used : domain_size;
    }
    return ERR_TOO_LARGE;
}
