/* ntokend: options, start, stop. */
#include "api/service.h"
#include "base/json.h"
#include "base/json_depth.h"
#include "base/log.h"
#include "config.h"
#include "eventlog/store.h"
#include "forward/forward.h"
#include "host.h"
#include "http/inherited.h"
#include "http/json_memory.h"
#include "http/server.h"
#include "http/stream.h"
#include "platform/audit.h"

#include <inttypes.h>
#include <stdlib.h>

/* Made by tools/embed from openapi.yaml. */
extern const unsigned char openapi_yaml[];
extern const size_t openapi_yaml_size;

enum exit_status { EXIT_CLEAN = 0, EXIT_RUNTIME = 1, EXIT_CONFIGURATION = 2 };

enum { RELOAD_SECONDS = 1, HANDOVER_SPARE_S = 15, LOG_END_MS = 2000 };

/* When it is another than was told last: a static string. */
static void tell_status(struct platform *platform, const char **told)
{
    struct platform_health health = {.ready = false};
    platform_health(platform, &health);
    const char *words = health.ready ? "Serving" : "Refusing everybody: there are no keys";
    if (*told != words)
        host_status(words);
    *told = words;
}

/* Until the service is to stop. What changed on disk is taken up here, on the one thread that may. */
static int wait_for_end(struct platform *platform, struct server *server, struct sessions *sessions)
{
    const char *told = NULL;
    for (;;) {
        int number = 0;
        enum host_request request = host_wait(RELOAD_SECONDS, &number);
        if (request == HOST_STOP)
            return number;
        if (request == HOST_RELOAD)
            host_reloading();
        platform_reload(platform, request == HOST_RELOAD);
        if (request == HOST_RELOAD)
            host_serving();
        log_drain(0);
        (void)sessions_sweep(sessions, session_time_now());
        tell_status(platform, &told);
        if (server_moves(server))
            host_alive();
    }
}

/* From the log's own thread. */
static void wake_followers(void *server)
{
    server_wake_streams(server);
}

/* Without a log, and where it cannot be read, there is nothing to follow; the platform has said which. */
static void watch_log(struct platform *platform, event_store_wake *wake, struct server *server)
{
    enum err err = platform_audit_watch(platform, wake, server);
    (void)err;
}

static enum err events_after(void *platform, uint64_t record_id, size_t limit, struct arena *arena,
                             struct event_page *ret, uint64_t *ret_last)
{
    static const struct event_filter all = {.since_ns = INT64_MIN};
    return platform_audit_read_after(platform, &all, record_id, limit, arena, ret, ret_last);
}

static uint64_t newest_event(void *platform)
{
    struct event_store_health health = {.newest_record_id = 0};
    platform_audit_health(platform, &health);
    return health.newest_record_id;
}

static enum err start_forward(const struct config *config, struct platform *platform, struct forward **ret)
{
    const struct forward_source source = {.context = platform,
                                          .read_after = events_after,
                                          .newest = newest_event,
                                          .computer = platform_computer_name(platform)};
    const char *problem = NULL;
    *ret = NULL;
    if (config->forward.count == 0)
        return ERR_NONE;
    enum err err = forward_start(&config->forward, &source, ret, &problem);
    if (err != ERR_NONE)
        LOG(LOG_LEVEL_ERROR, "forward-failed", LOG_STRING("reason", problem),
            LOG_STRING("folder", config->forward.folder));
    return err;
}

static enum exit_status serve(const struct config *config, struct platform *platform)
{
    struct service service = {
        .platform = platform,
        .audit_required = config->platform.audit.store.policy == EVENT_FAIL_CLOSED,
        .openapi = bytes_of(openapi_yaml, openapi_yaml_size),
        .batch_max = config->batch_max,
    };
    struct server *server = NULL;
    json_depth_bound(config->json_depth_max);
    json_values_bound(config->json_values_max);
    json_memory_bound(config->json_memory_max);
    enum err err = sessions_new(&config->session, &service.sessions);
    if (err == ERR_NONE)
        err = server_new(&config->server, platform, routes_all(), service.sessions, &service, &server);
    if (err != ERR_NONE) {
        sessions_free(service.sessions);
        return EXIT_RUNTIME;
    }
    service.server = server;
    struct forward *forward = NULL;
    watch_log(platform, wake_followers, server);
    err = start_forward(config, platform, &forward);
    service.forward = forward;
    if (err == ERR_NONE)
        err = server_start(server);
    if (err == ERR_NONE) {
        host_serving();
        int number = wait_for_end(platform, server, service.sessions);
        host_stopping(config->server.drain_s);
        LOG(LOG_LEVEL_INFO, "stopping", LOG_NUMBER("signal", number));
    }
    watch_log(platform, NULL, NULL);
    server_stop(server);
    forward_stop(forward);
    sessions_free(service.sessions);
    LOG(LOG_LEVEL_INFO, "stopped", LOG_STRING("version", NTOKEND_VERSION));
    return err == ERR_NONE ? EXIT_CLEAN : EXIT_RUNTIME;
}

static enum exit_status run(const struct config *config)
{
    host_listen();
    log_set_level(config->log_level);
    struct platform *platform = NULL;
    struct platform_settings settings = config->platform;
    if (inherited_count() >
        0) /* then the process before this one may be at its end, and has the log for so long */
        settings.audit.store.wait_ms = (config->server.drain_s + HANDOVER_SPARE_S) * 1000;
    enum err err = platform_start(&settings, &platform);
    if (err != ERR_NONE)
        return err == ERR_NO_MEMORY || err == ERR_FAILED ? EXIT_RUNTIME : EXIT_CONFIGURATION;
    enum exit_status status = serve(config, platform);
    platform_stop(platform);
    return status;
}

/* How much of a URL may be shown: behind the scheme of a server's there may be a password. */
static int shown(const char *url)
{
    const char *server = strstr(url, "://");
    return (int)(server == NULL ? strlen(url) : (size_t)(server - url) + 3);
}

/* --verify-audit URL: what was found, on standard output. */
static enum exit_status verify_audit(const char *url)
{
    struct event_verdict verdict;
    const char *problem = NULL;
    char hash[2 * EVENT_HASH_SIZE + 1];
    if (event_store_verify(url, &verdict, &problem) != ERR_NONE) {
        (void)fprintf(stderr, "ntokend: %.*s: %s\n", shown(url), url, problem);
        return EXIT_CONFIGURATION;
    }
    if (!verdict.sound) {
        (void)printf("record %" PRIu64 ": %s\n", verdict.broken_record_id, verdict.problem);
        return EXIT_RUNTIME;
    }
    for (size_t i = 0; i < EVENT_HASH_SIZE; i++)
        (void)snprintf(hash + 2 * i, sizeof hash - 2 * i, "%02x", verdict.last_hash[i]);
    (void)printf("%" PRIu64 " records are as they were written; the last is %" PRIu64 " with hash %s\n",
                 verdict.count, verdict.last_record_id, hash);
    return EXIT_CLEAN;
}

static enum exit_status say_sound(void)
{
    (void)fprintf(stderr, "ntokend: the configuration is sound\n");
    return EXIT_CLEAN;
}

static int program(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            config_usage(stdout);
            (void)fputs(host_usage(), stdout);
            return EXIT_CLEAN;
        }
        if (strcmp(argv[i], "--version") == 0) {
            (void)printf("ntokend %s\n", NTOKEND_VERSION);
            return EXIT_CLEAN;
        }
        if (strcmp(argv[i], "--verify-audit") == 0 && i + 1 < argc)
            return (int)verify_audit(argv[i + 1]);
    }
    struct config config;
    enum exit_status status = EXIT_CONFIGURATION;
    if (config_read(argc, argv, routes_all(), stderr, &config) == ERR_NONE)
        status = config.check ? say_sound() : run(&config);
    config_done(&config);
    return (int)status;
}

int main(int argc, char **argv)
{
    const int status = host_run(argc, argv, program);
    log_drain(LOG_END_MS);
    return status;
}
