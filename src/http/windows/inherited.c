#include "http/inherited.h"

/* The service control manager hands over no sockets. */
const char *inherited_take(void)
{
    return NULL;
}

size_t inherited_count(void)
{
    return 0;
}

const struct inherited *inherited_at(size_t index)
{
    (void)index;
    return NULL;
}

const struct inherited *inherited_find(const struct address *address)
{
    (void)address;
    return NULL;
}
