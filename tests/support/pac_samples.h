/* pac_samples: descriptions of PACs and what must be read from them; for unit tests, fuzzing and the comparison with Samba. */
#ifndef NTOKEND_TESTS_PAC_SAMPLES_H
#define NTOKEND_TESTS_PAC_SAMPLES_H

#include "support/pac_build.h"

struct pac_sample {
    const char *name;
    struct pac_build pac;
    const char *text; /* as pac_to_text writes it */
};

extern const struct pac_sample pac_samples[];
extern const size_t pac_sample_count;

#endif
