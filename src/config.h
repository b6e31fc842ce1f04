/* config: every setting of the service, from one table, read and validated once. INI file and options share the names:
 * `keytab = FILE` in the file is `--keytab FILE` on the command line, which wins. */
#ifndef NTOKEND_CONFIG_H
#define NTOKEND_CONFIG_H

#include "base/log.h"
#include "forward/forward.h"
#include "http/server.h"
#include "platform/process.h"

#include <stdio.h>

enum config_scheme {
    CONFIG_SCHEME_BARE = 0, /* TLS where there is a certificate */
    CONFIG_SCHEME_HTTP,
    CONFIG_SCHEME_HTTPS,
};

struct config {
    struct arena arena; /* owns every string below */
    struct server_settings server;
    struct platform_settings platform;
    struct session_settings session;
    struct forward_settings forward;
    enum log_level log_level;
    size_t batch_max;
    size_t json_depth_max;
    size_t json_values_max;
    size_t json_memory_max;
    enum config_scheme schemes[SERVER_LISTEN_MAX]; /* of server.listen */
    bool cleartext_anywhere; /* HTTP without TLS beyond loopback, because the operator said so */
    bool check;              /* --check: validate, report, exit */
};

/* `routes` are those that may be guarded. Mistakes go to `errors` one a line: "FILE:LINE: KEY: what is wrong; what to do". ERR_INVALID_PARAMETER when there was one;
 * ERR_NONE otherwise. config_done in both cases. */
enum err config_read(int argc, char **argv, const struct route_table *routes, FILE *errors,
                     struct config *ret) MUST_USE;
void config_done(struct config *config);
/* The usage text, made from the same table. */
void config_usage(FILE *out);

#endif
