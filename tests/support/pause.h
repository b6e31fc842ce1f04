/* pause: waits in tests, all of the time even when a signal arrives in between. */
#ifndef NTOKEND_TESTS_SUPPORT_PAUSE_H
#define NTOKEND_TESTS_SUPPORT_PAUSE_H

#include <errno.h>
#include <stdint.h>
#include <time.h>

static inline void pause_us(uint64_t us)
{
    struct timespec left = {.tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000) * 1000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        ;
}

static inline void pause_ms(unsigned ms)
{
    pause_us((uint64_t)ms * 1000);
}

#endif
