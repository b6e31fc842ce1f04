/* thread: a thread that hears no signals. */
#ifndef NTOKEND_HTTP_THREAD_H
#define NTOKEND_HTTP_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Signals are the main thread's; a peer that is gone is an error of send() and no signal. */
bool thread_start(pthread_t *ret, void *(*run)(void *), void *context);

#endif
