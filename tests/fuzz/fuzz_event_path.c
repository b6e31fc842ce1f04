#include "eventlog/timestamp.h"
#include "fuzz/fuzz.h"
#include "platform/windows/event_path.h"

#include <string.h>

/* Where the path says what a filter says: a letter for a number, a quoted SID, a quoted session or a quoted time. */
static const char *const parts[] = {
    "EventRecordID > #",
    "EventRecordID < #",
    "EventID = #",
    "band(Keywords, #)",
    "TimeCreated[@SystemTime >= 't']",
    "TimeCreated[@SystemTime < 't']",
};
static const char *const data_parts[] = {
    "EventData[Data[@Name='SubjectUserSid']='s']",
    "EventData[Data[@Name='SubjectLogonId']='x']",
};

static const char *const alphabets[][2] = {
    {"#", "0123456789"}, {"s", "S-0123456789"}, {"x", "x0123456789abcdef"}, {"t", "0123456789-:.TZ"}};

/* The values between quotes, which a pattern stands a single letter for. */
static bool take_value(const char **at, char kind)
{
    for (size_t i = 0; i < sizeof alphabets / sizeof alphabets[0]; i++) {
        if (alphabets[i][0][0] != kind)
            continue;
        const size_t length = strspn(*at, alphabets[i][1]);
        *at += length;
        return length != 0;
    }
    return false;
}

static bool take(const char **at, const char *pattern)
{
    const char *text = *at;
    for (; *pattern != '\0'; pattern++) {
        const bool quoted = pattern[1] == '\'' && strchr("sxt", *pattern) != NULL && text[-1] == '\'';
        if (*pattern == '#' || quoted) {
            if (!take_value(&text, *pattern))
                return false;
        } else if (*text++ != *pattern) {
            return false;
        }
    }
    *at = text;
    return true;
}

/* Parts in their order, each at most once, with " and " between them. */
static size_t take_parts(const char **at, const char *const *list, size_t count)
{
    size_t taken = 0;
    for (size_t i = 0; i < count; i++) {
        const char *text = *at;
        if (taken != 0 && !take(&text, " and "))
            break;
        if (take(&text, list[i])) {
            *at = text;
            taken++;
        }
    }
    return taken;
}

static bool is_path(const char *path)
{
    const char *at = path;
    if (strcmp(path, "*") == 0)
        return true;
    if (!take(&at, "*["))
        return false;
    const bool system = take(&at, "System[");
    if (system && (take_parts(&at, parts, sizeof parts / sizeof parts[0]) == 0 || !take(&at, "]")))
        return false;
    const bool data = take(&at, system ? " and (" : "(");
    if (data && (take_parts(&at, data_parts, sizeof data_parts / sizeof data_parts[0]) == 0 ||
                 !take(&at, " or System[EventID = 1102])")))
        return false;
    return (system || data) && take(&at, "]") && *at == '\0';
}

/* Eight bytes at a time; then the texts, each up to a NUL. */
static uint64_t take_number(const uint8_t **data, size_t *size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < sizeof number && *size != 0; i++, (*size)--)
        number = number << 8 | *(*data)++;
    return number;
}

static const char *take_text(char **at, const char *end)
{
    const char *text = *at;
    if (*at >= end)
        return NULL;
    *at += strlen(text) + 1;
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA arena;
    int64_t last = 0;
    arena_init(&arena, 16 << 20);
    const char *path = NULL;
    FUZZ_ASSERT(timestamp_parse("2261-12-31T23:59:59.999999999Z", &last) == ERR_NONE);
    const uint64_t after = take_number(&data, &size);
    const uint64_t before = take_number(&data, &size);
    struct event_filter filter = {.since_ns = (int64_t)(take_number(&data, &size) % (uint64_t)last),
                                  .until_ns = (int64_t)(take_number(&data, &size) % (uint64_t)last)};
    const uint64_t rest = take_number(&data, &size);
    filter.event_id = (uint16_t)rest;
    filter.outcome = rest >> 16 & 1 ? EVENT_SUCCESS : rest >> 17 & 1 ? EVENT_FAILURE : EVENT_ANY_OUTCOME;
    char *text = arena_alloc(&arena, size + 1);
    FUZZ_ASSERT(text != NULL);
    memcpy(text, data, size);
    const char *end = text + size;
    filter.user = take_text(&text, end);
    filter.session = take_text(&text, end);
    filter.object = take_text(&text, end);
    filter.text = take_text(&text, end);
    FUZZ_ASSERT(event_path(&arena, &filter, after, before, &path) == ERR_NONE);
    if (!is_path(path))
        (void)fprintf(stderr, "%s\n", path);
    FUZZ_ASSERT(is_path(path) && strlen(path) <= EVENT_PATH_MAX);
    return 0;
}
