/* SDDL of the double. What it notes of a text is how long it is, how it begins, and the revision. */
#include "windows/double_parts.h"

#include <stdlib.h>

enum { SHOWN_MAX = 40 };

size_t double_sddl_open;

/* With what an allocator leaves behind the bytes, so that a size that is too large is none of a crash. */
static PSECURITY_DESCRIPTOR make(ULONG *ret_size)
{
    AUTO_ARENA arena;
    struct bytes bytes = {0};
    struct sddl_error error;
    arena_init(&arena, 1 << 20);
    if (double_script.made == NULL ||
        sddl_read(&arena, bytes_of_string(double_script.made), NULL, &bytes, &error) != ERR_NONE)
        return NULL;
    uint8_t *copy = calloc(1, bytes.size + 4096);
    if (copy == NULL)
        return NULL;
    memcpy(copy, bytes.data, bytes.size);
    double_sddl_open++;
    *ret_size = (ULONG)((int64_t)bytes.size + double_script.size_wrong);
    return copy;
}

/* Sets the outputs whether the call fails or not. */
static BOOL WINAPI convert(LPCWSTR text, DWORD revision, PSECURITY_DESCRIPTOR *descriptor, PULONG size)
{
    const size_t length = wcslen(text);
    double_note(double_record, "Convert %zu %.*ls revision=%lu%s\n", length, SHOWN_MAX, text, revision,
                *descriptor == NULL && *size == 0 ? "" : " not empty");
    *descriptor = make(size);
    return double_finish();
}

static HLOCAL WINAPI local_free(HLOCAL memory)
{
    double_note(double_record, "LocalFree\n");
    double_sddl_open -= memory != NULL;
    free(memory);
    return NULL;
}

void double_sddl(struct system *ret)
{
    ret->ConvertStringSecurityDescriptorToSecurityDescriptorW = convert;
    ret->LocalFree = local_free;
}
