#include "integration/visitor.h"

#include <check.h>
#include <stdio.h>

enum { HEADER_MAX = 512, HEADERS_MAX = 4 };

void visitor_send(struct fixture *fixture, const struct visit *visit, struct client_answer *ret)
{
    char bearer[HEADER_MAX];
    char cookie[HEADER_MAX];
    char extra[HEADER_MAX];
    const char *headers[HEADERS_MAX] = {NULL};
    size_t count = 0;
    if (visit->by == BY_BEARER || visit->by == BY_BOTH) {
        (void)snprintf(bearer, sizeof bearer, "Authorization: Bearer %s", visit->token);
        headers[count++] = bearer;
    }
    if (visit->by == BY_COOKIE || visit->by == BY_BOTH || visit->by == BY_TICKET_AND_COOKIE) {
        (void)snprintf(cookie, sizeof cookie, "Cookie: other=1; ntokend=%s", visit->token);
        headers[count++] = cookie;
    }
    if (visit->header != NULL) {
        const char *port = strstr(visit->header, "%u");
        int size = port == NULL ? (int)strlen(visit->header) : (int)(port - visit->header);
        if (port == NULL)
            (void)snprintf(extra, sizeof extra, "%s", visit->header);
        else
            (void)snprintf(extra, sizeof extra, "%.*s%u%s", size, visit->header, fixture->service.port,
                           port + 2);
        headers[count++] = extra;
    }
    bool ticket = visit->by == BY_TICKET || visit->by == BY_TICKET_AND_COOKIE;
    const struct client_request request = {.method = visit->method,
                                           .target = visit->target,
                                           .body = visit->body,
                                           .body_size = visit->body == NULL ? 0 : strlen(visit->body),
                                           .content_type = visit->type,
                                           .ccache = ticket ? fixture_ccache(fixture, visit->person) : NULL,
                                           .headers = headers};
    ck_assert(client_send(&fixture->client, &request, ret));
}

void visitor_open(struct fixture *fixture, enum fixture_person person, char ret_token[VISITOR_TOKEN_MAX])
{
    AUTO_ANSWER answer;
    const struct visit visit = {.by = BY_TICKET, .person = person, .method = "POST", .target = "/session"};
    visitor_send(fixture, &visit, &answer);
    fixture_expect("open", &answer, 201, NULL);
    const char *token = json_string_value(json_object_get(answer.json, "token"));
    ck_assert_ptr_nonnull(token);
    (void)snprintf(ret_token, VISITOR_TOKEN_MAX, "%s", token);
}
