/* certificate_probe: what a platform shows its clients, and what its health says of it. */
#ifndef NTOKEND_TESTS_CERTIFICATE_PROBE_H
#define NTOKEND_TESTS_CERTIFICATE_PROBE_H

#include "platform/certificate.h"
#include "support/pem.h"

/* Of the health, which must tell an end with every certificate, and with none none. */
const char *certificate_probe_state(struct platform *platform);
/* Fails unless that certificate is in force: it is known by what it binds. */
void certificate_probe_shows(struct platform *platform, const struct pem *pem);
/* So many looks at the files, as the service does them in as many seconds. */
void certificate_probe_look(struct platform *platform, unsigned times);

#endif
