/* subset: is what we expect of an answer in it? */
#ifndef NTOKEND_TESTS_SUBSET_H
#define NTOKEND_TESTS_SUBSET_H

#include <jansson.h>
#include <stdbool.h>

/* Objects: each member expected is there and fits. Arrays: as many items, each fitting. Other values are equal. These objects
 * ask for something else: {"$has": [a, b]} an array with an item for each; {"$starts": text} and {"$contains": text} a
 * string; {"$absent": true} no such member; {"$size": n} an array of so many; {"$any": true} anything that is there.
 * On a difference *ret_where (512 bytes) has a pointer to it. */
bool subset_fits(json_t *expected, json_t *actual, char ret_where[512]);

#endif
