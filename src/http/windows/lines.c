#include "http/lines.h"

#include <malloc.h>

void *lines_alloc(size_t size)
{
    return _aligned_malloc(size, LINES_SIZE);
}

void lines_free(void *lines)
{
    _aligned_free(lines);
}
