/* AccessCheck, AccessCheckByType and AccessCheckByTypeResultList. */
#include "api/answer.h"
#include "api/query.h"
#include "api/routes.h"
#include "api/service.h"
#include "api/work.h"
#include "api/write_explanation.h"

/* What the reading of one check of a batch may use; the request's own arena stays for what is shared. */
static const size_t item_arena_max = 16 << 20;

static const char *const check_members[] = {SUBJECT_MEMBERS, READ_QUERY_SHARED, READ_QUERY_OWN, NULL};
static const char *const batch_members[] = {SUBJECT_MEMBERS, READ_QUERY_SHARED, "checks", NULL};
static const char *const item_members[] = {READ_QUERY_SHARED, READ_QUERY_OWN, NULL};

void access_check_post(struct request *request, struct reply *reply)
{
    static const struct access_query nothing_shared = {0};
    AUTO_SUBJECT_BODY body = {0};
    struct access_query query = {0};
    size_t explain_room = EXPLANATION_ROOM;
    bool allowed = false;
    if (!subject_open(request, reply, check_members, &body))
        return;
    if (!body.reader.failed)
        read_query(&body.reader, &body.root, &nothing_shared, &query);
    query.explain_room = &explain_room;
    struct text answer = {.arena = &request->arena};
    if (answer_check(&body.reader, &body.root, request, &body.subject, &query, &answer, &allowed))
        reply_text(reply, allowed ? 200 : body.deny_status, bytes_of(answer.data, answer.size));
    else
        reply_problem(request, reply, &body.reader.problem);
}

static const char too_much_work[] =
    "the checks before this one took all the work that one request may cause; ask again without them";

struct batch {
    struct request *request;
    const struct subject *subject;
    const struct access_query *shared;
    struct text answer;
    size_t explain_room; /* for all checks together */
    size_t work_left;    /* the same, work.h */
    bool all_allowed;
};

/* {"problem": …} in place of the answer: an item that fails does not fail the others. */
static void item_problem(struct batch *batch, const struct problem *problem)
{
    struct writer writer = {.arena = &batch->request->arena};
    TEXT_PUT(&batch->answer, "{\"problem\":");
    write_into(&writer, &batch->answer, problem_json(problem));
    TEXT_PUT(&batch->answer, "}");
}

static void batch_item(struct batch *batch, const struct place *item)
{
    AUTO_ARENA arena;
    arena_init(&arena, item_arena_max);
    struct reader reader = reader_on(&arena, batch->request->service->platform);
    struct access_query query = {0};
    bool allowed = false;
    reader.lasting = &batch->request->arena; /* for names that events hold on to */
    reader.type = batch->shared->type;
    /* Each check may spend as much as one by itself, so that it never answers otherwise for its place. */
    if (batch->work_left == 0)
        read_refuse(&reader, item, (struct problem){.kind = PROBLEM_TOO_LARGE, .detail = too_much_work});
    else if (read_object(&reader, item, item_members))
        read_query(&reader, item, batch->shared, &query);
    query.explain_room = &batch->explain_room;
    if (!answer_check(&reader, item, batch->request, batch->subject, &query, &batch->answer, &allowed))
        item_problem(batch, &reader.problem);
    const size_t work = query.work + work_of_memory(arena.used);
    batch->work_left -= work < batch->work_left ? work : batch->work_left;
    batch->all_allowed = batch->all_allowed && allowed;
}

/* The answer has failed when memory is exhausted: for good, since what comes behind a hole would stand in another check's place. */
static void batch_run(struct batch *batch, const struct place *checks)
{
    TEXT_PUT(&batch->answer, "{\"results\":[");
    for (size_t i = 0; i < checks->value->items.count; i++) {
        struct place item = place_item(checks, i);
        if (i > 0)
            TEXT_PUT(&batch->answer, ",");
        if (batch->answer.failed)
            return;
        batch_item(batch, &item);
    }
    TEXT_PUT(&batch->answer, "]}");
}

void access_check_batch_post(struct request *request, struct reply *reply)
{
    AUTO_SUBJECT_BODY body = {0};
    struct access_query shared = {0};
    if (!subject_open(request, reply, batch_members, &body))
        return;
    struct reader *reader = &body.reader;
    struct place checks = place_member(&body.root, "checks");
    if (!reader->failed) {
        read_query_shared(reader, &body.root, &shared);
        if (read_array(reader, &checks, request->service->batch_max) == 0)
            read_fail(reader, &checks, "is empty: nothing would be checked");
    }
    if (reader->failed ||
        (shared.has_audit && !answer_may_audit(reader, &body.root, request, &body.subject))) {
        reply_problem(request, reply, &reader->problem);
        return;
    }
    struct batch batch = {.request = request,
                          .subject = &body.subject,
                          .shared = &shared,
                          .answer = {.arena = &request->arena},
                          .explain_room = EXPLANATION_ROOM,
                          .work_left = REQUEST_WORK_MAX,
                          .all_allowed = true};
    batch_run(&batch, &checks);
    if (batch.answer.failed)
        reply_json(request, reply, 200, NULL);
    else
        reply_text(reply, batch.all_allowed ? 200 : body.deny_status,
                   bytes_of(batch.answer.data, batch.answer.size));
}
