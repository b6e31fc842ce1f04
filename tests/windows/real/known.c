#include "windows/real/known.h"

#include "conformance/divergence.h"
#include "windows/real/machine.h"

#include <check.h>
#include <stdio.h>

enum { LISTED_MAX = 1024 };

static const char *own;
static bool asked[LISTED_MAX];

bool known_load(const char *path, const char *program)
{
    static const char *const programs[] = {"access", "privilege", "text", "token", NULL};
    own = program;
    if (!machine_is_wine() || divergence_load(path, programs))
        return true;
    fprintf(stderr, "%s cannot be read\n", path);
    return false;
}

bool known_is_listed(const char *row)
{
    return divergence_is_known(own, row);
}

const char *known_problem(const char *row, const char *why)
{
    const struct divergence *divergence;
    for (size_t i = 0; (divergence = divergence_at(i)) != NULL && i < LISTED_MAX; i++) {
        if (strcmp(divergence->corpus, own) != 0 || strcmp(divergence->row, row) != 0)
            continue;
        asked[i] = true;
        return why[0] != '\0' ? NULL : "Wine answers as Windows does: take it out of wine_differs";
    }
    return why[0] == '\0' ? NULL : why;
}

void known_judge(const char *row, const char *why)
{
    const char *problem = known_problem(row, why);
    ck_assert_msg(problem == NULL, "%s: %s", row, problem);
}

const char *known_unasked(size_t *at)
{
    const struct divergence *divergence;
    while ((divergence = divergence_at(*at)) != NULL && *at < LISTED_MAX) {
        const size_t index = (*at)++;
        if (strcmp(divergence->corpus, own) == 0 && !asked[index])
            return divergence->row;
    }
    return NULL;
}
