#include "windows/real/machine.h"

#include "platform/windows/domains.h"
#include "platform/windows/snapshot.h"

#include <stdio.h>
#include <stdlib.h>

enum { MACHINE_MEMORY_MAX = 64 << 20 };

FARPROC machine_function(const char *library, const char *name)
{
    const HMODULE module = LoadLibraryA(library);
    return module != NULL ? GetProcAddress(module, name) : NULL;
}

bool machine_is_wine(void)
{
    return machine_function("ntdll.dll", "wine_get_version") != NULL;
}

bool machine_has(const char *name)
{
    return machine_function("advapi32.dll", name) != NULL;
}

static bool enable(HANDLE token, unsigned luid)
{
    TOKEN_PRIVILEGES change = {
        .PrivilegeCount = 1, .Privileges = {{.Luid = {.LowPart = luid}, .Attributes = SE_PRIVILEGE_ENABLED}}};
    SetLastError(ERROR_SUCCESS);
    return AdjustTokenPrivileges(token, FALSE, &change, 0, NULL, NULL) && GetLastError() == ERROR_SUCCESS;
}

enum err machine_snapshot(const struct machine *machine, HANDLE token, struct arena *arena, struct token *ret)
{
    static const uint64_t key[2] = {1, 2};
    uint64_t logon_id = 0;
    enum err err = snapshot_take(&machine->system, token, arena, ret, &logon_id);
    return err == ERR_NONE ? token_index(ret, arena, key) : err;
}

void machine_open(struct machine *machine)
{
    *machine = (struct machine){.wine = machine_is_wine()};
    arena_init(&machine->arena, MACHINE_MEMORY_MAX);
    system_of_windows(&machine->system);
    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_ALL_ACCESS, &machine->process)) {
        fprintf(stderr, "OpenProcessToken: error %lu\n", GetLastError());
        exit(EXIT_FAILURE);
    }
    machine->may_create = enable(machine->process, SE_CREATE_TOKEN);
    machine->may_act = enable(machine->process, SE_TCB);
    (void)enable(machine->process, SE_ASSIGN_PRIMARY_TOKEN);
    (void)enable(machine->process, SE_AUDIT);
    machine->platform.system = machine->system;
    enum err err = domains_read(&machine->platform);
    if (err == ERR_NONE)
        err = machine_snapshot(machine, machine->process, &machine->arena, &machine->self);
    if (err != ERR_NONE) {
        fprintf(stderr, "this process or its machine cannot be read: %s\n", err_text(err));
        exit(EXIT_FAILURE);
    }
}

void machine_close(struct machine *machine)
{
    (void)CloseHandle(machine->process);
    arena_done(&machine->arena);
}

struct bytes machine_replace(struct arena *arena, struct bytes raw, const struct sid *from,
                             const struct sid *to)
{
    uint8_t *copy = arena_copy(arena, raw.data, raw.size);
    const size_t size = sid_size(from);
    if (copy == NULL)
        return (struct bytes){0};
    for (size_t at = 0; at + size <= raw.size; at++)
        if (memcmp(copy + at, from, size) == 0)
            memcpy(copy + at, to, size);
    return bytes_of(copy, raw.size);
}
