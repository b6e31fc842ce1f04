#include "base/json_depth.h"

#include "base/json.h"

static size_t depth_max = JSON_DEPTH_MAX;

void json_depth_bound(size_t max)
{
    depth_max = max;
}

size_t json_depth_max(void)
{
    return depth_max;
}

/* Where the string that begins at `at` ends. */
static size_t skip_string(struct bytes text, size_t at)
{
    for (at++; at < text.size && text.data[at] != '"'; at++) {
        if (text.data[at] == '\\')
            at++;
    }
    return at;
}

bool json_depth_is_sound(struct bytes text, size_t *ret_at)
{
    size_t depth = 0;
    for (size_t at = 0; at < text.size; at++) {
        switch (text.data[at]) {
        case '"':
            at = skip_string(text, at);
            break;
        case '[':
        case '{':
            if (++depth <= depth_max)
                break;
            *ret_at = at;
            return false;
        case ']':
        case '}':
            depth -= depth > 0;
            break;
        default:
            break;
        }
    }
    return true;
}
