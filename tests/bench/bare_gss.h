/* bare_gss: gss_accept_sec_context and nothing else; the peer that the service is measured against. */
#ifndef NTOKEND_BENCH_BARE_GSS_H
#define NTOKEND_BENCH_BARE_GSS_H

#include "base/bytes.h"

#include <gssapi/gssapi.h>

/* keytab: "FILE:…" or "MEMORY:…"; replay_cache: "file2:…". Exits with words on failure. */
gss_cred_id_t bare_gss_acquire(const char *keytab, const char *replay_cache);
/* Accepts one token and forgets the client. False when it is refused. *ret_reply is the caller's to release. */
bool bare_gss_accept(gss_cred_id_t credential, struct bytes token, gss_buffer_t ret_reply);

#endif
