#include "windows/folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
/* windows.h first */
#include <sddl.h>

enum { SDDL_SIZE = 512, DACL_ONLY = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION };

static char folder[WINDOWS_PATH_MAX];

static void must(int done, const char *what)
{
    if (done)
        return;
    (void)fprintf(stderr, "folder: %s: %lu\n", what, GetLastError());
    exit(99);
}

static void join(const char *name, char ret[WINDOWS_PATH_MAX])
{
    must(snprintf(ret, WINDOWS_PATH_MAX, "%s\\%s", folder, name) < WINDOWS_PATH_MAX,
         "a path that is too long");
}

void windows_folder_make(const char *name, char ret[WINDOWS_PATH_MAX])
{
    char temporary[WINDOWS_PATH_MAX / 2];
    const DWORD size = GetTempPathA(sizeof temporary, temporary);
    must(size > 0 && size < sizeof temporary, "GetTempPath");
    (void)snprintf(folder, sizeof folder, "%sntokend-%lu", temporary, GetCurrentProcessId());
    must(CreateDirectoryA(folder, NULL), folder);
    join(name, ret);
}

const char *windows_folder_path(void)
{
    return folder;
}

void windows_folder_remove(void)
{
    char all[WINDOWS_PATH_MAX];
    WIN32_FIND_DATAA found;
    join("*", all);
    HANDLE find = FindFirstFileA(all, &found);
    must(find != INVALID_HANDLE_VALUE, all);
    do {
        char path[WINDOWS_PATH_MAX];
        join(found.cFileName, path);
        if ((found.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) == 0)
            must(DeleteFileA(path), path);
    } while (FindNextFileA(find, &found));
    must(FindClose(find), "FindClose");
    must(RemoveDirectoryA(folder), folder);
}

/* The account that the test runs as. */
static void read_user(char ret[SDDL_SIZE])
{
    union {
        TOKEN_USER user;
        BYTE room[SDDL_SIZE];
    } answer;
    HANDLE token = NULL;
    DWORD size = sizeof answer;
    char *text = NULL;
    must(OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token), "OpenProcessToken");
    must(GetTokenInformation(token, TokenUser, &answer, size, &size), "GetTokenInformation");
    must(ConvertSidToStringSidA(answer.user.User.Sid, &text), "ConvertSidToStringSid");
    (void)snprintf(ret, SDDL_SIZE, "%s", text);
    (void)LocalFree(text);
    (void)CloseHandle(token);
}

static void guard(const char *path, enum windows_file_access access)
{
    char user[SDDL_SIZE];
    char sddl[2 * SDDL_SIZE];
    PSECURITY_DESCRIPTOR descriptor = NULL;
    read_user(user);
    (void)snprintf(sddl, sizeof sddl, "D:P(A;;FA;;;SY)(A;;FA;;;%s)%s", user,
                   access == WINDOWS_FILE_ALL ? "(A;;FR;;;WD)" : "");
    must(ConvertStringSecurityDescriptorToSecurityDescriptorA(sddl, SDDL_REVISION_1, &descriptor, NULL),
         sddl);
    must(SetFileSecurityA(path, DACL_ONLY, descriptor), "SetFileSecurity");
    (void)LocalFree(descriptor);
}

void windows_file_put(const char *path, const char *text, enum windows_file_access access)
{
    char fresh[WINDOWS_PATH_MAX];
    DWORD written = 0;
    join("fresh", fresh);
    HANDLE file = CreateFileA(fresh, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL);
    must(file != INVALID_HANDLE_VALUE, fresh);
    must(WriteFile(file, text, (DWORD)strlen(text), &written, NULL) && written == strlen(text), "WriteFile");
    must(CloseHandle(file), "CloseHandle");
    guard(fresh, access);
    must(MoveFileExA(fresh, path, MOVEFILE_REPLACE_EXISTING), path);
}

void windows_file_remove(const char *path)
{
    must(DeleteFileA(path), path);
}
