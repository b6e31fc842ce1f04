#include "support/authority.h"

#include "support/pem.h"

#include <stdio.h>

enum { PATH_SIZE = 1024, LONG_S = 90 * 86400 };

static void keep(const struct pem *pem, const char *folder, const char *certificate, const char *key)
{
    char certificate_path[PATH_SIZE];
    char key_path[PATH_SIZE];
    (void)snprintf(certificate_path, sizeof certificate_path, "%s/%s", folder, certificate);
    (void)snprintf(key_path, sizeof key_path, "%s/%s", folder, key == NULL ? "" : key);
    pem_write(pem, certificate_path, key == NULL ? NULL : key_path);
}

void authority_make(const char *folder)
{
    struct pem authority;
    struct pem other;
    struct pem server;
    struct pem elsewhere;
    pem_make(&(struct pem_order){.name = "CN=authority", .authority = true, .to_s = LONG_S}, &authority);
    pem_make(&(struct pem_order){.name = "CN=other", .authority = true}, &other);
    pem_make(&(struct pem_order){.name = "CN=server", .host = "localhost", .by = &authority, .to_s = LONG_S},
             &server);
    pem_make(
        &(struct pem_order){
            .name = "CN=elsewhere", .host = "elsewhere.example", .by = &authority, .to_s = LONG_S},
        &elsewhere);
    keep(&authority, folder, "ca.pem", NULL);
    keep(&other, folder, "other.pem", NULL);
    keep(&server, folder, "server.pem", "server.key");
    keep(&elsewhere, folder, "elsewhere.pem", "elsewhere.key");
    pem_done(&authority);
    pem_done(&other);
    pem_done(&server);
    pem_done(&elsewhere);
}
