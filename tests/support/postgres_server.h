/* postgres_server: a PostgreSQL of the test's own, in a folder of its own, gone with the test. Mistakes of the fixture itself exit
 * 99 with words on stderr. The programs are where pg_config says; as root it runs as nobody. */
#ifndef NTOKEND_TESTS_POSTGRES_SERVER_H
#define NTOKEND_TESTS_POSTGRES_SERVER_H

#include "support/folder.h"

#include <stdbool.h>

enum { POSTGRES_URL_SIZE = FOLDER_PATH_SIZE + 256 };

struct postgres_server {
    struct folder folder;
    pid_t pid; /* of its own process group too; 0: stopped */
    unsigned port;
};

/* initdb, without a start. Users: postgres by the socket (trusted), and over the loopback with the password "secret words". */
void postgres_server_make(struct postgres_server *ret);
void postgres_server_start(struct postgres_server *server);
/* signal: SIGINT for a quick, SIGQUIT for an immediate stop (what is not on the disk is lost), SIGKILL for a crash. */
void postgres_server_stop(struct postgres_server *server, int signal);
/* SIGSTOP and SIGCONT for all its processes: a server that hangs. */
void postgres_server_freeze(const struct postgres_server *server, bool frozen);
void postgres_server_remove(struct postgres_server *server);

/* postgresql:// by the socket; `schema` becomes the search path. */
void postgres_server_url(const struct postgres_server *server, const char *schema,
                         char ret[POSTGRES_URL_SIZE]);
/* As the administrator, in database postgres: one statement or more. */
void postgres_server_sql(const struct postgres_server *server, const char *sql);
/* The one number that the statement gives. */
long long postgres_server_number(const struct postgres_server *server, const char *sql);

#endif
