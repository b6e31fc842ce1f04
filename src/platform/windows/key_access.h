/* key_access: who may read the file of a private key. */
#ifndef NTOKEND_PLATFORM_WINDOWS_KEY_ACCESS_H
#define NTOKEND_PLATFORM_WINDOWS_KEY_ACCESS_H

#include "base/arena.h"

/* Whether a file with this descriptor (owner, group and DACL) lets everyone on the machine read it or write it, or give himself the right
 * to: the engine decides for a token of Everyone, Authenticated Users and Users, and nobody else. *ret_open only on success; the
 * arena is for scratch. ERR_NO_MEMORY; else as descriptor_parse and decide_access. */
enum err key_access_look(struct arena *arena, struct bytes descriptor, bool *ret_open) MUST_USE;

#endif
