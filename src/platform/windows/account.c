#include "platform/windows/account.h"

#include "platform/windows/wide.h"

#include <stdatomic.h>

enum { NAME_START = 256, NAME_MAX_UNITS = 32768, TRIES_MAX = 4 };

/* What the local authority does not know it asks a domain controller for, on the thread that asks, and one that is away takes half a
 * minute a name. So beyond a burst no thread of this process may spend more than a part of its time with it. */
enum { NAMES_PART = 10 };
#define NAMES_BURST_MS UINT64_C(500)

/* The tick by which what was spent is worked off. */
static atomic_uint_least64_t names_from;

static bool may_ask_for_name(ULONGLONG now)
{
    return atomic_load_explicit(&names_from, memory_order_relaxed) < now + NAMES_BURST_MS * NAMES_PART;
}

static void spend_on_name(ULONGLONG now, ULONGLONG spent)
{
    uint_least64_t from = atomic_load_explicit(&names_from, memory_order_relaxed);
    uint_least64_t until;
    do
        until = (from > now ? from : now) + spent * NAMES_PART;
    while (!atomic_compare_exchange_weak_explicit(&names_from, &from, until, memory_order_relaxed,
                                                  memory_order_relaxed));
}

static enum err look_up(const struct system *system, const struct sid *sid, struct arena *arena,
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

enum err account_lookup(const struct system *system, const struct sid *sid, struct arena *arena,
                        const char **ret_domain, const char **ret_name)
{
    const ULONGLONG start = system->GetTickCount64();
    if (!may_ask_for_name(start))
        return ERR_NOT_FOUND;
    enum err err = look_up(system, sid, arena, ret_domain, ret_name);
    spend_on_name(start, system->GetTickCount64() - start);
    return err;
}
