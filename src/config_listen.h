/* config_listen: the key `listen`, and what it has to do with `certificate`, `channel_binding` and `cleartext`. */
#ifndef NTOKEND_CONFIG_LISTEN_H
#define NTOKEND_CONFIG_LISTEN_H

#include "config.h"

/* One more listener: "ADDRESS:PORT", with "http://" or "https://" in front of it or not. NULL, or what is wrong and what to do. */
const char *config_listen_set(struct config *config, const char *value) MUST_USE;
/* The same for operators alone: without TLS unless it says https://, and from anywhere, since nobody proves anything there. */
const char *config_listen_set_health(struct config *config, const char *value) MUST_USE;
/* Once all settings are read: a listener for callers where there is none, and which of them speak TLS. */
void config_listen_settle(struct config *config);
/* The setting that the listener stands in. */
const char *config_listen_key(const struct config *config, size_t index);
/* Does one that is settled serve callers without TLS beyond this machine? */
bool config_listen_is_exposed(const struct config *config, size_t index);
/* NULL, or what is wrong with a listener that is settled, and what to do. */
const char *config_listen_check(const struct config *config, size_t index) MUST_USE;
/* The same for the certificate and its key. */
const char *config_listen_check_certificate(const struct config *config) MUST_USE;
const char *config_listen_check_key(const struct config *config) MUST_USE;

#endif
