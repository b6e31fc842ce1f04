/* config_reading: what is known of a configuration while it is read: what was given, where, and what is wrong with it. */
#ifndef NTOKEND_CONFIG_READING_H
#define NTOKEND_CONFIG_READING_H

#include "config_keys.h"

/* Where a setting was given. */
struct place {
    const char *file; /* NULL: the command line */
    unsigned line;
};

struct reading {
    struct config *config;
    const struct route_table *routes;
    FILE *errors;
    unsigned mistakes;
    struct place place;
    bool given[CONFIG_KEYS_MAX];          /* by the source that is being read */
    bool fixed[CONFIG_KEYS_MAX];          /* by the command line, which wins */
    struct place places[CONFIG_KEYS_MAX]; /* where each was given last */
    bool refused[CONFIG_KEYS_MAX];        /* a value of it was wrong, and told */
    /* and each of those that may come more than once */
    struct place listeners[SERVER_LISTEN_MAX];
    struct place guards[SERVER_GUARDS_MAX];
    struct place forwards[FORWARD_TARGETS_MAX];
    struct place origins[NAME_LIST_MAX];
    bool begun;     /* a setting stands above the line */
    bool continues; /* the line goes on where the last one ended */
    bool unread;    /* the file could not be read: nothing is known of what somebody meant */
    FILE *stream;
};

/* Where what no file says stands, as the file of a place. */
extern const char config_by_default[];
extern const char config_handed_over[];
/* Where the setting of that name was given. */
struct place config_place(const struct reading *reading, const char *name);
/* A value of it was wrong: what follows from its lack is no mistake of its own. */
bool config_was_refused(const struct reading *reading, const char *name);
/* A line for the operator: where, which setting, what is wrong and what to do. */
void config_complain(struct reading *reading, struct place place, const char *key, const char *mistake);
/* The same for what is no mistake, but may not be what somebody meant; only --check says it. */
void config_note(const struct reading *reading, struct place place, const char *key, const char *note);

/* What an unknown name is to be told, in the configuration's arena: perhaps what was meant. */
const char *config_suggest(struct reading *reading, const char *name);
/* What was inherited is listened on, whether or not a setting says so too. */
void config_add_inherited(struct reading *reading);
/* What follows from other settings, and from what the system keeps for the service. */
void config_settle(struct reading *reading);
/* Rules over several settings, once all are known. */
void config_check_rules(struct reading *reading);
/* For --check: what the settings name, and whether it can be used. */
void config_check_world(struct reading *reading);

#endif
