/* audit_list: rights, privileges and attributes as Windows writes them in events. Reference 5.5. All values are static or in the
 * arena; NULL: memory is exhausted. "-" where there is nothing to list. */
#ifndef NTOKEND_PLATFORM_POSIX_AUDIT_LIST_H
#define NTOKEND_PLATFORM_POSIX_AUDIT_LIST_H

#include "engine/decide.h"
#include "engine/sddl.h"

/* Between the entries of a list, also behind the last: as the raw events have it. */
#define AUDIT_LIST_NEXT "\n\t\t\t\t"

/* Calls `visit` for each right of a mask that has a message, in the order of AccessList: the standard rights first. `type` NULL: the
 * type is not known. */
typedef void audit_list_visit(void *context, uint32_t right, unsigned message);
void audit_list_each(const struct securable *type, uint32_t mask, audit_list_visit *visit, void *context);

/* AccessList: "%%1538\n\t\t\t\t%%4416\n\t\t\t\t". */
const char *audit_list_rights(struct arena *arena, const struct securable *type, uint32_t mask) MUST_USE;
/* PrivilegeList: names, a line each. */
const char *audit_list_privileges(struct arena *arena, privilege_set privileges) MUST_USE;
/* ResourceAttributes: "S:(RA;…)". */
const char *audit_list_attributes(struct arena *arena, const struct descriptor *descriptor,
                                  const struct sddl_domains *domains) MUST_USE;

/* Of an object type list those nodes that an event is about. */
struct audit_list_nodes {
    const struct object_node *items;
    size_t count;
    bool result_list; /* only nodes whose answer is `allowed`; else all */
    bool allowed;
};
/* Properties: the rights, then the GUIDs below the root, each behind as many tabs as it is deep, and the root last. */
const char *audit_list_properties(struct arena *arena, const struct securable *type, uint32_t mask,
                                  const struct audit_list_nodes *nodes) MUST_USE;

#endif
