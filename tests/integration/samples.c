#include "integration/samples.h"

#include "support/suite.h"

#include <stdlib.h>
#include <string.h>

void samples_ask(struct fixture *fixture, const char *header, struct client_answer *ret)
{
    const char *const headers[] = {header, NULL};
    const struct client_request request = {
        .method = "GET", .target = "/metrics", .headers = header == NULL ? NULL : headers};
    ck_assert(client_send(&fixture->client, &request, ret));
}

double samples_value(const char *text, const char *sample)
{
    const size_t size = strlen(sample);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, sample, size) == 0 && line[size] == ' ')
            return strtod(line + size + 1, NULL);
    }
    return 0;
}

double samples_now(struct fixture *fixture, const char *sample)
{
    AUTO_ANSWER answer;
    samples_ask(fixture, SAMPLES_OPENMETRICS, &answer);
    ck_assert_int_eq(answer.status, 200);
    return samples_value(answer.body, sample);
}
