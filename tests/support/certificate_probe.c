#include "support/certificate_probe.h"

#include <check.h>
#include <string.h>

const char *certificate_probe_state(struct platform *platform)
{
    struct platform_health health;
    platform_health(platform, &health);
    ck_assert_int_eq(health.certificate_expires_at == 0, strcmp(health.certificate, "none") == 0);
    return health.certificate;
}

void certificate_probe_shows(struct platform *platform, const struct pem *pem)
{
    uint8_t hash[32];
    size_t size = sizeof hash;
    struct certificate *held = platform_certificate_acquire(platform);
    ck_assert_ptr_nonnull(held);
    const struct bytes binding = platform_certificate_binding(held);
    ck_assert_int_ge(gnutls_x509_crt_get_fingerprint(pem->certificate, GNUTLS_DIG_SHA256, hash, &size), 0);
    ck_assert_uint_gt(binding.size, size);
    ck_assert_int_eq(memcmp(binding.data + binding.size - size, hash, size), 0);
    platform_certificate_release(held);
}

void certificate_probe_look(struct platform *platform, unsigned times)
{
    for (unsigned i = 0; i < times; i++)
        platform_reload(platform, false);
}
