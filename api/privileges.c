/* GetTokenInformation(TokenPrivileges), PrivilegeCheck and AdjustTokenPrivileges. */
#include "api/query.h"
#include "api/read.h"
#include "api/routes.h"
#include "api/service.h"
#include "api/subject.h"
#include "api/write.h"
#include "http/authenticate.h"
#include "http/metrics.h"

static struct writer writer_of(struct request *request)
{
    return (struct writer){.arena = &request->arena, .platform = request->service->platform};
}

void privileges_get(struct request *request, struct reply *reply)
{
    if (!query_none(request, reply))
        return;
    struct writer writer = writer_of(request);
    json_t *object = json_object();
    write_member(&writer, object, "privileges",
                 write_privileges(&writer, &platform_token_view(request->token)->privileges));
    reply_json(request, reply, 200, write_done(&writer, object));
}

/* What is asked for, in its order. */
struct asked {
    unsigned luids[READ_RIGHTS_MAX];
    size_t count;
    privilege_set set;
    bool all;
};

static void read_asked(struct reader *reader, const struct place *body, struct asked *ret)
{
    struct place privileges = place_member(body, "privileges");
    struct place all = place_member(body, "all");
    *ret = (struct asked){.all = true, .count = read_array(reader, &privileges, READ_RIGHTS_MAX)};
    for (size_t i = 0; i < ret->count; i++) {
        struct place item = place_item(&privileges, i);
        unsigned luid = read_privilege(reader, &item);
        ret->luids[i] = luid;
        ret->set |= privilege_bit(luid);
    }
    if (place_there(&all))
        ret->all = read_boolean(reader, &all);
}

static json_t *write_checked(struct request *request, const struct subject *subject,
                             const struct asked *asked, bool held, privilege_set used)
{
    struct writer writer = writer_of(request);
    const struct privilege_state *state = subject_privileges(subject);
    json_t *object = json_object();
    json_t *array = json_array();
    for (size_t i = 0; i < asked->count; i++) {
        unsigned luid = asked->luids[i];
        uint32_t mark = (used & privilege_bit(luid)) != 0 ? SE_PRIVILEGE_USED_FOR_ACCESS : 0;
        write_item(&writer, array, write_privilege(&writer, luid, privilege_attributes(state, luid) | mark));
    }
    write_member(&writer, object, "held", json_boolean(held));
    write_member(&writer, object, "privileges", array);
    if (subject->adjusted)
        write_member(&writer, object, "notAllAssigned", json_boolean(subject->not_all_assigned));
    if (subject->hypothetical)
        write_member(&writer, object, "hypothetical", json_true());
    return write_done(&writer, object);
}

/* The one thing that PrivilegeCheck refuses is the token's level. */
static void refuse_check(struct reader *reader, const struct place *root, const struct subject *subject,
                         enum err err)
{
    struct place who = place_member(root, "subject");
    struct place token = place_member(&who, "token");
    struct place level = place_member(&token, "impersonationLevel");
    struct problem problem = {.kind = problem_of(err), .win32 = err, .detail = err_text(err)};
    read_refuse(reader, subject->hypothetical ? &level : root, problem);
}

void privileges_check_post(struct request *request, struct reply *reply)
{
    static const char *const members[] = {SUBJECT_MEMBERS, "privileges", "all", NULL};
    AUTO_SUBJECT_BODY body = {0};
    struct reader *reader = &body.reader;
    struct asked asked = {0};
    bool held = false;
    privilege_set used = 0;
    if (!subject_open(request, reply, members, &body))
        return;
    if (!reader->failed)
        read_asked(reader, &body.root, &asked);
    if (!reader->failed) {
        enum err err = subject_privilege_check(&body.subject, asked.set, asked.all, &held, &used);
        metrics_decide(request->metrics, METRIC_PRIVILEGE_CHECK, body.subject.hypothetical, false,
                       err != ERR_NONE ? METRIC_FAILED
                       : held          ? METRIC_ALLOWED
                                       : METRIC_DENIED);
        if (err != ERR_NONE)
            refuse_check(reader, &body.root, &body.subject, err);
    }
    if (reader->failed)
        reply_problem(request, reply, &reader->problem);
    else
        reply_json(request, reply, held ? 200 : body.deny_status,
                   write_checked(request, &body.subject, &asked, held, used));
}

static privilege_set read_set(struct reader *reader, const struct place *place)
{
    return place_there(place) ? read_privileges(reader, place) : 0;
}

/* One or more of enable, disable and remove; or disableAll alone. */
static void read_change(struct reader *reader, const struct place *body, struct privilege_change *ret)
{
    struct place enable = place_member(body, "enable");
    struct place disable = place_member(body, "disable");
    struct place remove = place_member(body, "remove");
    struct place all = place_member(body, "disableAll");
    bool lists = place_there(&enable) || place_there(&disable) || place_there(&remove);
    *ret = (struct privilege_change){.enable = read_set(reader, &enable),
                                     .disable = read_set(reader, &disable),
                                     .remove = read_set(reader, &remove)};
    if (place_there(&all))
        ret->disable_all = read_boolean(reader, &all);
    if (ret->disable_all && lists)
        read_fail(reader, &all, "stands alone: with it enable, disable and remove would be ignored");
    else if (!ret->disable_all && !lists)
        read_fail(reader, body, "changes nothing: give enable, disable or remove, or disableAll alone");
    else if (((ret->enable | ret->disable) & ret->remove) != 0)
        read_fail(reader, &remove, "names a privilege that another list names too");
    else if ((ret->enable & ret->disable) != 0)
        read_fail(reader, &disable, "names a privilege that enable names too");
}

static void reply_adjusted(struct request *request, struct reply *reply, const struct privilege_state *state,
                           const struct privilege_state *previous, enum err outcome)
{
    struct writer writer = writer_of(request);
    json_t *object = json_object();
    write_member(&writer, object, "privileges", write_privileges(&writer, state));
    write_member(&writer, object, "previousState", write_privilege_state(&writer, previous));
    write_member(&writer, object, "notAllAssigned", json_boolean(outcome == ERR_NOT_ALL_ASSIGNED));
    if (outcome == ERR_NOT_ALL_ASSIGNED)
        write_win32(&writer, object, outcome);
    reply_json(request, reply, 200, write_done(&writer, object));
}

/* Removing counts as disabling in the event: sessions_adjust does not report it, so the token as this request found it must
 * say what was on. */
static enum err record(struct request *request, const struct privilege_change *change,
                       const struct privilege_state *state, const struct privilege_state *previous,
                       privilege_set changed)
{
    const struct privilege_state *found = &platform_token_view(request->token)->privileges;
    privilege_set removed = change->disable_all ? 0 : change->remove & found->enabled & ~state->present;
    privilege_set enabled = changed & state->enabled & ~previous->enabled;
    privilege_set disabled = (changed & previous->enabled & ~state->enabled) | removed;
    if ((enabled | disabled) == 0)
        return ERR_NONE;
    return platform_audit_adjusted(request->token, enabled, disabled, &request->trail);
}

/* Privileges that changed without an event are not to be used: with the session's end they are gone. */
static void end_session(struct request *request, void *context)
{
    (void)context;
    sessions_end(request->service->sessions, &request->session->details.id);
}

static void adjust(struct request *request, struct reply *reply, const struct privilege_change *change)
{
    struct privilege_state state = {0};
    struct privilege_state previous = {0};
    privilege_set changed = 0;
    enum err err = sessions_adjust(request->service->sessions, &request->session->details.id, change, &state,
                                   &previous, &changed);
    enum err recorded = ERR_NONE;
    if (err == ERR_NONE || err == ERR_NOT_ALL_ASSIGNED)
        recorded = record(request, change, &state, &previous, changed);
    reply->withdraw = end_session;
    if (recorded != ERR_NONE)
        reply_withhold(request, reply, recorded);
    else if (err == ERR_NONE || err == ERR_NOT_ALL_ASSIGNED)
        reply_adjusted(request, reply, &state, &previous, err);
    else if (err == ERR_NOT_FOUND) /* ended while this request came */
        authenticate_challenge(request, reply);
    else
        reply_problem(request, reply, &(struct problem){.kind = problem_of(err)});
}

void privileges_patch(struct request *request, struct reply *reply)
{
    static const char *const members[] = {"enable", "disable", "remove", "disableAll", NULL};
    if (!query_none(request, reply))
        return;
    if (request->session == NULL) {
        reply_problem(request, reply,
                      &(struct problem){.kind = PROBLEM_CONFLICT,
                                        .detail =
                                            "A change lives on the token of a session. Open one with POST "
                                            "/session and send its token as Authorization: Bearer; for one "
                                            "request alone, use enablePrivileges."});
        return;
    }
    struct reader reader = reader_on(&request->arena, request->service->platform);
    const struct json *body = read_body(&reader, request->body);
    struct place root = place_root(body);
    struct privilege_change change = {0};
    if (read_object(&reader, &root, members))
        read_change(&reader, &root, &change);
    if (reader.failed)
        reply_problem(request, reply, &reader.problem);
    else
        adjust(request, reply, &change);
}
