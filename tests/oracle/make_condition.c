/* Conditions in their binary form: mostly sound ones over the names and values of make_value.c, and broken ones. */
#include "oracle/make_value.h"

struct expression {
    struct chance *chance;
    uint8_t *at;
    size_t size;
    size_t space;
};

static void put(struct expression *to, const void *data, size_t size)
{
    if (size == 0 || size > to->space - to->size)
        return;
    memcpy(to->at + to->size, data, size);
    to->size += size;
}

static void put_code(struct expression *to, unsigned code)
{
    put(to, &(uint8_t){(uint8_t)code}, 1);
}

/* Seldom with an end, or all of it, missing that the size does not speak of either. */
static void put_counted(struct expression *to, unsigned code, struct bytes data)
{
    uint8_t wire[4];
    if (chance_percent(to->chance, 1))
        data.size = chance_below(to->chance, (unsigned)data.size + 1);
    le32_store(wire, (uint32_t)data.size);
    put_code(to, code);
    put(to, wire, sizeof wire);
    put(to, data.data, data.size);
}

/* A sign that goes with the number, seldom another. */
static void put_integer(struct expression *to, uint64_t number)
{
    uint8_t wire[10];
    unsigned sign =
        number >> 63 != 0 && chance_percent(to->chance, 60) ? 2 : 1 + 2 * chance_below(to->chance, 2);
    le64_store(wire, number);
    wire[8] = (uint8_t)(chance_percent(to->chance, 1) ? chance_below(to->chance, 5) : sign);
    wire[9] = (uint8_t)(chance_percent(to->chance, 1) ? chance_below(to->chance, 5) : 2);
    put_code(to, chance_percent(to->chance, 5) ? 1 + chance_below(to->chance, 4) : 4);
    put(to, wire, sizeof wire);
}

static void put_literal(struct expression *to, enum claim_type type)
{
    struct claim_value value = make_value(to->chance, type);
    switch (type) {
    case CLAIM_STRING:
        put_counted(to, 0x10, value.data);
        break;
    case CLAIM_OCTETS:
        put_counted(to, 0x18, value.data);
        break;
    case CLAIM_SID:
        put_counted(to, 0x51, value.data);
        break;
    default:
        put_integer(to, value.number);
        break;
    }
}

static void put_composite(struct expression *to, enum claim_type type)
{
    static const unsigned weights[] = {8, 25, 35, 25, 7};
    size_t length_at = to->size + 1;
    put_counted(to, 0x50, bytes_of(NULL, 0));
    size_t last = to->size;
    for (unsigned i = chance_weighted(to->chance, weights, 5); i > 0; i--) {
        size_t size = to->size - last;
        if (to->space - to->size <= SID_SIZE_MAX)
            break;
        if (chance_percent(to->chance, 20)) {
            put(to, to->at + last, size); /* the same once more */
        } else {
            last = to->size;
            put_literal(to, chance_percent(to->chance, 2) ? CLAIM_SID : type);
        }
    }
    if (to->size >= length_at + 4)
        le32_store(to->at + length_at, (uint32_t)(to->size - length_at - 4));
}

static unsigned put_attribute(struct expression *to)
{
    static const unsigned weights[] = {15, 45, 25, 15};
    unsigned name = make_name(to->chance);
    put_counted(to, 0xF8 + chance_weighted(to->chance, weights, 4), make_name_text(to->chance, name));
    return name;
}

/* attribute operator literal-or-attribute */
static void put_comparison(struct expression *to)
{
    static const uint8_t operators[] = {0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x8E, 0x88, 0x8F};
    uint8_t operator= operators[chance_below(to->chance, sizeof operators)];
    unsigned name = chance_percent(to->chance, 98) ? put_attribute(to) : 0;
    enum claim_type type = make_type(to->chance, name);
    bool set = operator== 0x88 || operator== 0x8F || operator== 0x86 || operator== 0x8E;
    if (chance_percent(to->chance, 15))
        (void)put_attribute(to);
    else if (chance_percent(to->chance, set ? 80 : 15))
        put_composite(to, type);
    else
        put_literal(to, type);
    put_code(to, operator);
}

static void put_membership(struct expression *to)
{
    unsigned operators[] = {0x89, 0x8A, 0x8B, 0x8C, 0x90, 0x91, 0x92, 0x93};
    if (chance_percent(to->chance, 70))
        put_composite(to, chance_percent(to->chance, 99) ? CLAIM_SID : CLAIM_STRING);
    else if (chance_percent(to->chance, 96))
        put_literal(to, CLAIM_SID);
    else
        (void)put_attribute(to);
    put_code(to, operators[chance_below(to->chance, 8)]);
}

static void put_term(struct expression *to)
{
    static const unsigned weights[] = {54, 20, 12, 13, 1};
    switch (chance_weighted(to->chance, weights, 5)) {
    case 0:
        put_comparison(to);
        break;
    case 1:
        put_membership(to);
        break;
    case 2:
        (void)put_attribute(to);
        put_code(to, chance_percent(to->chance, 50) ? 0x87 : 0x8D);
        break;
    case 3:
        (void)put_attribute(to);
        break;
    default:
        put_literal(to, CLAIM_INT64);
        break;
    }
}

/* Terms and operators in postfix order: each `!`, && and || comes when there is something for it. */
static void put_expression(struct expression *to)
{
    unsigned terms = 1 + chance_below(to->chance, 3);
    unsigned depth = 0;
    while (terms > 0 || depth > 1) {
        if (terms > 0 && (depth < 2 || chance_percent(to->chance, 50))) {
            put_term(to);
            terms--;
            depth++;
            if (chance_percent(to->chance, depth == 1 ? 25 : 8))
                put_code(to, 0xA2);
        } else {
            put_code(to, chance_percent(to->chance, 50) ? 0xA0 : 0xA1);
            depth--;
        }
    }
    if (chance_percent(to->chance, 10))
        put_code(to, 0xA2);
}

/* Any byte changed, an end cut off, tokens too many, no artx, no end. */
static void spoil(struct expression *to)
{
    switch (chance_below(to->chance, 5)) {
    case 0:
        to->at[chance_below(to->chance, (unsigned)to->size)] = (uint8_t)chance_below(to->chance, 256);
        break;
    case 1:
        to->size = chance_below(to->chance, (unsigned)to->size);
        break;
    case 2:
        put_term(to);
        break;
    case 3:
        put_code(to, 0x80 + chance_below(to->chance, 0x24));
        break;
    default:
        to->at[0] = 'A';
        break;
    }
}

size_t make_condition(struct chance *chance, uint8_t *at, size_t space)
{
    struct expression to = {.chance = chance, .at = at, .space = space};
    put(&to, "artx", 4);
    put_expression(&to);
    if (chance_percent(chance, 8))
        spoil(&to);
    return to.size;
}
