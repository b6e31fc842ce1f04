/* GET /metrics: what the service counted, for Prometheus and whoever reads its formats. docs/observability.md lists all of it. */
#include "api/accept.h"
#include "api/exposition.h"
#include "api/metrics_state.h"
#include "api/query.h"
#include "api/routes.h"
#include "api/service.h"
#include "http/server.h"

static void write_counters(struct exposition *out, const struct metrics *counted)
{
    const char *family = "";
    for (size_t i = 0; i < METRIC_COUNT; i++) {
        const struct metric_row *row = &metrics_rows[i];
        if (row->internal)
            continue;
        if (strcmp(family, row->family) != 0)
            exposition_family(out, row->family, EXPOSITION_COUNTER, row->unit, row->help);
        family = row->family;
        exposition_sample(out, metrics_cell_get(&counted->counters[i]), "%s",
                          row->labels == NULL ? "" : row->labels);
    }
}

static void write_requests_of(struct exposition *out, const metrics_cell cells[METRICS_STATUSES],
                              const char *route, const char *method)
{
    const size_t count = metrics_status_count();
    for (size_t i = 0; i < count; i++) {
        const uint64_t value = metrics_cell_get(&cells[i]);
        if (value == 0)
            continue;
        if (i == count - 1)
            exposition_sample(out, value, "route=\"%s\",method=\"%s\",status=\"other\"", route, method);
        else if (metrics_status(i) == 0)
            exposition_sample(out, value, "route=\"%s\",method=\"%s\",status=\"none\"", route, method);
        else
            exposition_sample(out, value, "route=\"%s\",method=\"%s\",status=\"%u\"", route, method,
                              metrics_status(i));
    }
}

static void write_requests(struct exposition *out, const struct metrics *counted)
{
    const struct route_table *table = routes_all();
    exposition_family(out, "ntokend_http_requests", EXPOSITION_COUNTER, NULL,
                      "Requests that ended, by route, method and status; status none: there was no answer.");
    for (size_t i = 0; i < table->count; i++) {
        const struct route *route = &table->routes[i];
        write_requests_of(out, counted->requests[i][0], route->path, router_method_name(route->method));
        write_requests_of(out, counted->requests[i][1], route->path, "HEAD");
    }
    for (size_t i = 0; i < METRICS_METHODS; i++) {
        const char *method = router_method_name((enum http_method)i);
        write_requests_of(out, counted->unrouted[i], "none", method == NULL ? "other" : method);
    }
}

static bool is_empty(const struct metrics_histogram *histogram)
{
    uint64_t count = 0;
    for (size_t i = 0; i < METRICS_BUCKETS; i++)
        count += metrics_cell_get(&histogram->buckets[i]);
    return count == 0;
}

static void write_durations(struct exposition *out, const struct metrics *counted)
{
    const struct route_table *table = routes_all();
    exposition_family(out, "ntokend_http_request_duration_seconds", EXPOSITION_HISTOGRAM, "seconds",
                      "From the request line to the end of the answer; streams are left out.");
    for (size_t i = 0; i <= METRICS_ROUTES_MAX; i++) {
        if (is_empty(&counted->durations[i]))
            continue;
        if (i < table->count)
            exposition_histogram(out, &counted->durations[i], "route=\"%s\",method=\"%s\"",
                                 table->routes[i].path, router_method_name(table->routes[i].method));
        else
            exposition_histogram(out, &counted->durations[i], "route=\"none\",method=\"any\"");
    }
}

/* Why tickets were refused is told to no stranger, who could try some and watch. */
static void write_handshakes(struct exposition *out, const struct metrics *counted, bool disclosed)
{
    exposition_family(out, "ntokend_handshakes", EXPOSITION_COUNTER, NULL,
                      "Negotiate tokens that were looked at, by what became of them and why.");
    exposition_sample(out, metrics_cell_get(&counted->counters[METRIC_HANDSHAKES_ACCEPTED]),
                      "outcome=\"accepted\",reason=\"ok\"");
    exposition_sample(out, metrics_cell_get(&counted->counters[METRIC_HANDSHAKES_CONTINUED]),
                      "outcome=\"continued\",reason=\"ok\"");
    if (!disclosed)
        exposition_sample(out, metrics_cell_get(&counted->counters[METRIC_HANDSHAKES_REFUSED]),
                          "outcome=\"refused\",reason=\"undisclosed\"");
    for (size_t i = 0; i < metrics_reason_count() && disclosed; i++)
        exposition_sample(out, metrics_cell_get(&counted->reasons[i]), "outcome=\"refused\",reason=\"%s\"",
                          metrics_reason(i));
}

static void write_decisions(struct exposition *out, const struct metrics *counted)
{
    static const char *const subjects[] = {"caller", "described"};
    static const char *const places[] = {"request", "batch"};
    exposition_family(out, "ntokend_decisions", EXPOSITION_COUNTER, NULL,
                      "Checks by kind, whose token was checked, where they stood and what they came to.");
    for (size_t kind = 0; kind < METRIC_DECISIONS; kind++)
        for (size_t i = 0; i < 4 * (size_t)METRIC_OUTCOMES; i++) {
            const size_t subject = i / 2 / METRIC_OUTCOMES;
            const size_t batch = i / METRIC_OUTCOMES % 2;
            const size_t outcome = i % METRIC_OUTCOMES;
            if (kind == METRIC_PRIVILEGE_CHECK && batch == 1)
                continue;
            exposition_sample(out, metrics_cell_get(&counted->decisions[kind][subject][batch][outcome]),
                              "kind=\"%s\",subject=\"%s\",in=\"%s\",outcome=\"%s\"", metrics_decisions[kind],
                              subjects[subject], places[batch], metrics_outcomes[outcome]);
        }
}

/* Of what two counters begin and end. Another thread counts meanwhile: never below zero. */
static uint64_t between(const struct metrics *counted, enum metric begun, uint64_t ended)
{
    const uint64_t all = metrics_cell_get(&counted->counters[begun]);
    return all > ended ? all - ended : 0;
}

static void write_held(struct exposition *out, const struct metrics *counted)
{
    const uint64_t ended = metrics_cell_get(&counted->counters[METRIC_HOLDS_RELEASED]) +
                           metrics_cell_get(&counted->counters[METRIC_HOLDS_WITHHELD]) +
                           metrics_cell_get(&counted->counters[METRIC_HOLDS_ABANDONED]);
    exposition_family(out, "ntokend_answers_held", EXPOSITION_GAUGE, NULL,
                      "Answers that wait until their events are on disk.");
    exposition_sample(out, between(counted, METRIC_HOLDS_BEGUN, ended), "%s", "");
    exposition_family(out, "ntokend_answer_hold_duration_seconds", EXPOSITION_HISTOGRAM, "seconds",
                      "How long answers waited for that.");
    exposition_histogram(out, &counted->held, "%s", "");
}

static void write_now(struct exposition *out, const struct server_figures *figures)
{
    const struct admission_figures *connections = &figures->connections;
    const uint64_t ended = metrics_cell_get(&figures->counted.counters[METRIC_REQUESTS_ENDED]);
    exposition_family(out, "ntokend_http_requests_under_way", EXPOSITION_GAUGE, NULL,
                      "Requests whose request line came and that have not ended.");
    exposition_sample(out, between(&figures->counted, METRIC_REQUESTS_BEGUN, ended), "%s", "");
    exposition_family(out, "ntokend_connections_open", EXPOSITION_GAUGE, NULL, "Connections.");
    exposition_sample(out, connections->open, "%s", "");
    exposition_family(out, "ntokend_connections_admitted", EXPOSITION_COUNTER, NULL,
                      "Connections that were let in.");
    exposition_sample(out, connections->admitted, "%s", "");
    exposition_family(out, "ntokend_connections_refused", EXPOSITION_COUNTER, NULL,
                      "Connections that were closed at once, by the key of the configuration.");
    exposition_sample(out, connections->refused, "limit=\"connections_max\"");
    exposition_sample(out, connections->refused_client, "limit=\"connections_per_ip\"");
    exposition_family(out, "ntokend_streams_open", EXPOSITION_GAUGE, NULL, "Streams.");
    exposition_sample(out, figures->streams, "%s", "");
    exposition_family(out, "ntokend_worker_threads", EXPOSITION_GAUGE, NULL, "Threads that answer.");
    exposition_sample(out, figures->threads, "%s", "");
}

static void write_server(struct exposition *out, const struct server_figures *figures, bool disclosed)
{
    exposition_family(out, "ntokend_build", EXPOSITION_INFO, NULL, "Which ntokend this is.");
    exposition_sample(out, 1, "version=\"%s\"", NTOKEND_VERSION);
    write_requests(out, &figures->counted);
    write_durations(out, &figures->counted);
    write_handshakes(out, &figures->counted, disclosed);
    write_decisions(out, &figures->counted);
    write_counters(out, &figures->counted);
    write_held(out, &figures->counted);
    write_now(out, figures);
}

/* In the order of enum exposition_format; EXPOSITION_FORMATS, with the reply written, for what nobody has. */
static enum exposition_format choose(struct request *request, struct reply *reply)
{
    static const struct accept_form forms[EXPOSITION_FORMATS] = {
        [EXPOSITION_OPENMETRICS] = {"application", "openmetrics-text", "1.0.0"},
        [EXPOSITION_TEXT] = {"text", "plain", "0.0.4"},
    };
    struct problem problem = {.kind = PROBLEM_NOT_ACCEPTABLE,
                              .detail = "There is application/openmetrics-text and text/plain."};
    size_t chosen = accept_choose(request_header(request, "Accept"), forms, EXPOSITION_FORMATS);
    if (request_header_count(request, "Accept") > 1) {
        problem = (struct problem){.kind = PROBLEM_BAD_REQUEST,
                                   .detail = "Accept came more than once: write one, with commas."};
        chosen = EXPOSITION_FORMATS;
    }
    if (chosen == EXPOSITION_FORMATS)
        reply_problem(request, reply, &problem);
    return (enum exposition_format)chosen;
}

void metrics_get(struct request *request, struct reply *reply)
{
    static const char *const types[EXPOSITION_FORMATS] = {
        [EXPOSITION_OPENMETRICS] = "application/openmetrics-text; version=1.0.0; charset=utf-8",
        [EXPOSITION_TEXT] = "text/plain; version=0.0.4; charset=utf-8",
    };
    struct bytes text = {0};
    if (!query_none(request, reply))
        return;
    struct exposition out = {.text.arena = &request->arena, .format = choose(request, reply)};
    if (out.format == EXPOSITION_FORMATS)
        return;
    struct server_figures *figures = arena_alloc(&request->arena, sizeof *figures);
    out.text.failed = figures == NULL;
    if (figures != NULL) {
        server_figures(request->service->server, figures);
        write_server(&out, figures, request->operators);
        metrics_write_state(&out, request->service);
    }
    if (exposition_end(&out, &text))
        reply_bytes(reply, 200, types[out.format], text);
    else
        reply_problem(request, reply, &(struct problem){.kind = PROBLEM_UNAVAILABLE});
}
