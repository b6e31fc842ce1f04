#include "base/err.h"

#include <stddef.h>

static const struct {
    uint32_t win32;
    const char *name;
    const char *text;
} errors[] = {
#define X(name, code, win32, text) [name] = {code, win32, text},
    ERR_LIST(X)
#undef X
};

/* A value outside the enum is a bug of ours; say "failed", never "success". */
static size_t row(enum err err)
{
    size_t index = (size_t)err;
    return index < sizeof errors / sizeof errors[0] ? index : (size_t)ERR_FAILED;
}

uint32_t err_win32(enum err err)
{
    return errors[row(err)].win32;
}

const char *err_win32_name(enum err err)
{
    return errors[row(err)].name;
}

const char *err_text(enum err err)
{
    return errors[row(err)].text;
}
