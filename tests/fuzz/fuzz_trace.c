/* traceparent and tracestate: what is taken as sound is what it was written as. */
#include "fuzz/fuzz.h"
#include "http/trace.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct trace trace;
    unsigned members = 0;
    if (trace_parent_read(bytes_of(data, size), &trace)) {
        FUZZ_ASSERT(size >= 55 && memcmp(data + 3, trace.id, TRACE_ID_SIZE) == 0);
        FUZZ_ASSERT(memcmp(data + 36, trace.parent, TRACE_PARENT_SIZE) == 0);
        FUZZ_ASSERT(strspn(trace.id, "0123456789abcdef") == TRACE_ID_SIZE &&
                    strspn(trace.id, "0") < TRACE_ID_SIZE);
        FUZZ_ASSERT(strspn(trace.parent, "0123456789abcdef") == TRACE_PARENT_SIZE);
    }
    if (trace_state_read(bytes_of(data, size), &members)) {
        FUZZ_ASSERT(members <= TRACE_MEMBERS_MAX);
        for (size_t i = 0; i < size; i++)
            FUZZ_ASSERT((data[i] >= 0x20 && data[i] < 0x7F) || data[i] == '\t');
    }
    return 0;
}
