#include "forward/target.h"

#define TCP     "syslog+tcp://"
#define TLS     "syslog+tls://"
#define JOURNAL "journal:"

static const char unknown[] =
    "is no place to forward to; write syslog+tcp://HOST:PORT, syslog+tls://HOST:PORT or journal:";
static const char no_memory[] = "is too long; shorten it";

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static bool is_port(const char *text)
{
    unsigned port = 0;
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > 5 || text[digits] != 0)
        return false;
    for (size_t i = 0; i < digits; i++)
        port = port * 10 + (unsigned)(text[i] - '0');
    return port >= 1 && port <= UINT16_MAX;
}

/* HOST:PORT or [ADDRESS]:PORT; cuts `text`. */
static const char *parse_place(char *text, struct target *ret)
{
    char *colon = strrchr(text, ':');
    if (colon == NULL || !is_port(colon + 1))
        return "has no port; write HOST:PORT";
    *colon = 0;
    ret->port = colon + 1;
    ret->host = text;
    size_t size = strlen(text);
    if (text[0] == '[' && text[size - 1] == ']') {
        text[size - 1] = 0;
        ret->host = text + 1;
    } else if (strchr(text, ':') != NULL) {
        return "has an address of IPv6 without brackets; write [ADDRESS]:PORT";
    }
    return ret->host[0] == 0 || strpbrk(ret->host, "/@?# []") != NULL ? "has no host; write HOST:PORT" : NULL;
}

/* NAME=FILE&…; cuts `text`. */
static const char *parse_files(char *text, struct target *ret)
{
    static const char *const names[] = {"ca=", "cert=", "key="};
    const char **const places[] = {&ret->ca, &ret->certificate, &ret->key};
    char *rest = NULL;
    for (char *word = strtok_r(text, "&", &rest); word != NULL; word = strtok_r(NULL, "&", &rest)) {
        size_t i = 0;
        while (i < 3 && !starts_with(word, names[i]))
            i++;
        if (i == 3 || word[strlen(names[i])] == 0 || *places[i] != NULL)
            return "has something else behind the port; write ?ca=FILE, and &cert=FILE&key=FILE for a certificate of ours";
        *places[i] = word + strlen(names[i]);
    }
    return (ret->certificate == NULL) == (ret->key == NULL)
               ? NULL
               : "needs both of cert=FILE and key=FILE, or neither";
}

const char *target_parse(struct arena *arena, const char *url, struct target *ret)
{
    struct target target = {.kind = starts_with(url, TLS) ? TARGET_TLS : TARGET_TCP};
    const char *mistake = NULL;
    char *copy = arena_string(arena, bytes_of_string(url));
    target.url = arena_string(arena, bytes_of_string(url));
    if (copy == NULL || target.url == NULL)
        return no_memory;
    if (starts_with(url, JOURNAL)) {
        target.kind = TARGET_JOURNAL;
        target.socket = copy[strlen(JOURNAL)] == 0 ? TARGET_JOURNAL_SOCKET : copy + strlen(JOURNAL);
        mistake = target.socket[0] == '/' ? NULL : "names no socket; write journal: alone, or journal:/PATH";
    } else if (starts_with(url, TCP) || starts_with(url, TLS)) {
        char *place = copy + strlen(TCP);
        char *files = strchr(place, '?');
        if (files != NULL)
            *files++ = 0;
        mistake = parse_place(place, &target);
        if (mistake == NULL && files != NULL && target.kind == TARGET_TCP)
            mistake = "has something behind the port, which only TLS has";
        else if (mistake == NULL && files != NULL)
            mistake = parse_files(files, &target);
    } else {
        mistake = unknown;
    }
    if (mistake == NULL)
        *ret = target;
    return mistake;
}
