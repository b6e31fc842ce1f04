/* config_keys: the one table of all settings (config_table.c), and how each kind of value is read. The usage text, the manual pages
 * and docs/configuration.md are made from it. */
#ifndef NTOKEND_CONFIG_KEYS_H
#define NTOKEND_CONFIG_KEYS_H

#include "config.h"
#include "config_host.h"

enum { CONFIG_THREADS_MAX = 256, CONFIG_KEYS_MAX = 256 };

/* Chapters of the documentation, in their order. */
enum config_group {
    CONFIG_GROUP_NONE, /* a mistake of the table */
    CONFIG_GROUP_LISTENING,
    CONFIG_GROUP_TLS,
    CONFIG_GROUP_CALLERS,
    CONFIG_GROUP_ANSWERS,
    CONFIG_GROUP_BROWSERS,
    CONFIG_GROUP_LIMITS,
    CONFIG_GROUP_SESSIONS,
    CONFIG_GROUP_AUDIT,
    CONFIG_GROUP_FORWARD,
    CONFIG_GROUP_OPERATION,
};

enum config_kind {
    CONFIG_TEXT,          /* const char * */
    CONFIG_FILE,          /* const char *; a readable file when `must_exist` */
    CONFIG_SID,           /* const char *; S-1-5-21-x-y-z */
    CONFIG_LISTEN,        /* may come more than once */
    CONFIG_LISTEN_HEALTH, /* may come more than once */
    CONFIG_GUARD,         /* may come more than once; config_guard.h reads it */
    CONFIG_COUNT,         /* unsigned */
    CONFIG_SIZE,          /* size_t */
    CONFIG_YES_NO,        /* bool */
    CONFIG_LEVEL,         /* enum log_level */
    CONFIG_FORWARD,       /* may come more than once */
    CONFIG_LOG,           /* const char *; the URL of an event log */
    CONFIG_FULL,          /* enum event_store_policy */
    CONFIG_BYTES,         /* uint64_t */
    CONFIG_DAYS,          /* uint64_t, of seconds */
    CONFIG_ANYWHERE,
    CONFIG_ORIGIN,  /* may come more than once */
    CONFIG_HOST,    /* the same */
    CONFIG_BINDING, /* enum channel_binding */
};

struct config_key {
    const char *name;     /* as in the file; '-' and '_' are the same */
    const char *argument; /* what stands for the value in texts; its unit, where it has one */
    const char *help;     /* a phrase, without what holds when it is left out */
    enum config_group group;
    const char *without; /* what holds when it is left out; NULL: `standard` */
    enum config_kind kind;
    size_t offset; /* in struct config */
    uint64_t min;
    uint64_t max;
    uint64_t standard; /* numbers and yes or no: the value without a setting */
    bool must_exist;
    enum config_system system;
};

/* The table ends with a key without a name. */
extern const struct config_key config_keys[];
/* Their names by enum config_group; ends with NULL. */
extern const char *const config_groups[];

/* What the command line knows besides settings. */
struct config_option {
    const char *name;
    const char *argument; /* NULL: it has none */
    const char *help;
};

/* Ends with one without a name. */
extern const struct config_option config_options[];

/* Whether this system has the setting. */
bool config_key_is_here(const struct config_key *key);
/* Whether it may be given more than once. */
bool config_key_repeats(const struct config_key *key);
/* Whether its value is a number from `min` to `max`. */
bool config_key_is_number(const struct config_key *key);
enum { CONFIG_STANDARD_SIZE = 128 };
/* What holds when it is left out. */
void config_key_standard(const struct config_key *key, char ret[CONFIG_STANDARD_SIZE]);
/* NULL: there is no such setting here. */
const struct config_key *config_key_find(struct bytes name);
/* Puts `value` into its place. NULL, or what is wrong and what to do, in the configuration's arena. */
const char *config_key_set(struct config *config, const struct config_key *key, const char *value) MUST_USE;
void config_keys_standard(struct config *config);

#endif
