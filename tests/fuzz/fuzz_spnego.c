#include "fuzz/fuzz.h"
#include "platform/posix/spnego.h"

#include <stdlib.h>

/* The first byte says whether it is a handshake's first token. What is admitted is admitted whole: no more and no less. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    bool first = (data[0] & 1) == 0;
    struct bytes token = bytes_of(data + 1, size - 1);
    if (spnego_refusal(token, first) != NULL)
        return 0;
    FUZZ_ASSERT(spnego_refusal(token, !first) != NULL);
    FUZZ_ASSERT(spnego_refusal(bytes_of(token.data, token.size - 1), first) != NULL);
    uint8_t *longer = malloc(token.size + 1);
    FUZZ_ASSERT(longer != NULL);
    memcpy(longer, token.data, token.size);
    longer[token.size] = 0;
    FUZZ_ASSERT(spnego_refusal(bytes_of(longer, token.size + 1), first) != NULL);
    free(longer);
    return 0;
}
