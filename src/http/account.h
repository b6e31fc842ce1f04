/* account: what the log and the metrics say of a request that has ended. */
#ifndef NTOKEND_HTTP_ACCOUNT_H
#define NTOKEND_HTTP_ACCOUNT_H

#include "http/exchange.h"

struct account {
    const struct exchange *exchange;
    unsigned status; /* 0: the connection ended before there was an answer */
    bool complete;   /* the answer was sent to its end */
    int64_t duration_us;
    int64_t held_us;   /* how long the answer waited for the log */
    uint64_t streamed; /* bytes of a body that came piece by piece */
    const char *remote;
};

/* On the worker's thread, whose metrics the exchange's request has. */
void account_request(const struct account *account);

#endif
