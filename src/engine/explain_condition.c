#include "engine/explain_condition.h"

#include "engine/condition_token.h"
#include "engine/sddl_condition.h"

static const char signature[] = "artx";

/* The tokens of one operand; operands come before their operator, so that each is in one piece. */
struct range {
    size_t start;
    size_t end;
    bool is_term; /* it, or what is in it, is noted as a term already */
};

struct splitter {
    struct bytes tokens;
    struct range *stack;
    size_t depth;
    struct range terms[EXPLAIN_TERMS_MAX];
    size_t term_count;
    bool malformed;
};

struct context {
    struct arena *arena;
    const struct sddl_domains *domains;
    struct condition_subject subject;
    bool deny;
    bool failed; /* memory */
};

static struct range pop(struct splitter *splitter)
{
    if (splitter->depth == 0) {
        splitter->malformed = true;
        return (struct range){0};
    }
    return splitter->stack[--splitter->depth];
}

/* Kept in the order of the text. */
static void note_term(struct splitter *splitter, struct range term)
{
    if (splitter->term_count == EXPLAIN_TERMS_MAX)
        return;
    size_t at = splitter->term_count++;
    for (; at > 0 && splitter->terms[at - 1].start > term.start; at--)
        splitter->terms[at] = splitter->terms[at - 1];
    splitter->terms[at] = term;
}

static struct range pop_term(struct splitter *splitter)
{
    struct range range = pop(splitter);
    if (!range.is_term && !splitter->malformed)
        note_term(splitter, range);
    return range;
}

static void split_item(struct splitter *splitter, enum condition_kind kind, size_t start, size_t end)
{
    struct range range = {.start = start, .end = end};
    switch (kind) {
    case CONDITION_KIND_LITERAL:
    case CONDITION_KIND_COMPOSITE:
    case CONDITION_KIND_ATTRIBUTE:
        break;
    case CONDITION_KIND_RELATION:
        (void)pop(splitter);
        range.start = pop(splitter).start;
        note_term(splitter, range);
        range.is_term = true;
        break;
    case CONDITION_KIND_EXISTENCE:
    case CONDITION_KIND_MEMBERSHIP:
        range.start = pop(splitter).start;
        note_term(splitter, range);
        range.is_term = true;
        break;
    case CONDITION_KIND_LOGICAL:
        (void)pop_term(splitter);
        range.start = pop_term(splitter).start;
        range.is_term = true;
        break;
    case CONDITION_KIND_NOT:
        range.start = pop_term(splitter).start;
        range.is_term = true;
        break;
    }
    if (!splitter->malformed)
        splitter->stack[splitter->depth++] = range;
}

static void split(struct splitter *splitter, struct cursor cursor)
{
    struct condition_item item;
    size_t start = cursor.at;
    enum err err = condition_next(&cursor, &item);
    while (err == ERR_NONE && !splitter->malformed) {
        split_item(splitter, item.kind, start, cursor.at);
        start = cursor.at;
        err = condition_next(&cursor, &item);
    }
    if (err == ERR_MALFORMED || splitter->depth != 1)
        splitter->malformed = true;
    else
        (void)pop_term(splitter);
}

/* An expression of its own: the tokens, and one more unless it is 0. */
static struct bytes expression(struct context *context, struct bytes tokens, uint8_t last)
{
    const size_t head = sizeof signature - 1;
    uint8_t *data = arena_alloc(context->arena, head + tokens.size + 1);
    if (data == NULL) {
        context->failed = true;
        return (struct bytes){0};
    }
    memcpy(data, signature, head);
    memcpy(data + head, tokens.data, tokens.size);
    data[head + tokens.size] = last;
    return bytes_of(data, head + tokens.size + 1);
}

static const char *text_of(struct context *context, struct bytes condition)
{
    struct sddl_text text = {.out.arena = context->arena, .domains = context->domains};
    enum err err = sddl_condition_write(&text, condition);
    context->failed |= text.out.failed || err == ERR_NO_MEMORY;
    if (err != ERR_NONE || text.out.failed || text.out.size < 2)
        return NULL;
    const char *inner = arena_string(context->arena, bytes_of(text.out.data + 1, text.out.size - 2));
    context->failed |= inner == NULL;
    return inner;
}

/* The attributes that a term speaks of and that are not there. */
static void find_absent(struct context *context, struct bytes tokens, struct explained_term *term)
{
    const char *names[2];
    size_t count = 0;
    struct cursor cursor = cursor_of(tokens);
    struct condition_item item;
    size_t start = 0;
    while (count < 2 && condition_next(&cursor, &item) == ERR_NONE) {
        struct bytes token = bytes_of(tokens.data + start, cursor.at - start);
        start = cursor.at;
        if (item.kind != CONDITION_KIND_ATTRIBUTE)
            continue;
        struct bytes exists = expression(context, token, CONDITION_EXISTS);
        if (condition_evaluate(exists, &context->subject, context->deny) == TRUTH_TRUE)
            continue;
        const char *name = text_of(context, expression(context, token, 0));
        if (name != NULL)
            names[count++] = name;
    }
    term->absent_count = count;
    term->absent = arena_copy(context->arena, names, count * sizeof names[0]);
    context->failed |= term->absent == NULL;
}

static void explain_terms(struct context *context, const struct splitter *splitter,
                          struct explained_condition *ret)
{
    struct explained_term *terms = arena_alloc_array(context->arena, splitter->term_count, sizeof *terms);
    size_t count = 0;
    context->failed |= terms == NULL;
    while (count < splitter->term_count && !context->failed && *context->subject.work != 0) {
        const struct range *range = &splitter->terms[count];
        struct explained_term *term = &terms[count];
        struct bytes tokens = bytes_of(splitter->tokens.data + range->start, range->end - range->start);
        struct bytes whole = expression(context, tokens, 0);
        term->value = condition_evaluate(whole, &context->subject, context->deny);
        term->text = text_of(context, whole);
        if (term->value == TRUTH_UNKNOWN)
            find_absent(context, tokens, term);
        /* unknown for want of work says nothing of the term */
        count += *context->subject.work != 0;
    }
    ret->terms = terms;
    ret->term_count = count;
}

/* What the check has recorded. */
static bool recorded(const struct explanation *explanation, enum explain_stage stage, unsigned index,
                     const struct ace *ace, enum truth *ret)
{
    const bool filter = ace->type == ACE_SYSTEM_ACCESS_FILTER;
    const bool in_dacl = !explain_stage_reads_sacl(stage);
    if (!explanation->examined || (ace_class(ace->type) & ACE_CLASS_CALLBACK) == 0 || filter == in_dacl)
        return false;
    const struct explain_ace *known = in_dacl ? &explanation->passes[stage - EXPLAIN_STAGE_DACL].aces[index]
                                              : &explanation->limit.aces[index];
    switch (known->outcome) {
    case EXPLAIN_ACE_APPLIED:
    case EXPLAIN_ACE_PASSED:
        *ret = TRUTH_TRUE;
        return true;
    case EXPLAIN_ACE_CONDITION_FALSE:
        *ret = TRUTH_FALSE;
        return true;
    case EXPLAIN_ACE_APPLIED_IN_DOUBT:
    case EXPLAIN_ACE_CONDITION_UNKNOWN:
        *ret = TRUTH_UNKNOWN;
        return true;
    default:
        return false;
    }
}

enum err explain_condition(struct arena *arena, struct explanation *explanation, enum explain_stage stage,
                           unsigned index, const struct ace *ace, const struct sddl_domains *domains,
                           struct explained_condition *ret)
{
    const struct descriptor *descriptor = explanation->request->descriptor;
    struct context context = {
        .arena = arena,
        .domains = domains,
        .subject = {.token = explanation->token,
                    .sacl = descriptor->sacl_state == ACL_THERE ? &descriptor->sacl : NULL,
                    .work = &explanation->work},
        .deny = (ace_class(ace->type) & ACE_CLASS_DENY) != 0,
    };
    struct explained_condition condition = {0};
    condition.evaluated = recorded(explanation, stage, index, ace, &condition.value);
    *ret = condition;
    if (!condition.evaluated)
        return ERR_NONE;
    /* an operand is 5 bytes at least */
    struct splitter splitter = {
        .tokens = ace->application_data,
        .stack = arena_alloc_array(arena, ace->application_data.size / 5 + 1, sizeof(struct range))};
    struct cursor cursor;
    if (splitter.stack == NULL)
        return ERR_NO_MEMORY;
    if (condition_open(ace->application_data, &cursor) != ERR_NONE)
        splitter.malformed = true;
    else
        split(&splitter, cursor);
    condition.malformed = splitter.malformed;
    if (!splitter.malformed)
        explain_terms(&context, &splitter, &condition);
    *ret = condition;
    return context.failed ? ERR_NO_MEMORY : ERR_NONE;
}
