#include "platform/sddl.h"

#include "platform/posix/state.h"

enum err platform_sddl_read(struct platform *platform, struct arena *arena, struct bytes text,
                            struct bytes *ret, struct sddl_error *ret_error)
{
    return sddl_read(arena, text, &platform->accounts.domains, ret, ret_error);
}
