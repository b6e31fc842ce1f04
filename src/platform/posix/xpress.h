/* xpress: the decompressor of XPRESS with Huffman codes, [MS-XCA] 2.2, which claims in a PAC may use. */
#ifndef NTOKEND_PLATFORM_POSIX_XPRESS_H
#define NTOKEND_PLATFORM_POSIX_XPRESS_H

#include "base/bytes.h"
#include "base/err.h"

/* Writes exactly `size` bytes to ret_plain; what the input holds beyond them is not looked at. On ERR_MALFORMED (an
 * incomplete code, a match before the start or past the end, an input that ends early) the bytes mean nothing.
 * The work is bounded by the sizes of both sides. */
enum err xpress_huffman_decompress(struct bytes compressed, uint8_t *ret_plain, size_t size) MUST_USE;

#endif
