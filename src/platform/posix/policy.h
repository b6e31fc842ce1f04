/* policy: which rights and local groups a SID brings on this machine: a security template over the defaults of a Windows
 * member server. Reference 4.3 (column M) and 6.6. Immutable once made, shared by counting references. */
#ifndef NTOKEND_PLATFORM_POSIX_POLICY_H
#define NTOKEND_PLATFORM_POSIX_POLICY_H

#include "platform/posix/template.h"
#include "platform/watched_file.h"

struct policy;

/* `template` NULL: the defaults alone. `machine`: SID of the local account domain, NULL when there is none. Groups that
 * are neither BUILTIN nor the machine's do not come from a template: Windows ignores them on a member server too; `ret_ignored`
 * says how many members that left out. ERR_NO_MEMORY. */
enum err policy_new(const struct template *template, const struct sid *machine, struct policy **ret,
                    size_t *ret_ignored) MUST_USE;
/* The policy as a watched file shares it, and back; NULL is NULL. */
struct watched_object *policy_object(struct policy *policy);
struct policy *policy_of(struct watched_object *object);
void policy_release(struct policy *policy);

/* What the template says of the events that are written. */
const struct audit_overrides *policy_audit(const struct policy *policy);

/* Privileges and logon rights assigned to this SID itself. */
right_set policy_rights(const struct policy *policy, const struct sid *sid);

/* Calls `visit` with every local group that lists `member`. `domain` is the account domain that the machine belongs to, NULL
 * when not known: its Domain Admins, Users and Guests are members by default. Stops at the first error and returns it. */
typedef enum err policy_visit(void *context, const struct sid *group);
enum err policy_groups_of(const struct policy *policy, const struct sid *member, const struct sid *domain,
                          policy_visit *visit, void *context) MUST_USE;

#endif
