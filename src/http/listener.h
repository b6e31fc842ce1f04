/* listener: an address that is listened on, by every worker's daemon for it. */
#ifndef NTOKEND_HTTP_LISTENER_H
#define NTOKEND_HTTP_LISTENER_H

#include "http/address.h"

#include <microhttpd.h>
#include <stdbool.h>

struct listener {
    struct address address; /* with the port that was given, once it is known */
    bool tls;
    bool health;       /* serves operators alone */
    MHD_socket socket; /* the one that all share: Windows, and what was inherited; else MHD_INVALID_SOCKET */
};

enum { LISTENER_OPTIONS = 3 };

/* Takes the address, or makes sure that nobody else has it. ERR_IO, logged. */
enum err listener_open(const struct address *address, struct listener *ret) MUST_USE; /* without TLS */
/* Whether the address could be taken: NULL, or what is wrong and what to do, static. *ret_note: it could be once another program,
 * perhaps this service, gives it back. */
const char *listener_check(const struct address *address, bool *ret_note) MUST_USE;
/* Nothing new is accepted once the daemons are quiet too. */
void listener_close(struct listener *listener);
/* What a daemon for it is to be started with. ERR_IO. */
enum err listener_options(const struct listener *listener,
                          struct MHD_OptionItem ret[LISTENER_OPTIONS]) MUST_USE;
/* After the daemon could not be started with them. */
void listener_options_drop(const struct MHD_OptionItem options[LISTENER_OPTIONS]);
/* Takes up what had connected already, and accepts no more. */
void listener_quiesce(struct MHD_Daemon *daemon);
/* Makes room for so many connections, with threads and listeners; how many there will be room for. */
unsigned listener_make_room(unsigned connections, unsigned threads, size_t listeners);

#endif
