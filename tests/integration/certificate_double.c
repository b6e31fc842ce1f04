#include "certificate_double.h"

#include "platform/certificate_file.h"
#include "support/folder.h"
#include "support/pem.h"

#include <check.h>
#include <stdio.h>

static char path[FOLDER_PATH_SIZE + 32];
static const struct certificate_settings settings = {.file = path};
static struct watched_file file;

void certificate_double_make(const struct folder *folder)
{
    struct pem pem;
    char both[2 * PEM_TEXT_MAX];
    (void)snprintf(path, sizeof path, "%s/both.pem", folder->path);
    pem_make(&(struct pem_order){.host = "localhost"}, &pem);
    (void)snprintf(both, sizeof both, "%s%s", pem_certificate(&pem, NULL), pem_key(&pem));
    pem_write_text(path, both, 0600);
    pem_done(&pem);
    ck_assert_int_eq(watched_file_init(&file, &certificate_file_kind, path, &settings), ERR_NONE);
}

void certificate_double_done(void)
{
    watched_file_done(&file);
}

struct certificate *platform_certificate_acquire(struct platform *platform)
{
    (void)platform;
    return file.kind == NULL ? NULL : certificate_file_acquire(&file);
}
