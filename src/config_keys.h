/* config_keys: the one table of all settings, and how each kind of value is read. */
#ifndef NTOKEND_CONFIG_KEYS_H
#define NTOKEND_CONFIG_KEYS_H

#include "config.h"
#include "config_host.h"

enum config_kind {
    CONFIG_TEXT,    /* const char * */
    CONFIG_FILE,    /* const char *; a readable file when `must_exist` */
    CONFIG_SID,     /* const char *; S-1-5-21-x-y-z */
    CONFIG_LISTEN,  /* may come more than once */
    CONFIG_GUARD,   /* may come more than once; config_guard.h reads it */
    CONFIG_COUNT,   /* unsigned */
    CONFIG_SIZE,    /* size_t */
    CONFIG_YES_NO,  /* bool */
    CONFIG_LEVEL,   /* enum log_level */
    CONFIG_FORWARD, /* may come more than once */
    CONFIG_LOG,     /* const char *; the URL of an event log */
    CONFIG_FULL,    /* enum event_store_policy */
    CONFIG_BYTES,   /* uint64_t */
    CONFIG_DAYS,    /* uint64_t, of seconds */
    CONFIG_ANYWHERE,
};

struct config_key {
    const char *name;     /* as in the file; '-' and '_' are the same */
    const char *argument; /* for the usage text */
    const char *help;
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

/* Whether this system has the setting. */
bool config_key_is_here(const struct config_key *key);
/* NULL: there is no such setting here. */
const struct config_key *config_key_find(struct bytes name);
/* Puts `value` into its place. NULL, or what is wrong and what to do, in the configuration's arena. */
const char *config_key_set(struct config *config, const struct config_key *key, const char *value) MUST_USE;
void config_keys_standard(struct config *config);

#endif
