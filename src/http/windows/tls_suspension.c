#include "http/tls_suspension.h"

/* Never given: the library selects the sockets of handshakes as those of all other connections, and asks GnuTLS when one is readable. */
enum err tls_suspension_open(struct wake *ret)
{
    return wake_open(ret);
}

void tls_suspension_close(const struct wake *wake)
{
    wake_close(wake);
}

void tls_suspension_begin(const struct wake *wake, struct tls_handshake *handshake)
{
    (void)wake;
    (void)handshake;
}

void tls_suspension_poll(const struct wake *wake)
{
    (void)wake;
}

/* Nothing may ever come that would be read, and so fail. The library closes what has been silent for longer than a second, the least
 * that it can be told, in its next round; what does send a byte fails at that. */
void tls_suspension_end(const struct wake *wake, struct tls_handshake *handshake)
{
    (void)wake;
    (void)MHD_set_connection_option(handshake->transport, MHD_CONNECTION_OPTION_TIMEOUT, 1U);
}
