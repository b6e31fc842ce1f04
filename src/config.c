#include "config.h"

#include "config_guard.h"
#include "config_listen.h"
#include "config_reading.h"

#include <errno.h>
#include <ini.h>
#include <stdlib.h>

enum { CONFIG_BYTES_MAX = 1 << 20 };
/* A check may be told by 4656 for what was granted and for what was refused, by 4674 and by 4818. */
enum { EVENTS_PER_CHECK = 4 };

/* Where what no file says stands. */
const char config_by_default[] = "by default";
const char config_handed_over[] = "inherited socket";

static size_t index_of(const char *name)
{
    const struct config_key *key = config_key_find(bytes_of_string(name));
    return key == NULL ? CONFIG_KEYS_MAX : (size_t)(key - config_keys);
}

bool config_was_refused(const struct reading *reading, const char *name)
{
    const size_t index = index_of(name);
    return index < CONFIG_KEYS_MAX && reading->refused[index];
}

struct place config_place(const struct reading *reading, const char *name)
{
    const size_t index = index_of(name);
    if (index == CONFIG_KEYS_MAX || (!reading->given[index] && !reading->fixed[index]))
        return (struct place){.file = config_by_default};
    return reading->places[index];
}

static void tell(const struct reading *reading, struct place place, const char *key, const char *kind,
                 const char *words)
{
    const bool is_file =
        place.file != NULL && place.file != config_by_default && place.file != config_handed_over;
    const char *where = place.file == NULL ? "command line" : place.file;
    if (is_file && place.line != 0)
        (void)fprintf(reading->errors, "%s:%u: %s: %s%s\n", where, place.line, key, kind, words);
    else
        (void)fprintf(reading->errors, "%s: %s: %s%s\n", where, key, kind, words);
}

void config_complain(struct reading *reading, struct place place, const char *key, const char *mistake)
{
    reading->mistakes++;
    tell(reading, place, key, "", mistake);
}

void config_note(const struct reading *reading, struct place place, const char *key, const char *note)
{
    if (reading->config->check)
        tell(reading, place, key, "note: ", note);
}

static const char *set_guard(struct reading *reading, const char *value)
{
    struct config *config = reading->config;
    if (reading->continues)
        return config_guard_continue(config, value);
    size_t count = config->server.guard_count;
    const char *mistake = config_guard_set(config, reading->routes, value);
    if (config->server.guard_count > count)
        reading->guards[count] = reading->place;
    return mistake;
}

static const char *given_twice(struct reading *reading, size_t index)
{
    const struct place *first = &reading->places[index];
    const char *mistake = first->file == NULL
                              ? NULL
                              : arena_printf(&reading->config->arena,
                                             "is given twice, first in line %u; keep one", first->line);
    return mistake == NULL ? "is given twice; keep one" : mistake;
}

static void set(struct reading *reading, const char *name, const char *value)
{
    struct config *config = reading->config;
    const struct config_key *key = config_key_find(bytes_of_string(name));
    if (key == NULL) {
        config_complain(reading, reading->place, name, config_suggest(reading, name));
        return;
    }
    size_t index = (size_t)(key - config_keys);
    if (reading->place.file != NULL && reading->fixed[index])
        return;
    if (reading->given[index] && !config_key_repeats(key)) {
        config_complain(reading, reading->place, name, given_twice(reading, index));
        return;
    }
    reading->given[index] = true;
    reading->places[index] = reading->place;
    size_t listeners = config->server.listen_count;
    size_t forwards = config->forward.count;
    size_t origins = config->server.origins.count;
    const char *mistake =
        key->kind == CONFIG_GUARD ? set_guard(reading, value) : config_key_set(config, key, value);
    reading->refused[index] |= mistake != NULL;
    if (mistake != NULL)
        config_complain(reading, reading->place, name, mistake);
    else if (config->server.listen_count > listeners)
        reading->listeners[listeners] = reading->place;
    else if (config->forward.count > forwards)
        reading->forwards[forwards] = reading->place;
    else if (config->server.origins.count > origins)
        reading->origins[origins] = reading->place;
}

static int take_pair(void *context, const char *section, const char *name, const char *value)
{
    (void)section; /* pass_over_mistakes lets none through */
    set(context, name, value == NULL ? "" : value);
    return 1;
}

static void complain_of_section(struct reading *reading, const char *line)
{
    const char *name = arena_string(&reading->config->arena, bytes_of(line + 1, strcspn(line + 1, "]\r\n")));
    config_complain(reading, reading->place, name == NULL || name[0] == 0 ? "line" : name,
                    "is a section; this file has none, remove the line");
}

/* inih tells of the first line alone that it cannot read, and of a section only with each setting behind it. So what is neither a
 * setting nor a comment is told here, and nothing is left of it. */
static void pass_over_mistakes(struct reading *reading, char *buffer)
{
    static const char mark[] = "\xef\xbb\xbf";
    const char *line = buffer;
    if (reading->place.line == 1 && strncmp(line, mark, sizeof mark - 1) == 0)
        line += sizeof mark - 1;
    line += strspn(line, " \t\r\n\v\f"); /* what inih takes for blanks */
    if (line[0] == 0 || line[0] == '#' || line[0] == ';')
        return;
    if (reading->continues && reading->begun)
        return;
    const char *separator = strpbrk(line, "=:");
    const char *comment = strstr(line, " ;");
    if (line[0] == '[')
        complain_of_section(reading, line);
    else if (separator == NULL || separator == line || (comment != NULL && comment < separator))
        config_complain(reading, reading->place, "line",
                        "is neither a setting nor a comment; write KEY = VALUE");
    else {
        reading->begun = true;
        return;
    }
    memcpy(buffer, "\n", 2);
}

/* inih calls this for each line and does not tell its handler which line it is at; so lines are counted here. */
static char *read_line(char *buffer, int size, void *context)
{
    struct reading *reading = context;
    if (fgets(buffer, size, reading->stream) == NULL)
        return NULL;
    reading->place.line++;
    reading->continues = buffer[0] == ' ' || buffer[0] == '\t';
    size_t length = strlen(buffer);
    if (length + 1 < (size_t)size || buffer[length - 1] == '\n') {
        pass_over_mistakes(reading, buffer);
        return buffer;
    }
    config_complain(reading, reading->place, "line", "is too long; shorten it");
    int letter = 0;
    while (letter != EOF && letter != '\n')
        letter = fgetc(reading->stream);
    buffer[0] = '\n';
    buffer[1] = 0;
    return buffer;
}

static void complain_of_file(struct reading *reading, const char *file, int error)
{
    const char *mistake = arena_printf(
        &reading->config->arena, "cannot be read (%s); correct the name or the permissions", strerror(error));
    config_complain(reading, (struct place){.file = file}, "file",
                    mistake == NULL ? "cannot be read" : mistake);
    reading->unread = true;
}

static void read_file(struct reading *reading, const char *file)
{
    reading->place = (struct place){.file = file};
    memset(reading->given, 0, sizeof reading->given);
    reading->stream = fopen(file, "re");
    if (reading->stream == NULL) {
        complain_of_file(reading, file, errno);
        return;
    }
    int wrong = ini_parse_stream(read_line, reading, take_pair, reading);
    const int error = errno;
    if (ferror(reading->stream) != 0)
        complain_of_file(reading, file, error);
    else if (wrong < 0)
        complain_of_file(reading, file, ENOMEM);
    else if (wrong > 0)
        config_complain(reading, (struct place){.file = file, .line = (unsigned)wrong}, "line",
                        "is neither a setting nor a comment; write KEY = VALUE");
    (void)fclose(reading->stream);
    reading->stream = NULL;
}

struct option {
    const char *name;
    const char *value;
};

/* "--name=value" or "--name value". */
static bool take_option(struct reading *reading, int argc, char **argv, int *at, struct option *ret)
{
    const char *argument = argv[*at];
    if (strncmp(argument, "--", 2) != 0 || argument[2] == 0) {
        config_complain(reading, reading->place, argument, "is not an option; see ntokend --help");
        return false;
    }
    const char *equals = strchr(argument, '=');
    if (equals != NULL) {
        struct bytes name = bytes_of(argument + 2, (size_t)(equals - argument) - 2);
        *ret = (struct option){.name = arena_string(&reading->config->arena, name), .value = equals + 1};
        return ret->name != NULL;
    }
    if (*at + 1 == argc) {
        config_complain(reading, reading->place, argument + 2, "has no value; give one after it");
        return false;
    }
    *ret = (struct option){.name = argument + 2, .value = argv[++*at]};
    return true;
}

static const char *read_options(struct reading *reading, int argc, char **argv)
{
    const char *file = NULL;
    for (int at = 1; at < argc; at++) {
        struct option option = {0};
        if (strcmp(argv[at], "--check") == 0) {
            reading->config->check = true;
        } else if (take_option(reading, argc, argv, &at, &option)) {
            if (strcmp(option.name, "config") != 0)
                set(reading, option.name, option.value);
            else if (file != NULL)
                config_complain(reading, reading->place, "config", "is given twice; keep one");
            else
                file = option.value;
        }
    }
    memcpy(reading->fixed, reading->given, sizeof reading->fixed);
    return file;
}

/* What a listener is may depend on settings that stand anywhere in the file. */
static void check_listeners(struct reading *reading)
{
    struct config *config = reading->config;
    config_add_inherited(reading);
    const size_t given = config->server.listen_count;
    config_listen_settle(config);
    if (config->server.listen_count > given)
        reading->listeners[given] = (struct place){.file = config_by_default};
    if (config_was_refused(reading, "certificate")) /* whatever follows from that is no mistake of its own */
        return;
    for (size_t i = 0; i < config->server.listen_count; i++) {
        const char *mistake = config_listen_check(config, i);
        if (mistake != NULL)
            config_complain(reading, reading->listeners[i], config_listen_key(config, i), mistake);
    }
    const char *mistake = config_listen_check_certificate(config);
    if (mistake != NULL)
        config_complain(reading, config_place(reading, "certificate"), "certificate", mistake);
    mistake = config_listen_check_key(config);
    if (mistake != NULL)
        config_complain(reading, config_place(reading, "certificate_key"), "certificate_key", mistake);
}

/* Aliases in guards need the domains, which may stand anywhere in the file. */
static void check_guards(struct reading *reading)
{
    for (size_t i = 0; i < reading->config->server.guard_count; i++) {
        const char *mistake = config_guard_check(reading->config, i);
        if (mistake != NULL)
            config_complain(reading, reading->guards[i], "guard", mistake);
    }
}

static void check_log(struct reading *reading)
{
    const struct event_store_settings *store = &reading->config->platform.audit.store;
    const char *url = store->url;
    if (url != NULL && store->queue_max / EVENTS_PER_CHECK < reading->config->batch_max)
        config_complain(reading, config_place(reading, "audit_queue"), "audit_queue",
                        "has no room for the events of a batch; give it four for each of batch_max");
}

enum err config_read(int argc, char **argv, const struct route_table *routes, FILE *errors,
                     struct config *ret)
{
    struct reading reading = {.config = ret, .routes = routes, .errors = errors};
    *ret = (struct config){.check = false};
    arena_init(&ret->arena, CONFIG_BYTES_MAX);
    config_keys_standard(ret);
    const char *file = read_options(&reading, argc, argv);
    if (file != NULL)
        read_file(&reading, file);
    check_listeners(&reading);
    check_guards(&reading);
    config_settle(&reading);
    check_log(&reading);
    config_check_rules(&reading);
    if (ret->check && !reading.unread)
        config_check_world(&reading);
    return reading.mistakes == 0 ? ERR_NONE : ERR_INVALID_PARAMETER;
}

void config_done(struct config *config)
{
    arena_done(&config->arena);
}

void config_usage(FILE *out)
{
    (void)fputs(
        "ntokend [--config FILE] [--check] [--SETTING VALUE]…\n\n"
        "Answers over HTTP what a caller who proves who it is with Kerberos may do, as Windows would.\n\n",
        out);
    for (const struct config_option *option = config_options; option->name != NULL; option++)
        (void)fprintf(out, "  --%-20s%-14s  %s\n", option->name,
                      option->argument == NULL ? "" : option->argument, option->help);
    (void)fputs("\nSettings (and what holds without them):\n", out);
    for (const struct config_key *key = config_keys; key->name != NULL; key++) {
        char standard[CONFIG_STANDARD_SIZE];
        config_key_standard(key, standard);
        if (config_key_is_here(key))
            (void)fprintf(out, "  %-22s%-14s  %s%s (%s)\n", key->name, key->argument, key->help,
                          config_key_repeats(key) ? ", repeatable" : "", standard);
    }
}
