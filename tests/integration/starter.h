/* starter: starts the service as systemd would, and hears what it says. */
#ifndef NTOKEND_TESTS_STARTER_H
#define NTOKEND_TESTS_STARTER_H

#include "support/folder.h"
#include "support/service.h"

#include <netinet/in.h>

enum { STARTER_MESSAGE_SIZE = 1024, STARTER_HEARD_MAX = 256, STARTER_THREADS_MAX = 16 };

struct starter {
    struct folder folder;        /* its own, where it has one */
    char path[FOLDER_PATH_SIZE]; /* with krb5.conf and http.keytab */
    bool owns;
    int notify;
    char notify_path[SERVICE_PATH_SIZE];
    char heard[STARTER_HEARD_MAX][STARTER_MESSAGE_SIZE]; /* and not asked for yet */
    size_t heard_count;
    /* what the next one gets */
    int listener; /* -1: none */
    bool foreign;
    const char *watchdog_us;
    const char *configuration;
    char credentials[SERVICE_PATH_SIZE];
    unsigned number; /* of the next one */
};

void starter_open(struct starter *ret);
/* In a folder that is there, and stays. */
void starter_open_at(struct starter *ret, const char *path);
void starter_close(struct starter *starter);
/* A socket of its own that listens, which the services to come inherit; its port. */
unsigned starter_listen(struct starter *starter, in_addr_t address);
void starter_spawn(struct starter *starter, const char *const *options, struct service_process *ret);
/* Waits until a message starts with the text, and drops those before it. False when none comes within 15 s. */
bool starter_hears(struct starter *starter, const char *text, char ret[STARTER_MESSAGE_SIZE]);
/* Whether one has come that starts with the text, and was not asked for yet. */
bool starter_has_heard(struct starter *starter, const char *text);
void starter_forget(struct starter *starter);
/* The threads of the process beside its first. */
size_t starter_threads(pid_t pid, pid_t ret[STARTER_THREADS_MAX]);

/* Sockets that no service can be started with. */
int starter_udp(struct starter *starter);
int starter_unix(struct starter *starter);
int starter_deaf(struct starter *starter); /* bound, and not listening */
int starter_both_families(struct starter *starter);
int starter_anywhere(struct starter *starter); /* sound, but for HTTP without TLS */
int starter_no_socket(struct starter *starter);

#endif
