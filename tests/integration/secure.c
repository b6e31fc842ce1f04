#include "integration/secure.h"

#include <check.h>
#include <unistd.h>

static void name_protocols(gnutls_session_t session, const char *const protocols[SECURE_PROTOCOLS_MAX])
{
    gnutls_datum_t names[SECURE_PROTOCOLS_MAX];
    unsigned char texts[SECURE_PROTOCOLS_MAX][32];
    unsigned count = 0;
    for (; count < SECURE_PROTOCOLS_MAX && protocols[count] != NULL; count++) {
        names[count] = (gnutls_datum_t){texts[count], (unsigned)strlen(protocols[count])};
        ck_assert_uint_le(names[count].size, sizeof texts[count]);
        memcpy(texts[count], protocols[count], names[count].size);
    }
    if (count != 0)
        ck_assert_int_eq(gnutls_alpn_set_protocols(session, names, count, 0), 0);
}

bool secure_open(unsigned port, const struct secure_order *order, struct secure *ret)
{
    *ret = (struct secure){.fd = wire_connect(port)};
    if (ret->fd < 0)
        return false;
    const char *priorities = order->priorities == NULL ? "NORMAL" : order->priorities;
    ck_assert_int_eq(gnutls_certificate_allocate_credentials(&ret->credentials), 0);
    ck_assert_int_eq(gnutls_init(&ret->session, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL), 0);
    ck_assert_int_eq(gnutls_priority_set_direct(ret->session, priorities, NULL), 0);
    ck_assert_int_eq(gnutls_credentials_set(ret->session, GNUTLS_CRD_CERTIFICATE, ret->credentials), 0);
    name_protocols(ret->session, order->protocols);
    if (order->name != NULL)
        ck_assert_int_eq(
            gnutls_server_name_set(ret->session, GNUTLS_NAME_DNS, order->name, strlen(order->name)), 0);
    if (order->resume != NULL)
        ck_assert_int_eq(gnutls_session_set_data(ret->session, order->resume->data, order->resume->size), 0);
    gnutls_transport_set_int(ret->session, ret->fd);
    int code = 0;
    do
        code = gnutls_handshake(ret->session);
    while (code == GNUTLS_E_INTERRUPTED || code == GNUTLS_E_GOT_APPLICATION_DATA);
    return code == 0;
}

void secure_close(struct secure *secure)
{
    if (secure->fd < 0)
        return;
    gnutls_deinit(secure->session);
    gnutls_certificate_free_credentials(secure->credentials);
    ck_assert_int_eq(close(secure->fd), 0);
    *secure = (struct secure){.fd = -1};
}

bool secure_send_bytes(struct secure *secure, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t sent = gnutls_record_send(secure->session, data, size);
        if (sent == GNUTLS_E_INTERRUPTED)
            continue;
        if (sent <= 0)
            return false;
        data += sent;
        size -= (size_t)sent;
    }
    return true;
}

bool secure_send(struct secure *secure, const char *text)
{
    return secure_send_bytes(secure, text, strlen(text));
}

static ssize_t receive(void *context, void *data, size_t size)
{
    struct secure *secure = context;
    ssize_t got = 0;
    do
        got = gnutls_record_recv(secure->session, data, size);
    while (got == GNUTLS_E_INTERRUPTED);
    return got;
}

bool secure_read(struct secure *secure, bool head_only, struct wire_answer *ret)
{
    return wire_read_from(receive, secure, head_only, ret);
}

struct bytes secure_certificate(const struct secure *secure)
{
    unsigned count = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(secure->session, &count);
    ck_assert_uint_gt(count, 0);
    return bytes_of(chain[0].data, chain[0].size);
}

struct bytes secure_binding(const struct secure *secure, uint8_t ret[SECURE_BINDING_MAX])
{
    static const char prefix[] = "tls-server-end-point:";
    gnutls_datum_t hash = {.data = NULL};
    ck_assert_int_eq(gnutls_session_channel_binding(secure->session, GNUTLS_CB_TLS_SERVER_END_POINT, &hash),
                     0);
    ck_assert_uint_le(sizeof prefix - 1 + hash.size, SECURE_BINDING_MAX);
    memcpy(ret, prefix, sizeof prefix - 1);
    memcpy(ret + sizeof prefix - 1, hash.data, hash.size);
    struct bytes binding = bytes_of(ret, sizeof prefix - 1 + hash.size);
    gnutls_free(hash.data);
    return binding;
}
