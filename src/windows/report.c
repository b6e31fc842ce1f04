#include "windows/report.h"

#include "base/log.h"

/* The message file of the source has messages 1 to 1,000 that are their first string. */
enum { MESSAGE_MAX = 8192, MESSAGE_NEWS = 1, MESSAGE_WARNING = 2, MESSAGE_ERROR = 3 };

static const struct scm *windows;
static HANDLE source;

static void report(WORD type, DWORD message, const char *text, size_t size)
{
    wchar_t wide[MESSAGE_MAX + 1];
    const wchar_t *strings[] = {wide};
    const int length = MultiByteToWideChar(CP_UTF8, 0, text, (int)size, wide, MESSAGE_MAX);
    if (source == NULL || length <= 0)
        return;
    wide[length] = L'\0';
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
