#include "engine/sddl_condition.h"

enum { OPEN = '(', ROOM_FIRST = 64 };

/* Operators that wait for their right operand, and open parentheses: the text decides how deep they nest, so beyond a few
 * they stand in the arena and never on the machine's stack. */
struct pending {
    struct arena *arena;
    uint8_t *items;
    size_t count;
    size_t room;
    uint8_t first[ROOM_FIRST];
};

static enum err push(struct pending *pending, uint8_t item)
{
    if (pending->count == pending->room) {
        uint8_t *items = arena_alloc(pending->arena, 2 * pending->room);
        if (items == NULL)
            return ERR_NO_MEMORY;
        memcpy(items, pending->items, pending->count);
        pending->items = items;
        pending->room *= 2;
    }
    pending->items[pending->count++] = item;
    return ERR_NONE;
}

static uint8_t top(const struct pending *pending)
{
    return pending->count == 0 ? 0 : pending->items[pending->count - 1];
}

/* Writes out what binds at least as tightly as `token`: '!' before '&&' before '||', left before right. */
static void settle(struct pending *pending, uint8_t token, struct sddl_bytes *out)
{
    for (uint8_t item = top(pending);
         item == CONDITION_NOT || (item == CONDITION_AND && token != CONDITION_NOT) ||
         (item == CONDITION_OR && token == CONDITION_OR);
         item = top(pending)) {
        sddl_bytes_put_number(out, item, 1);
        pending->count--;
    }
}

/* Any number of '!' and '(' and then one term. */
static enum err read_operand(struct sddl_reader *reader, struct pending *pending, struct sddl_bytes *out)
{
    enum err err = ERR_NONE;
    for (;;) {
        sddl_reader_skip_white(reader);
        if (sddl_reader_take(reader, '('))
            err = push(pending, OPEN);
        else if (sddl_reader_take(reader, '!'))
            err = push(pending, CONDITION_NOT);
        else
            return sddl_condition_term(reader, top(pending) == CONDITION_NOT, out);
        if (err != ERR_NONE)
            return err;
    }
}

/* What follows an operand: closing parentheses and then the next operator. *ret_done: the first parenthesis closed. */
static enum err read_operator(struct sddl_reader *reader, struct pending *pending, struct sddl_bytes *out,
                              bool *ret_done)
{
    settle(pending, CONDITION_NOT, out);
    sddl_reader_skip_white(reader);
    while (sddl_reader_take(reader, ')')) {
        settle(pending, CONDITION_OR, out);
        pending->count--;
        settle(pending, CONDITION_NOT, out);
        if (pending->count == 0) {
            *ret_done = true;
            return ERR_NONE;
        }
        sddl_reader_skip_white(reader);
    }
    bool is_and = sddl_reader_take_word(reader, "&&");
    if (!is_and && !sddl_reader_take_word(reader, "||"))
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "'&&', '||' or ')'");
    uint8_t token = is_and ? CONDITION_AND : CONDITION_OR;
    settle(pending, token, out);
    return push(pending, token);
}

enum err sddl_condition_read(struct sddl_reader *reader, struct sddl_bytes *out)
{
    struct pending pending = {.arena = reader->arena, .items = pending.first, .room = ROOM_FIRST};
    bool done = false;
    sddl_reader_skip_white(reader);
    if (sddl_reader_peek(reader, 0) != '(')
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "'(' and a condition");
    sddl_bytes_put(out, "artx", 4);
    while (!done) {
        enum err err = read_operand(reader, &pending, out);
        if (err == ERR_NONE)
            err = read_operator(reader, &pending, out, &done);
        if (err != ERR_NONE)
            return err;
    }
    return ERR_NONE;
}

enum err sddl_read_condition(struct arena *arena, struct bytes text, const struct sddl_domains *domains,
                             struct bytes *ret, struct sddl_error *ret_error)
{
    struct sddl_reader reader = {.text = text, .arena = arena, .domains = domains};
    /* an integer takes 10 bytes for the two characters of "1," */
    const size_t limit = 8 * (text.size < ACL_SIZE_MAX ? text.size : ACL_SIZE_MAX) + 4;
    struct sddl_bytes out = {.data = arena_alloc(arena, limit), .limit = limit};
    if (out.data == NULL)
        return ERR_NO_MEMORY;
    enum err err = sddl_condition_read(&reader, &out);
    if (err == ERR_NONE) {
        sddl_reader_skip_white(&reader);
        if (reader.at < text.size)
            err = sddl_reader_fail(&reader, ERR_INVALID_ACL, "the end of the condition");
        else if (out.full || out.size > ACL_SIZE_MAX)
            err = sddl_reader_fail(&reader, ERR_INVALID_ACL, "a smaller condition");
    }
    if (err == ERR_NONE)
        *ret = bytes_of(out.data, out.size);
    else if (err != ERR_NO_MEMORY)
        *ret_error = reader.error;
    return err;
}
