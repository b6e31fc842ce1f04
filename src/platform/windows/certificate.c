#include "platform/certificate.h"

/* This build has no TLS: platform_start refuses a certificate, so there never is one. */
struct certificate *platform_certificate_acquire(struct platform *platform)
{
    (void)platform;
    return NULL;
}

void platform_certificate_release(struct certificate *certificate)
{
    (void)certificate;
}

enum err platform_certificate_show(const struct certificate *certificate, void *session)
{
    (void)certificate;
    (void)session;
    return ERR_NOT_SUPPORTED;
}

struct bytes platform_certificate_binding(const struct certificate *certificate)
{
    (void)certificate;
    return (struct bytes){0};
}
