#include "api/exposition.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

enum { LABELS_MAX = 256, LINE_MAX_SIZE = 1024, US_PER_SECOND = 1000000 };

/* A line that is longer than any of ours can be is a mistake, and then there is no text. */
__attribute__((format(PRINTF_FORMATS, 2, 3))) static void put(struct exposition *exposition,
                                                              const char *format, ...)
{
    va_list arguments;
    struct text *text = &exposition->text;
    if (!text_reserve(text, LINE_MAX_SIZE))
        return;
    va_start(arguments, format);
    int size = vsnprintf(text->data + text->size, LINE_MAX_SIZE, format, arguments);
    va_end(arguments);
    if (size < 0 || size >= LINE_MAX_SIZE)
        text->failed = true;
    else
        text->size += (size_t)size;
}

/* In the older format a counter's family has the name of its samples, and there is no type for facts. */
void exposition_family(struct exposition *exposition, const char *family, enum exposition_type type,
                       const char *unit, const char *help)
{
    static const char *const types[][EXPOSITION_FORMATS] = {
        [EXPOSITION_COUNTER] = {"counter", "counter"},
        [EXPOSITION_GAUGE] = {"gauge", "gauge"},
        [EXPOSITION_HISTOGRAM] = {"histogram", "histogram"},
        [EXPOSITION_INFO] = {"info", "gauge"},
    };
    static const char *const endings[] = {[EXPOSITION_COUNTER] = "_total",
                                          [EXPOSITION_GAUGE] = "",
                                          [EXPOSITION_HISTOGRAM] = "",
                                          [EXPOSITION_INFO] = "_info"};
    const bool open = exposition->format == EXPOSITION_OPENMETRICS;
    const char *ending = open ? "" : endings[type];
    exposition->family = family;
    exposition->type = type;
    put(exposition, "# TYPE %s%s %s\n", family, ending, types[type][exposition->format]);
    if (open && unit != NULL)
        put(exposition, "# UNIT %s %s\n", family, unit);
    put(exposition, "# HELP %s%s %s\n", family, ending, help);
}

struct labels {
    char text[LABELS_MAX];
};

__attribute__((format(PRINTF_FORMATS, 3, 0))) static bool
format_labels(struct exposition *exposition, struct labels *ret, const char *format, va_list arguments)
{
    int size = vsnprintf(ret->text, sizeof ret->text, format, arguments);
    if (size < 0 || size >= LABELS_MAX)
        exposition->text.failed = true;
    return !exposition->text.failed;
}

static const char *ending_of(const struct exposition *exposition)
{
    if (exposition->type == EXPOSITION_COUNTER)
        return "_total";
    return exposition->type == EXPOSITION_INFO ? "_info" : "";
}

static void put_name(struct exposition *exposition, const char *ending, const struct labels *labels)
{
    if (labels->text[0] == 0)
        put(exposition, "%s%s ", exposition->family, ending);
    else
        put(exposition, "%s%s{%s} ", exposition->family, ending, labels->text);
}

static void put_seconds(struct exposition *exposition, uint64_t us)
{
    put(exposition, "%" PRIu64 ".%06" PRIu64 "\n", us / US_PER_SECOND, us % US_PER_SECOND);
}

void exposition_sample(struct exposition *exposition, uint64_t value, const char *labels, ...)
{
    struct labels text;
    va_list arguments;
    va_start(arguments, labels);
    bool formatted = format_labels(exposition, &text, labels, arguments);
    va_end(arguments);
    if (!formatted)
        return;
    put_name(exposition, ending_of(exposition), &text);
    put(exposition, "%" PRIu64 "\n", value);
}

void exposition_seconds(struct exposition *exposition, uint64_t us, const char *labels, ...)
{
    struct labels text;
    va_list arguments;
    va_start(arguments, labels);
    bool formatted = format_labels(exposition, &text, labels, arguments);
    va_end(arguments);
    if (!formatted)
        return;
    put_name(exposition, ending_of(exposition), &text);
    put_seconds(exposition, us);
}

/* "0.0001", "2.5", "1.0": as OpenMetrics writes bounds, so that the same bound is the same label everywhere. */
static void format_bound(uint32_t us, char ret[24])
{
    int size = snprintf(ret, 24, "%u.%06u", us / US_PER_SECOND, us % US_PER_SECOND);
    while (size > 2 && ret[size - 1] == '0' && ret[size - 2] != '.')
        ret[--size] = 0;
}

void exposition_histogram(struct exposition *exposition, const struct metrics_histogram *histogram,
                          const char *labels, ...)
{
    struct labels text;
    va_list arguments;
    uint64_t count = 0;
    va_start(arguments, labels);
    bool formatted = format_labels(exposition, &text, labels, arguments);
    va_end(arguments);
    if (!formatted)
        return;
    const char *comma = text.text[0] == 0 ? "" : ",";
    for (size_t i = 0; i < METRICS_BUCKETS; i++) {
        char bound[24] = "+Inf";
        if (i < METRICS_BUCKETS - 1)
            format_bound(metrics_bounds_us[i], bound);
        count += metrics_cell_get(&histogram->buckets[i]);
        put(exposition, "%s_bucket{%s%sle=\"%s\"} %" PRIu64 "\n", exposition->family, text.text, comma, bound,
            count);
    }
    put_name(exposition, "_count", &text);
    put(exposition, "%" PRIu64 "\n", count);
    put_name(exposition, "_sum", &text);
    put_seconds(exposition, metrics_cell_get(&histogram->sum_us));
}

bool exposition_end(struct exposition *exposition, struct bytes *ret)
{
    if (exposition->format == EXPOSITION_OPENMETRICS)
        put(exposition, "# EOF\n");
    if (exposition->text.failed)
        return false;
    *ret = bytes_of(exposition->text.data, exposition->text.size);
    return true;
}
