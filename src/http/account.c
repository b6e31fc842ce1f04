#include "http/account.h"

#include "base/log.h"
#include "http/metrics.h"

/* Nothing in it is what a stranger wrote, but the id, which is plain: a path of ours, or none. */
static void write_log(const struct account *account, uint64_t sent)
{
    const struct request *request = &account->exchange->request;
    static const char *const proofs[] = {NULL, "ticket", "bearer", "cookie"};
    char sid[SID_TEXT_MAX] = "";
    const char *principal = NULL;
    if (request->token != NULL) {
        (void)sid_format(platform_token_view(request->token)->user, sid);
        principal = platform_token_details(request->token)->principal;
    }
    const struct trace *trace = &request->trace;
    const struct log_field fields[] = {
        LOG_STRING("id", request->id),
        LOG_STRING("method", request->method == HTTP_OTHER ? "other" : request->method_name),
        LOG_STRING("path", request->route == NULL ? NULL : request->route->path),
        LOG_NUMBER("status", account->status),
        LOG_NUMBER("duration_us", account->duration_us),
        LOG_NUMBER("held_us", account->held_us),
        LOG_NUMBER("received", account->exchange->received),
        LOG_NUMBER("sent", sent),
        LOG_STRING("remote", account->remote),
        LOG_STRING("sid", sid[0] == 0 ? NULL : sid),
        LOG_STRING("caller", principal),
        LOG_STRING("by", proofs[request->proof]),
        LOG_STRING("trace_id", trace->id),
        LOG_STRING("parent_id", trace->parent[0] == 0 ? NULL : trace->parent),
        LOG_NUMBER("trace_flags", trace->flags),
        /* what few requests have */
        request->refusal != NULL ? LOG_STRING("reason", request->refusal)
                                 : LOG_NUMBER("tracestate_members", trace->members),
        LOG_NUMBER("tracestate_members", trace->members),
    };
    const size_t more = (request->refusal != NULL ? 1U : 0U) + (trace->members != 0 ? 1U : 0U);
    log_write(LOG_LEVEL_INFO, "request", fields, sizeof fields / sizeof fields[0] - 2 + more);
}

/* A stream lasts as long as its client likes, and says nothing of how fast the service is. */
static void count(const struct account *account, uint64_t sent)
{
    const struct exchange *exchange = account->exchange;
    const struct request *request = &exchange->request;
    const struct route *first = exchange->rules->routes->routes;
    const struct metrics_request ended = {.route = request->route == NULL ? METRICS_ROUTES_MAX
                                                                          : (size_t)(request->route - first),
                                          .method = request->method,
                                          .status = account->status,
                                          .timed = account->status != 0 && account->streamed == 0,
                                          .duration_us = account->duration_us};
    metrics_request(request->metrics, &ended);
    metrics_add(request->metrics, METRIC_REQUEST_BODY_BYTES, exchange->received);
    metrics_add(request->metrics, METRIC_RESPONSE_BODY_BYTES, sent);
}

void account_request(const struct account *account)
{
    const uint64_t whole = account->complete ? account->exchange->reply.body.size : 0;
    count(account, whole + account->streamed);
    write_log(account, whole + account->streamed);
}
