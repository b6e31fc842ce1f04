#include "http/unescape.h"

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    if (digit >= 'A' && digit <= 'F')
        return digit - 'A' + 10;
    return -1;
}

/* The byte that %XX stands for; -1 for what is no escape, and for NUL, which would cut the text short. */
static int escaped(const char *text)
{
    int high = hex_digit(text[0]);
    int low = high < 0 ? -1 : hex_digit(text[1]);
    int byte = high * 16 + low;
    return low < 0 || byte == 0 ? -1 : byte;
}

size_t unescape(char *text, bool *ret_sound)
{
    size_t size = 0;
    *ret_sound = true;
    for (const char *from = text; *from != 0; from++) {
        if (*from != '%') {
            text[size++] = *from;
            continue;
        }
        int byte = escaped(from + 1);
        if (byte < 0) {
            *ret_sound = false;
            break;
        }
        text[size++] = (char)byte;
        from += 2;
    }
    text[size] = 0;
    return size;
}
