/* report: what a service without a console says in Windows' Application log, under its own source. */
#ifndef NTOKEND_WINDOWS_REPORT_H
#define NTOKEND_WINDOWS_REPORT_H

#include "windows/scm.h"

/* The source of the messages, which is the name of the service too. */
#define REPORT_SOURCE L"ntokend"

/* From here on warnings and errors of log.h go there too. Once, before threads start; the table stays. */
void report_open(const struct scm *scm);
/* Something that is no mistake: UTF-8. */
void report_news(const char *text);

#endif
