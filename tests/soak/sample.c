#include "sample.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_SIZE = 8192,
    LOG_BYTES_MAX = 64 << 20,
    SHOWN = 20,
    QUARTERS = 4,
    STAT_UTIME = 14,
    STAT_STIME = 15
};

/* The number after `key` at the start of a line of /proc/PID/`file`. */
static uint64_t number_of(pid_t pid, const char *file, const char *key)
{
    char path[64];
    char line[LINE_SIZE];
    uint64_t number = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, file);
    FILE *lines = fopen(path, "re");
    while (lines != NULL && number == 0 && fgets(line, sizeof line, lines) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0)
            number = strtoull(line + strlen(key), NULL, 10);
    }
    if (lines != NULL)
        (void)fclose(lines);
    return number;
}

static uint64_t files_of(pid_t pid)
{
    char path[64];
    uint64_t count = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/fd", (int)pid);
    DIR *folder = opendir(path);
    // cppcheck-suppress readdirCalled ; the stream is of this call alone
    while (folder != NULL && readdir(folder) != NULL)
        count++;
    if (folder != NULL)
        (void)closedir(folder);
    return count < 2 ? 0 : count - 2; /* . and .. */
}

/* Fields 14 and 15 of /proc/PID/stat; the second is a name in parentheses. */
static uint64_t cpu_of(pid_t pid)
{
    char path[64];
    char line[LINE_SIZE] = "";
    uint64_t ticks = 0;
    (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    FILE *file = fopen(path, "re");
    char *rest = file != NULL && fgets(line, sizeof line, file) != NULL ? strrchr(line, ')') : NULL;
    if (file != NULL)
        (void)fclose(file);
    if (rest == NULL)
        return 0;
    char *state = NULL;
    char *field = strtok_r(rest + 1, " ", &state);
    for (unsigned i = 3; field != NULL && i <= STAT_STIME; i++) {
        if (i >= STAT_UTIME)
            ticks += strtoull(field, NULL, 10);
        field = strtok_r(NULL, " ", &state);
    }
    return ticks * 1000 / (uint64_t)sysconf(_SC_CLK_TCK);
}

bool sample_take(pid_t pid, struct sample *ret)
{
    ret->values[SAMPLE_ANONYMOUS_KB] = number_of(pid, "smaps_rollup", "Anonymous:");
    ret->values[SAMPLE_RSS_KB] = number_of(pid, "smaps_rollup", "Rss:");
    ret->values[SAMPLE_FILES] = files_of(pid);
    ret->values[SAMPLE_THREADS] = number_of(pid, "status", "Threads:");
    ret->values[SAMPLE_CPU_MS] = cpu_of(pid);
    return ret->values[SAMPLE_RSS_KB] != 0;
}

bool samples_add(struct samples *samples, int64_t at_ms)
{
    if (samples->count == samples->room) {
        size_t room = 2 * samples->room + 64;
        struct sample *rows = realloc(samples->rows, room * sizeof *rows);
        if (rows == NULL)
            return false;
        samples->rows = rows;
        samples->room = room;
    }
    struct sample *row = &samples->rows[samples->count];
    row->at_ms = at_ms;
    if (!sample_take(samples->pid, row))
        return false;
    if (samples->file != NULL && samples->count == 0)
        (void)fprintf(samples->file, "ms,anonymous_kb,rss_kb,files,threads,cpu_ms\n");
    if (samples->file != NULL)
        (void)fprintf(samples->file, "%lld", (long long)at_ms);
    for (unsigned i = 0; samples->file != NULL && i < SAMPLE_KINDS; i++)
        (void)fprintf(samples->file, ",%llu%s", (unsigned long long)row->values[i],
                      i == SAMPLE_KINDS - 1 ? "\n" : "");
    if (samples->file != NULL)
        (void)fflush(samples->file);
    samples->count++;
    return true;
}

static int compare(const void *a, const void *b)
{
    const uint64_t *left = a;
    const uint64_t *right = b;
    return *left < *right ? -1 : *left > *right;
}

uint64_t samples_median(const struct samples *samples, enum sample_kind kind, unsigned quarter)
{
    size_t size = samples->count / QUARTERS;
    uint64_t *values = calloc(size + 1, sizeof *values);
    if (values == NULL || size == 0) {
        free(values);
        return 0;
    }
    for (size_t i = 0; i < size; i++)
        values[i] = samples->rows[samples->count * quarter / QUARTERS + i].values[kind];
    qsort(values, size, sizeof *values, compare);
    uint64_t median = values[size / 2];
    free(values);
    return median;
}

uint64_t samples_max(const struct samples *samples, enum sample_kind kind)
{
    uint64_t max = 0;
    for (size_t i = 0; i < samples->count; i++)
        max = samples->rows[i].values[kind] > max ? samples->rows[i].values[kind] : max;
    return max;
}

void samples_done(struct samples *samples)
{
    free(samples->rows);
}

void log_watch_read(struct log_watch *watch)
{
    static char line[LINE_SIZE];
    FILE *file = fopen(watch->path, "re");
    if (file == NULL || fseek(file, watch->at, SEEK_SET) != 0) {
        if (file != NULL)
            (void)fclose(file);
        return;
    }
    while (fgets(line, sizeof line, file) != NULL && strchr(line, '\n') != NULL) {
        watch->at = ftell(file);
        watch->lines++;
        if (strstr(line, "\"level\":\"error\"") != NULL && watch->errors++ < SHOWN)
            (void)fprintf(stderr, "soak: the log: %s", line);
    }
    (void)fclose(file);
    /* What is written between the last line read and this is not seen. */
    if (watch->at > LOG_BYTES_MAX && truncate(watch->path, 0) == 0)
        watch->at = 0;
}
