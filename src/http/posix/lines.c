#include "http/lines.h"

#include <stdlib.h>

void *lines_alloc(size_t size)
{
    return aligned_alloc(LINES_SIZE, size);
}

void lines_free(void *lines)
{
    free(lines);
}
