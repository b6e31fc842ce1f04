#include "support/suite.h"
#include "windows/double_parts.h"

#include <stdarg.h>
#include <stdio.h>

struct double_script double_script;
char double_record[DOUBLE_RECORD_SIZE];
EVT_SUBSCRIBE_CALLBACK double_callback;
void *double_callback_context;
static DWORD last_error;

void double_note(char *record, const char *format, ...)
{
    const size_t size = strlen(record);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(record + size, DOUBLE_RECORD_SIZE - size, format, args);
    va_end(args);
}

void double_reset(void)
{
    double_script = (struct double_script){.set_thread = TRUE,
                                           .revert_self = TRUE,
                                           .open_thread = TRUE,
                                           .duplicate = TRUE,
                                           .user = "S-1-5-21-1-2-3-1104",
                                           .level = SecurityImpersonation,
                                           .package = L"Kerberos",
                                           .principal = L"alice@CORP.EXAMPLE",
                                           .reply = "reply"};
    double_record[0] = '\0';
    double_log[0] = '\0';
    double_callback = NULL;
    double_channel_open = 0;
    double_sddl_open = 0;
    double_channel_wanted = 0;
    last_error = 0;
}

uintptr_t double_number(const void *handle)
{
    return (uintptr_t)handle;
}

BOOL double_finish(void)
{
    last_error = double_script.code;
    return double_script.done;
}

BOOL double_fail(DWORD code)
{
    last_error = code;
    return FALSE;
}

static DWORD WINAPI get_last_error(void)
{
    return last_error;
}

static void WINAPI set_last_error(DWORD code)
{
    last_error = code;
}

static WINBOOL WINAPI terminate(HANDLE process, UINT code)
{
    (void)process;
    double_note(double_record, "TerminateProcess %u\n", code);
    if (double_script.deathless == 0)
        return TRUE;
    double_script.deathless--;
    return double_fail(ERROR_ACCESS_DENIED);
}

static HANDLE WINAPI this_process(void)
{
    return (HANDLE)(intptr_t)-1;
}

static HANDLE WINAPI this_thread(void)
{
    return (HANDLE)(intptr_t)-2;
}

static PSecurityFunctionTableW WINAPI sspi(void)
{
    return double_sspi();
}

/* What no double stands in for is Windows' own. */
void double_system(struct system *ret)
{
    system_of_windows(ret);
    ret->GetLastError = get_last_error;
    ret->SetLastError = set_last_error;
    ret->TerminateProcess = terminate;
    ret->GetCurrentProcess = this_process;
    ret->GetCurrentThread = this_thread;
    ret->InitSecurityInterfaceW = sspi;
    double_checks(ret);
    double_tokens(ret);
    double_channel(ret);
    double_sddl(ret);
}

void double_stage_init(struct double_stage *stage)
{
    static struct sid_buffer user;
    ck_assert_int_eq(sid_parse(bytes_of_string("S-1-5-21-1-2-3-1104"), &user), ERR_NONE);
    *stage = (struct double_stage){.platform = {.settings = {.package = "Negotiate"},
                                                .sspi = double_sspi(),
                                                .package = L"Negotiate",
                                                .computer = "server",
                                                .token_max = 12000,
                                                .hash_key = {1, 2},
                                                .may_audit = true}};
    double_system(&stage->platform.system);
    InitializeSRWLock(&stage->platform.watch.lock);
    atomic_init(&stage->storage.references, 1);
    stage->storage.platform = &stage->platform;
    arena_init(&stage->storage.arena, 1 << 20);
    stage->token = (struct platform_token){.view = {.type = TOKEN_IMPERSONATION,
                                                    .level = SECURITY_IMPERSONATION,
                                                    .user = sid_of(&user),
                                                    .integrity_level = INTEGRITY_HIGH},
                                           .handle = (HANDLE)0x77,
                                           .storage = &stage->storage};
    ck_assert_int_eq(token_index(&stage->token.view, &stage->storage.arena, stage->platform.hash_key),
                     ERR_NONE);
}

void double_stage_done(struct double_stage *stage)
{
    arena_done(&stage->storage.arena);
}
