#include "api/subject.h"

#include "api/query.h"
#include "api/read_token.h"
#include "api/service.h"

static void subject_describe(struct reader *reader, const struct place *place, const struct request *request,
                             struct subject *subject)
{
    static const char *const members[] = {"token", NULL};
    if (!read_object(reader, place, members))
        return;
    struct place token = place_member(place, "token");
    read_token(reader, &token, platform_hash_key(request->service->platform), &subject->token);
    subject->hypothetical = true;
}

static enum err enable_caller(struct request *request, struct subject *subject,
                              const struct privilege_change *change)
{
    struct privilege_state previous;
    privilege_set changed = 0;
    if (subject->caller == NULL)
        return ERR_INVALID_HANDLE;
    enum err err = platform_token_duplicate(subject->caller, &subject->duplicate);
    if (err != ERR_NONE)
        return err;
    enum err outcome = platform_privilege_adjust(subject->duplicate, change, &previous, &changed);
    if (changed == 0 || (outcome != ERR_NONE && outcome != ERR_NOT_ALL_ASSIGNED))
        return outcome;
    err = platform_audit_adjusted(subject->duplicate, changed, 0, &request->trail);
    return err == ERR_NONE ? outcome : err;
}

static enum err enable_described(struct token *token, const struct privilege_change *change)
{
    struct privilege_state previous;
    privilege_set changed = 0;
    return privilege_adjust(&token->privileges, token->integrity_level, change, &previous, &changed);
}

static void subject_enable(struct reader *reader, const struct place *place, struct request *request,
                           struct subject *subject)
{
    struct privilege_change change = {.enable = read_privileges(reader, place)};
    if (reader->failed)
        return;
    enum err err = subject->hypothetical ? enable_described(&subject->token, &change)
                                         : enable_caller(request, subject, &change);
    subject->adjusted = true;
    subject->not_all_assigned = err == ERR_NOT_ALL_ASSIGNED;
    if (err != ERR_NONE && err != ERR_NOT_ALL_ASSIGNED)
        read_refuse(reader, place, (struct problem){.kind = problem_of(err), .detail = err_text(err)});
}

void subject_read(struct reader *reader, const struct place *body, struct request *request,
                  struct subject *ret)
{
    *ret = (struct subject){.caller = request->token,
                            .policies = platform_policies_acquire(request->service->platform)};
    struct place who = place_member(body, "subject");
    struct place enable = place_member(body, "enablePrivileges");
    if (place_there(&who))
        subject_describe(reader, &who, request, ret);
    if (place_there(&enable))
        subject_enable(reader, &enable, request, ret);
}

void subject_done(struct subject *subject)
{
    platform_policies_release(subject->policies);
    subject->policies = NULL;
    platform_token_free(subject->duplicate);
    subject->duplicate = NULL;
}

bool subject_open(struct request *request, struct reply *reply, const char *const *members,
                  struct subject_body *ret)
{
    if (!query_on_deny(request, reply, &ret->deny_status))
        return false;
    ret->reader = reader_on(&request->arena, request->service->platform);
    ret->root = place_root(read_body(&ret->reader, request->body));
    if (read_object(&ret->reader, &ret->root, members))
        subject_read(&ret->reader, &ret->root, request, &ret->subject);
    return true;
}

void subject_close(struct subject_body *body)
{
    subject_done(&body->subject);
}

static const struct platform_token *counting(const struct subject *subject)
{
    return subject->duplicate != NULL ? subject->duplicate : subject->caller;
}

enum err subject_check(const struct subject *subject, const struct access_request *request,
                       struct access_answer *ret)
{
    *ret = (struct access_answer){.reason = ERR_ACCESS_DENIED};
    if (subject->hypothetical)
        return decide_access(&subject->token, request, ret);
    const struct platform_token *token = counting(subject);
    return token == NULL ? ERR_INVALID_HANDLE : platform_access_check(token, request, ret);
}

enum err subject_check_and_audit(const struct subject *subject, const struct access_request *request,
                                 const struct audit_object *object, struct audit_trail *trail,
                                 struct access_answer *ret, bool *ret_generate_on_close)
{
    *ret = (struct access_answer){.reason = ERR_ACCESS_DENIED};
    *ret_generate_on_close = false;
    const struct platform_token *token = counting(subject);
    if (subject->hypothetical || token == NULL)
        return ERR_INVALID_HANDLE;
    return platform_access_check_and_audit(token, request, object, trail, ret, ret_generate_on_close);
}

enum err subject_privilege_check(const struct subject *subject, privilege_set asked, bool all, bool *ret_held,
                                 privilege_set *ret_used)
{
    *ret_held = false;
    *ret_used = 0;
    if (subject->hypothetical)
        return privilege_check_token(&subject->token, asked, all, ret_held, ret_used);
    const struct platform_token *token = counting(subject);
    return token == NULL ? ERR_INVALID_HANDLE
                         : platform_privilege_check(token, asked, all, ret_held, ret_used);
}

const struct token *subject_token(const struct subject *subject)
{
    const struct platform_token *token = counting(subject);
    if (subject->hypothetical)
        return &subject->token;
    return token == NULL ? NULL : platform_token_view(token);
}

const struct privilege_state *subject_privileges(const struct subject *subject)
{
    const struct token *token = subject_token(subject);
    return token == NULL ? NULL : &token->privileges;
}
