/* check_system: AccessCheck, AccessCheckByType and AccessCheckByTypeResultList, as the system answers them. */
#ifndef NTOKEND_PLATFORM_WINDOWS_CHECK_SYSTEM_H
#define NTOKEND_PLATFORM_WINDOWS_CHECK_SYSTEM_H

#include "platform/windows/check_call.h"
#include "platform/windows/token_storage.h"

/* Errors are the system's, ERR_TOO_LARGE, ERR_FAILED, ERR_NO_MEMORY; *ret and the nodes then deny. */
enum err check_system(const struct platform_token *token, const struct access_request *request,
                      struct access_answer *ret) MUST_USE;

#endif
