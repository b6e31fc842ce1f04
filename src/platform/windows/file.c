#include "platform/file.h"

#include "platform/windows/key_access.h"
#include "platform/windows/system.h"
#include "platform/windows/wide.h"

enum {
    PATH_MEMORY_MAX = 1 << 18, /* twice the longest path of Windows, in UTF-16 */
    TICKS_PER_SECOND = 10000000,
    NS_PER_TICK = 100,
    DESCRIPTOR_SIZE_MAX = 128 << 10,
    SHARE_ALL =
        FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, /* whoever renews it may do so meanwhile */
};

/* 1601 to 1970, in the 100 ns of a FILETIME */
#define EPOCH_TICKS INT64_C(116444736000000000)

/* A file of the operator's, which may be what he did not mean. */
struct opened {
    HANDLE handle;
    DWORD error; /* 0: it is open */
};

static struct opened open_file(const char *path, DWORD access)
{
    AUTO_ARENA arena;
    wchar_t *wide = NULL;
    arena_init(&arena, PATH_MEMORY_MAX);
    enum err err = wide_of(&arena, path, &wide);
    if (err != ERR_NONE)
        return (struct opened){.error = err == ERR_NO_MEMORY ? ERROR_NOT_ENOUGH_MEMORY : ERROR_INVALID_NAME};
    HANDLE handle = CreateFileW(wide, access, SHARE_ALL, NULL, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, NULL);
    if (handle == INVALID_HANDLE_VALUE)
        return (struct opened){.error = GetLastError()};
    return (struct opened){.handle = handle};
}

static bool is_missing(DWORD error)
{
    return error == ERROR_FILE_NOT_FOUND || error == ERROR_PATH_NOT_FOUND;
}

static struct timespec time_of(LARGE_INTEGER ticks)
{
    const int64_t since = ticks.QuadPart - EPOCH_TICKS;
    int64_t seconds = since / TICKS_PER_SECOND;
    int64_t rest = since % TICKS_PER_SECOND;
    if (rest < 0) {
        seconds--;
        rest += TICKS_PER_SECOND;
    }
    return (struct timespec){.tv_sec = seconds, .tv_nsec = (long)(rest * NS_PER_TICK)};
}

static struct file_stamp look_open(HANDLE handle)
{
    BY_HANDLE_FILE_INFORMATION about;
    FILE_BASIC_INFO times;
    if (!GetFileInformationByHandle(handle, &about) ||
        !GetFileInformationByHandleEx(handle, FileBasicInfo, &times, sizeof times))
        return (struct file_stamp){.error = (int)GetLastError()};
    return (struct file_stamp){.device = about.dwVolumeSerialNumber,
                               .number = (uint64_t)about.nFileIndexHigh << 32 | about.nFileIndexLow,
                               .size = (int64_t)((uint64_t)about.nFileSizeHigh << 32 | about.nFileSizeLow),
                               .modified = time_of(times.LastWriteTime),
                               .changed = time_of(times.ChangeTime)};
}

struct file_stamp file_look(const char *path)
{
    const struct opened file = open_file(path, FILE_READ_ATTRIBUTES);
    if (file.error != 0)
        return (struct file_stamp){.error = (int)file.error};
    const struct file_stamp stamp = look_open(file.handle);
    (void)CloseHandle(file.handle);
    return stamp;
}

static enum err read_all(HANDLE file, uint8_t *data, size_t room, size_t *ret_size)
{
    size_t size = 0;
    while (size < room) {
        const size_t left = room - size;
        DWORD got = 0;
        if (!ReadFile(file, data + size, left > MAXLONG ? MAXLONG : (DWORD)left, &got, NULL))
            return ERR_IO;
        if (got == 0)
            break;
        size += got;
    }
    *ret_size = size;
    return ERR_NONE;
}

static enum err read_open(struct arena *arena, HANDLE file, size_t limit, struct bytes *ret)
{
    LARGE_INTEGER whole;
    size_t size = 0;
    if (GetFileType(file) != FILE_TYPE_DISK || !GetFileSizeEx(file, &whole))
        return ERR_IO;
    if (whole.QuadPart < 0 || (uint64_t)whole.QuadPart > limit)
        return ERR_TOO_LARGE;
    /* one more than there was, so that a file that grows meanwhile is noticed */
    size_t room = (size_t)whole.QuadPart + 1;
    uint8_t *data = arena_alloc(arena, room);
    if (data == NULL)
        return ERR_NO_MEMORY;
    enum err err = read_all(file, data, room, &size);
    if (err == ERR_NONE && size != (size_t)whole.QuadPart)
        err = ERR_IO;
    if (err == ERR_NONE)
        *ret = bytes_of(data, size);
    return err;
}

enum err file_read(struct arena *arena, const char *path, size_t limit, struct bytes *ret)
{
    const struct opened file = open_file(path, GENERIC_READ);
    if (file.error == ERROR_NOT_ENOUGH_MEMORY)
        return ERR_NO_MEMORY;
    if (file.error != 0)
        return is_missing(file.error) ? ERR_NOT_FOUND : ERR_IO;
    enum err err = read_open(arena, file.handle, limit, ret);
    (void)CloseHandle(file.handle);
    return err;
}

static enum err read_descriptor(struct arena *arena, HANDLE file, struct bytes *ret)
{
    const SECURITY_INFORMATION parts =
        OWNER_SECURITY_INFORMATION | GROUP_SECURITY_INFORMATION | DACL_SECURITY_INFORMATION;
    DWORD size = 0;
    (void)GetKernelObjectSecurity(file, parts, NULL, 0, &size);
    if (size == 0 || size > DESCRIPTOR_SIZE_MAX)
        return ERR_IO;
    const DWORD room = size;
    uint8_t *data = arena_alloc(arena, room);
    if (data == NULL)
        return ERR_NO_MEMORY;
    if (!GetKernelObjectSecurity(file, parts, data, room, &size))
        return ERR_IO;
    *ret = bytes_of(data, room);
    return ERR_NONE;
}

const char *file_refuse_key(const char *path)
{
    AUTO_ARENA arena;
    struct bytes descriptor;
    bool open_to_all = true;
    arena_init(&arena, (size_t)2 * DESCRIPTOR_SIZE_MAX);
    const struct opened file = open_file(path, READ_CONTROL);
    if (is_missing(file.error))
        return "does not exist; name the file of the certificate's key in certificate_key";
    if (file.error != 0)
        return "cannot be reached; let the service's account into its folder, and give it the right to read the file: "
               "icacls FILE /grant ACCOUNT:R";
    enum err err = read_descriptor(&arena, file.handle, &descriptor);
    (void)CloseHandle(file.handle);
    if (err == ERR_NONE)
        err = key_access_look(&arena, descriptor, &open_to_all);
    if (err != ERR_NONE)
        return "does not say who may read it; put it on a volume with NTFS, where only the service's account may";
    if (open_to_all)
        return "may be read or written by everyone; icacls FILE /reset, then icacls FILE /inheritance:r /grant:r *S-1-5-32-544:F ACCOUNT:R with the "
               "service's account, and have a new key made if others use this machine";
    return NULL;
}
