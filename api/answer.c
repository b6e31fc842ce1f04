#include "api/answer.h"

#include "api/alarm.h"
#include "api/service.h"
#include "api/work.h"
#include "api/write_explanation.h"
#include "http/guard.h"
#include "http/metrics.h"

#include <stdio.h>

enum { RIGHTS_TEXT_MAX = 900 };

/* "FILE_READ_DATA, READ_CONTROL": what to ask for in place of a generic right */
static const char *rights_text(struct reader *reader, const struct securable *type, uint32_t mask)
{
    char text[RIGHTS_TEXT_MAX] = "";
    const char *names[32];
    uint32_t unnamed = 0;
    size_t used = 0;
    size_t count = right_names(type, mask, names, &unnamed);
    for (size_t i = 0; i < count && used < sizeof text; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", i == 0 ? "" : ", ", names[i]);
    return arena_string(reader->arena, bytes_of_string(text));
}

static const char *generic_detail(struct reader *reader, const struct access_query *query)
{
    uint32_t generic = query->request.desired & RIGHT_GENERIC_MASK;
    uint32_t mapped = generic_map(&query->request.mapping, generic);
    const char *rights = rights_text(reader, query->type, mapped);
    return arena_printf(
        reader->arena,
        "generic rights (0x%08x) must be mapped before a check, as with MapGenericMask; here they "
        "stand for 0x%08x%s%s: ask for that",
        generic, mapped, rights != NULL && rights[0] != '\0' ? " = " : "", rights != NULL ? rights : "");
}

static struct place root_of(const struct place *place)
{
    while (place->parent != NULL)
        place = place->parent;
    return *place;
}

/* Where a member stands that may also be given once for a whole batch. */
static struct place member_or_shared(const struct place *place, const struct place *root, const char *key)
{
    struct place own = place_member(place, key);
    return place_there(&own) ? own : place_member(root, key);
}

/* The refusals of the call itself, each with the member that caused it. */
static void refuse(struct reader *reader, const struct place *place, const struct subject *subject,
                   const struct access_query *query, enum err err)
{
    struct place culprit = *place;
    struct place root = root_of(place);
    struct place who = place_member(&root, "subject");
    struct place token = place_member(&who, "token");
    struct problem problem = {.kind = problem_of(err), .win32 = err, .detail = err_text(err)};
    switch (err) {
    case ERR_GENERIC_NOT_MAPPED:
        culprit = place_member(place, "desiredAccess");
        problem.detail = generic_detail(reader, query);
        break;
    case ERR_NO_IMPERSONATION_TOKEN:
        culprit = subject->hypothetical ? place_member(&token, "type") : root;
        break;
    case ERR_BAD_IMPERSONATION_LEVEL:
        culprit = subject->hypothetical ? place_member(&token, "impersonationLevel") : root;
        break;
    case ERR_INVALID_PARAMETER:
        culprit = place_member(place, "objectTypes");
        problem.detail =
            "objectTypes must hold one element of level 0, the first; levels are at most 4 and grow by "
            "one at a time; resultList needs objectTypes";
        break;
    case ERR_INVALID_SECURITY_DESCR:
        culprit = member_or_shared(place, &root, "securityDescriptor");
        problem.kind = PROBLEM_CALL_REFUSED;
        problem.detail = "the security descriptor needs an owner and a group";
        break;
    case ERR_PRIVILEGE_NOT_HELD:
    case ERR_NOT_SUPPORTED:
        culprit = member_or_shared(place, &root, "audit");
        problem = alarm_problem(err);
        break;
    default:
        problem = (struct problem){.kind = problem_of(err), .detail = "the check could not be made"};
        break;
    }
    read_refuse(reader, &culprit, problem);
}

static void text_node(struct text *text, const struct securable *type, const struct object_node *node,
                      enum err reason)
{
    TEXT_PUT(text, "{\"level\":");
    json_text_number(text, node->level);
    TEXT_PUT(text, ",\"guid\":");
    text_guid(text, &node->guid);
    TEXT_PUT(text, ",\"allowed\":");
    json_text_boolean(text, node->allowed);
    TEXT_PUT(text, ",\"grantedAccess\":");
    text_mask(text, type, node->granted);
    text_win32(text, node->allowed ? ERR_NONE : reason);
    TEXT_PUT(text, "}");
}

static void text_nodes(struct text *text, const struct securable *type, const struct access_request *request,
                       const struct access_answer *answer)
{
    /* 1314 concerns every node, 5 each by itself: reference 3.2 row 8 */
    enum err reason = answer->reason == ERR_PRIVILEGE_NOT_HELD ? ERR_PRIVILEGE_NOT_HELD : ERR_ACCESS_DENIED;
    TEXT_PUT(text, ",\"results\":[");
    for (size_t i = 0; i < request->node_count; i++) {
        if (i > 0)
            TEXT_PUT(text, ",");
        text_node(text, type, &request->nodes[i], reason);
    }
    TEXT_PUT(text, "]");
}

/* What a check came to. */
struct outcome {
    struct access_answer answer;
    bool generate_on_close;
    const struct audit_trail *trail;
    size_t first_event; /* of the trail, that this check made */
};

static void text_boolean(struct text *text, const char *member, bool value)
{
    text_put(text, member, strlen(member));
    json_text_boolean(text, value);
}

static void text_audit(struct writer *writer, struct text *text, const struct outcome *outcome)
{
    text_boolean(text, ",\"generateOnClose\":", outcome->generate_on_close);
    TEXT_PUT(text, ",\"events\":");
    write_into(writer, text, alarm_events(writer, outcome->trail, outcome->first_event));
}

/* What is in every answer is written as text; what only some have is a tree. */
static void write_answer(struct writer *writer, const struct sddl_domains *domains,
                         const struct subject *subject, const struct access_query *query,
                         const struct outcome *outcome, struct text *text)
{
    const struct access_request *request = &query->request;
    const struct access_answer *answer = &outcome->answer;
    text_boolean(text, "{\"allowed\":", answer->allowed);
    TEXT_PUT(text, ",\"grantedAccess\":");
    text_mask(text, query->type, answer->granted);
    TEXT_PUT(text, ",\"privilegesUsed\":");
    text_privilege_names(text, answer->privileges_used);
    if (!answer->allowed)
        text_win32(text, answer->reason);
    if (request->result_list)
        text_nodes(text, query->type, request, answer);
    if (subject->adjusted)
        text_boolean(text, ",\"notAllAssigned\":", subject->not_all_assigned);
    if (subject->hypothetical)
        text_boolean(text, ",\"hypothetical\":", true);
    if (query->has_audit)
        text_audit(writer, text, outcome);
    if (request->explanation != NULL) {
        TEXT_PUT(text, ",\"explanation\":");
        write_into(writer, text,
                   write_explanation(writer, request->explanation, answer, domains, query->explain_room));
    }
    TEXT_PUT(text, "}");
}

/* Whoever may write to the log may also fill it. */
static void refuse_auditor(struct reader *reader, const struct place *place, enum err err)
{
    static const char name[] = GUARD_RIGHT_AUDIT_NAME;
    struct problem problem = {.kind = PROBLEM_FORBIDDEN,
                              .detail = "The route's security descriptor does not grant the caller the right "
                                        "to have a check audited.",
                              .missing = GUARD_RIGHT_AUDIT,
                              .missing_name = name};
    read_refuse(reader, place, err == ERR_NONE ? problem : alarm_problem(err));
}

bool answer_may_audit(struct reader *reader, const struct place *place, struct request *request,
                      const struct subject *subject)
{
    bool granted = false;
    struct place root = root_of(place);
    struct place audit = member_or_shared(place, &root, "audit");
    if (subject->hypothetical)
        read_fail(reader, &audit,
                  "stands beside subject.token: nothing is logged of a token that nobody has");
    enum err err = reader->failed ? ERR_NONE : guards_may_audit(request, &granted);
    if (!reader->failed && (err != ERR_NONE || !granted))
        refuse_auditor(reader, &audit, err);
    return alarm_possible(reader, &audit, request->service->platform);
}

static enum err make(struct request *request, const struct subject *subject, struct access_query *query,
                     struct outcome *ret)
{
    *ret = (struct outcome){.trail = &request->trail, .first_event = request->trail.count};
    if (!query->has_audit)
        return subject_check(subject, &query->request, &ret->answer);
    query->audit.securable = query->type;
    return subject_check_and_audit(subject, &query->request, &query->audit, &request->trail, &ret->answer,
                                   &ret->generate_on_close);
}

static void count(struct request *request, const struct subject *subject, const struct place *place,
                  const struct access_request *check, enum metric_outcome outcome)
{
    metrics_decide(request->metrics,
                   check->node_count == 0 ? METRIC_ACCESS_CHECK : METRIC_ACCESS_CHECK_BY_TYPE,
                   subject->hypothetical, place->parent != NULL, outcome);
}

/* Measured: an explained check costs as much as so many others. */
enum { EVENT_WALKS = 8 };

bool answer_check(struct reader *reader, const struct place *place, struct request *request,
                  const struct subject *subject, struct access_query *query, struct text *text,
                  bool *ret_allowed)
{
    *ret_allowed = false;
    if (reader->failed || (query->has_audit && !answer_may_audit(reader, place, request, subject)))
        return false;
    struct outcome outcome;
    query->request.descriptor = &query->descriptor;
    query->request.policies = subject->policies;
    if (query->explain) {
        query->request.explanation = explanation_new(reader->arena, &query->request);
        if (query->request.explanation == NULL) {
            read_out_of_memory(reader);
            return false;
        }
    }
    const size_t walks = work_of_walks(subject_token(subject), &query->request);
    const size_t room = request->arena.used;
    query->work = walks;
    enum err err = make(request, subject, query, &outcome);
    if (err != ERR_NONE) {
        count(request, subject, place, &query->request, METRIC_FAILED);
        refuse(reader, place, subject, query, err);
        return false;
    }
    count(request, subject, place, &query->request, outcome.answer.allowed ? METRIC_ALLOWED : METRIC_DENIED);
    const size_t events_room = request->arena.used - room;
    struct writer writer = {
        .arena = reader->arena, .platform = request->service->platform, .type = query->type};
    const size_t before = text->size;
    write_answer(&writer, &reader->domains, subject, query, &outcome, text);
    query->work += outcome.answer.work + work_of_results(&query->request);
    if (request->trail.count != outcome.first_event) /* explained once more, and written */
        query->work += EVENT_WALKS * walks + work_of_memory(events_room);
    if (query->request.explanation != NULL)
        query->work += CONDITION_WORK_MAX - query->request.explanation->work;
    if (text->failed) {
        text->size = before; /* perhaps there is memory to say so */
        text->failed = false;
        read_out_of_memory(reader);
        return false;
    }
    *ret_allowed = outcome.answer.allowed;
    return true;
}
