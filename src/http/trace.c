#include "http/trace.h"

#include "http/request.h"

#include <string.h>

/* 2.2: version "-" trace-id "-" parent-id "-" trace-flags */
enum { VERSION_SIZE = 2, FLAGS_SIZE = 2, TRACE_AT = 3, PARENT_AT = 36, FLAGS_AT = 53, PARENT_00_SIZE = 55 };
enum { KEY_MAX = 256, TENANT_MAX = 241, SYSTEM_MAX = 14, VALUE_MAX = 256 };

static int hex(uint8_t letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

/* HEXDIGLC: upper case is not sound. */
static bool is_hex(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (hex(text.data[i]) < 0)
            return false;
    return true;
}

static bool is_zero(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] != '0')
            return false;
    return true;
}

bool trace_parent_read(struct bytes text, struct trace *ret)
{
    if (text.size < PARENT_00_SIZE || text.data[VERSION_SIZE] != '-' || text.data[PARENT_AT - 1] != '-' ||
        text.data[FLAGS_AT - 1] != '-')
        return false;
    const struct bytes version = bytes_of(text.data, VERSION_SIZE);
    const struct bytes trace = bytes_of(text.data + TRACE_AT, TRACE_ID_SIZE);
    const struct bytes parent = bytes_of(text.data + PARENT_AT, TRACE_PARENT_SIZE);
    const struct bytes flags = bytes_of(text.data + FLAGS_AT, FLAGS_SIZE);
    if (!is_hex(version) || !is_hex(trace) || !is_hex(parent) || !is_hex(flags) || is_zero(trace) ||
        is_zero(parent))
        return false;
    if (memcmp(version.data, "ff", VERSION_SIZE) == 0)
        return false;
    /* what a later version adds follows a dash */
    if (text.size > PARENT_00_SIZE && (is_zero(version) || text.data[PARENT_00_SIZE] != '-'))
        return false;
    *ret = (struct trace){.flags = (uint8_t)(hex(flags.data[0]) * 16 + hex(flags.data[1]))};
    memcpy(ret->id, trace.data, TRACE_ID_SIZE);
    memcpy(ret->parent, parent.data, TRACE_PARENT_SIZE);
    return true;
}

static bool is_lower(uint8_t letter)
{
    return letter >= 'a' && letter <= 'z';
}

static bool is_digit(uint8_t letter)
{
    return letter >= '0' && letter <= '9';
}

static bool is_key_rest(struct bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        const uint8_t letter = text.data[i];
        if (!is_lower(letter) && !is_digit(letter) && letter != '_' && letter != '-' && letter != '*' &&
            letter != '/')
            return false;
    }
    return true;
}

/* 3.3.1.3.1: a simple key, or TENANT@SYSTEM */
static bool is_key(struct bytes text)
{
    if (text.size == 0)
        return false;
    const uint8_t *at = memchr(text.data, '@', text.size);
    if (at == NULL)
        return text.size <= KEY_MAX && is_lower(text.data[0]) && is_key_rest(text);
    const struct bytes tenant = bytes_of(text.data, (size_t)(at - text.data));
    const struct bytes system = bytes_from(text, tenant.size + 1);
    return tenant.size >= 1 && tenant.size <= TENANT_MAX &&
           (is_lower(tenant.data[0]) || is_digit(tenant.data[0])) && is_key_rest(tenant) &&
           system.size >= 1 && system.size <= SYSTEM_MAX && is_lower(system.data[0]) && is_key_rest(system);
}

/* 3.3.1.3.2: printable ASCII without comma and equals sign, and no blank at its end */
static bool is_value(struct bytes text)
{
    if (text.size == 0 || text.size > VALUE_MAX || text.data[text.size - 1] == ' ')
        return false;
    for (size_t i = 0; i < text.size; i++)
        if (text.data[i] < 0x20 || text.data[i] > 0x7E || text.data[i] == ',' || text.data[i] == '=')
            return false;
    return true;
}

static struct bytes trim(struct bytes text)
{
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = bytes_from(text, 1);
    while (text.size > 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}

/* The key of a member, in *ret; false when it is not sound. */
static bool member_read(struct bytes member, struct bytes *ret)
{
    const uint8_t *sign = memchr(member.data, '=', member.size);
    if (sign == NULL)
        return false;
    *ret = bytes_of(member.data, (size_t)(sign - member.data));
    return is_key(*ret) && is_value(bytes_from(member, ret->size + 1));
}

bool trace_state_read(struct bytes text, unsigned *members)
{
    struct bytes keys[TRACE_MEMBERS_MAX];
    size_t key_count = 0;
    size_t start = 0;
    for (size_t at = 0; at <= text.size; at++) {
        if (at < text.size && text.data[at] != ',')
            continue;
        const struct bytes member = trim(bytes_of(text.data + start, at - start));
        struct bytes key = {0};
        start = at + 1;
        if (member.size == 0) /* empty members are allowed */
            continue;
        if (*members >= TRACE_MEMBERS_MAX || !member_read(member, &key))
            return false;
        for (size_t i = 0; i < key_count; i++)
            if (bytes_equal(keys[i], key))
                return false;
        keys[key_count++] = key;
        (*members)++;
    }
    return true;
}

/* splitmix64: from a random start, ids that repeat no sooner than those of a counter, and look like nothing. */
static uint64_t mix(uint64_t value)
{
    value += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

static const char digits[] = "0123456789abcdef";

static void put_hex(char *to, uint64_t value)
{
    for (size_t i = 16; i-- != 0; value >>= 4)
        to[i] = digits[value & 15];
}

static void trace_new(const struct trace_source *source, struct trace *ret)
{
    *ret = (struct trace){.flags = 0};
    put_hex(ret->id, mix(source->prefix));
    put_hex(ret->id + TRACE_ID_SIZE / 2, mix(source->prefix ^ source->next) | 1); /* not zero */
}

/* 3.3: without a sound traceparent no tracestate counts. */
static void read_state(struct request *request)
{
    const char *state = request_header(request, "tracestate");
    unsigned members = 0;
    if (state != NULL && request_header_count(request, "tracestate") == 1 &&
        trace_state_read(bytes_of_string(state), &members))
        request->trace.members = members;
}

/* 16 digits, a dash, and as many as there are. */
static void own_id(uint64_t prefix, uint64_t number, char ret[REQUEST_ID_MAX])
{
    char *at = ret + TRACE_PARENT_SIZE;
    put_hex(ret, prefix);
    *at++ = '-';
    for (int shift = number == 0 ? 0 : (63 - __builtin_clzll(number)) / 4 * 4; shift >= 0; shift -= 4)
        *at++ = digits[number >> shift & 15];
    *at = 0;
}

/* The client's own when it is short and plain, since it goes into the log and into a header. */
static void choose_id(struct request *request, struct trace_source *source)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    const char *given = request_header(request, "X-Request-Id");
    size_t size = given == NULL ? 0 : strlen(given);
    if (size > 0 && size < REQUEST_ID_MAX && strspn(given, plain) == size)
        memcpy(request->id, given, size + 1);
    else
        own_id(source->prefix, source->next, request->id);
}

void trace_begin(struct request *request, struct trace_source *source)
{
    const char *parent = request_header(request, "traceparent");
    choose_id(request, source);
    if (parent != NULL && request_header_count(request, "traceparent") == 1 &&
        trace_parent_read(bytes_of_string(parent), &request->trace))
        read_state(request);
    else
        trace_new(source, &request->trace);
    source->next++;
}
