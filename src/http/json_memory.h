/* json_memory: jansson goes on when a buffer of its reader or its printer cannot grow, and loses characters on the way: a
 * descriptor could lose its deny ACE, an answer its "not". So every allocation of jansson that fails is remembered, and
 * what was read or printed meanwhile is not believed. */
#ifndef NTOKEND_HTTP_JSON_MEMORY_H
#define NTOKEND_HTTP_JSON_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* All that jansson may take between two json_memory_watch, given back or not. Two bytes of a body, "[]", become an array of
 * a hundred: without a bound one request of a few megabytes takes hundreds of them. */
enum { JSON_MEMORY_STANDARD = 128 << 20 };
/* Another bound, before other threads run. */
void json_memory_bound(size_t max);

/* Has an allocation failed on this thread since the last json_memory_watch? Whoever has printed or read an answer watches anew: the next
 * one is somebody else's, and is built before it is printed. */
void json_memory_watch(void);
bool json_memory_failed(void);
/* While it is on, after an allocation that failed every other fails too. For the reader: when the closing quote of a string got
 * lost for want of memory, jansson 2.14 copies past the end of its buffer, unless there is no memory for the copy either. */
void json_memory_strict(bool on);
/* Was it for the bound that it failed? */
bool json_memory_exceeded(void);

/* From the start jansson takes its memory by malloc. A test may give it another function, while no other thread runs; what
 * that gives goes back with free. */
void json_memory_use(void *(*allocate)(size_t size));

#endif
