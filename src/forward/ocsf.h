/* ocsf: an event as JSON of the Open Cybersecurity Schema Framework 1.1 (https://schema.ocsf.io/1.1.0).
 *
 * 4624 and 4625 are Authentication (3002); 4627, 4672 and 4703 Authorize Session (3003); what is about an object or a privilege that
 * was used is Windows Resource Activity (201003, of the extension "win"); anything else a Base Event. Windows' own fields are
 * under `unmapped`, all of them, as Windows names and writes them. */
#ifndef NTOKEND_FORWARD_OCSF_H
#define NTOKEND_FORWARD_OCSF_H

#include "eventlog/event.h"

/* What Windows calls the event: "A handle to an object was requested."; static. */
const char *ocsf_title(uint16_t event_id);
/* One line. `computer`: the name of this machine. free() ends it; NULL when memory is exhausted. */
char *ocsf_text(const struct event *event, const char *computer) MUST_USE;

#endif
