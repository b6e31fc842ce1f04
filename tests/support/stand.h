/* stand: a platform and an acceptor over a minted keytab, and handshakes against them in one process. */
#ifndef NTOKEND_TESTS_STAND_H
#define NTOKEND_TESTS_STAND_H

#include "platform/negotiate.h"
#include "platform/posix/security_context.h"
#include "support/folder.h"
#include "support/initiator.h"

struct stand {
    struct folder folder;
    char keytab[FOLDER_PATH_SIZE + 32];
    char replay_cache[FOLDER_PATH_SIZE + 32];
    struct platform_settings settings;
    struct mint *mint;
    struct platform *platform;
    struct acceptor *acceptor;
};

/* Points KRB5_CONFIG into a new folder, with a key for HTTP/localhost in its keytab. Exits 99 on failure. */
void stand_make(struct stand *stand);
void stand_done(struct stand *stand);

/* One for each test, as a fixture. */
extern struct stand stand_of_test;
void stand_setup(void);
void stand_teardown(void);

/* What the acceptor made of one token, or of a whole handshake. */
struct verdict {
    enum negotiate_outcome outcome;
    const char *reason;
    unsigned legs;
    bool client_content;              /* the client took the last reply */
    size_t reply_size;                /* of the last leg */
    struct security_context *context; /* finished, or NULL */
};
void verdict_done(struct verdict *verdict);

/* One leg with that token. A half-done context is dropped. */
void stand_offer(struct stand *stand, struct bytes token, struct verdict *ret);
/* Mints by the order, then shakes hands as the client does, to the end. */
void stand_shake(struct stand *stand, const struct mint_order *order, struct initiator *client,
                 struct negotiate_channel channel, struct verdict *ret);

#endif
