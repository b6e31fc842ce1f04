#include "eventlog/fold.h"

#include "base/utf16.h"
#include "engine/upcase.h"

static size_t put_unit(uint16_t unit, uint8_t *ret)
{
    if (unit < 0x80) {
        ret[0] = (uint8_t)unit;
        return 1;
    }
    if (unit < 0x800) {
        ret[0] = (uint8_t)(0xc0 | unit >> 6);
        ret[1] = (uint8_t)(0x80 | (unit & 63));
        return 2;
    }
    ret[0] = (uint8_t)(0xe0 | unit >> 12);
    ret[1] = (uint8_t)(0x80 | (unit >> 6 & 63));
    ret[2] = (uint8_t)(0x80 | (unit & 63));
    return 3;
}

/* One character beyond ASCII, or one byte of what is none. */
static size_t fold_other(struct bytes text, size_t *at, uint8_t *ret)
{
    size_t start = *at;
    int32_t point = utf8_next(text, at);
    if (point >= 0 && point <= UINT16_MAX)
        return put_unit(upcase_unit((uint16_t)point), ret);
    if (point < 0)
        *at = start + 1;
    memcpy(ret, text.data + start, *at - start);
    return *at - start;
}

size_t fold_text(struct bytes text, uint8_t *ret)
{
    size_t size = 0;
    size_t at = 0;
    while (at < text.size) {
        uint8_t letter = text.data[at];
        if (letter >= 0x80) {
            size += fold_other(text, &at, ret + size);
            continue;
        }
        ret[size++] = (uint8_t)(letter >= 'a' && letter <= 'z' ? letter - 0x20 : letter);
        at++;
    }
    return size;
}
