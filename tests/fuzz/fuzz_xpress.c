#include "platform/posix/xpress.h"

#include "fuzz/fuzz.h"

/* u16le how much comes out, then what goes in; both on memory that ends where they end. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2)
        return 0;
    size_t plain_size = le16_load(data);
    uint8_t *packed = malloc(size - 2 != 0 ? size - 2 : 1);
    uint8_t *plain = malloc(plain_size != 0 ? plain_size : 1);
    FUZZ_ASSERT(packed != NULL && plain != NULL);
    memcpy(packed, data + 2, size - 2);
    if (xpress_huffman_decompress(bytes_of(packed, size - 2), plain, plain_size) == ERR_NONE) {
        /* Every byte was written: valgrind and MemorySanitizer would see one that was not. */
        size_t sum = 0;
        for (size_t i = 0; i < plain_size; i++)
            sum += plain[i];
        FUZZ_ASSERT(sum <= 255 * plain_size);
    }
    free(plain);
    free(packed);
    return 0;
}
