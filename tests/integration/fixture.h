/* fixture: a folder with keys, tickets of known people, the running service and a client. */
#ifndef NTOKEND_TESTS_FIXTURE_H
#define NTOKEND_TESTS_FIXTURE_H

#include "support/client.h"
#include "support/folder.h"
#include "support/mint.h"
#include "support/service.h"

#define FIXTURE_DOMAIN "S-1-5-21-1000-2000-3000"
/* bob may have his checks audited, which is for administrators by default. */
#define FIXTURE_AUDITORS                                                                                     \
    "--guard", ("POST /access-check O:SYG:SYD:(A;;CC;;;AU)(A;;DC;;;BA)(A;;DC;;;" FIXTURE_DOMAIN "-1105)"),   \
        "--guard",                                                                                           \
        ("POST /access-check/batch O:SYG:SYD:(A;;CC;;;AU)(A;;DC;;;BA)(A;;DC;;;" FIXTURE_DOMAIN "-1105)")
#define FIXTURE_MACHINE "S-1-5-21-4000-5000-6000"

enum fixture_person {
    ALICE, /* a user of the domain, RID 1104, in the group 1601, with a claim and a device */
    BOB,   /* RID 1105 */
    ADMIN, /* RID 1106, a member of Domain Admins */
    FIXTURE_PERSONS
};

struct fixture {
    struct folder folder;
    struct mint *mint;
    struct service_process service;
    struct client client;
};

/* `name` names the recording. `options` as in service_start. */
void fixture_open(struct fixture *fixture, const char *name, const char *const *options);
/* Stops the service; true when it ended well. */
bool fixture_close(struct fixture *fixture);
/* The folder, keys and tickets alone, without a service and a client; and their end. */
void fixture_mint(struct fixture *fixture);
void fixture_forget(struct fixture *fixture);
/* The path of a person's ticket. A static buffer for each. */
const char *fixture_ccache(const struct fixture *fixture, enum fixture_person person);
/* Mints a ticket of a person with a flaw into FOLDER/NAME; a static path. */
const char *fixture_forge(const struct fixture *fixture, enum fixture_person person,
                          const struct mint_order *order, const char *name);

/* A ticket of BOB with so many groups of another domain, numbered from 1000; a static path. */
#define FIXTURE_BIG_DOMAIN "S-1-5-21-7000-8000-9000"
enum { FIXTURE_BIG_MAX = 1000 };
const char *fixture_big(const struct fixture *fixture, size_t count);

/* GET and POST as a person; a failure to get an answer fails the test. */
void fixture_get(struct fixture *fixture, enum fixture_person person, const char *target,
                 struct client_answer *ret);
void fixture_post(struct fixture *fixture, enum fixture_person person, const char *target, json_t *body,
                  struct client_answer *ret);

/* A difference fails the test with its place and the answer; `name` says which row it was. A NULL asks for nothing. */
void fixture_expect(const char *name, const struct client_answer *answer, long status, json_t *body);
void fixture_expect_headers(const char *name, const struct client_answer *answer, json_t *headers);

#endif
