#include "api/audit_format.h"

#include "base/bytes.h"

enum { FORMATS = 3, WEIGHT_MAX = 1000, NO_WEIGHT = -1 };

static const struct {
    const char *type;
    const char *subtype;
} formats[FORMATS] = {{"application", "json"}, {"application", "xml"}, {"text", "event-stream"}};

/* What the ranges said of one format so far. */
struct taste {
    int precision; /* of the range that said it: 0 for none, up to 3 for type and subtype */
    int weight;    /* thousandths */
};

static struct bytes trim(struct bytes text)
{
    while (text.size > 0 && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = bytes_from(text, 1);
    while (text.size > 0 && (text.data[text.size - 1] == ' ' || text.data[text.size - 1] == '\t'))
        text.size--;
    return text;
}

/* What stands before the next `mark` that is in no quoted string, which *rest moves past. False at the end. */
static bool next_part(struct bytes *rest, char mark, struct bytes *ret)
{
    bool quoted = false;
    size_t at = 0;
    if (rest->data == NULL)
        return false;
    for (; at < rest->size && (quoted || rest->data[at] != (uint8_t)mark); at++) {
        if (rest->data[at] == '"')
            quoted = !quoted;
        else if (quoted && rest->data[at] == '\\' && at + 1 < rest->size)
            at++;
    }
    *ret = trim(bytes_of(rest->data, at));
    *rest = at < rest->size ? bytes_from(*rest, at + 1) : (struct bytes){0};
    return true;
}

/* 0 to 1 with up to three digits behind the point, in thousandths. */
static int weight_of(struct bytes text)
{
    int weight = 0;
    int unit = WEIGHT_MAX;
    if (text.size == 0 || text.size > sizeof "1.000" - 1 || (text.size > 1 && text.data[1] != '.'))
        return NO_WEIGHT;
    for (size_t i = 0; i < text.size; i++) {
        if (i == 1)
            continue;
        if (text.data[i] < '0' || text.data[i] > '9')
            return NO_WEIGHT;
        weight += (text.data[i] - '0') * unit;
        unit /= 10;
    }
    return weight <= WEIGHT_MAX ? weight : NO_WEIGHT;
}

/* The weight among a range's parameters. */
static int weight_among(struct bytes parameters)
{
    struct bytes part;
    int weight = WEIGHT_MAX;
    while (next_part(&parameters, ';', &part)) {
        if (part.size >= 2 && (part.data[0] == 'q' || part.data[0] == 'Q') && part.data[1] == '=')
            weight = weight_of(bytes_from(part, 2));
    }
    return weight;
}

static bool is_word(struct bytes text, const char *word)
{
    return bytes_equal_ignoring_case(text, bytes_of_string(word));
}

static int precision_of(struct bytes type, struct bytes subtype, size_t format)
{
    if (is_word(type, "*"))
        return is_word(subtype, "*") ? 1 : 0;
    if (!is_word(type, formats[format].type))
        return 0;
    if (is_word(subtype, "*"))
        return 2;
    return is_word(subtype, formats[format].subtype) ? 3 : 0;
}

static void taste_range(struct bytes range, struct taste tastes[FORMATS])
{
    struct bytes name = {0};
    struct bytes type = {0};
    (void)next_part(&range, ';', &name);
    int weight = weight_among(range);
    if (weight == NO_WEIGHT || !next_part(&name, '/', &type) || name.data == NULL)
        return;
    for (size_t i = 0; i < FORMATS; i++) {
        int precision = precision_of(type, trim(name), i);
        if (precision > tastes[i].precision)
            tastes[i] = (struct taste){precision, weight};
    }
}

enum audit_format audit_format_of(const char *accept)
{
    struct taste tastes[FORMATS] = {{0}};
    struct bytes rest = bytes_of_string(accept == NULL ? "" : accept);
    struct bytes range;
    size_t best = 0;
    if (trim(rest).size == 0)
        return AUDIT_FORMAT_JSON;
    while (next_part(&rest, ',', &range))
        taste_range(range, tastes);
    for (size_t i = 1; i < FORMATS; i++) {
        if (tastes[i].weight > tastes[best].weight)
            best = i;
    }
    return tastes[best].weight > 0 ? (enum audit_format)(AUDIT_FORMAT_JSON + best) : AUDIT_FORMAT_NONE;
}
