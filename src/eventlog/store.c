#include "eventlog/store.h"

#include "eventlog/writer.h"

#include <stdlib.h>

enum { PAGE_MAX = 1000 };

struct event_store {
    struct writer writer;
};

/* One line a kind of store. */
static const struct event_backend *const backends[] = {
    &event_backend_postgres,
    &event_backend_sqlite,
};

static const struct event_backend *find(const char *url)
{
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
        if (strncmp(url, backends[i]->scheme, strlen(backends[i]->scheme)) == 0)
            return backends[i];
    }
    return NULL;
}

static enum err start(const struct event_store_settings *settings, const struct event_backend *backend,
                      void *self, struct event_store **ret, const char **ret_problem)
{
    struct event_store *store = calloc(1, sizeof *store);
    *ret_problem = "out of memory or threads";
    if (store == NULL)
        return ERR_NO_MEMORY;
    store->writer = (struct writer){
        .backend = backend, .self = self, .policy = settings->policy, .queue_max = settings->queue_max};
    enum err err = writer_start(&store->writer);
    if (err == ERR_NONE)
        *ret = store;
    else
        free(store);
    return err;
}

static const char no_url[] =
    "is no URL of an event log; write sqlite:FILE or postgresql://USER@HOST/DATABASE";

enum err event_store_open(const struct event_store_settings *settings, struct arena *arena,
                          struct event_store **ret, const char **ret_problem)
{
    const struct event_backend *backend = settings->url == NULL ? NULL : find(settings->url);
    void *self = NULL;
    *ret_problem = no_url;
    if (backend == NULL)
        return ERR_INVALID_PARAMETER;
    *ret_problem = "the queue must have room for an event";
    if (settings->queue_max == 0)
        return ERR_INVALID_PARAMETER;
    enum err err = backend->open(settings, arena, &self, ret_problem);
    if (err != ERR_NONE)
        return err;
    err = start(settings, backend, self, ret, ret_problem);
    if (err != ERR_NONE)
        backend->close(self);
    return err;
}

void event_store_close(struct event_store *store)
{
    if (store == NULL)
        return;
    writer_stop(&store->writer);
    store->writer.backend->close(store->writer.self);
    free(store);
}

enum err event_store_append(struct event_store *store, const struct event *events, size_t count,
                            event_store_done *done, void *context)
{
    return writer_append(&store->writer, events, count, done, context);
}

enum err event_store_read(struct event_store *store, const struct event_filter *filter, const char *cursor,
                          size_t limit, struct arena *arena, struct event_page *ret)
{
    struct event_position position;
    struct event_found found = {0};
    enum err err = ERR_NONE;
    if (limit == 0 || limit > PAGE_MAX)
        return ERR_INVALID_PARAMETER;
    if (cursor != NULL)
        err = position_parse(bytes_of_string(cursor), filter, &position);
    if (err == ERR_NONE)
        err = store->writer.backend->read(store->writer.self, filter, cursor == NULL ? NULL : &position,
                                          limit, arena, &found);
    if (err != ERR_NONE)
        return err;
    const char *next = found.more ? position_format(arena, &found.last, filter) : NULL;
    if (found.more && next == NULL)
        return ERR_NO_MEMORY;
    *ret = (struct event_page){.events = found.events, .count = found.count, .next = next};
    return ERR_NONE;
}

enum err event_store_read_after(struct event_store *store, const struct event_filter *filter,
                                uint64_t record_id, size_t limit, struct arena *arena, struct event_page *ret,
                                uint64_t *ret_last)
{
    if (limit == 0 || limit > PAGE_MAX)
        return ERR_INVALID_PARAMETER;
    return store->writer.backend->read_after(store->writer.self, filter, record_id, limit, arena, ret,
                                             ret_last);
}

enum err event_store_watch(struct event_store *store, event_store_wake *wake, void *context)
{
    writer_watch(&store->writer, wake, context);
    return ERR_NONE;
}

void event_store_health(struct event_store *store, struct event_store_health *ret)
{
    writer_health(&store->writer, ret);
}

bool event_store_known(const char *url, const char **ret_expected)
{
    *ret_expected = no_url;
    return find(url) != NULL;
}

enum err event_store_check(const char *url, const char **ret_problem)
{
    const struct event_backend *backend = find(url);
    *ret_problem = no_url;
    if (backend == NULL)
        return ERR_INVALID_PARAMETER;
    return backend->check != NULL ? backend->check(url, ret_problem) : ERR_NONE;
}

enum err event_store_verify(const char *url, struct event_verdict *ret, const char **ret_problem)
{
    const struct event_backend *backend = find(url);
    *ret_problem = no_url;
    if (backend == NULL)
        return ERR_INVALID_PARAMETER;
    *ret_problem = "has no hash chain";
    if (backend->verify == NULL)
        return ERR_NOT_SUPPORTED;
    return backend->verify(url, ret, ret_problem);
}
