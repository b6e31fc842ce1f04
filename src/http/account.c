#include "http/account.h"

#include "base/log.h"
#include "http/metrics.h"

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
    LOG(LOG_LEVEL_INFO, "request", LOG_STRING("id", request->id), LOG_STRING("method", request->method_name),
        LOG_STRING("path", request->path), LOG_NUMBER("status", account->status),
        LOG_NUMBER("duration_us", account->duration_us), LOG_NUMBER("held_us", account->held_us),
        LOG_NUMBER("received", account->exchange->received), LOG_NUMBER("sent", sent),
        LOG_STRING("remote", account->remote), LOG_STRING("sid", sid[0] == 0 ? NULL : sid),
        LOG_STRING("caller", principal), LOG_STRING("by", proofs[request->proof]));
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
