#include "platform/usage.h"

#include <dirent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { STAT_MAX = 1024, US_PER_SECOND = 1000000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct usage last;
static time_t last_s = -1;
static uint64_t started_us;

static bool read_text(const char *path, char *ret, size_t size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return false;
    size_t got = fread(ret, 1, size - 1, file);
    (void)fclose(file);
    ret[got] = 0;
    return got != 0;
}

/* "btime N": when the system started, in seconds since the epoch. */
static uint64_t boot_s(void)
{
    char line[STAT_MAX];
    unsigned long long seconds = 0;
    FILE *file = fopen("/proc/stat", "re");
    if (file == NULL)
        return 0;
    while (seconds == 0 && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "btime ", 6) == 0)
            seconds = strtoull(line + 6, NULL, 10);
    (void)fclose(file);
    return seconds;
}

/* proc(5): the fields of /proc/PID/stat behind the name, which may hold blanks; the first of them is field 3. */
static void read_stat(struct usage *usage)
{
    enum { FIRST = 3, UTIME = 14, STIME = 15, THREADS = 20, START = 22, VSIZE = 23, RSS = 24, LAST = RSS };
    unsigned long long fields[LAST + 1] = {0};
    char text[STAT_MAX];
    const uint64_t ticks = (uint64_t)sysconf(_SC_CLK_TCK);
    if (!read_text("/proc/self/stat", text, sizeof text))
        return;
    char *at = strrchr(text, ')');
    at = at == NULL ? NULL : strchr(at + 1, ' ');
    for (int i = FIRST; i <= LAST && at != NULL; i++) {
        fields[i] = strtoull(at + 1, NULL, 10);
        at = strchr(at + 1, ' ');
    }
    usage->cpu_us = (fields[UTIME] + fields[STIME]) * US_PER_SECOND / ticks;
    usage->threads = fields[THREADS];
    usage->virtual_bytes = fields[VSIZE];
    usage->resident_bytes = fields[RSS] * (uint64_t)sysconf(_SC_PAGESIZE);
    if (started_us == 0) /* the system's start is known to the second only, and not always the same one */
        started_us = boot_s() * US_PER_SECOND + fields[START] * US_PER_SECOND / ticks;
    usage->started_us = started_us;
}

/* Linux 6.2 tells the number as the folder's size; the one that looks is not counted. */
static uint64_t count_descriptors(void)
{
    struct stat folder;
    uint64_t count = 0;
    if (stat("/proc/self/fd", &folder) == 0 && folder.st_size > 0)
        return (uint64_t)folder.st_size;
    DIR *files = opendir("/proc/self/fd");
    if (files == NULL)
        return 0;
    // cppcheck-suppress readdirCalled ; the stream is of this call alone
    for (const struct dirent *file = readdir(files); file != NULL; file = readdir(files))
        count += file->d_name[0] != '.';
    (void)closedir(files);
    return count > 0 ? count - 1 : 0;
}

static void look(struct usage *usage)
{
    struct rlimit limit;
    *usage = (struct usage){.descriptors = count_descriptors()};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        usage->descriptors_max = limit.rlim_cur;
    read_stat(usage);
}

void platform_usage(struct usage *ret)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    (void)pthread_mutex_lock(&lock);
    if (now.tv_sec != last_s)
        look(&last);
    last_s = now.tv_sec;
    *ret = last;
    (void)pthread_mutex_unlock(&lock);
}
