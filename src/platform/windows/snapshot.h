/* snapshot: what GetTokenInformation says of a token, as the engine's struct token: for /token, for explanations and for the
 * shadow check. The system decides on the token itself. */
#ifndef NTOKEND_PLATFORM_WINDOWS_SNAPSHOT_H
#define NTOKEND_PLATFORM_WINDOWS_SNAPSHOT_H

#include "platform/windows/system.h"

/* All that ret points at is in the arena; it is not indexed. What this Windows does not know a token to have it has not. Errors are
 * those of the system, ERR_MALFORMED for an answer that points outside itself, ERR_TOO_LARGE, ERR_NO_MEMORY. *ret_logon_id:
 * AuthenticationId. */
enum err snapshot_take(const struct system *system, HANDLE token, struct arena *arena, struct token *ret,
                       uint64_t *ret_logon_id) MUST_USE;
/* Its privileges alone. */
enum err snapshot_privileges(const struct system *system, HANDLE token, struct privilege_state *ret) MUST_USE;

/* One class of information in the arena, which it may need much of. ERR_NOT_SUPPORTED: this Windows has no such class. */
enum err snapshot_query(const struct system *system, HANDLE token, TOKEN_INFORMATION_CLASS class,
                        struct arena *arena, struct bytes *ret) MUST_USE;
/* What a pointer inside an answer points at, up to the end of the answer. ERR_MALFORMED: less than `size` bytes of it. Of
 * no bytes that is nothing, wherever they are said to be. */
enum err snapshot_inside(struct bytes answer, const void *at, size_t size, struct bytes *ret) MUST_USE;

#endif
