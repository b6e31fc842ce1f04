/* mark: how far a target has been served, kept in a small file so that a restart goes on there. */
#ifndef NTOKEND_FORWARD_MARK_H
#define NTOKEND_FORWARD_MARK_H

#include "eventlog/event.h"

enum { MARK_PATH_MAX = 4096 };

/* An event; record_id 0: none yet. */
struct mark {
    uint64_t record_id;
    struct event_uuid uuid; /* tells whether the log is still the same one */
};

/* FOLDER/forward-NAME, the name from the target's URL. ERR_TOO_LARGE. */
enum err mark_path(const char *folder, const char *url, char ret[MARK_PATH_MAX]) MUST_USE;
/* ERR_NOT_FOUND: no file. ERR_MALFORMED: not one of ours. ERR_IO. */
enum err mark_load(const char *path, struct mark *ret) MUST_USE;
/* Durable when it returns; the file is the old or the new one at every moment. ERR_IO. */
enum err mark_save(const char *path, const struct mark *mark) MUST_USE;

#endif
