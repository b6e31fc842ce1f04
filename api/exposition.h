/* exposition: numbers as Prometheus reads them: OpenMetrics 1.0 (https://prometheus.io/docs/specs/om/open_metrics_spec/), or the
 * older text format 0.0.4. Names, labels and help texts are ours: nothing in them needs to be escaped. */
#ifndef NTOKEND_API_EXPOSITION_H
#define NTOKEND_API_EXPOSITION_H

#include "base/text.h"
#include "http/metrics.h"

enum exposition_format { EXPOSITION_OPENMETRICS, EXPOSITION_TEXT, EXPOSITION_FORMATS };
enum exposition_type { EXPOSITION_COUNTER, EXPOSITION_GAUGE, EXPOSITION_HISTOGRAM, EXPOSITION_INFO };

struct exposition {
    struct text text;
    enum exposition_format format;
    const char *family;
    enum exposition_type type;
};

/* What follows are samples of it, until the next family. `family` as OpenMetrics names it, without _total; unit NULL: none, else the
 * name ends with it. */
void exposition_family(struct exposition *exposition, const char *family, enum exposition_type type,
                       const char *unit, const char *help);
/* labels: a printf format of name="value",…; "" for none. */
void exposition_sample(struct exposition *exposition, uint64_t value, const char *labels, ...)
    __attribute__((format(PRINTF_FORMATS, 3, 4)));
/* The value in seconds, of microseconds. */
void exposition_seconds(struct exposition *exposition, uint64_t us, const char *labels, ...)
    __attribute__((format(PRINTF_FORMATS, 3, 4)));
void exposition_histogram(struct exposition *exposition, const struct metrics_histogram *histogram,
                          const char *labels, ...) __attribute__((format(PRINTF_FORMATS, 3, 4)));
/* Ends the text. False: memory was exhausted. */
bool exposition_end(struct exposition *exposition, struct bytes *ret) MUST_USE;

#endif
