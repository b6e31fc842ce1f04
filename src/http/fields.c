#include "http/fields.h"

#include <stdint.h>
#include <string.h>

static bool is_token(const char *name)
{
    static const char token[] =
        "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return name[0] != 0 && name[strspn(name, token)] == 0;
}

static bool has_control(const char *value)
{
    for (const uint8_t *at = (const uint8_t *)value; *at != 0; at++) {
        if ((*at < 0x20 && *at != '\t') || *at == 0x7F)
            return true;
    }
    return false;
}

static enum MHD_Result look_at(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
    bool *sound = context;
    (void)kind;
    *sound = is_token(name) && (value == NULL || !has_control(value));
    return *sound ? MHD_YES : MHD_NO;
}

bool fields_are_sound(struct MHD_Connection *transport)
{
    bool sound = true;
    (void)MHD_get_connection_values(transport, MHD_HEADER_KIND, look_at, &sound);
    return sound;
}
