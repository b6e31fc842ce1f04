/* The log as a string, in place of base/log.c. */
#include "windows/double.h"

#include "base/log.h"

#include <inttypes.h>

char double_log[DOUBLE_RECORD_SIZE];

void log_write(enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
    (void)level;
    double_note(double_log, "%s", event);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].kind == LOG_KIND_NUMBER)
            double_note(double_log, " %s=%" PRId64, fields[i].name, fields[i].number);
        else
            double_note(double_log, " %s=%s", fields[i].name,
                        fields[i].string != NULL ? fields[i].string : "null");
    }
    double_note(double_log, "\n");
}

void log_write_limited(struct log_limit *limit, enum log_level level, const char *event,
                       const struct log_field *fields, size_t count)
{
    (void)limit;
    log_write(level, event, fields, count);
}
