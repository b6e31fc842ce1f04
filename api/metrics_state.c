#include "api/metrics_state.h"

#include "api/service.h"
#include "base/log.h"
#include "http/session.h"
#include "platform/usage.h"

enum { US_PER_MS = 1000 };

static void gauge(struct exposition *out, const char *family, const char *unit, uint64_t value,
                  const char *help)
{
    exposition_family(out, family, EXPOSITION_GAUGE, unit, help);
    exposition_sample(out, value, "%s", "");
}

static void counter(struct exposition *out, const char *family, uint64_t value, const char *help)
{
    exposition_family(out, family, EXPOSITION_COUNTER, NULL, help);
    exposition_sample(out, value, "%s", "");
}

static void write_sessions(struct exposition *out, const struct sessions *sessions)
{
    struct session_figures figures;
    sessions_figures(sessions, &figures);
    gauge(out, "ntokend_sessions_open", NULL, figures.open, "Sessions.");
    counter(out, "ntokend_sessions_opened", figures.opened, "Sessions that were opened.");
    exposition_family(
        out, "ntokend_sessions_ended", EXPOSITION_COUNTER, NULL,
        "Sessions that ended: expired by themselves, or closed by their user or for want of an event.");
    exposition_sample(out, figures.expired, "reason=\"expired\"");
    exposition_sample(out, figures.ended, "reason=\"closed\"");
}

static void write_audit(struct exposition *out, const struct event_store_health *audit)
{
    gauge(out, "ntokend_audit_writable", NULL, audit->writable, "1: the security log can be written.");
    gauge(out, "ntokend_audit_queue_events", NULL, audit->queued, "Events that wait to become durable.");
    gauge(out, "ntokend_audit_queue_max_events", NULL, audit->queue_max, "How many may wait (audit_queue).");
    exposition_family(
        out, "ntokend_audit_events", EXPOSITION_COUNTER, NULL,
        "Events by what became of them; failed: the answer was withheld; dropped: policy drop.");
    exposition_sample(out, audit->written, "outcome=\"durable\"");
    exposition_sample(out, audit->failed, "outcome=\"failed\"");
    exposition_sample(out, audit->dropped, "outcome=\"dropped\"");
    counter(out, "ntokend_audit_events_overwritten", audit->overwritten,
            "Old events that made room for new ones (policy overwrite).");
    gauge(out, "ntokend_audit_newest_record", NULL, audit->newest_record_id, "The newest record's number.");
    if (audit->bytes != 0)
        gauge(out, "ntokend_audit_log_size_bytes", "bytes", audit->bytes, "The log's file.");
}

static void write_forward(struct exposition *out, const struct forward_figures *targets, size_t count)
{
#define TARGET "target=\"%zu\",kind=\"%s\""
    exposition_family(out, "ntokend_forward_connected", EXPOSITION_GAUGE, NULL,
                      "1: the receiver takes events. Targets are numbered as audit_forward names them.");
    for (size_t i = 0; i < count; i++)
        exposition_sample(out, targets[i].connected, TARGET, i + 1, targets[i].kind);
    exposition_family(out, "ntokend_forward_events_sent", EXPOSITION_COUNTER, NULL, "Events that were sent.");
    for (size_t i = 0; i < count; i++)
        exposition_sample(out, targets[i].sent, TARGET, i + 1, targets[i].kind);
    exposition_family(out, "ntokend_forward_lag_events", EXPOSITION_GAUGE, NULL,
                      "Events of the log that were not sent yet.");
    for (size_t i = 0; i < count; i++)
        exposition_sample(out, targets[i].behind, TARGET, i + 1, targets[i].kind);
    exposition_family(out, "ntokend_forward_lag_seconds", EXPOSITION_GAUGE, "seconds",
                      "The oldest of these is at most so old.");
    for (size_t i = 0; i < count; i++)
        exposition_seconds(out, targets[i].behind_ms * US_PER_MS, TARGET, i + 1, targets[i].kind);
    exposition_family(out, "ntokend_forward_outages", EXPOSITION_COUNTER, NULL,
                      "How often a receiver went away.");
    for (size_t i = 0; i < count; i++)
        exposition_sample(out, targets[i].outages, TARGET, i + 1, targets[i].kind);
#undef TARGET
}

static void write_files(struct exposition *out, const struct platform_figures *figures)
{
    exposition_family(out, "ntokend_file_usable", EXPOSITION_GAUGE, NULL,
                      "1: what the file of that key of the configuration says now is in force.");
    for (size_t i = 0; i < figures->file_count; i++)
        exposition_sample(out, figures->files[i].usable, "file=\"%s\"", figures->files[i].key);
    exposition_family(out, "ntokend_file_modified_timestamp_seconds", EXPOSITION_GAUGE, "seconds",
                      "When the file was written; the age is time() less that.");
    for (size_t i = 0; i < figures->file_count; i++)
        if (figures->files[i].modified_s > 0)
            exposition_sample(out, (uint64_t)figures->files[i].modified_s, "file=\"%s\"",
                              figures->files[i].key);
    exposition_family(out, "ntokend_file_loads", EXPOSITION_COUNTER, NULL,
                      "How often the file was read, at the start and since, and whether it could be used.");
    for (size_t i = 0; i < figures->file_count; i++) {
        exposition_sample(out, figures->files[i].loads, "file=\"%s\",outcome=\"ok\"", figures->files[i].key);
        exposition_sample(out, figures->files[i].failures, "file=\"%s\",outcome=\"failed\"",
                          figures->files[i].key);
    }
}

static void write_shadow(struct exposition *out, const struct platform_figures *figures)
{
    counter(out, "ntokend_shadow_checks", figures->shadow_checked,
            "Checks decided, and SDDL read, a second time without Windows (shadow_check).");
    counter(out, "ntokend_shadow_differences", figures->shadow_differing,
            "Those where the two did not agree; each is in the log.");
}

/* The names that Prometheus' own clients use. */
static void write_process(struct exposition *out)
{
    struct usage usage;
    platform_usage(&usage);
    exposition_family(out, "process_cpu_seconds", EXPOSITION_COUNTER, "seconds", "User and system time.");
    exposition_seconds(out, usage.cpu_us, "%s", "");
    gauge(out, "process_resident_memory_bytes", "bytes", usage.resident_bytes, "Resident memory.");
    gauge(out, "process_virtual_memory_bytes", "bytes", usage.virtual_bytes, "Virtual memory.");
    gauge(out, "process_open_fds", NULL, usage.descriptors, "Open files, sockets and the like.");
    if (usage.descriptors_max != 0)
        gauge(out, "process_max_fds", NULL, usage.descriptors_max, "How many there may be.");
    if (usage.threads != 0)
        gauge(out, "process_threads", NULL, usage.threads, "Threads.");
    exposition_family(out, "process_start_time_seconds", EXPOSITION_GAUGE, "seconds",
                      "When the process started, since the epoch.");
    exposition_seconds(out, usage.started_us, "%s", "");
}

void metrics_write_state(struct exposition *out, const struct service *service)
{
    struct readiness readiness;
    struct platform_figures figures;
    service_readiness(service, &readiness);
    platform_figures(service->platform, &figures);
    gauge(out, "ntokend_ready", NULL, readiness.detail == NULL, "1: /readyz says yes.");
    if (service->sessions != NULL)
        write_sessions(out, service->sessions);
    if (readiness.has_audit)
        write_audit(out, &readiness.audit);
    if (readiness.target_count != 0)
        write_forward(out, readiness.targets, readiness.target_count);
    if (figures.file_count != 0)
        write_files(out, &figures);
    if (readiness.health.certificate_expires_at > 0)
        gauge(out, "ntokend_certificate_expiry_timestamp_seconds", "seconds",
              (uint64_t)readiness.health.certificate_expires_at,
              "When the certificate in force ends, or its chain.");
    if (figures.shadowed)
        write_shadow(out, &figures);
    counter(out, "ntokend_log_lines_lost", log_lost(), "Lines of the log that standard error did not take.");
    write_process(out);
}
