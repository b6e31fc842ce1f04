/* The Security channel of the double. */
#include "windows/double_parts.h"

#include <inttypes.h>

static size_t given;

static EVT_HANDLE WINAPI query(EVT_HANDLE session, LPCWSTR path, LPCWSTR text, DWORD flags)
{
    double_note(double_record, "EvtQuery session=%" PRIxPTR " %ls flags=%lx %ls\n", double_number(session),
                path, flags, text);
    given = 0;
    (void)double_fail(ERROR_ACCESS_DENIED);
    return double_script.closed ? NULL : (EVT_HANDLE)0x100;
}

static BOOL WINAPI next(EVT_HANDLE result, DWORD size, EVT_HANDLE *events, DWORD timeout, DWORD flags,
                        PDWORD count)
{
    (void)result;
    (void)timeout;
    (void)flags;
    *count = 0;
    while (*count < size && double_script.events != NULL && double_script.events[given] != NULL)
        events[(*count)++] = (EVT_HANDLE)(uintptr_t)(0x200 + given++);
    return *count != 0 ? TRUE : double_fail(ERROR_NO_MORE_ITEMS);
}

static BOOL WINAPI render(EVT_HANDLE context, EVT_HANDLE event, DWORD flags, DWORD size, PVOID buffer,
                          PDWORD used, PDWORD count)
{
    const wchar_t *xml = double_script.events[double_number(event) - 0x200];
    const DWORD wanted = (DWORD)((wcslen(xml) + 1) * sizeof *xml);
    *count = 0;
    *used = wanted > double_script.size_wanted ? wanted : double_script.size_wanted;
    if (context != NULL || flags != EvtRenderEventXml)
        return double_fail(ERROR_INVALID_PARAMETER);
    if (size < *used)
        return double_fail(ERROR_INSUFFICIENT_BUFFER);
    memcpy(buffer, xml, wanted);
    return TRUE;
}

static BOOL WINAPI close_event(EVT_HANDLE handle)
{
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
    return double_script.closed ? NULL : (EVT_HANDLE)0x300;
}

void double_channel(struct system *ret)
{
    ret->EvtQuery = query;
    ret->EvtNext = next;
    ret->EvtRender = render;
    ret->EvtClose = close_event;
    ret->EvtSubscribe = subscribe;
}
