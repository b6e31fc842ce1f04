#include "eventlog/timestamp.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* 2262 is where 64 bits of nanoseconds end. */
enum { NS = 1000000000, YEAR_FIRST = 1970, YEAR_LAST = 2261, DIGITS_MAX = 9 };

void timestamp_format(int64_t time_ns, unsigned digits, char ret[TIMESTAMP_TEXT_MAX])
{
    int64_t seconds = time_ns / NS - (time_ns % NS < 0);
    int64_t fraction = time_ns - seconds * NS;
    time_t whole = (time_t)seconds;
    struct tm utc = {0};
    size_t size = 0;
    if (gmtime_r(&whole, &utc) != NULL)
        size = strftime(ret, TIMESTAMP_TEXT_MAX, "%Y-%m-%dT%H:%M:%S", &utc);
    for (unsigned i = digits; i < DIGITS_MAX; i++)
        fraction /= 10;
    (void)snprintf(ret + size, TIMESTAMP_TEXT_MAX - size, ".%0*" PRId64 "Z", (int)digits, fraction);
}

/* Exactly `digits` digits at *at, which it moves on; -1. */
static int take_number(const char **at, size_t digits)
{
    int number = 0;
    for (size_t i = 0; i < digits; i++) {
        if ((*at)[i] < '0' || (*at)[i] > '9')
            return -1;
        number = number * 10 + ((*at)[i] - '0');
    }
    *at += digits;
    return number;
}

/* A number and the mark before it. */
static int take_part(const char **at, const char *marks, size_t digits)
{
    if (**at == 0 || strchr(marks, **at) == NULL)
        return -1;
    (*at)++;
    return take_number(at, digits);
}

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* -1 for a day that is not in the calendar. */
static int64_t days_since_epoch(int year, int month, int day)
{
    static const int before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    if (year < YEAR_FIRST || year > YEAR_LAST || month < 1 || month > 12 || day < 1)
        return -1;
    bool leap = is_leap(year);
    int length = before[month] - before[month - 1] + (month == 2 && leap);
    if (day > length)
        return -1;
    int past = year - 1;
    int64_t leaps = past / 4 - past / 100 + past / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400);
    return (int64_t)(year - YEAR_FIRST) * 365 + leaps + before[month - 1] + (month > 2 && leap) + day - 1;
}

/* The nanoseconds behind the point, if there is one; -1. */
static int64_t take_fraction(const char **at)
{
    int64_t fraction = 0;
    int64_t unit = NS / 10;
    if (**at != '.')
        return 0;
    const char *start = ++*at;
    for (; **at >= '0' && **at <= '9'; (*at)++, unit /= 10)
        fraction += (**at - '0') * unit;
    return *at == start ? -1 : fraction;
}

/* Z, or +hh:mm; false when malformed. */
static bool take_offset(const char **at, int64_t *ret_s)
{
    char sign = **at;
    if (sign == 'Z' || sign == 'z') {
        (*at)++;
        *ret_s = 0;
        return true;
    }
    int hours = take_part(at, "+- ", 2);
    int minutes = hours < 0 ? -1 : take_part(at, ":", 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *ret_s = (sign == '-' ? -1 : 1) * (hours * 3600L + minutes * 60L);
    return true;
}

/* The seconds of a day, or -1. 60: a leap second, which is the next one to us. */
static int64_t take_clock(const char **at)
{
    int hour = take_part(at, "Tt ", 2);
    int minute = hour < 0 ? -1 : take_part(at, ":", 2);
    int second = minute < 0 ? -1 : take_part(at, ":", 2);
    if (second < 0 || hour > 23 || minute > 59 || second > 60)
        return -1;
    return hour * 3600L + minute * 60L + second;
}

enum err timestamp_parse(const char *text, int64_t *ret_ns)
{
    const char *at = text;
    int year = take_number(&at, 4);
    int month = year < 0 ? -1 : take_part(&at, "-", 2);
    int day = month < 0 ? -1 : take_part(&at, "-", 2);
    int64_t days = days_since_epoch(year, month, day);
    int64_t clock = days < 0 ? -1 : take_clock(&at);
    int64_t fraction = clock < 0 ? -1 : take_fraction(&at);
    int64_t offset_s = 0;
    if (fraction < 0 || !take_offset(&at, &offset_s) || *at != 0)
        return ERR_MALFORMED;
    int64_t seconds = days * 86400 + clock - offset_s;
    if (seconds < 0)
        return ERR_MALFORMED;
    *ret_ns = seconds * NS + fraction;
    return ERR_NONE;
}
