/* Nothing else is here, so that a test may put its own headers and queries in the place of libmicrohttpd's. */
#include "http/request.h"

#include <microhttpd.h>
#include <strings.h>

struct count {
    const char *name;
    int (*compare)(const char *a, const char *b);
    const char *first;
    size_t count;
};

static enum MHD_Result count_one(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    struct count *count = context;
    (void)kind;
    const bool differs =
        ((name[0] ^ count->name[0]) & ~0x20) != 0; /* in more than the case of the first letter */
    if (differs || count->compare(name, count->name) != 0)
        return MHD_YES;
    if (count->count == 0)
        count->first = value == NULL ? "" : value;
    count->count++;
    return MHD_YES;
}

const char *request_header(const struct request *request, const char *name)
{
    return MHD_lookup_connection_value(request->transport, MHD_HEADER_KIND, name);
}

size_t request_header_count(const struct request *request, const char *name)
{
    struct count count = {.name = name, .compare = strcasecmp};
    (void)MHD_get_connection_values(request->transport, MHD_HEADER_KIND, count_one, &count);
    return count.count;
}

const char *request_query(const struct request *request, const char *name, size_t *ret_count)
{
    struct count count = {.name = name, .compare = strcmp};
    (void)MHD_get_connection_values(request->transport, MHD_GET_ARGUMENT_KIND, count_one, &count);
    *ret_count = count.count;
    return count.first;
}

struct visit {
    bool (*each)(void *context, const char *name, const char *value);
    void *context;
};

static enum MHD_Result visit_one(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    const struct visit *visit = context;
    (void)kind;
    return visit->each(visit->context, name, value == NULL ? "" : value) ? MHD_YES : MHD_NO;
}

void request_query_each(const struct request *request,
                        bool (*each)(void *context, const char *name, const char *value), void *context)
{
    struct visit visit = {.each = each, .context = context};
    (void)MHD_get_connection_values(request->transport, MHD_GET_ARGUMENT_KIND, visit_one, &visit);
}
