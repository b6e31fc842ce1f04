#include "engine/sddl_condition.h"

#include <stdio.h>

/* The expression as a tree, because tokens come operands first. `next` is the way back up while it is printed, so that
 * deep nesting takes no stack. */
struct node {
    struct condition_item item;
    struct node *left;
    struct node *right;
    struct node *parent;
    unsigned visits;
};

struct tree {
    struct node *nodes;
    struct node **stack;
    size_t node_count;
    size_t depth;
};

static bool is_value(const struct node *node)
{
    return node->item.kind == CONDITION_KIND_LITERAL || node->item.kind == CONDITION_KIND_COMPOSITE ||
           (node->item.kind == CONDITION_KIND_ATTRIBUTE && node->item.token != CONDITION_LOCAL);
}

static bool is_condition(const struct node *node)
{
    return node->item.kind != CONDITION_KIND_LITERAL && node->item.kind != CONDITION_KIND_COMPOSITE;
}

/* Whether the operands are what the text of this operator may hold: the same that is accepted on reading. */
static bool operands_fit(const struct node *node)
{
    const struct node *left = node->left;
    switch (node->item.kind) {
    case CONDITION_KIND_RELATION:
        return left->item.kind == CONDITION_KIND_ATTRIBUTE && is_value(node->right);
    case CONDITION_KIND_EXISTENCE:
        return left->item.kind == CONDITION_KIND_ATTRIBUTE;
    case CONDITION_KIND_MEMBERSHIP:
        return left->item.token == CONDITION_SID || left->item.kind == CONDITION_KIND_COMPOSITE;
    case CONDITION_KIND_NOT:
        return is_condition(left);
    case CONDITION_KIND_LOGICAL:
        return is_condition(left) && is_condition(node->right);
    default:
        return true;
    }
}

static size_t operand_count(enum condition_kind kind)
{
    switch (kind) {
    case CONDITION_KIND_RELATION:
    case CONDITION_KIND_LOGICAL:
        return 2;
    case CONDITION_KIND_EXISTENCE:
    case CONDITION_KIND_MEMBERSHIP:
    case CONDITION_KIND_NOT:
        return 1;
    default:
        return 0;
    }
}

static bool add_node(struct tree *tree, const struct condition_item *item)
{
    struct node *node = &tree->nodes[tree->node_count++];
    size_t count = operand_count(item->kind);
    node->item = *item;
    if (tree->depth < count)
        return false;
    tree->depth -= count;
    node->left = count > 0 ? tree->stack[tree->depth] : NULL;
    node->right = count > 1 ? tree->stack[tree->depth + 1] : NULL;
    if (node->left != NULL)
        node->left->parent = node;
    if (node->right != NULL)
        node->right->parent = node;
    tree->stack[tree->depth++] = node;
    return operands_fit(node);
}

static enum err count_tokens(struct cursor cursor, size_t *ret)
{
    struct condition_item item;
    size_t count = 0;
    enum err err = condition_next(&cursor, &item);
    for (; err == ERR_NONE; err = condition_next(&cursor, &item))
        count++;
    *ret = count;
    return err == ERR_NOT_FOUND ? ERR_NONE : ERR_INVALID_ACL;
}

static enum err build(struct arena *arena, struct cursor cursor, struct node **ret_root)
{
    size_t count = 0;
    struct condition_item item;
    enum err err = count_tokens(cursor, &count);
    if (err != ERR_NONE || count == 0)
        return ERR_INVALID_ACL;
    struct tree tree = {.nodes = arena_alloc_array(arena, count, sizeof *tree.nodes),
                        .stack = arena_alloc_array(arena, count, sizeof(struct node *))};
    if (tree.nodes == NULL || tree.stack == NULL)
        return ERR_NO_MEMORY;
    while (condition_next(&cursor, &item) == ERR_NONE)
        if (!add_node(&tree, &item))
            return ERR_INVALID_ACL;
    if (tree.depth != 1 || !is_condition(tree.stack[0]))
        return ERR_INVALID_ACL;
    *ret_root = tree.stack[0];
    return ERR_NONE;
}

/* Sign and base come back as they were written. An octal 0 is "00", because "0" is read as decimal. */
static enum err put_integer(struct sddl_text *text, const struct condition_item *item)
{
    bool minus = item->sign == CONDITION_SIGN_MINUS;
    unsigned long long value = minus ? 0 - item->number : item->number;
    char number[32];
    if (minus && value > UINT64_C(1) << 63)
        return ERR_INVALID_ACL;
    sddl_text_put_string(text, minus ? "-" : item->sign == CONDITION_SIGN_PLUS ? "+" : "");
    if (item->base == CONDITION_BASE_HEX)
        (void)snprintf(number, sizeof number, "0x%llx", value);
    else if (item->base == CONDITION_BASE_OCTAL)
        (void)snprintf(number, sizeof number, "0%llo", value);
    else
        (void)snprintf(number, sizeof number, "%llu", value);
    sddl_text_put_string(text, number);
    return ERR_NONE;
}

static enum err put_literal(struct sddl_text *text, const struct condition_item *item)
{
    enum err err = ERR_NONE;
    const struct sid *sid = NULL;
    switch (item->token) {
    case CONDITION_STRING:
        sddl_text_put_string(text, "\"");
        err = sddl_text_put_utf16(text, item->data);
        sddl_text_put_string(text, "\"");
        return err;
    case CONDITION_OCTETS:
        sddl_text_put_string(text, "#");
        sddl_text_put_hex(text, item->data);
        return ERR_NONE;
    case CONDITION_SID:
        if (sid_view(item->data, &sid) != ERR_NONE || sid->sub_authority_count == 0)
            return ERR_INVALID_ACL;
        sddl_text_put_string(text, "SID(");
        sddl_text_put_sid(text, sid);
        sddl_text_put_string(text, ")");
        return ERR_NONE;
    default:
        return put_integer(text, item);
    }
}

static enum err put_composite(struct sddl_text *text, struct bytes data)
{
    struct cursor cursor = cursor_of(data);
    struct condition_item item;
    bool first = true;
    sddl_text_put_string(text, "{");
    enum err err = condition_next_literal(&cursor, &item);
    for (; err == ERR_NONE; err = condition_next_literal(&cursor, &item)) {
        if (!first)
            sddl_text_put_string(text, ", ");
        if (put_literal(text, &item) != ERR_NONE)
            return ERR_INVALID_ACL;
        first = false;
    }
    sddl_text_put_string(text, "}");
    return err == ERR_NOT_FOUND ? ERR_NONE : ERR_INVALID_ACL;
}

/* A local name has no escapes, and one that is spelled like an operator would be read as that. */
static enum err put_local(struct sddl_text *text, struct bytes name)
{
    char letters[64];
    size_t count = name.size / 2;
    for (size_t i = 0; i < count; i++) {
        unsigned unit = le16_load(name.data + 2 * i);
        if (unit > 0x7F || !sddl_is_simple((int)unit) || (i == 0 && unit == '@'))
            return ERR_INVALID_ACL;
        if (i < sizeof letters)
            letters[i] = (char)unit;
        text_put(&text->out, &(char){(char)unit}, 1);
    }
    const struct sddl_operator *found =
        count <= sizeof letters ? sddl_operator_named(bytes_of(letters, count)) : NULL;
    return count == 0 || (found != NULL && found->kind != CONDITION_KIND_RELATION) ? ERR_INVALID_ACL
                                                                                   : ERR_NONE;
}

static enum err put_leaf(struct sddl_text *text, const struct condition_item *item)
{
    if (item->kind == CONDITION_KIND_COMPOSITE)
        return put_composite(text, item->data);
    if (item->kind != CONDITION_KIND_ATTRIBUTE)
        return put_literal(text, item);
    if (item->token == CONDITION_LOCAL)
        return put_local(text, item->data);
    sddl_text_put_string(text, sddl_attribute_prefix(item->token));
    sddl_text_put_name(text, item->data);
    for (size_t i = 0; i < item->data.size; i += 2)
        if (le16_load(item->data.data + i) == 0)
            return ERR_INVALID_ACL;
    return item->data.size == 0 ? ERR_INVALID_ACL : ERR_NONE;
}

/* Terms have leaves for operands. */
static enum err put_term(struct sddl_text *text, const struct node *node)
{
    enum err err = ERR_NONE;
    switch (node->item.kind) {
    case CONDITION_KIND_RELATION:
        err = put_leaf(text, &node->left->item);
        sddl_text_put_string(text, " ");
        sddl_text_put_string(text, sddl_operator_word(node->item.token));
        sddl_text_put_string(text, " ");
        return err == ERR_NONE ? put_leaf(text, &node->right->item) : err;
    case CONDITION_KIND_EXISTENCE:
    case CONDITION_KIND_MEMBERSHIP:
        sddl_text_put_string(text, sddl_operator_word(node->item.token));
        sddl_text_put_string(text, " ");
        return put_leaf(text, &node->left->item);
    default:
        return put_leaf(text, &node->item);
    }
}

/* One step of the walk: prints what stands before, between or behind the operands, and says where to go on. */
static enum err step(struct sddl_text *text, struct node **at)
{
    struct node *node = *at;
    unsigned visit = node->visits++;
    bool is_not = node->item.kind == CONDITION_KIND_NOT;
    *at = node->parent;
    if (!is_not && node->item.kind != CONDITION_KIND_LOGICAL)
        return put_term(text, node);
    if (visit == 0) {
        sddl_text_put_string(text, is_not ? "!(" : "(");
        *at = node->left;
    } else if (visit == 1 && !is_not) {
        sddl_text_put_string(text, node->item.token == CONDITION_AND ? ") && (" : ") || (");
        *at = node->right;
    } else {
        sddl_text_put_string(text, ")");
    }
    return ERR_NONE;
}

enum err sddl_condition_write(struct sddl_text *text, struct bytes application_data)
{
    struct cursor cursor;
    struct node *at = NULL;
    if (condition_open(application_data, &cursor) != ERR_NONE)
        return ERR_INVALID_ACL;
    enum err err = build(text->out.arena, cursor, &at);
    sddl_text_put_string(text, "(");
    while (err == ERR_NONE && at != NULL)
        err = step(text, &at);
    sddl_text_put_string(text, ")");
    return err;
}
