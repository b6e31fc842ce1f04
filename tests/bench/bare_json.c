/* bare_json: libmicrohttpd and jansson with nothing between: parses each request's body and prints an answer of the size that the
 * service gives.
 *
 *     bare_json PORT THREADS ANSWER_FILE [static | large | KEYTAB_FILE REPLAY_CACHE_FILE]
 *
 * `static` gives the bytes of the file to whoever asks and looks at nothing. With a keytab it also accepts the Negotiate token of
 * each request, by gss_accept_sec_context alone. PORT 0: any, printed. The library's options are those that it has by itself; with `large` a connection has the
 * memory that ntokend gives it, so that a ticket of 64 KB fits. */
#include "bare_gss.h"

#include "base/base64.h"

#include <jansson.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

enum { TOKEN_ARENA = 1 << 18, LARGE_CONNECTION_BYTES = (96 + 8) << 10 };

static json_t *answer;
static size_t connection_bytes = 32 << 10; /* as the library has by itself */
static struct MHD_Response *constant;      /* NULL: the answer is printed anew each time */
static const char *keytab;
static const char *replay_cache;

struct body {
    char *text;
    size_t size;
};

/* One for each thread: a shared credential would be serialised by a lock. */
static gss_cred_id_t credential(void)
{
    static _Thread_local gss_cred_id_t own;
    if (own == GSS_C_NO_CREDENTIAL)
        own = bare_gss_acquire(keytab, replay_cache);
    return own;
}

static bool authenticate(struct MHD_Connection *connection, struct arena *arena, const char **ret_header)
{
    const char *header = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");
    struct bytes token = {0};
    gss_buffer_desc reply = GSS_C_EMPTY_BUFFER;
    OM_uint32 minor = 0;
    if (header == NULL || strncmp(header, "Negotiate ", 10) != 0 ||
        base64_decode(arena, bytes_of_string(header + 10), &token) != ERR_NONE)
        return false;
    bool good = bare_gss_accept(credential(), token, &reply);
    if (good) {
        const char *encoded = base64_encode(arena, bytes_of(reply.value, reply.length));
        *ret_header = encoded == NULL ? NULL : arena_printf(arena, "Negotiate %s", encoded);
    }
    (void)gss_release_buffer(&minor, &reply);
    return good && *ret_header != NULL;
}

static enum MHD_Result respond(struct MHD_Connection *connection, const struct body *body)
{
    AUTO_ARENA arena;
    arena_init(&arena, TOKEN_ARENA);
    const char *negotiate = NULL;
    unsigned status = keytab == NULL || authenticate(connection, &arena, &negotiate) ? 200 : 401;
    json_t *request = json_loadb(body->text != NULL ? body->text : "", body->size, 0, NULL);
    status = request == NULL ? 400 : status;
    json_t *copy = json_deep_copy(answer);
    char *text = json_dumps(copy, JSON_COMPACT);
    json_decref(copy);
    json_decref(request);
    if (text == NULL)
        return MHD_NO;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    (void)MHD_add_response_header(response, "Content-Type", "application/json");
    if (negotiate != NULL)
        (void)MHD_add_response_header(response, "WWW-Authenticate", negotiate);
    enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

static enum MHD_Result give_constant(struct MHD_Connection *connection, size_t *size, void **state)
{
    static int seen;
    if (*state == NULL || *size != 0) {
        *state = &seen;
        *size = 0;
        return MHD_YES;
    }
    return MHD_queue_response(connection, 200, constant);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
                              const char *method, const char *version, const char *data, size_t *size,
                              void **state)
{
    (void)context;
    (void)url;
    (void)method;
    (void)version;
    struct body *body = *state;
    if (constant != NULL)
        return give_constant(connection, size, state);
    if (body == NULL) {
        *state = calloc(1, sizeof *body);
        return *state == NULL ? MHD_NO : MHD_YES;
    }
    if (*size == 0)
        return respond(connection, body);
    char *text = realloc(body->text, body->size + *size);
    if (text == NULL)
        return MHD_NO;
    memcpy(text + body->size, data, *size);
    body->text = text;
    body->size += *size;
    *size = 0;
    return MHD_YES;
}

static void completed(void *context, struct MHD_Connection *connection, void **state,
                      enum MHD_RequestTerminationCode code)
{
    (void)context;
    (void)connection;
    (void)code;
    struct body *body = constant == NULL ? *state : NULL;
    if (body != NULL)
        free(body->text);
    free(body);
    *state = NULL;
}

static bool read_arguments(int argc, char **argv)
{
    bool is_static = argc == 5 && strcmp(argv[4], "static") == 0;
    bool is_large = argc == 5 && strcmp(argv[4], "large") == 0;
    if (argc != 4 && argc != 6 && !is_static && !is_large)
        return false;
    if (is_large)
        connection_bytes = LARGE_CONNECTION_BYTES;
    answer = json_load_file(argv[3], 0, NULL);
    keytab = argc == 6 ? argv[4] : NULL;
    replay_cache = argc == 6 ? argv[5] : NULL;
    char *text = answer == NULL ? NULL : json_dumps(answer, JSON_COMPACT);
    if (is_static && text != NULL) {
        constant = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_COPY);
        (void)MHD_add_response_header(constant, "Content-Type", "application/json");
    }
    free(text);
    return answer != NULL;
}

int main(int argc, char **argv)
{
    if (!read_arguments(argc, argv)) {
        (void)fprintf(
            stderr,
            "usage: bare_json PORT THREADS ANSWER_FILE [static | large | KEYTAB_FILE REPLAY_CACHE_FILE]\n");
        return 2;
    }
    sigset_t signals;
    (void)sigemptyset(&signals);
    (void)sigaddset(&signals, SIGTERM);
    (void)sigaddset(&signals, SIGINT);
    (void)pthread_sigmask(SIG_BLOCK, &signals, NULL);
    unsigned threads = (unsigned)strtoul(argv[2], NULL, 10);
    struct MHD_Daemon *daemon = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD, (uint16_t)strtoul(argv[1], NULL, 10), NULL, NULL, handle, NULL,
        MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0U, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
        connection_bytes, MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_END);
    if (daemon == NULL) {
        (void)fprintf(stderr, "bare_json: cannot start\n");
        return 1;
    }
    (void)printf("%u\n", (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    (void)fflush(stdout);
    int received = 0;
    (void)sigwait(&signals, &received);
    MHD_stop_daemon(daemon);
    if (constant != NULL)
        MHD_destroy_response(constant);
    json_decref(answer);
    return 0;
}
