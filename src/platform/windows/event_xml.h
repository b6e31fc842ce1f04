/* event_xml: an event as EvtRender writes it, read back. [MS-EVEN6] 2.2.15; reference 5.3. */
#ifndef NTOKEND_PLATFORM_WINDOWS_EVENT_XML_H
#define NTOKEND_PLATFORM_WINDOWS_EVENT_XML_H

#include "eventlog/event.h"

/* UTF-8. The strings of *ret are in the arena; fields past EVENT_FIELDS_MAX, and those without a name, are left out. Its UUID is made
 * of its time and number, so that it is the same each time. ERR_MALFORMED, ERR_NO_MEMORY. */
enum err event_xml_parse(struct arena *arena, struct bytes xml, struct event *ret) MUST_USE;

#endif
