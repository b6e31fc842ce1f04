#include "support/inprocess.h"

#include "base/log.h"
#include "http/server.h"
#include "http/stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

/* In the place of src/http/request.c, which would ask libmicrohttpd. */
static const struct inprocess_pair *asked(const struct request *request, bool headers)
{
    static const struct inprocess_pair none = {0};
    const struct inprocess_asked *asked = request->transport;
    const struct inprocess_pair *pairs = asked == NULL ? NULL : headers ? asked->headers : asked->query;
    return pairs == NULL ? &none : pairs;
}

const char *request_header(const struct request *request, const char *name)
{
    for (const struct inprocess_pair *pair = asked(request, true); pair->name != NULL; pair++) {
        if (strcasecmp(pair->name, name) == 0)
            return pair->value;
    }
    return NULL;
}

size_t request_header_count(const struct request *request, const char *name)
{
    size_t count = 0;
    for (const struct inprocess_pair *pair = asked(request, true); pair->name != NULL; pair++)
        count += strcasecmp(pair->name, name) == 0;
    return count;
}

const char *request_query(const struct request *request, const char *name, size_t *ret_count)
{
    const char *first = NULL;
    *ret_count = 0;
    for (const struct inprocess_pair *pair = asked(request, false); pair->name != NULL; pair++) {
        if (strcmp(pair->name, name) == 0 && (*ret_count)++ == 0)
            first = pair->value;
    }
    return first;
}

void request_query_each(const struct request *request,
                        bool (*each)(void *context, const char *name, const char *value), void *context)
{
    const struct inprocess_pair *pair = asked(request, false);
    while (pair->name != NULL && each(context, pair->name, pair->value))
        pair++;
}

/* In the place of src/http/server.c. */
bool server_draining(const struct server *server)
{
    return ((const struct inprocess *)(const void *)server)->draining;
}

void server_figures(const struct server *server, struct server_figures *ret)
{
    *ret = (struct server_figures){.draining = server_draining(server)};
}

/* Nobody follows: there is no connection. */
void server_wake_streams(struct server *server)
{
    (void)server;
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
        .platform = ret->platform, .server = (struct server *)(void *)ret, .batch_max = 1000};
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
    const struct inprocess_asked asked = {.body = body};
    inprocess_ask(inprocess, handle, &asked, arena_limit, ret);
}

static void keep_headers(const struct reply *reply, struct inprocess_answer *ret)
{
    for (size_t i = 0; i < reply->header_count; i++) {
        if (strcmp(reply->headers[i].name, "Link") == 0)
            ret->link = strdup(reply->headers[i].value);
    }
}

void inprocess_ask(struct inprocess *inprocess, route_handler *handle, const struct inprocess_asked *asked,
                   size_t arena_limit, struct inprocess_answer *ret)
{
    union {
        const struct inprocess_asked *constant;
        void *plain;
    } transport = {.constant = asked}; /* nobody writes to it */
    struct request request = {.method = asked->body.data == NULL ? HTTP_GET : HTTP_POST,
                              .method_name = asked->body.data == NULL ? "GET" : "POST",
                              .path = "/",
                              .body = asked->body,
                              .token = inprocess->token,
                              .service = &inprocess->service,
                              .transport = transport.plain};
    struct reply reply = {0};
    arena_init(&request.arena, arena_limit);
    arena_charge(&request.arena, &inprocess->memory);
    request.trail.arena = &request.arena;
    handle(&request, &reply);
    *ret = (struct inprocess_answer){
        .status = reply.status, .arena_used = request.arena.used, .events = request.trail.count};
    (void)snprintf(ret->content_type, sizeof ret->content_type, "%s",
                   reply.content_type == NULL ? "" : reply.content_type);
    if (reply.body.data != NULL)
        ret->text = strndup((const char *)reply.body.data, reply.body.size);
    keep_headers(&reply, ret);
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
    free(answer->link);
    json_decref(answer->body);
    answer->body = NULL;
}
