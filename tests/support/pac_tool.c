/* pac_tool: what scripts of the tests ask of the encoder and the decoder.
 *   pac_tool list                  the names of all samples
 *   pac_tool expect NAME           what must be read from a sample
 *   pac_tool write NAME FILE       a sample's buffers, as pac_pack writes them
 *   pac_tool read FILE             what the decoder reads from such a file; exit status 1 when it refuses */
#include "support/pac_pack.h"
#include "support/pac_samples.h"
#include "support/pac_text.h"

#include <stdio.h>
#include <stdlib.h>

enum { ARENA = 64 << 20, FILE_MAX = 1 << 20 };

static const struct pac_sample *find(const char *name)
{
    for (size_t i = 0; i < pac_sample_count; i++) {
        if (strcmp(pac_samples[i].name, name) == 0)
            return &pac_samples[i];
    }
    (void)fprintf(stderr, "no sample %s\n", name);
    exit(2);
}

static int list(void)
{
    for (size_t i = 0; i < pac_sample_count; i++)
        (void)puts(pac_samples[i].name);
    return 0;
}

static int write_sample(struct arena *arena, const char *name, const char *path)
{
    struct pac_buffers buffers = pac_build(arena, &find(name)->pac);
    struct bytes packed = pac_pack(arena, &buffers);
    FILE *file = fopen(path, "wb");
    bool written = file != NULL && fwrite(packed.data, 1, packed.size, file) == packed.size;
    if (file == NULL || fclose(file) != 0 || !written) {
        perror(path);
        return 2;
    }
    return 0;
}

static int read_file(struct arena *arena, const char *path)
{
    uint8_t *data = arena_alloc(arena, FILE_MAX);
    FILE *file = fopen(path, "rb");
    if (data == NULL || file == NULL) {
        perror(path);
        return 2;
    }
    size_t size = fread(data, 1, FILE_MAX, file);
    (void)fclose(file);
    struct pac_buffers buffers = pac_unpack(bytes_of(data, size));
    struct pac_identity identity;
    enum err err = pac_decode(arena, &buffers, &identity);
    if (err != ERR_NONE) {
        (void)fprintf(stderr, "%s: %s\n", path, err_text(err));
        return 1;
    }
    (void)fputs(pac_to_text(arena, &identity), stdout);
    return 0;
}

int main(int count, char **words)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    if (count == 2 && strcmp(words[1], "list") == 0)
        return list();
    if (count == 3 && strcmp(words[1], "expect") == 0)
        return fputs(find(words[2])->text, stdout) < 0;
    if (count == 4 && strcmp(words[1], "write") == 0)
        return write_sample(&arena, words[2], words[3]);
    if (count == 3 && strcmp(words[1], "read") == 0)
        return read_file(&arena, words[2]);
    (void)fprintf(stderr, "pac_tool list | expect NAME | write NAME FILE | read FILE\n");
    return 2;
}
