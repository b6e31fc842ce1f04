/* xml: events as Windows renders them (EvtRender, EvtRenderEventXml). Reference 5.3; [MS-EVEN6] 2.2.13 has the schema. */
#ifndef NTOKEND_EVENTLOG_XML_H
#define NTOKEND_EVENTLOG_XML_H

#include "eventlog/event.h"

/* "<Event xmlns=…>…</Event>", without a declaration, NUL-terminated behind `size`. What XML 1.0 cannot carry, and bytes that are
 * no UTF-8, become U+FFFD. `computer`: the machine that wrote the event. ERR_NO_MEMORY. */
enum err event_xml(const struct event *event, const char *computer, struct arena *arena,
                   struct bytes *ret) MUST_USE;
/* The same within <Events>, with a declaration: a document. */
enum err event_xml_document(const struct event *events, size_t count, const char *computer,
                            struct arena *arena, struct bytes *ret) MUST_USE;

#endif
