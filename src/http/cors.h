/* cors: what a page of another origin may ask, and read of the answer (the Fetch standard, 3.3). Only pages of the origins that the
 * operator named; a page of any other origin gets no word that would let its browser show it anything. */
#ifndef NTOKEND_HTTP_CORS_H
#define NTOKEND_HTTP_CORS_H

#include "http/origin.h"
#include "http/router.h"

/* The origin of the list whose page the request says it comes from; NULL: none, which costs nothing when the list is empty. */
const char *cors_origin(const struct name_list *origins, const struct request *request);

/* Does a browser ask first, without its user, whether the page may send what it wants to send? */
bool cors_is_preflight(const struct request *request);
/* 204: the methods of the path, which are `allow`, and the headers that the method asked about knows there. */
void cors_preflight(const struct route_table *routes, const struct request *request, const char *allow,
                    struct reply *reply);

#endif
