/* journal: an event into the systemd journal, by its native protocol (https://systemd.io/JOURNAL_NATIVE_PROTOCOL). */
#ifndef NTOKEND_FORWARD_JOURNAL_H
#define NTOKEND_FORWARD_JOURNAL_H

#include "eventlog/event.h"

/* A socket, or -1 with words for a person. */
int journal_open(const char *path, const char **ret_problem) MUST_USE;
/* The fields of one entry: MESSAGE for people, NTOKEND_UUID …, and NTOKEND_OCSF (ocsf.h). In the arena. ERR_NO_MEMORY. */
enum err journal_entry(struct arena *arena, const struct event *event, const char *computer,
                       struct bytes *ret) MUST_USE;
/* The journal has it. ERR_IO, also when it took none for a second: try again. */
enum err journal_send(int socket, struct bytes entry) MUST_USE;

#endif
