#include "http/windows/winsock.h"

#include <pthread.h>
#include <stdbool.h>
#include <winsock2.h>

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool started;

static void start(void)
{
    WSADATA data;
    started = WSAStartup(MAKEWORD(2, 2), &data) == 0;
}

enum err winsock_start(void)
{
    (void)pthread_once(&once, start);
    return started ? ERR_NONE : ERR_IO;
}
