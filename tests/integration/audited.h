/* audited: what the proofs that nothing answered is lost have in common: the built service with a log, and 64 clients that audit. */
#ifndef NTOKEND_TESTS_AUDITED_H
#define NTOKEND_TESTS_AUDITED_H

#include "auditors.h"
#include "fixture.h"
#include "visitor.h"

#include "support/suite.h"

struct audited {
    struct fixture fixture;
    struct auditors auditors;
};
extern struct audited audited;

/* PROGRAM [--rounds N]: N, or else the standard. */
unsigned audited_rounds(int argc, char **argv, unsigned standard);
/* Starts the service, runs the one test, which may take its time, and stops the service. The status of the program. `options` as in
 * service_start. */
int audited_run(const char *name, const TTest *test, const char *const *options);

/* Opens a session of ADMIN, in which the auditors start. */
void audited_start(void);
/* Whether the auditors get answers again within some 30 s. */
bool audited_goes_on(void);
/* Until /readyz says that of the log, within 60 s. */
void audited_wait_ready(long status, const char *audit);
/* With a ticket: who logs on cannot be recorded either, so nobody is let in, and nothing tells who asked. */
void audited_expect_closed(void);

#endif
