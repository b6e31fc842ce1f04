/* samples: what /metrics of the fixture's service says. */
#ifndef NTOKEND_TESTS_SAMPLES_H
#define NTOKEND_TESTS_SAMPLES_H

#include "integration/fixture.h"

#define SAMPLES_OPENMETRICS "Accept: application/openmetrics-text; version=1.0.0"

/* The port of the listener for operators, where the service has one: there the samples are asked for. 0: at the usual one. */
extern unsigned samples_port;
/* Finds it in the log. */
void samples_find_port(const struct fixture *fixture);

/* GET /metrics with one header more, or NULL; false without an answer. */
bool samples_try(struct fixture *fixture, const char *header, struct client_answer *ret);
/* The same, and the test ends without an answer. */
void samples_ask(struct fixture *fixture, const char *header, struct client_answer *ret);
/* The value of a sample, as `name{labels}`; 0 when it is not there, as a counter of what never happened. */
double samples_value(const char *text, const char *sample);
/* The same of an answer of now. */
double samples_now(struct fixture *fixture, const char *sample);

#endif
