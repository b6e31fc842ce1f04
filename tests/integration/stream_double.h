/* stream_double: a stream whose pieces a test publishes.
 *   GET /numbers  a line for each number that was published, "beat" after a second without, "last" when the server drains
 *   GET /flood    FLOOD_BYTES of 'x', as fast as they are read */
#ifndef NTOKEND_TESTS_STREAM_DOUBLE_H
#define NTOKEND_TESTS_STREAM_DOUBLE_H

#include "http/stream.h"

enum { FLOOD_BYTES = 32 << 20 };

/* Numbers up to `last` are published, from 1. */
void stream_double_publish(unsigned last);
/* How many streams were begun and not ended. */
int stream_double_open(void);
/* How often a source was asked. */
unsigned stream_double_asked(void);

void numbers_get(struct request *request, struct reply *reply);
void flood_get(struct request *request, struct reply *reply);

#endif
