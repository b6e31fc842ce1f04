#include "config_listen.h"

#include "http/address.h"

static const char http[] = "http://";
static const char https[] = "https://";

static bool begins_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

static enum config_scheme scheme_of(const char *value, const char **ret_rest)
{
    *ret_rest = value;
    if (begins_with(value, https)) {
        *ret_rest = value + sizeof https - 1;
        return CONFIG_SCHEME_HTTPS;
    }
    if (begins_with(value, http)) {
        *ret_rest = value + sizeof http - 1;
        return CONFIG_SCHEME_HTTP;
    }
    return CONFIG_SCHEME_BARE;
}

const char *config_listen_set(struct config *config, const char *value)
{
    struct address address;
    struct server_settings *server = &config->server;
    const char *rest = NULL;
    const enum config_scheme scheme = scheme_of(value, &rest);
    if (address_parse(rest, &address) != ERR_NONE)
        return "is not a numeric address and port; write ADDRESS:PORT or [ADDRESS]:PORT, with https:// or http:// in "
               "front of it or not";
    if (address_is_mapped(&address))
        return "is an IPv4 address written as IPv6; write the IPv4 address";
    if (server->listen_count == SERVER_LISTEN_MAX)
        return "is one too many; there may be 16";
    const char *copy = arena_string(&config->arena, bytes_of_string(rest));
    if (copy == NULL)
        return "is too long; shorten it";
    config->schemes[server->listen_count] = scheme;
    server->listen[server->listen_count++] = copy;
    return NULL;
}

const char *config_listen_set_health(struct config *config, const char *value)
{
    struct server_settings *server = &config->server;
    const size_t index = server->listen_count;
    size_t others = 0;
    for (size_t i = 0; i < index; i++)
        others += server->listen_health[i] ? 1 : 0;
    if (others == SERVER_LISTEN_MAX - 1)
        return "is one too many: callers need a listener";
    const char *mistake = config_listen_set(config, value);
    if (mistake != NULL)
        return mistake;
    server->listen_health[index] = true;
    if (config->schemes[index] == CONFIG_SCHEME_BARE)
        config->schemes[index] = CONFIG_SCHEME_HTTP;
    return NULL;
}

void config_listen_settle(struct config *config)
{
    struct server_settings *server = &config->server;
    bool for_callers = false;
    for (size_t i = 0; i < server->listen_count; i++)
        for_callers = for_callers || !server->listen_health[i];
    if (!for_callers && server->listen_count < SERVER_LISTEN_MAX)
        server->listen[server->listen_count++] = "127.0.0.1:8080";
    for (size_t i = 0; i < server->listen_count; i++)
        server->listen_tls[i] =
            config->schemes[i] == CONFIG_SCHEME_HTTPS ||
            (config->schemes[i] == CONFIG_SCHEME_BARE && config->platform.certificate.file != NULL);
    config->platform.certificate.must_bind = server->channel_binding == CHANNEL_BINDING_REQUIRE;
}

const char *config_listen_key(const struct config *config, size_t index)
{
    return config->server.listen_health[index] ? "listen_health" : "listen";
}

bool config_listen_is_exposed(const struct config *config, size_t index)
{
    const struct server_settings *server = &config->server;
    struct address address;
    return !server->listen_tls[index] && !server->listen_health[index] &&
           address_parse(server->listen[index], &address) == ERR_NONE && !address_is_loopback(&address);
}

const char *config_listen_check(const struct config *config, size_t index)
{
    const struct server_settings *server = &config->server;
    if (server->listen_tls[index])
        return config->platform.certificate.file != NULL
                   ? NULL
                   : "speaks TLS and has no certificate; give certificate and certificate_key";
    if (server->listen_health[index])
        return NULL;
    if (server->channel_binding == CHANNEL_BINDING_REQUIRE)
        return "has no channel to bind a ticket to, so channel_binding = require would let nobody in; give a certificate "
               "and listen on https:// alone, or leave channel_binding out";
    if (!config->cleartext_anywhere && config_listen_is_exposed(config, index))
        return "would serve without TLS beyond this machine; give a certificate, listen on 127.0.0.1 or [::1] behind "
               "a TLS proxy, or set cleartext = anywhere";
    return NULL;
}

const char *config_listen_check_certificate(const struct config *config)
{
    if (config->platform.certificate.file == NULL)
        return NULL;
    for (size_t i = 0; i < config->server.listen_count; i++) {
        if (config->server.listen_tls[i])
            return NULL;
    }
    return "is shown to nobody, since every listener is http://; write https:// in front of one, or remove it";
}

const char *config_listen_check_key(const struct config *config)
{
    const struct certificate_settings *certificate = &config->platform.certificate;
    return certificate->key == NULL || certificate->file != NULL
               ? NULL
               : "has no certificate to go with; give certificate as well";
}
