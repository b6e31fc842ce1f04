/* access: AccessCheck, AccessCheckByType and AccessCheckByTypeResultList on a token. */
#ifndef NTOKEND_PLATFORM_ACCESS_H
#define NTOKEND_PLATFORM_ACCESS_H

#include "engine/decide.h"
#include "platform/token.h"

/* As decide_access (engine/decide.h): on Windows the system decides, on POSIX the engine. Outputs start at denied. Without
 * policies in the request those in force count, and then nothing is explained, since an explanation speaks of policies that
 * the caller must hold; Windows takes its own in any case. */
enum err platform_access_check(const struct platform_token *token, const struct access_request *request,
                               struct access_answer *ret) MUST_USE;

/* The central access policies in force: whole until they are released, also when the operator's file changes meanwhile. For
 * checks of described tokens, which go to decide_access, and for those who ask which rule refused. NULL when the operator gave
 * none, and on Windows, whose own nobody may read. */
const struct central_policies *platform_policies_acquire(struct platform *platform);
void platform_policies_release(const struct central_policies *policies);

#endif
