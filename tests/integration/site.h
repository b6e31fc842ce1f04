/* site: a server with routes for tests, in this process, on a port of its own.
 *
 *   GET  /open    public; "hello"
 *   GET  /slow    public; sleeps 300 ms
 *   GET  /query   public; {"a": value of a or null, "count": how often, "names": how many arguments}
 *   GET  /silent  public; a handler that answers nothing
 *   GET  /who     guarded; {"name", "path"}
 *   POST /echo    guarded, takes a body; the body
 *   POST /record  guarded, takes a body; 201 and the body, after an event 4663 about it
 *   GET  /numbers public; a stream, as /flood (stream_double.h); GET /mine is the same, guarded
 *   POST /begin   guarded; opens a session; its token as text
 *   POST /end     guarded; ends the session of the request */
#ifndef NTOKEND_TESTS_SITE_H
#define NTOKEND_TESTS_SITE_H

#include "http/server.h"

#include <microhttpd.h>

/* Versions before 0.9.77.1 end chunks where others do not, so that nothing may follow them; later ones refuse that. */
#define SITE_CHUNKS_CLOSE (MHD_VERSION < 0x00097701)

struct site {
    struct server *server;
    struct sessions *sessions;
    unsigned port;
};

/* Settings that a test may change before site_start. */
struct server_settings site_settings(void);
void site_start(const struct server_settings *settings, struct site *ret);
/* Stops, and asserts that nothing of the platform is left over. */
void site_stop(struct site *site);
/* How many answers of /record were taken back. */
unsigned site_withdrawn(void);

#endif
