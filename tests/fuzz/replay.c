/* replay FOLDER: runs the target once on every file of the folder, as TAP. A crash ends the run, which fails it. */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <sys/stat.h>

enum { SEED_SIZE_MAX = 1 << 20 };

static int is_seed(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* false when the file cannot be read in full. A buffer of just its size lets valgrind see a read behind it. */
static bool replay_one(const char *path)
{
    struct stat status;
    FILE *file = fopen(path, "rb");
    bool done = false;
    if (file == NULL)
        return false;
    if (fstat(fileno(file), &status) == 0 && status.st_size <= SEED_SIZE_MAX) {
        size_t size = (size_t)status.st_size;
        uint8_t *data = malloc(size == 0 ? 1 : size);
        if (data != NULL && fread(data, 1, size, file) == size)
            done = LLVMFuzzerTestOneInput(data, size) == 0;
        free(data);
    }
    (void)fclose(file);
    return done;
}

int main(int argc, char **argv)
{
    struct dirent **seeds = NULL;
    int count = argc == 2 ? scandir(argv[1], &seeds, is_seed, alphasort) : -1;
    if (count <= 0) {
        (void)printf("Bail out! no seeds\n");
        return EXIT_FAILURE;
    }
    (void)printf("1..%d\n", count);
    for (int i = 0; i < count; i++) {
        char path[4096];
        int length = snprintf(path, sizeof path, "%s/%s", argv[1], seeds[i]->d_name);
        bool done = length < (int)sizeof path && replay_one(path);
        (void)printf("%s %d - %s\n", done ? "ok" : "not ok", i + 1, seeds[i]->d_name);
        (void)fflush(stdout);
        free(seeds[i]);
    }
    free(seeds);
    return EXIT_SUCCESS;
}
