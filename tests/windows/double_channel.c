/* The Security channel of the double. */
#include "windows/double_parts.h"

#include <inttypes.h>

size_t double_channel_open;
DWORD double_channel_wanted;
static size_t given;

static EVT_HANDLE give(uintptr_t handle)
{
    double_channel_open++;
    return (EVT_HANDLE)handle;
}

static EVT_HANDLE WINAPI query(EVT_HANDLE session, LPCWSTR path, LPCWSTR text, DWORD flags)
{
    double_note(double_record, "EvtQuery session=%" PRIxPTR " %ls flags=%lx %ls\n", double_number(session),
                path, flags, text);
    given = 0;
    (void)double_fail(ERROR_ACCESS_DENIED);
    return double_script.closed ? NULL : give(0x100);
}

static bool is_left(void)
{
    return double_script.events != NULL && double_script.events[given] != NULL &&
           (double_script.next_code == 0 || given < double_script.events_before_code);
}

static BOOL WINAPI next(EVT_HANDLE result, DWORD size, EVT_HANDLE *events, DWORD timeout, DWORD flags,
                        PDWORD count)
{
    if (double_number(result) != 0x100 || timeout == INFINITE || flags != 0)
        return double_fail(ERROR_INVALID_PARAMETER);
    double_channel_wanted = size > double_channel_wanted ? size : double_channel_wanted;
    *count = 0;
    while (*count < size && is_left())
        events[(*count)++] = give(0x1000 + given++);
    if (*count != 0 || double_script.next_nothing)
        return TRUE;
    return double_fail(double_script.next_code != 0 ? double_script.next_code : ERROR_NO_MORE_ITEMS);
}

static BOOL WINAPI render(EVT_HANDLE context, EVT_HANDLE event, DWORD flags, DWORD size, PVOID buffer,
                          PDWORD used, PDWORD count)
{
    const wchar_t *xml = double_script.events[double_number(event) - 0x1000];
    const DWORD wanted = (DWORD)((wcslen(xml) + 1) * sizeof *xml);
    *count = 0;
    *used = wanted > double_script.size_wanted ? wanted : double_script.size_wanted;
    if (context != NULL || flags != EvtRenderEventXml)
        return double_fail(ERROR_INVALID_PARAMETER);
    if (double_script.render_code != 0 && double_number(event) - 0x1000 == double_script.render_fails - 1)
        return double_fail(double_script.render_code);
    if (size < *used)
        return double_fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(buffer, xml, wanted);
    return TRUE;
}

static BOOL WINAPI close_event(EVT_HANDLE handle)
{
    double_channel_open--;
    if (double_number(handle) < 0x1000)
        double_note(double_record, "EvtClose %" PRIxPTR "\n", double_number(handle));
    return TRUE;
}

static EVT_HANDLE WINAPI subscribe(EVT_HANDLE session, HANDLE signal, LPCWSTR path, LPCWSTR text,
                                   EVT_HANDLE bookmark, PVOID context, EVT_SUBSCRIBE_CALLBACK callback,
                                   DWORD flags)
{
    double_note(double_record,
                "EvtSubscribe session=%" PRIxPTR " signal=%" PRIxPTR " %ls %ls bookmark=%" PRIxPTR " %lx\n",
                double_number(session), double_number(signal), path, text, double_number(bookmark), flags);
    double_callback = callback;
    double_callback_context = context;
    (void)double_fail(ERROR_ACCESS_DENIED);
    return double_script.closed ? NULL : give(0x300);
}

void double_channel(struct system *ret)
{
    ret->EvtQuery = query;
    ret->EvtNext = next;
    ret->EvtRender = render;
    ret->EvtClose = close_event;
    ret->EvtSubscribe = subscribe;
}
