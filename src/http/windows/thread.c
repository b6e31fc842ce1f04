#include "http/thread.h"

bool thread_start(pthread_t *ret, void *(*run)(void *), void *context)
{
    return pthread_create(ret, NULL, run, context) == 0;
}
