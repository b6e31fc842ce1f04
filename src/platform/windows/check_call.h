/* check_call: an access check as Windows' functions want it: aligned, writable and with room for every output. */
#ifndef NTOKEND_PLATFORM_WINDOWS_CHECK_CALL_H
#define NTOKEND_PLATFORM_WINDOWS_CHECK_CALL_H

#include "platform/windows/privilege_list.h"

/* Memory of one check; every part of it is the arena's. */
enum { CHECK_MEMORY_MAX = 16 << 20 };

struct check_call {
    const struct access_request *request;
    PSECURITY_DESCRIPTOR descriptor;
    PSID self; /* NULL when there is none */
    GENERIC_MAPPING mapping;
    OBJECT_TYPE_LIST *types; /* NULL when there is none */
    DWORD type_count;
    /* outputs: one of each, or one a node of a result list. All deny until the system says otherwise. */
    DWORD *granted;
    DWORD *statuses; /* of a result list */
    BOOL status;     /* of any other */
    const PRIVILEGE_SET *privileges;
    DWORD reason; /* what GetLastError said after a refusal; ERROR_SUCCESS for nothing */
};

/* ERR_NO_MEMORY. Borrows the request. */
enum err check_call_init(struct check_call *call, struct arena *arena,
                         const struct access_request *request) MUST_USE;
/* All outputs to denied: before each time a function is called. */
void check_call_deny(struct check_call *call);
/* Reads the outputs of a function that returned TRUE into *ret and the nodes. ERR_FAILED, and all is denied, when they
 * contradict themselves. */
enum err check_call_answer(const struct check_call *call, struct access_answer *ret) MUST_USE;
/* *ret and all nodes denied. */
void check_call_refuse(const struct access_request *request, struct access_answer *ret);

#endif
