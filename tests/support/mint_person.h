/* mint_person: whose PAC mint_ticket writes, from its options. */
#ifndef NTOKEND_TESTS_MINT_PERSON_H
#define NTOKEND_TESTS_MINT_PERSON_H

#include "support/mint_pac.h"
#include "support/pac_build.h"

#include <getopt.h>

enum {
    PERSON_LIST_MAX = 1200,
    PERSON_CLAIMS_MAX = 64,
    PERSON_VALUES_MAX = 256,
    PERSON_BUFFERS = 6,
    PERSON_OPTION_FIRST = 1000, /* what getopt_long gives for the first of ours */
};

struct person_claims {
    struct pac_build_claim items[PERSON_CLAIMS_MAX];
    struct pac_build_claims set;
};

/* Zero is nobody: no LOGON_INFO is written before there is a domain SID. */
struct mint_person {
    struct pac_build pac;
    struct pac_build_group groups[PERSON_LIST_MAX];
    struct pac_build_sid extra_sids[PERSON_LIST_MAX];
    struct pac_build_group resource_groups[PERSON_LIST_MAX];
    struct pac_build_device device;
    struct pac_build_group device_groups[PERSON_LIST_MAX];
    struct person_claims client_claims;
    struct person_claims device_claims;
    char user_sid[256];
};

/* Rows for getopt_long: `count` of them from the start of ret. */
size_t mint_person_options(struct option *ret);
void mint_person_usage(void);
/* False for an option that is not ours or a value that cannot be. Keeps `value`, which it may cut into pieces. */
bool mint_person_take(struct mint_person *person, int option, char *value);
/* The buffers that there are, in the arena; returns how many. */
size_t mint_person_buffers(struct mint_person *person, const char *user, struct arena *arena,
                           struct mint_buffer ret[PERSON_BUFFERS]);

#endif
