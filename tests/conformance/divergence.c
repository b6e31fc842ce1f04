#include "conformance/divergence.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum { DIVERGENCES_MAX = 1024 };

static struct divergence all[DIVERGENCES_MAX];
static size_t count;

static bool is_one_of(const char *name, const char *const *names)
{
    for (size_t i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

static bool read_line(char *line, const char *const *corpora)
{
    line[strcspn(line, "\n")] = '\0';
    if (line[0] == '#' || line[0] == '\0')
        return true;
    struct divergence *ret = &all[count];
    if (count == DIVERGENCES_MAX ||
        sscanf(line, "%63s %127s %255[^\n]", ret->corpus, ret->row, ret->reason) != 3)
        return false;
    count += is_one_of(ret->corpus, corpora);
    return is_one_of(ret->corpus, corpora);
}

bool divergence_load(const char *path, const char *const *corpora)
{
    char line[512];
    FILE *file = fopen(path, "r");
    bool sound = file != NULL;
    while (sound && fgets(line, sizeof line, file) != NULL)
        sound = read_line(line, corpora);
    if (file != NULL)
        (void)fclose(file);
    return sound;
}

const struct divergence *divergence_at(size_t index)
{
    return index < count ? &all[index] : NULL;
}

bool divergence_is_known(const char *corpus, const char *row)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(all[i].corpus, corpus) == 0 && strcmp(all[i].row, row) == 0)
            return true;
    return false;
}

void divergence_judge(const char *corpus, const char *row, const char *why)
{
    if (divergence_is_known(corpus, row))
        ck_assert_msg(why[0] != '\0', "%s of %s agrees: take it out of divergences", row, corpus);
    else
        ck_assert_msg(why[0] == '\0', "%s of %s: %s", row, corpus, why);
}
