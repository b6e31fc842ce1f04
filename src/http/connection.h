/* connection: libmicrohttpd's callbacks. Their closure is the worker, and connection_admit's one of its gates. */
#ifndef NTOKEND_HTTP_CONNECTION_H
#define NTOKEND_HTTP_CONNECTION_H

#include "http/worker.h"

enum MHD_Result connection_admit(void *closure, const struct sockaddr *address, socklen_t size);
/* A connection that the library gave up between admission and its start pays back here. */
void connection_settle(struct worker *worker);
void connection_notify(void *closure, struct MHD_Connection *transport, void **socket_context,
                       enum MHD_ConnectionNotificationCode code);
/* The request line is there. */
void *connection_request_line(void *closure, const char *uri, struct MHD_Connection *transport);
/* Decodes %XX in place and marks the connection when an escape is not sound. */
size_t connection_unescape(void *closure, struct MHD_Connection *transport, char *text);
enum MHD_Result connection_handle(void *closure, struct MHD_Connection *transport, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **context);
/* A held reply leaves: as it stands, or as 503. `owner` as holds_next gave it. */
void connection_release(void *owner, enum err err);
/* The connection of a held reply is closed without it. `owner` as holds_abandon gave it. */
void connection_give_up(void *owner);
void connection_completed(void *closure, struct MHD_Connection *transport, void **context,
                          enum MHD_RequestTerminationCode code);

#endif
