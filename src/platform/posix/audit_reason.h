/* audit_reason: AccessReason, why an access check granted or refused each right. Reference 5.5. */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_REASON_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_REASON_H

#include "engine/explain.h"
#include "engine/rights.h"
#include "engine/sddl.h"

/* For the rights in `mask`, of one node of an explained check; in the arena. As Windows, whose check ends at the first denial, it knows
 * nothing of the rights that were not decided before one. NULL: memory is exhausted. */
const char *audit_reason_text(struct arena *arena, const struct explanation *explanation, size_t node,
                              const struct securable *type, uint32_t mask,
                              const struct sddl_domains *domains) MUST_USE;

#endif
