#include "windows/report.h"

#include "base/log.h"

/* The message file of the source has messages 1 to 1,000 that are their first string. */
enum { MESSAGE_MAX = 8192, STRING_MAX = 31839, MESSAGE_NEWS = 1, MESSAGE_WARNING = 2, MESSAGE_ERROR = 3 };

static const struct scm *windows;
static HANDLE source;

/* The text without a sign that Event Viewer takes for the place of another string, and with what JSON has for it; cut off where
 * ReportEvent takes no more. */
static void escape(const wchar_t *text, wchar_t ret[STRING_MAX + 1])
{
    static const wchar_t percent[] = L"\\u0025";
    size_t size = 0;
    for (; *text != L'\0'; text++) {
        const wchar_t one[] = {*text, L'\0'};
        const wchar_t *put = *text == L'%' ? percent : one;
        if (size + wcslen(put) > STRING_MAX)
            break;
        (void)wcscpy(ret + size, put);
        size += wcslen(put);
    }
    ret[size] = L'\0';
}

static void report(WORD type, DWORD message, const char *text, size_t size)
{
    wchar_t wide[MESSAGE_MAX + 1];
    wchar_t escaped[STRING_MAX + 1];
    const wchar_t *strings[] = {escaped};
    const int length = MultiByteToWideChar(CP_UTF8, 0, text, (int)size, wide, MESSAGE_MAX);
    if (source == NULL || length <= 0)
        return;
    wide[length] = L'\0';
    escape(wide, escaped);
    (void)windows->ReportEventW(source, type, 0, message, NULL, 1, 0, strings, NULL);
}

static void take_line(enum log_level level, const char *line, size_t size)
{
    if (level == LOG_LEVEL_ERROR)
        report(EVENTLOG_ERROR_TYPE, MESSAGE_ERROR, line, size);
    else if (level == LOG_LEVEL_WARNING)
        report(EVENTLOG_WARNING_TYPE, MESSAGE_WARNING, line, size);
}

void report_open(const struct scm *scm)
{
    windows = scm;
    source = scm->RegisterEventSourceW(NULL, REPORT_SOURCE);
    if (source != NULL)
        log_set_listener(take_line);
}

void report_news(const char *text)
{
    report(EVENTLOG_INFORMATION_TYPE, MESSAGE_NEWS, text, strlen(text));
}
