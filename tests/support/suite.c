#include "support/suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int suite_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    srunner_free(runner);
    return EXIT_SUCCESS;
}

int suite_skip(const char *name, const char *reason)
{
    (void)printf("1..1\nok 1 - %s # SKIP %s\n", name, reason);
    return EXIT_SUCCESS;
}

const char *suite_corpus(const char *file)
{
    static char path[4096];
    const char *folder = getenv("NTOKEND_CORPORA");
    if (folder == NULL || snprintf(path, sizeof path, "%s/%s", folder, file) >= (int)sizeof path)
        return NULL;
    return access(path, R_OK) == 0 ? path : NULL;
}
