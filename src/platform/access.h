/* access: AccessCheck, AccessCheckByType and AccessCheckByTypeResultList on a token. */
#ifndef NTOKEND_PLATFORM_ACCESS_H
#define NTOKEND_PLATFORM_ACCESS_H

#include "engine/decide.h"
#include "platform/token.h"

/* As decide_access (engine/decide.h): on Windows the system decides, on POSIX the engine. Outputs start at denied. */
enum err platform_access_check(const struct platform_token *token, const struct access_request *request,
                               struct access_answer *ret) MUST_USE;

#endif
