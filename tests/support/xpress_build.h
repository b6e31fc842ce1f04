/* xpress_build: a compressor for tests, XPRESS with Huffman codes, [MS-XCA] 2.1. */
#ifndef NTOKEND_TESTS_XPRESS_BUILD_H
#define NTOKEND_TESTS_XPRESS_BUILD_H

#include "base/arena.h"

/* Greedy matches, or literals only. The result is in the arena; memory that runs out ends the program. */
struct bytes xpress_build(struct arena *arena, struct bytes plain, bool matches);

#endif
