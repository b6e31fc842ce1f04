/* peers_condition: conditions for the peers. Knows what W6 has: integers, strings, lists of SIDs, @User attributes of one
 * value, ==, && and Member_of; believes the bytes; names and strings are compared byte by byte; two truth values. */
#ifndef NTOKEND_BENCH_PEERS_CONDITION_H
#define NTOKEND_BENCH_PEERS_CONDITION_H

#include "engine/condition_token.h"
#include "engine/token.h"

typedef bool finder(const void *where, const struct sid *sid);

enum { PEERS_STACK = 16 };

struct peers_operand {
    uint64_t number; /* a truth too */
    struct bytes data;
};

static inline struct peers_operand peers_claim(const struct claim_set *claims, struct bytes name)
{
    for (size_t i = 0; i < claims->count; i++) {
        const struct claim *claim = &claims->claims[i];
        if (bytes_equal(claim->name, name))
            return (struct peers_operand){.number = claim->type == CLAIM_STRING ? 0 : claim->values->number,
                                          .data = claim->values->data};
    }
    return (struct peers_operand){0};
}

static inline bool peers_member_of(struct bytes list, finder *find, const void *where)
{
    bool all = true;
    /* NOLINTNEXTLINE(clang-analyzer-core.*): what a token takes from the stack, the tokens before it put there */
    for (size_t at = 0; at < list.size; at += 5 + le32_load(list.data + at + 1))
        all = all && find(where, (const struct sid *)(list.data + at + 5));
    return all;
}

/* One token at `at`; returns where the next one is. */
static inline const uint8_t *peers_step(const uint8_t *at, struct peers_operand **top,
                                        const struct token *token, finder *find, const void *where)
{
    struct peers_operand *free = *top;
    switch (*at) {
    case CONDITION_INT8:
    case CONDITION_INT16:
    case CONDITION_INT32:
    case CONDITION_INT64:
        *free = (struct peers_operand){.number = le64_load(at + 1)};
        *top = free + 1;
        return at + 11;
    case CONDITION_STRING:
    case CONDITION_COMPOSITE:
    case CONDITION_USER:
        *free = (struct peers_operand){.data = bytes_of(at + 5, le32_load(at + 1))};
        at = free->data.data + free->data.size;
        if (*(free->data.data - 5) == CONDITION_USER)
            *free = peers_claim(&token->user_claims, free->data);
        *top = free + 1;
        return at;
    case CONDITION_EQUAL:
        /* NOLINTNEXTLINE(clang-analyzer-core.*): what a token takes from the stack, the tokens before it put there */
        free[-2].number = free[-2].number == free[-1].number && bytes_equal(free[-2].data, free[-1].data);
        *top = free - 1;
        return at + 1;
    case CONDITION_AND:
        /* NOLINTNEXTLINE(clang-analyzer-core.*): what a token takes from the stack, the tokens before it put there */
        free[-2].number &= free[-1].number;
        *top = free - 1;
        return at + 1;
    case CONDITION_MEMBER_OF:
        free[-1].number = peers_member_of(free[-1].data, find, where);
        return at + 1;
    default:
        return NULL;
    }
}

/* false also for what it does not know. */
static inline bool peers_condition(struct bytes application_data, const struct token *token, finder *find,
                                   const void *where)
{
    struct peers_operand stack[PEERS_STACK];
    struct peers_operand *top = stack;
    const uint8_t *at = application_data.data + 4; /* "artx" */
    const uint8_t *end = application_data.data + application_data.size;
    while (at != NULL && at < end && *at != 0 && top < stack + PEERS_STACK)
        at = peers_step(at, &top, token, find, where);
    /* cppcheck-suppress uninitvar; a step that moved `top` filled the place below it */
    return at != NULL && top == stack + 1 && stack[0].number != 0;
}

#endif
