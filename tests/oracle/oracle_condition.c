#include "oracle/oracle_value.h"

enum { ARENA_LIMIT = 1 << 26 };

/* A condition on its way: what is left of its bytes, and the operands. Every error is the same: UNKNOWN for it all. */
struct machine {
    const struct oracle *oracle;
    struct arena arena;
    bool deny;
    bool broken;
    uint8_t code; /* the token it is at */
    struct cursor input;
    struct oracle_operand *stack;
    size_t depth;
};

static void push(struct machine *machine, const struct oracle_operand *operand)
{
    machine->stack[machine->depth++] = *operand;
}

static void push_truth(struct machine *machine, enum oracle_truth truth)
{
    if (!machine->broken)
        machine->oracle->trace->results[machine->code][truth]++;
    push(machine, &(struct oracle_operand){.kind = OPERAND_LOGICAL, .truth = truth});
}

static struct oracle_operand pop(struct machine *machine)
{
    if (machine->depth == 0) {
        machine->broken = true;
        return (struct oracle_operand){.kind = OPERAND_LOGICAL, .truth = ORACLE_UNKNOWN};
    }
    return machine->stack[--machine->depth];
}

static struct bytes counted(struct cursor *input)
{
    uint32_t size = cursor_u32(input);
    return cursor_take(input, size);
}

/* 2.4, tokens 01 to 04; 3.10: the sign byte decides, not the top bit. */
static bool read_number(struct cursor *input, struct oracle_value *ret)
{
    uint64_t number = cursor_u64(input);
    uint8_t sign = cursor_u8(input);
    uint8_t base = cursor_u8(input);
    bool minus = sign == 2;
    *ret = (struct oracle_value){.kind = KIND_NUMBER, .negative = minus && number != 0, .magnitude = number};
    if (minus && number >> 63 != 0)
        ret->magnitude = 0 - number;
    return sign >= 1 && sign <= 3 && base >= 1 && base <= 3;
}

/* 2.4, tokens 01 to 18 and 51: one literal. */
static bool read_literal(uint8_t code, struct cursor *input, struct oracle_value *ret)
{
    const struct sid *sid = NULL;
    *ret = (struct oracle_value){.kind = KIND_OCTETS};
    switch (code) {
    case 0x01:
    case 0x02:
    case 0x03:
    case 0x04:
        return read_number(input, ret);
    case 0x10:
        ret->kind = KIND_STRING;
        ret->data = counted(input);
        return ret->data.size % 2 == 0;
    case 0x18:
        ret->data = counted(input);
        return true;
    case 0x51:
        ret->kind = KIND_SID;
        ret->data = counted(input);
        return sid_view(ret->data, &sid) == ERR_NONE && sid_size(sid) == ret->data.size;
    default:
        return false;
    }
}

static void push_literal(struct machine *machine, uint8_t code)
{
    struct oracle_value *value = arena_alloc(&machine->arena, sizeof *value);
    if (value == NULL || !read_literal(code, &machine->input, value)) {
        machine->broken = true;
        return;
    }
    push(machine, &(struct oracle_operand){.kind = OPERAND_LITERAL, .values = value, .count = 1});
}

/* 2.4, token 50: literals, and no composite among them. */
static void push_composite(struct machine *machine)
{
    struct bytes data = counted(&machine->input);
    struct cursor input = cursor_of(data);
    struct oracle_value *values = arena_alloc_array(&machine->arena, data.size / 5 + 1, sizeof *values);
    size_t count = 0;
    while (values != NULL && cursor_left(&input) > 0) {
        uint8_t code = cursor_u8(&input);
        if (!read_literal(code, &input, &values[count]) || input.failed) {
            machine->broken = true;
            return;
        }
        count++;
    }
    machine->broken = machine->broken || values == NULL;
    push(machine, &(struct oracle_operand){.kind = OPERAND_COMPOSITE, .values = values, .count = count});
}

static void push_attribute(struct machine *machine, uint8_t source)
{
    struct bytes name = counted(&machine->input);
    struct oracle_operand operand;
    if (machine->input.failed || name.size == 0 || name.size % 2 != 0 ||
        !oracle_attribute(machine->oracle, &machine->arena, source, name, machine->deny, &operand)) {
        machine->broken = true;
        return;
    }
    push(machine, &operand);
}

/* 3.10: relational and set operators take an attribute on the left, an attribute or a literal on the right. */
static void apply_binary(struct machine *machine, uint8_t operator)
{
    struct oracle_operand right = pop(machine);
    struct oracle_operand left = pop(machine);
    if (left.kind != OPERAND_ATTRIBUTE || right.kind == OPERAND_LOGICAL) {
        machine->broken = true;
        return;
    }
    push_truth(machine, oracle_binary(operator, & left, &right));
}

/* Is one listed SID in the token, or in its device's groups? */
static bool is_member(const struct machine *machine, bool device, const struct oracle_value *value)
{
    const struct sid *sid = (const struct sid *)value->data.data;
    const struct token *token = machine->oracle->token;
    return device ? oracle_device_matches(token, sid, machine->deny)
                  : oracle_token_matches(token, sid, machine->deny);
}

/* 3.10 Member_of and its kin: 89 8A 8B 8C, and from 90 the same negated. */
static void apply_member_of(struct machine *machine, uint8_t operator)
{
    const bool negated = operator>= 0x90;
    const unsigned which = negated ? operator- 0x90U : operator- 0x89U;
    const bool device = which == 1 || which == 3;
    const bool any = which >= 2;
    size_t members = 0;
    struct oracle_operand operand = pop(machine);
    if (operand.kind != OPERAND_LITERAL && operand.kind != OPERAND_COMPOSITE) {
        machine->broken = true;
        return;
    }
    for (size_t i = 0; i < operand.count; i++) {
        if (operand.values[i].kind != KIND_SID) {
            machine->broken = true;
            return;
        }
        members += is_member(machine, device, &operand.values[i]);
    }
    bool holds = any ? members > 0 : members == operand.count;
    if (operand.count == 0) /* of nobody: the reference does not say, so nobody knows */
        push_truth(machine, ORACLE_UNKNOWN);
    else
        push_truth(machine, holds != negated ? ORACLE_TRUE : ORACLE_FALSE);
}

/* 3.10 Exists; Q6: an absent attribute does not exist; one without values is UNKNOWN. */
static void apply_exists(struct machine *machine, bool negated)
{
    struct oracle_operand operand = pop(machine);
    if (operand.kind != OPERAND_ATTRIBUTE)
        machine->broken = true;
    else if (operand.present && operand.count == 0)
        push_truth(machine, ORACLE_UNKNOWN);
    else
        push_truth(machine, operand.present != negated ? ORACLE_TRUE : ORACLE_FALSE);
}

/* 3.10: `!`. It does not work as written on Windows: all is UNKNOWN when a bare attribute is negated while another one
 * waits, as in `a && !(b)`; `!(a) || a`, `a && !(b || b)` and `!(a) || !(a)` work (the tables of 7.1, Samba krb5). */
static void apply_not(struct machine *machine)
{
    struct oracle_operand operand = pop(machine);
    for (size_t i = 0; i < machine->depth && operand.kind == OPERAND_ATTRIBUTE; i++)
        machine->broken = machine->broken || machine->stack[i].kind == OPERAND_ATTRIBUTE;
    enum oracle_truth truth = oracle_truth_of(&operand, &machine->broken);
    if (truth != ORACLE_UNKNOWN)
        truth = truth == ORACLE_TRUE ? ORACLE_FALSE : ORACLE_TRUE;
    push_truth(machine, truth);
}

/* 3.10: && and ||. */
static void apply_logical(struct machine *machine, bool and)
{
    struct oracle_operand right = pop(machine);
    struct oracle_operand left = pop(machine);
    enum oracle_truth a = oracle_truth_of(&left, &machine->broken);
    enum oracle_truth b = oracle_truth_of(&right, &machine->broken);
    enum oracle_truth decisive = and? ORACLE_FALSE : ORACLE_TRUE;
    if (a == decisive || b == decisive)
        push_truth(machine, decisive);
    else if (a == ORACLE_UNKNOWN || b == ORACLE_UNKNOWN)
        push_truth(machine, ORACLE_UNKNOWN);
    else
        push_truth(machine, and? ORACLE_TRUE : ORACLE_FALSE);
}

/* 2.4: zeros up to a multiple of 4, and nothing behind them. */
static void skip_padding(struct machine *machine)
{
    while (cursor_left(&machine->input) > 0)
        machine->broken = cursor_u8(&machine->input) != 0 || machine->broken;
}

static void step(struct machine *machine, uint8_t code)
{
    machine->oracle->trace->tokens[code]++;
    machine->code = code;
    if (code == 0x00)
        skip_padding(machine);
    else if (code <= 0x18 || code == 0x51)
        push_literal(machine, code);
    else if (code == 0x50)
        push_composite(machine);
    else if (code >= 0xF8 && code <= 0xFB)
        push_attribute(machine, code);
    else if (code == 0x87 || code == 0x8D)
        apply_exists(machine, code == 0x8D);
    else if ((code >= 0x89 && code <= 0x8C) || (code >= 0x90 && code <= 0x93))
        apply_member_of(machine, code);
    else if (code >= 0x80 && code <= 0x8F)
        apply_binary(machine, code);
    else if (code == 0xA0 || code == 0xA1)
        apply_logical(machine, code == 0xA0);
    else if (code == 0xA2)
        apply_not(machine);
    else
        machine->broken = true;
}

static enum oracle_truth run(struct machine *machine, struct bytes expression)
{
    machine->input = cursor_of(expression);
    machine->stack = arena_alloc_array(&machine->arena, expression.size + 1, sizeof *machine->stack);
    if (machine->stack == NULL)
        return ORACLE_UNKNOWN;
    while (!machine->broken && cursor_left(&machine->input) > 0)
        step(machine, cursor_u8(&machine->input));
    if (machine->broken || machine->input.failed || machine->depth != 1)
        return ORACLE_UNKNOWN;
    enum oracle_truth truth = oracle_truth_of(&machine->stack[0], &machine->broken);
    return machine->broken ? ORACLE_UNKNOWN : truth;
}

enum oracle_truth oracle_condition(const struct oracle *oracle, struct bytes application_data, bool deny)
{
    struct machine machine = {.oracle = oracle, .deny = deny};
    enum oracle_truth truth = ORACLE_UNKNOWN; /* Q12: without `artx` */
    arena_init(&machine.arena, ARENA_LIMIT);
    if (application_data.size >= 4 && memcmp(application_data.data, "artx", 4) == 0)
        truth = run(&machine, bytes_of(application_data.data + 4, application_data.size - 4));
    arena_done(&machine.arena);
    oracle_mark(oracle, (enum oracle_mark)(MARK_CONDITION_FALSE + (int)truth));
    return truth;
}
