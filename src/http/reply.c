#include "http/reply.h"

#include "base/log.h"
#include "base/utf16.h"
#include "http/json_memory.h"
#include "http/metrics.h"
#include "http/streams.h"

#include <stdio.h>
#include <stdlib.h>

#define PROBLEM_TYPE "urn:ntokend:problem:"

static const struct {
    const char *type;
    const char *title;
    unsigned status;
} kinds[] = {
    [PROBLEM_BAD_REQUEST] = {PROBLEM_TYPE "bad-request", "Bad request", 400},
    [PROBLEM_INVALID_JSON] = {PROBLEM_TYPE "invalid-json", "The body is not valid JSON", 400},
    [PROBLEM_INVALID_FIELD] = {PROBLEM_TYPE "invalid-field", "A field of the body is not valid", 400},
    [PROBLEM_INVALID_QUERY] = {PROBLEM_TYPE "invalid-query", "A query parameter is not valid", 400},
    [PROBLEM_UNAUTHENTICATED] = {PROBLEM_TYPE "unauthenticated", "Authentication is needed", 401},
    [PROBLEM_FORBIDDEN] = {PROBLEM_TYPE "forbidden", "The caller may not use this route", 403},
    [PROBLEM_NOT_FOUND] = {PROBLEM_TYPE "not-found", "There is nothing here", 404},
    [PROBLEM_METHOD_NOT_ALLOWED] = {PROBLEM_TYPE "method-not-allowed", "The path does not know the method",
                                    405},
    [PROBLEM_NOT_ACCEPTABLE] = {PROBLEM_TYPE "not-acceptable", "No representation that the client accepts",
                                406},
    [PROBLEM_TIMEOUT] = {PROBLEM_TYPE "timeout", "The request took too long", 408},
    [PROBLEM_CONFLICT] = {PROBLEM_TYPE "conflict", "The request does not fit how the caller proved itself",
                          409},
    [PROBLEM_TOO_LARGE] = {PROBLEM_TYPE "too-large", "The body is too large", 413},
    [PROBLEM_UNSUPPORTED_MEDIA] = {PROBLEM_TYPE "unsupported-media-type",
                                   "The body is not of a supported type", 415},
    [PROBLEM_INVALID_SDDL] = {PROBLEM_TYPE "invalid-sddl", "The SDDL is not valid", 422},
    [PROBLEM_INVALID_DESCRIPTOR] = {PROBLEM_TYPE "invalid-descriptor", "The security descriptor is not valid",
                                    422},
    [PROBLEM_CALL_REFUSED] = {PROBLEM_TYPE "call-refused", "The Windows function refuses the call", 422},
    [PROBLEM_TOO_MANY_SESSIONS] = {PROBLEM_TYPE "too-many-sessions", "There are too many sessions", 429},
    [PROBLEM_TOO_MANY_REQUESTS] = {PROBLEM_TYPE "too-many-requests", "There are too many requests", 429},
    [PROBLEM_HEADERS_TOO_LARGE] = {PROBLEM_TYPE "headers-too-large", "The request's headers are too large",
                                   431},
    [PROBLEM_INTERNAL] = {PROBLEM_TYPE "internal", "Internal error", 500},
    [PROBLEM_UNAVAILABLE] = {PROBLEM_TYPE "unavailable", "The service cannot answer now", 503},
};

static const char problem_content_type[] = "application/problem+json";
/* What is left to say when there is no memory to say it in. */
static const char internal_text[] =
    "{\"type\":\"" PROBLEM_TYPE "internal\",\"title\":\"Internal error\",\"status\":500}";

static enum problem_kind known_kind(enum problem_kind kind)
{
    bool known = (size_t)kind < sizeof kinds / sizeof kinds[0];
    return known ? kind : PROBLEM_INTERNAL;
}

void reply_header(struct reply *reply, const char *name, const char *value)
{
    if (reply->header_count < REPLY_HEADERS_MAX)
        reply->headers[reply->header_count++] = (struct reply_header){.name = name, .value = value};
}

void reply_bytes(struct reply *reply, unsigned status, const char *content_type, struct bytes body)
{
    stream_end(reply->stream);
    reply->stream = NULL;
    reply->status = status;
    reply->content_type = content_type;
    reply->body = body;
}

static void reply_internal(struct reply *reply)
{
    reply_bytes(reply, 500, problem_content_type, bytes_of(internal_text, sizeof internal_text - 1));
}

/* Takes body over. */
static void print(struct request *request, struct reply *reply, unsigned status, const char *content_type,
                  json_t *body)
{
    reply_internal(reply);
    json_memory_watch();
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY);
    const bool whole = text != NULL && !json_memory_failed();
    json_memory_watch();
    json_decref(body);
    size_t size = whole ? strlen(text) : 0;
    const void *copy = whole ? arena_copy(&request->arena, text, size) : NULL;
    free(text);
    if (copy != NULL)
        reply_bytes(reply, status, content_type, bytes_of(copy, size));
}

void reply_text(struct reply *reply, unsigned status, struct bytes json)
{
    reply_bytes(reply, status, "application/json", json);
}

void reply_json(struct request *request, struct reply *reply, unsigned status, json_t *body)
{
    print(request, reply, status, "application/json", body);
}

unsigned problem_status(enum problem_kind kind)
{
    return kinds[known_kind(kind)].status;
}

/* Text that came from the client may be no UTF-8, which JSON cannot hold. */
static json_t *text_value(const char *text)
{
    struct bytes bytes = bytes_of_string(text);
    size_t at = 0;
    while (at < bytes.size) {
        if (utf8_next(bytes, &at) < 0)
            return json_string("\xef\xbf\xbd");
    }
    return json_string(text);
}

static bool put_text(json_t *object, const char *name, const char *text)
{
    return text == NULL || json_object_set_new(object, name, text_value(text)) == 0;
}

static bool put_number(json_t *object, const char *name, size_t number)
{
    return json_object_set_new(object, name, json_integer((json_int_t)number)) == 0;
}

static bool put_sddl(json_t *object, const struct problem *problem)
{
    return problem->expected == NULL ||
           (put_number(object, "offset", problem->offset) && put_text(object, "expected", problem->expected));
}

static bool put_win32(json_t *object, enum err err)
{
    return err == ERR_NONE || (put_number(object, "win32Error", err_win32(err)) &&
                               put_text(object, "win32ErrorName", err_win32_name(err)));
}

/* As masks are written everywhere: hex and names. */
static bool put_missing(json_t *object, const struct problem *problem)
{
    char mask[sizeof "0x00000000"];
    if (problem->missing == 0)
        return true;
    (void)snprintf(mask, sizeof mask, "0x%08x", problem->missing);
    return json_object_set_new(object, "missingAccess",
                               json_pack("{s:s, s:[s]}", "mask", mask, "rights", problem->missing_name)) == 0;
}

json_t *problem_json(const struct problem *problem)
{
    enum problem_kind kind = known_kind(problem->kind);
    json_t *object = json_object();
    if (object != NULL && put_text(object, "type", kinds[kind].type) &&
        put_text(object, "title", kinds[kind].title) && put_number(object, "status", kinds[kind].status) &&
        put_text(object, "detail", problem->detail) && put_text(object, "pointer", problem->pointer) &&
        put_text(object, "parameter", problem->parameter) && put_sddl(object, problem) &&
        put_win32(object, problem->win32) && put_missing(object, problem))
        return object;
    json_decref(object);
    return NULL;
}

void reply_problem(struct request *request, struct reply *reply, const struct problem *problem)
{
    print(request, reply, problem_status(problem->kind), problem_content_type, problem_json(problem));
    if (problem->kind == PROBLEM_UNAVAILABLE)
        reply_header(reply, "Retry-After", "5");
}

void reply_busy(struct request *request, struct reply *reply, unsigned wait_s, const char *detail)
{
    const char *seconds = arena_printf(&request->arena, "%u", wait_s);
    reply_problem(request, reply, &(struct problem){.kind = PROBLEM_TOO_MANY_REQUESTS, .detail = detail});
    reply_header(reply, "Retry-After", seconds == NULL ? "60" : seconds);
}

void reply_withhold(struct request *request, struct reply *reply, enum err err)
{
    metrics_count(request->metrics, METRIC_REPLIES_WITHHELD);
    LOG_LIMITED(LOG_LEVEL_ERROR, "reply-withheld", LOG_STRING("id", request->id),
                LOG_STRING("error", err_text(err)),
                LOG_STRING("remedy", "see why the audit log cannot be written"));
    if (reply->withdraw != NULL)
        reply->withdraw(request, reply->withdraw_context);
    stream_end(reply->stream);
    *reply = (struct reply){0};
    reply_problem(request, reply,
                  &(struct problem){.kind = PROBLEM_UNAVAILABLE,
                                    .detail = "The security log cannot be written, and without it nothing is "
                                              "decided. Try again later."});
}

enum problem_kind problem_of(enum err err)
{
    switch (err) {
    case ERR_NO_MEMORY:
        return PROBLEM_UNAVAILABLE;
    case ERR_NOT_FOUND:
        return PROBLEM_NOT_FOUND;
    case ERR_TOO_LARGE:
        return PROBLEM_TOO_LARGE;
    case ERR_MALFORMED:
        return PROBLEM_BAD_REQUEST;
    case ERR_LOGON_FAILURE:
    case ERR_LOGON_TYPE_NOT_GRANTED:
        return PROBLEM_UNAUTHENTICATED;
    case ERR_NONE_MAPPED:
    case ERR_INVALID_STRING_UUID:
        return PROBLEM_INVALID_SDDL;
    case ERR_UNKNOWN_REVISION:
    case ERR_REVISION_MISMATCH:
    case ERR_INVALID_ACL:
    case ERR_INVALID_SID:
    case ERR_INVALID_SECURITY_DESCR:
    case ERR_BAD_DESCRIPTOR_FORMAT:
        return PROBLEM_INVALID_DESCRIPTOR;
    case ERR_NOT_SUPPORTED:
    case ERR_ACCESS_DENIED:
    case ERR_INVALID_PARAMETER:
    case ERR_NOT_ALL_ASSIGNED:
    case ERR_NO_IMPERSONATION_TOKEN:
    case ERR_NO_SUCH_PRIVILEGE:
    case ERR_PRIVILEGE_NOT_HELD:
    case ERR_BAD_IMPERSONATION_LEVEL:
    case ERR_GENERIC_NOT_MAPPED:
        return PROBLEM_CALL_REFUSED;
    case ERR_NONE:
    case ERR_FAILED:
    case ERR_IO:
    case ERR_INVALID_HANDLE:
    case ERR_INSUFFICIENT_BUFFER:
        break;
    }
    return PROBLEM_INTERNAL;
}
