/* metrics_state: the part of GET /metrics that says how things are: sessions, the log, its receivers, files, the process. */
#ifndef NTOKEND_API_METRICS_STATE_H
#define NTOKEND_API_METRICS_STATE_H

#include "api/exposition.h"

struct service;

void metrics_write_state(struct exposition *out, const struct service *service);

#endif
