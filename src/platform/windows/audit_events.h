/* audit_events: the Security channel, read and followed. */
#ifndef NTOKEND_PLATFORM_WINDOWS_AUDIT_EVENTS_H
#define NTOKEND_PLATFORM_WINDOWS_AUDIT_EVENTS_H

#include "platform/windows/state.h"

/* Ends the watch, if there is one: no wake runs after. */
void audit_watch_end(struct platform *platform);

#endif
