#include "support/pem.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_SIZE = 1024 };

void pem_write_text(const char *path, const char *text, unsigned mode)
{
    char fresh[PATH_SIZE];
    const ssize_t size = (ssize_t)strlen(text);
    (void)snprintf(fresh, sizeof fresh, "%s.new", path);
    int file = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (file < 0 || fchmod(file, mode) != 0 || write(file, text, (size_t)size) != size || close(file) != 0 ||
        rename(fresh, path) != 0) {
        perror(path);
        exit(99);
    }
}

void pem_write(const struct pem *pem, const char *certificate, const char *key)
{
    if (certificate != NULL)
        pem_write_text(certificate, pem_certificate(pem, NULL), 0644);
    if (key != NULL)
        pem_write_text(key, pem_key(pem), 0600);
}
