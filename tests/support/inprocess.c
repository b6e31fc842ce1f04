#include "support/inprocess.h"

#include "base/log.h"
#include "http/server.h"

#include <stdio.h>
#include <stdlib.h>

/* In the place of src/http/request.c, which would ask libmicrohttpd: no headers, no query. */
const char *request_header(const struct request *request, const char *name)
{
    (void)request;
    (void)name;
    return NULL;
}

size_t request_header_count(const struct request *request, const char *name)
{
    (void)request;
    (void)name;
    return 0;
}

const char *request_query(const struct request *request, const char *name, size_t *ret_count)
{
    (void)request;
    (void)name;
    *ret_count = 0;
    return NULL;
}

void request_query_each(const struct request *request,
                        bool (*each)(void *context, const char *name, const char *value), void *context)
{
    (void)request;
    (void)each;
    (void)context;
}

/* In the place of src/http/server.c. */
bool server_draining(const struct server *server)
{
    return ((const struct inprocess *)(const void *)server)->draining;
}

void inprocess_open(struct inprocess *ret)
{
    enum { QUEUE_MAX = 1000 };
    static char log[FOLDER_PATH_SIZE + sizeof "sqlite:/log"];
    *ret = (struct inprocess){0};
    folder_make(&ret->folder);
    (void)snprintf(log, sizeof log, "sqlite:%s/log", ret->folder.path);
    const struct platform_settings settings = {
        .keytab = "no-such-keytab",
        .domain_sid = "S-1-5-21-1000-2000-3000",
        .machine_sid = "S-1-5-21-4000-5000-6000",
        .audit = {.store = {.url = log, .queue_max = QUEUE_MAX}, .privilege = true}};
    log_set_level(LOG_LEVEL_ERROR);
    if (platform_start(&settings, &ret->platform) != ERR_NONE ||
        platform_token_open_process(ret->platform, &ret->token) != ERR_NONE) {
        (void)fprintf(stderr, "inprocess: the platform does not start\n");
        exit(99);
    }
    ret->service = (struct service){
        .platform = ret->platform, .server = (const struct server *)(const void *)ret, .batch_max = 1000};
}

void inprocess_close(struct inprocess *inprocess)
{
    platform_token_free(inprocess->token);
    platform_stop(inprocess->platform);
    folder_remove(&inprocess->folder);
}

void inprocess_run(struct inprocess *inprocess, route_handler *handle, struct bytes body, size_t arena_limit,
                   struct inprocess_answer *ret)
{
    struct request request = {.method = HTTP_POST,
                              .method_name = "POST",
                              .path = "/",
                              .body = body,
                              .token = inprocess->token,
                              .service = &inprocess->service};
    struct reply reply = {0};
    arena_init(&request.arena, arena_limit);
    request.trail.arena = &request.arena;
    handle(&request, &reply);
    *ret = (struct inprocess_answer){
        .status = reply.status, .arena_used = request.arena.used, .events = request.trail.count};
    (void)snprintf(ret->content_type, sizeof ret->content_type, "%s",
                   reply.content_type == NULL ? "" : reply.content_type);
    if (reply.body.data != NULL)
        ret->text = strndup((const char *)reply.body.data, reply.body.size);
    arena_done(&request.arena);
}

void inprocess_parse(struct inprocess_answer *answer)
{
    if (answer->text != NULL)
        answer->body = json_loads(answer->text, JSON_REJECT_DUPLICATES, NULL);
}

void inprocess_answer_done(struct inprocess_answer *answer)
{
    free(answer->text);
    json_decref(answer->body);
    answer->body = NULL;
}
