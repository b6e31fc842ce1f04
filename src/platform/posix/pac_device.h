/* pac_device: PAC_DEVICE_INFO, [MS-PAC] 2.12: the computer from which the user logged on. */
#ifndef NTOKEND_PLATFORM_POSIX_PAC_DEVICE_H
#define NTOKEND_PLATFORM_POSIX_PAC_DEVICE_H

#include "platform/posix/pac.h"
#include "platform/posix/pac_sids.h"

/* The account of the device, its primary group, its groups in its own and in other domains; and its extra SIDs apart.
 * `input` lives as long as the arena. Errors: those of pac_decode. */
enum err pac_device_decode(struct arena *arena, struct bytes input, struct pac_budget *budget,
                           struct sid_list *ret_groups, struct sid_list *ret_extra_sids) MUST_USE;

#endif
