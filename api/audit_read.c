/* GET /audit: the security log, newest first, as JSON or as the XML of Windows; or as it goes on, as a stream. */
#include "api/alarm.h"
#include "api/audit_follow.h"
#include "api/audit_format.h"
#include "api/audit_query.h"
#include "api/routes.h"
#include "api/service.h"
#include "api/write_event.h"
#include "eventlog/xml.h"

#include <time.h>

/* What one request may take: no page of the log is begun past the time, which is for filters that meet little of a large log; and
 * events beyond the memory wait for the next page. */
enum { LOOK_MS = 12, PAGE_BYTES = 8 << 20 };

static int64_t now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Goes on while the log's own pages come short. */
static enum err read_page(struct request *request, const struct audit_query *query, size_t limit,
                          struct arena *arena, struct event_page *ret)
{
    int64_t until = now_ms() + LOOK_MS;
    struct event_page whole = {.events = arena_alloc_array(arena, limit, sizeof(struct event)),
                               .next = query->cursor};
    enum err err = whole.events == NULL ? ERR_NO_MEMORY : ERR_NONE;
    bool first = true;
    while (err == ERR_NONE && (first || (whole.next != NULL && whole.count < limit && now_ms() < until))) {
        struct event_page page = {0};
        err = platform_audit_read(request->service->platform, &query->filter, whole.next, limit - whole.count,
                                  arena, &page);
        if (err == ERR_NONE && page.count > 0)
            memcpy(whole.events + whole.count, page.events, page.count * sizeof *page.events);
        whole.count += page.count;
        whole.next = page.next;
        first = false;
    }
    if (err == ERR_NONE)
        *ret = whole;
    return err;
}

static enum err reply_page_json(struct request *request, struct reply *reply, const struct event_page *page)
{
    struct writer writer = {.arena = &request->arena, .platform = request->service->platform};
    json_t *object = json_object();
    json_t *events = json_array();
    for (size_t i = 0; i < page->count; i++)
        write_item(&writer, events, write_event(&writer, &page->events[i]));
    write_member(&writer, object, "events", events);
    if (page->next != NULL)
        write_member(&writer, object, "next", write_text(page->next));
    reply_json(request, reply, 200, write_done(&writer, object));
    return reply->status == 200 ? ERR_NONE : ERR_NO_MEMORY;
}

/* Percent-encoded (RFC 3986 2.1), all but what is never reserved. */
static size_t put_encoded(const char *text, char *ret)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    static const char digits[] = "0123456789ABCDEF";
    size_t size = 0;
    for (; *text != 0; text++) {
        uint8_t byte = (uint8_t)*text;
        if (strchr(plain, *text) != NULL) {
            ret[size++] = *text;
            continue;
        }
        ret[size++] = '%';
        ret[size++] = digits[byte >> 4];
        ret[size++] = digits[byte & 0xF];
    }
    return size;
}

struct link {
    struct arena *arena;
    const char *next;
    const char *text; /* so far; NULL when memory is exhausted */
};

/* Everything that was asked, but for the cursor. */
static bool link_each(void *context, const char *name, const char *value)
{
    struct link *link = context;
    if (strcmp(name, "cursor") == 0)
        return true;
    char *encoded = arena_alloc_array(link->arena, strlen(value) + 1, 3);
    if (encoded != NULL)
        encoded[put_encoded(value, encoded)] = 0;
    link->text = encoded == NULL ? NULL : arena_printf(link->arena, "%s%s=%s&", link->text, name, encoded);
    return link->text != NULL;
}

/* RFC 8288. NULL when memory is exhausted. */
static const char *link_to(struct request *request, const char *cursor)
{
    struct link link = {.arena = &request->arena, .text = "</audit?"};
    request_query_each(request, link_each, &link);
    return link.text == NULL ? NULL
                             : arena_printf(&request->arena, "%scursor=%s>; rel=\"next\"", link.text, cursor);
}

static enum err reply_page_xml(struct request *request, struct reply *reply, const struct event_page *page)
{
    struct bytes body;
    const char *link = page->next == NULL ? "" : link_to(request, page->next);
    if (link == NULL)
        return ERR_NO_MEMORY;
    enum err err =
        event_xml_document(page->events, page->count, platform_computer_name(request->service->platform),
                           &request->arena, &body);
    if (err != ERR_NONE)
        return err;
    reply_bytes(reply, 200, "application/xml", body);
    if (page->next != NULL)
        reply_header(reply, "Link", link);
    return ERR_NONE;
}

static enum err try_page(struct request *request, struct reply *reply, const struct audit_query *query,
                         enum audit_format format, size_t limit)
{
    struct event_page page = {0};
    AUTO_ARENA arena;
    arena_init(&arena, PAGE_BYTES);
    enum err err = read_page(request, query, limit, &arena, &page);
    if (err != ERR_NONE)
        return err;
    return format == AUDIT_FORMAT_XML ? reply_page_xml(request, reply, &page)
                                      : reply_page_json(request, reply, &page);
}

/* Events may be so large that not all that were asked for fit. */
static void reply_page(struct request *request, struct reply *reply, const struct audit_query *query,
                       enum audit_format format)
{
    enum err err = ERR_NO_MEMORY;
    for (size_t limit = query->limit; err == ERR_NO_MEMORY && limit > 0; limit /= 2)
        err = try_page(request, reply, query, format, limit);
    struct problem problem = {.kind = PROBLEM_UNAVAILABLE, .detail = "The security log cannot be read now."};
    if (err == ERR_MALFORMED)
        problem = (struct problem){.kind = PROBLEM_INVALID_QUERY,
                                   .parameter = "cursor",
                                   .detail = "is no cursor for these filters; send what `next` of the page "
                                             "before said, and the same filters"};
    if (err != ERR_NONE)
        reply_problem(request, reply, &problem);
}

/* The formats of a list may stand in several headers, of which the first alone would be read. */
static enum audit_format read_format(struct request *request, struct reply *reply)
{
    struct problem problem = {.kind = PROBLEM_NOT_ACCEPTABLE,
                              .detail = "There is application/json, application/xml and text/event-stream."};
    enum audit_format format = audit_format_of(request_header(request, "Accept"));
    if (request_header_count(request, "Accept") > 1) {
        problem = (struct problem){.kind = PROBLEM_BAD_REQUEST,
                                   .detail = "Accept came more than once: write one, with commas."};
        format = AUDIT_FORMAT_NONE;
    }
    if (format == AUDIT_FORMAT_NONE)
        reply_problem(request, reply, &problem);
    return format;
}

void audit_get(struct request *request, struct reply *reply)
{
    struct audit_query query;
    enum audit_format format = read_format(request, reply);
    if (format == AUDIT_FORMAT_NONE ||
        !audit_query_read(request, reply, format != AUDIT_FORMAT_STREAM, &query))
        return;
    if (!platform_audit_available(request->service->platform)) {
        struct problem problem = alarm_problem(ERR_NOT_SUPPORTED);
        reply_problem(request, reply, &problem);
    } else if (format == AUDIT_FORMAT_STREAM) {
        audit_follow(request, reply, &query.filter);
    } else {
        reply_page(request, reply, &query, format);
    }
}
