/* sample: what a process holds, from time to time, and whether it grew. */
#ifndef NTOKEND_TESTS_SAMPLE_H
#define NTOKEND_TESTS_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum sample_kind {
    SAMPLE_ANONYMOUS_KB,
    SAMPLE_RSS_KB,
    SAMPLE_FILES,
    SAMPLE_THREADS,
    SAMPLE_CPU_MS,
    SAMPLE_KINDS
};

struct sample {
    int64_t at_ms; /* of the run */
    uint64_t values[SAMPLE_KINDS];
};

struct samples {
    pid_t pid;
    struct sample *rows;
    size_t count;
    size_t room;
    FILE *file; /* where they are written too, a line each; NULL: nowhere */
};

/* False when the process is gone. */
bool sample_take(pid_t pid, struct sample *ret);
/* Takes one, and appends it. */
bool samples_add(struct samples *samples, int64_t at_ms);
/* The median of the second quarter (1) of the samples, or the last (3). 0 when there are fewer than four. */
uint64_t samples_median(const struct samples *samples, enum sample_kind kind, unsigned quarter);
uint64_t samples_max(const struct samples *samples, enum sample_kind kind);
void samples_done(struct samples *samples);

/* The service's log while it is written: reads on from where it was, counts the lines that say "error", shows the first of them, and
 * empties the file when it is large, so that a run at full load fits on the disk. The file must be written with O_APPEND. */
struct log_watch {
    const char *path;
    long at;
    uint64_t lines;
    uint64_t errors;
};
void log_watch_read(struct log_watch *watch);

#endif
