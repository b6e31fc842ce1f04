/* sddl: the SDDL of descriptors in requests, as the system reads it. Everything else of SDDL is the engine's on both systems: SIDs by
 * themselves, the guards of routes, what `--check` reads, and all that is written. */
#ifndef NTOKEND_PLATFORM_SDDL_H
#define NTOKEND_PLATFORM_SDDL_H

#include "platform/process.h"

/* ConvertStringSecurityDescriptorToSecurityDescriptor: UTF-8 text to self-relative bytes in the arena. Errors are sddl_read's
 * (engine/sddl.h), with *ret_error where that sets it; and ERR_FAILED when the system could not be asked or gave no descriptor, which
 * says nothing of the text and is logged. On POSIX it is the engine that reads. So it is on Windows where the settings say what aliases
 * stand for, since the system knows only its own domains; where it refuses, the offset is the engine's, or 0 when the engine would
 * have taken the text. */
enum err platform_sddl_read(struct platform *platform, struct arena *arena, struct bytes text,
                            struct bytes *ret, struct sddl_error *ret_error) MUST_USE;

#endif
