/* err: the one list of outcomes. A refusal is data, not an error: an access check that says no returns
 * ERR_NONE and an answer that denies. An err says why there is no answer at all. */
#ifndef NTOKEND_BASE_ERR_H
#define NTOKEND_BASE_ERR_H

#include <stdint.h>

#define MUST_USE __attribute__((warn_unused_result))

/* name, Win32 error code, Win32 name, words for a person ([MS-ERREF] 2.2) */
#define ERR_LIST(X)                                                                                          \
    X(ERR_NONE, 0, "ERROR_SUCCESS", "done")                                                                  \
    X(ERR_FAILED, 31, "ERROR_GEN_FAILURE", "the operation failed")                                           \
    X(ERR_NO_MEMORY, 8, "ERROR_NOT_ENOUGH_MEMORY", "out of memory")                                          \
    X(ERR_IO, 1117, "ERROR_IO_DEVICE", "reading or writing failed")                                          \
    X(ERR_NOT_FOUND, 1168, "ERROR_NOT_FOUND", "not found")                                                   \
    X(ERR_NOT_SUPPORTED, 50, "ERROR_NOT_SUPPORTED", "not supported")                                         \
    X(ERR_TOO_LARGE, 223, "ERROR_FILE_TOO_LARGE", "larger than the limit")                                   \
    X(ERR_MALFORMED, 13, "ERROR_INVALID_DATA", "the data is malformed")                                      \
    X(ERR_ACCESS_DENIED, 5, "ERROR_ACCESS_DENIED", "access is denied")                                       \
    X(ERR_INVALID_HANDLE, 6, "ERROR_INVALID_HANDLE", "the handle is invalid")                                \
    X(ERR_INVALID_PARAMETER, 87, "ERROR_INVALID_PARAMETER", "a parameter is incorrect")                      \
    X(ERR_INSUFFICIENT_BUFFER, 122, "ERROR_INSUFFICIENT_BUFFER", "the buffer is too small")                  \
    X(ERR_NOT_ALL_ASSIGNED, 1300, "ERROR_NOT_ALL_ASSIGNED", "not all privileges are assigned to the caller") \
    X(ERR_UNKNOWN_REVISION, 1305, "ERROR_UNKNOWN_REVISION", "the revision level is unknown")                 \
    X(ERR_REVISION_MISMATCH, 1306, "ERROR_REVISION_MISMATCH", "two revision levels are incompatible")        \
    X(ERR_NO_IMPERSONATION_TOKEN, 1309, "ERROR_NO_IMPERSONATION_TOKEN", "not an impersonation token")        \
    X(ERR_NO_SUCH_PRIVILEGE, 1313, "ERROR_NO_SUCH_PRIVILEGE", "there is no such privilege")                  \
    X(ERR_PRIVILEGE_NOT_HELD, 1314, "ERROR_PRIVILEGE_NOT_HELD", "a required privilege is not held")          \
    X(ERR_LOGON_FAILURE, 1326, "ERROR_LOGON_FAILURE", "the logon failed")                                    \
    X(ERR_NONE_MAPPED, 1332, "ERROR_NONE_MAPPED", "a name could not be resolved to a SID")                   \
    X(ERR_INVALID_ACL, 1336, "ERROR_INVALID_ACL", "the access control list (ACL) structure is invalid")      \
    X(ERR_INVALID_SID, 1337, "ERROR_INVALID_SID", "the security ID structure is invalid")                    \
    X(ERR_INVALID_SECURITY_DESCR, 1338, "ERROR_INVALID_SECURITY_DESCR",                                      \
      "the security descriptor structure is invalid")                                                        \
    X(ERR_BAD_IMPERSONATION_LEVEL, 1346, "ERROR_BAD_IMPERSONATION_LEVEL",                                    \
      "the impersonation level is too low or invalid")                                                       \
    X(ERR_GENERIC_NOT_MAPPED, 1360, "ERROR_GENERIC_NOT_MAPPED",                                              \
      "generic access bits must be mapped to specific ones first")                                           \
    X(ERR_BAD_DESCRIPTOR_FORMAT, 1361, "ERROR_BAD_DESCRIPTOR_FORMAT",                                        \
      "the security descriptor is not in the right format (self-relative)")                                  \
    X(ERR_LOGON_TYPE_NOT_GRANTED, 1385, "ERROR_LOGON_TYPE_NOT_GRANTED",                                      \
      "the user has not been granted the requested logon type at this computer")                             \
    X(ERR_INVALID_STRING_UUID, 1705, "RPC_S_INVALID_STRING_UUID", "the string UUID is invalid")

enum err {
#define X(name, code, win32, text) name,
    ERR_LIST(X)
#undef X
};

/* The Win32 code, its name, and words for a person; each for any value of enum err. Static strings. */
uint32_t err_win32(enum err err);
const char *err_win32_name(enum err err);
const char *err_text(enum err err);

#endif
