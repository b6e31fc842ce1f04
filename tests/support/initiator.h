/* initiator: the client's side of a handshake, by libgssapi from a minted cache, or by hand where no client would do it. */
#ifndef NTOKEND_TESTS_INITIATOR_H
#define NTOKEND_TESTS_INITIATOR_H

#include "support/mint.h"

#include <gssapi/gssapi.h>

enum initiator_mechs {
    INITIATOR_SPNEGO = 0,    /* offering Kerberos alone */
    INITIATOR_SPNEGO_NTLM,   /* NTLM first, Kerberos second: one leg more, and a MIC (RFC 4178 5) */
    INITIATOR_SPNEGO_IAKERB, /* the same with a mechanism that libkrb5 has by itself */
    INITIATOR_KERBEROS,      /* without SPNEGO around it */
};

struct initiator {
    gss_ctx_id_t context;
    gss_cred_id_t credential;
    gss_name_t target;
    enum initiator_mechs mechs;
    OM_uint32 flags;       /* asked for; GSS_C_MUTUAL_FLAG and the like */
    struct bytes binding;  /* channel binding's application data; empty for none */
    bool done;             /* the client is content */
    gss_buffer_desc token; /* the last one made */
};

/* `ccache` is a path; `service` is "HTTP@localhost". Exits 99 on failure. */
void initiator_init(struct initiator *initiator, const char *ccache, const char *service);
void initiator_done(struct initiator *initiator);
/* The next token for the acceptor; valid until the next step. False when the client refuses the acceptor's `input`. */
bool initiator_step(struct initiator *initiator, struct bytes input, struct bytes *ret);

/* Is NTLM installed in this process's GSSAPI? */
bool initiator_has_ntlm(void);

/* A Kerberos GSS token (RFC 4121 4.1) made without GSSAPI, so that the authenticator may hold anything. */
void initiator_raw_token(struct mint *mint, const struct mint_order *order, struct der *ret);
/* NegTokenInit (RFC 4178 4.2.1) around it. mechs: contents of OIDs; token empty for none. */
void initiator_neg_token(const struct bytes *mechs, size_t count, struct bytes token, struct der *ret);

extern const struct bytes initiator_oid_kerberos;
extern const struct bytes initiator_oid_kerberos_windows;
extern const struct bytes initiator_oid_iakerb;
extern const struct bytes initiator_oid_ntlm;
extern const struct bytes initiator_oid_negoex;

#endif
