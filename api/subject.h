/* subject: whose token a check is made with: the caller's, or one that the body describes. */
#ifndef NTOKEND_API_SUBJECT_H
#define NTOKEND_API_SUBJECT_H

#include "api/read.h"
#include "platform/audit.h"

#define SUBJECT_MEMBERS "subject", "enablePrivileges"

struct subject {
    bool hypothetical;                   /* a what-if: `token` counts, no platform token at all */
    const struct platform_token *caller; /* borrowed from the request */
    struct platform_token
        *duplicate; /* the caller's with privileges enabled; NULL without enablePrivileges */
    struct token token;
    const struct central_policies *policies; /* in force while the subject lives */
    bool adjusted;                           /* enablePrivileges was given */
    bool not_all_assigned;
};

/* Reads the members of SUBJECT_MEMBERS, both optional. What enablePrivileges changed is an event of the request, as it is on
 * Windows for whoever adjusts a token. */
void subject_read(struct reader *reader, const struct place *body, struct request *request,
                  struct subject *ret);
void subject_done(struct subject *subject);

/* What a handler starts with whose body has a subject. */
struct subject_body {
    unsigned deny_status; /* of a refusal, ?onDeny */
    struct reader reader;
    struct place root;
    struct subject subject;
};
/* Reads the query, the body, which may have `members`, and the subject in it. False: the query is wrong, and the reply says
 * so; what else is wrong is the reader's problem. *ret stays where it is, for the places point into it. */
bool subject_open(struct request *request, struct reply *reply, const char *const *members,
                  struct subject_body *ret);
void subject_close(struct subject_body *body);

/* As decide_access. On any error *ret denies. */
enum err subject_check(const struct subject *subject, const struct access_request *request,
                       struct access_answer *ret) MUST_USE;

/* As platform_access_check_and_audit; ERR_INVALID_HANDLE for a subject that is hypothetical, of whom there is nothing to log. */
enum err subject_check_and_audit(const struct subject *subject, const struct access_request *request,
                                 const struct audit_object *object, struct audit_trail *trail,
                                 struct access_answer *ret, bool *ret_generate_on_close) MUST_USE;

/* As privilege_check_token. */
enum err subject_privilege_check(const struct subject *subject, privilege_set asked, bool all, bool *ret_held,
                                 privilege_set *ret_used) MUST_USE;
/* The token that counts. NULL when there is none. */
const struct token *subject_token(const struct subject *subject);
/* The privileges that count: with those of enablePrivileges enabled. NULL when there is no token. */
const struct privilege_state *subject_privileges(const struct subject *subject);

#define AUTO_SUBJECT_BODY __attribute__((cleanup(subject_close))) struct subject_body

#endif
