#include "conformance/divergence.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

enum { DIVERGENCES_MAX = 64 };

static const char *const corpora[] = {"access_check_vectors.json", "sddl_text.jsonl", "sddl_to_bytes.jsonl"};
static struct divergence all[DIVERGENCES_MAX];
static size_t count;

static bool read_line(char *line)
{
    line[strcspn(line, "\n")] = '\0';
    if (line[0] == '#' || line[0] == '\0')
        return true;
    struct divergence *ret = &all[count];
    if (count == DIVERGENCES_MAX ||
        sscanf(line, "%63s %127s %255[^\n]", ret->corpus, ret->row, ret->reason) != 3)
        return false;
    for (size_t i = 0; i < sizeof corpora / sizeof corpora[0]; i++) {
        if (strcmp(ret->corpus, corpora[i]) == 0) {
            count++;
            return true;
        }
    }
    return false;
}

bool divergence_load(const char *path)
{
    char line[512];
    FILE *file = fopen(path, "r");
    bool sound = file != NULL;
    while (sound && fgets(line, sizeof line, file) != NULL)
        sound = read_line(line);
    if (file != NULL)
        (void)fclose(file);
    return sound;
}

const struct divergence *divergence_at(size_t index)
{
    return index < count ? &all[index] : NULL;
}

void divergence_judge(const char *corpus, const char *row, const char *why)
{
    bool known = false;
    for (size_t i = 0; i < count; i++)
        known |= strcmp(all[i].corpus, corpus) == 0 && strcmp(all[i].row, row) == 0;
    if (known)
        ck_assert_msg(why[0] != '\0', "%s of %s agrees: take it out of divergences", row, corpus);
    else
        ck_assert_msg(why[0] == '\0', "%s of %s: %s", row, corpus, why);
}
