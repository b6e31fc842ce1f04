#include "integration/samples.h"

#include "support/pause.h"
#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { STEP_MS = 20 };

unsigned samples_port;

static unsigned find_port(const char *log)
{
    char line[1024];
    unsigned found = 0;
    FILE *file = fopen(log, "re");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *port = strstr(line, "\"port\":");
        if (strstr(line, "\"serves\":\"health\"") != NULL && port != NULL)
            found = (unsigned)strtoul(port + strlen("\"port\":"), NULL, 10);
    }
    if (file != NULL)
        (void)fclose(file);
    return found;
}

void samples_find_port(const struct fixture *fixture)
{
    for (int i = 0; i < SERVICE_WAIT_MS / STEP_MS && samples_port == 0; i++) {
        pause_ms(STEP_MS);
        samples_port = find_port(fixture->service.log);
    }
    if (samples_port == 0) {
        (void)fprintf(stderr, "samples: there is no listener for operators\n");
        exit(99);
    }
}

bool samples_try(struct fixture *fixture, const char *header, struct client_answer *ret)
{
    const char *const headers[] = {header, NULL};
    const struct client_request request = {
        .method = "GET", .target = "/metrics", .headers = header == NULL ? NULL : headers};
    const unsigned usual = fixture->client.port;
    fixture->client.port = samples_port == 0 ? usual : samples_port;
    const bool sent = client_send(&fixture->client, &request, ret);
    fixture->client.port = usual;
    return sent;
}

void samples_ask(struct fixture *fixture, const char *header, struct client_answer *ret)
{
    ck_assert(samples_try(fixture, header, ret));
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
