#include "api/query.h"

struct search {
    const char *known;   /* the one argument that may be there; NULL: none */
    const char *unknown; /* the first other one */
};

static bool search_each(void *context, const char *name, const char *value)
{
    struct search *search = context;
    (void)value;
    if (search->known != NULL && strcmp(name, search->known) == 0)
        return true;
    search->unknown = name;
    return false;
}

static bool query_only(struct request *request, struct reply *reply, const char *known)
{
    struct search search = {.known = known};
    request_query_each(request, search_each, &search);
    if (search.unknown == NULL)
        return true;
    reply_problem(request, reply,
                  &(struct problem){.kind = PROBLEM_INVALID_QUERY,
                                    .parameter = search.unknown,
                                    .detail = "this route does not know the parameter"});
    return false;
}

bool query_none(struct request *request, struct reply *reply)
{
    return query_only(request, reply, NULL);
}

bool query_on_deny(struct request *request, struct reply *reply, unsigned *ret_status)
{
    if (!query_only(request, reply, "onDeny"))
        return false;
    size_t count = 0;
    const char *value = request_query(request, "onDeny", &count);
    if (value == NULL) {
        *ret_status = 200;
        return true;
    }
    if (count == 1 && strcmp(value, "403") == 0) {
        *ret_status = 403;
        return true;
    }
    reply_problem(request, reply,
                  &(struct problem){.kind = PROBLEM_INVALID_QUERY,
                                    .parameter = "onDeny",
                                    .detail = "onDeny takes 403, once"});
    return false;
}
