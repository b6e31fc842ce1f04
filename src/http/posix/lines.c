#include "http/lines.h"

#include <stdlib.h>

void *lines_alloc(size_t size)
{
    return aligned_alloc(LINES_SIZE, (size + LINES_SIZE - 1) / LINES_SIZE * LINES_SIZE);
}

void lines_free(void *lines)
{
    free(lines);
}
