/* json_scan: strings and numbers of json.c, which alone includes it. */
#ifndef NTOKEND_BASE_JSON_SCAN_H
#define NTOKEND_BASE_JSON_SCAN_H

#include "base/json.h"

struct json_scan {
    struct arena *arena;
    struct bytes text;
    size_t at;
    enum err err; /* of what gave false; ERR_MALFORMED unless somebody says otherwise */
};

/* The next byte, -1 at the end. */
static inline int json_peek(const struct json_scan *scan)
{
    return scan->at < scan->text.size ? scan->text.data[scan->at] : -1;
}

static inline bool json_take(struct json_scan *scan, char c)
{
    if (json_peek(scan) != (unsigned char)c)
        return false;
    scan->at++;
    return true;
}

static inline void json_skip_blanks(struct json_scan *scan)
{
    int c = json_peek(scan);
    while (c == ' ' || c == '\n' || c == '\t' || c == '\r') {
        scan->at++;
        c = json_peek(scan);
    }
}

static inline bool json_fail(struct json_scan *scan, enum err err)
{
    scan->err = err;
    return false;
}

/* From behind the opening quote to behind the closing one. */
bool json_scan_string(struct json_scan *scan, struct bytes *ret) MUST_USE;
/* Kind and value. */
bool json_scan_number(struct json_scan *scan, struct json *ret) MUST_USE;

#endif
