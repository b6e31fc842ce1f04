/* descriptor_json: the JSON of a descriptor read back to bytes and to SDDL by what it says alone, with tables of its own.
 * For the property that SDDL, bytes and JSON say the same, all of it and nothing else. Reference 1 and 2. */
#ifndef NTOKEND_TESTS_DESCRIPTOR_JSON_H
#define NTOKEND_TESTS_DESCRIPTOR_JSON_H

#include "engine/sddl.h"

#include <jansson.h>

/* Self-relative bytes in Windows' order, of the member "descriptor" of an answer. NULL, or what is wrong: a static string. */
const char *descriptor_json_bytes(struct arena *arena, const json_t *descriptor, struct bytes *ret);

/* Does an answer of POST /security-descriptor with all three forms say the same three times? `domains`: what the aliases in
 * it stand for. The bytes may have what nobody reads and the other forms leave out: reserved bytes of an ACL's header and
 * what is in its free bytes; with `exact` they have none of it. NULL, or what is wrong: a static string. */
const char *descriptor_json_check(struct arena *arena, const json_t *answer,
                                  const struct sddl_domains *domains, bool exact);

#endif
