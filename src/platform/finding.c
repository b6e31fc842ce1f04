#include "platform/finding.h"

#include <stdarg.h>
#include <stdio.h>

enum { MESSAGE_SIZE = 4096 };

void finding_tell(const struct finding *finding, const char *key, bool note, const char *format, ...)
{
    char text[MESSAGE_SIZE];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    finding->found(finding->context, key, note, text);
}

/* The name of the file of a pair, and the words that have their remedy; of another file the line, and what is named there. */
static void tell_problem(const struct finding *finding, const char *key, const char *path,
                         const struct watched_kind *kind, const struct watched_problem *problem)
{
    const char *name = problem->name == NULL ? "" : problem->name;
    const char *colon = problem->name == NULL ? "" : ": ";
    const char *end = problem->note ? "" : "; ";
    const char *remedy = problem->note ? "" : kind->remedy;
    if (kind->companion != NULL)
        finding_tell(finding, key, problem->note, "%s %s", problem->name != NULL ? name : path,
                     problem->text);
    else if (problem->line == 0)
        finding_tell(finding, key, problem->note, "%s: %s%s%s%s%s", path, name, colon, problem->text, end,
                     remedy);
    else if (problem->character != 0)
        finding_tell(finding, key, problem->note, "%s:%u: %s %s, character %u%s%s", path, problem->line,
                     problem->text, name, problem->character, end, remedy);
    else
        finding_tell(finding, key, problem->note, "%s:%u: %s%s%s%s%s", path, problem->line, name, colon,
                     problem->text, end, remedy);
}

void finding_of_file(const struct finding *finding, const char *key, const char *path,
                     const struct watched_kind *kind, const void *context)
{
    AUTO_ARENA scratch;
    struct watched_problems problems = {.count = 0};
    bool told = false;
    arena_init(&scratch, kind->scratch_max);
    if (path == NULL)
        return;
    enum err err = watched_file_try(kind, path, context, &scratch, &problems);
    for (size_t i = 0; i < problems.count; i++) {
        tell_problem(finding, key, path, kind, &problems.items[i]);
        told |= !problems.items[i].note;
    }
    if (problems.left_out > 0)
        finding_tell(finding, key, true, "%s: there are %zu more like these", path, problems.left_out);
    if (err != ERR_NONE && !told)
        finding_tell(finding, key, false, "%s cannot be used (%s); %s", path, err_text(err), kind->remedy);
}
