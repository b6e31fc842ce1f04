#include "platform/certificate.h"

#include "platform/windows/state.h"

struct certificate *platform_certificate_acquire(struct platform *platform)
{
    return certificate_file_acquire(&platform->certificate);
}
