#include "api/accept.h"

#include "base/bytes.h"

#include <string.h>

enum { WEIGHT_MAX = 1000, NO_WEIGHT = -1 };

/* What the ranges said of one format so far. */
struct taste {
    int precision; /* of the range that said it: 0 for none, up to 4 for type, subtype and version */
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

/* A range of the header. */
struct range {
    struct bytes type;
    struct bytes subtype;
    struct bytes version; /* data NULL: there is none */
    int weight;
};

/* What follows "name=" of a parameter; false when it is another one. */
static bool parameter(struct bytes part, const char *name, struct bytes *ret)
{
    const size_t size = strlen(name);
    if (part.size <= size || part.data[size] != '=' ||
        !bytes_equal_ignoring_case(bytes_of(part.data, size), bytes_of_string(name)))
        return false;
    *ret = bytes_from(part, size + 1);
    return true;
}

static struct bytes unquoted(struct bytes text)
{
    bool quoted = text.size >= 2 && text.data[0] == '"' && text.data[text.size - 1] == '"';
    return quoted ? bytes_of(text.data + 1, text.size - 2) : text;
}

/* False when it is malformed. */
static bool range_read(struct bytes text, struct range *ret)
{
    struct bytes part = {0};
    struct bytes name = {0};
    struct bytes value = {0};
    *ret = (struct range){.weight = WEIGHT_MAX};
    (void)next_part(&text, ';', &name);
    while (next_part(&text, ';', &part)) {
        if (parameter(part, "q", &value))
            ret->weight = weight_of(value);
        else if (parameter(part, "version", &value))
            ret->version = unquoted(value);
    }
    if (ret->weight == NO_WEIGHT || !next_part(&name, '/', &ret->type) || name.data == NULL)
        return false;
    ret->subtype = trim(name);
    return true;
}

static bool is_word(struct bytes text, const char *word)
{
    return bytes_equal_ignoring_case(text, bytes_of_string(word));
}

static int precision_of(const struct range *range, const struct accept_form *form)
{
    if (is_word(range->type, "*"))
        return is_word(range->subtype, "*") ? 1 : 0;
    if (!is_word(range->type, form->type))
        return 0;
    if (is_word(range->subtype, "*"))
        return 2;
    if (!is_word(range->subtype, form->subtype))
        return 0;
    if (form->version == NULL || range->version.data == NULL)
        return 3;
    return is_word(range->version, form->version) ? 4 : 0;
}

size_t accept_choose(const char *accept, const struct accept_form *forms, size_t count)
{
    struct taste tastes[ACCEPT_FORMS_MAX] = {{0}};
    struct bytes rest = bytes_of_string(accept == NULL ? "" : accept);
    struct bytes text;
    struct range range;
    size_t best = 0;
    if (trim(rest).size == 0)
        return 0;
    while (next_part(&rest, ',', &text)) {
        if (!range_read(text, &range))
            continue;
        for (size_t i = 0; i < count; i++) {
            const int precision = precision_of(&range, &forms[i]);
            if (precision > tastes[i].precision)
                tastes[i] = (struct taste){precision, range.weight};
        }
    }
    for (size_t i = 1; i < count; i++) {
        if (tastes[i].weight > tastes[best].weight)
            best = i;
    }
    return tastes[best].weight > 0 ? best : count;
}
