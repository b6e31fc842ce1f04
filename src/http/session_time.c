#include "http/session.h"

#include <time.h>

struct session_time session_time_now(void)
{
    struct timespec wall;
    struct timespec steady;
    (void)clock_gettime(CLOCK_REALTIME, &wall);
    (void)clock_gettime(CLOCK_MONOTONIC, &steady);
    return (struct session_time){.wall_s = wall.tv_sec, .steady_s = steady.tv_sec};
}
