#include "platform/posix/central_text.h"

#include "base/utf16.h"

#include <stdlib.h>

/* A policy before its list of rules is looked up. */
struct draft {
    struct sid_buffer sid;
    struct bytes name;
    struct bytes rules;
    unsigned line;       /* of the section */
    unsigned rules_line; /* 0: no list yet */
};

enum section { SECTION_NONE, SECTION_RULE, SECTION_POLICY, SECTION_REFUSED };

struct reader {
    struct arena *arena;
    const struct sddl_domains *domains;
    struct central_text_mistakes *mistakes;
    unsigned line;
    enum section section;
    unsigned section_line;
    bool
        section_refused; /* a line of it: it need not be whole, since what lacks may be what was meant there */
    bool rule_refused;   /* the name of one: a policy that lists it may be right */
    bool hopeless;       /* another file altogether, of which every line would be a mistake */
    struct central_rule *rules;
    size_t rule_count;
    struct draft *drafts;
    size_t draft_count;
};

static void add(struct central_text_mistakes *mistakes, struct central_text_mistake mistake)
{
    if (mistakes->count == CENTRAL_TEXT_MISTAKES_MAX)
        mistakes->left_out++;
    else
        mistakes->items[mistakes->count++] = mistake;
}

static enum err refuse(struct reader *reader, const char *text, struct bytes name)
{
    if (name.size > CENTRAL_TEXT_NAME_MAX)
        name.size = CENTRAL_TEXT_NAME_MAX;
    add(reader->mistakes,
        (struct central_text_mistake){.line = reader->line,
                                      .text = text,
                                      .name = name.size > 0 ? arena_string(reader->arena, name) : NULL});
    return ERR_MALFORMED;
}

/* Past a mistake. What is read is refused in the end all the same. */
static enum err go_on(const struct reader *reader, enum err err)
{
    return err == ERR_MALFORMED && !reader->hopeless ? ERR_NONE : err;
}

static enum err refuse_sddl(struct reader *reader, enum err err, const struct sddl_error *error)
{
    if (err == ERR_NO_MEMORY)
        return err;
    add(reader->mistakes, (struct central_text_mistake){.line = reader->line,
                                                        .text = "not SDDL: expected there",
                                                        .name = error->expected,
                                                        .character = (unsigned)error->offset + 1});
    return ERR_MALFORMED;
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static struct bytes trim(struct bytes text)
{
    while (text.size > 0 && is_blank(text.data[0]))
        text = bytes_of(text.data + 1, text.size - 1);
    while (text.size > 0 && is_blank(text.data[text.size - 1]))
        text.size--;
    return text;
}

/* What is before the next `mark`, or all; it goes from *rest together with the mark. */
static struct bytes take_until(struct bytes *rest, char mark)
{
    const uint8_t *end = rest->size > 0 ? memchr(rest->data, mark, rest->size) : NULL;
    size_t size = end != NULL ? (size_t)(end - rest->data) : rest->size;
    struct bytes taken = bytes_of(rest->data, size);
    size_t used = end != NULL ? size + 1 : size;
    *rest = bytes_of(rest->data + used, rest->size - used);
    return taken;
}

static struct central_rule *find_rule(const struct reader *reader, struct bytes name)
{
    for (size_t i = 0; i < reader->rule_count; i++) {
        if (bytes_equal(bytes_of_string(reader->rules[i].name), name))
            return &reader->rules[i];
    }
    return NULL;
}

static enum err begin_rule(struct reader *reader, struct bytes name)
{
    if (name.size == 0 || name.size > CENTRAL_TEXT_NAME_MAX || memchr(name.data, ',', name.size) != NULL)
        return refuse(reader, "a rule needs a name of at most 256 bytes without a comma", name);
    if (find_rule(reader, name) != NULL)
        return refuse(reader, "there is such a rule already", name);
    if (reader->rule_count == CENTRAL_TEXT_RULES_MAX)
        return refuse(reader, "more than 1024 rules", name);
    const char *copy = arena_string(reader->arena, name);
    if (copy == NULL)
        return ERR_NO_MEMORY;
    reader->rules[reader->rule_count++].name = copy;
    reader->section = SECTION_RULE;
    return ERR_NONE;
}

/* [MS-GPCAP]: the authority of policies is 17. */
static enum err begin_policy(struct reader *reader, struct bytes name)
{
    struct sid_buffer sid;
    if (sid_parse(name, &sid) != ERR_NONE || sid_authority(sid_of(&sid)) != 17 ||
        sid_of(&sid)->sub_authority_count == 0)
        return refuse(reader, "the SID of a policy is S-1-17-…", name);
    for (size_t i = 0; i < reader->draft_count; i++) {
        if (sid_equal(sid_of(&reader->drafts[i].sid), sid_of(&sid)))
            return refuse(reader, "there is such a policy already", name);
    }
    if (reader->draft_count == CENTRAL_TEXT_POLICIES_MAX)
        return refuse(reader, "more than 256 policies", name);
    reader->drafts[reader->draft_count++] = (struct draft){.sid = sid, .line = reader->line};
    reader->section = SECTION_POLICY;
    return ERR_NONE;
}

/* Whether the section that ends here has all that it must have. */
static enum err end_section(struct reader *reader)
{
    const bool rule = reader->section == SECTION_RULE;
    const char *text = NULL;
    if (reader->section_refused)
        return ERR_NONE;
    if (rule && reader->rules[reader->rule_count - 1].effective.raw.size == 0)
        text = "a rule without a line `effective = D:…`";
    if (reader->section == SECTION_POLICY && reader->drafts[reader->draft_count - 1].rules_line == 0)
        text = "a policy without a line `rules = …`";
    if (text == NULL)
        return ERR_NONE;
    const unsigned line = reader->line;
    reader->line = reader->section_line;
    enum err err = refuse(reader, text, (struct bytes){0});
    reader->line = line;
    return err;
}

static enum err read_section(struct reader *reader, struct bytes line)
{
    (void)end_section(reader);
    reader->section = SECTION_REFUSED; /* until it is another */
    reader->section_refused = false;
    if (line.data[line.size - 1] != ']')
        return refuse(reader, "a section without its closing bracket", line);
    struct bytes name = trim(bytes_of(line.data + 1, line.size - 2));
    struct bytes kind = take_until(&name, ' ');
    name = trim(name);
    reader->section_line = reader->line;
    if (bytes_equal(kind, bytes_of_string("rule"))) {
        enum err err = begin_rule(reader, name);
        reader->rule_refused |= err != ERR_NONE;
        return err;
    }
    if (bytes_equal(kind, bytes_of_string("policy")))
        return begin_policy(reader, name);
    return refuse(reader, "a section is [rule NAME] or [policy S-1-17-…]", line);
}

static bool has_generic_rights(const struct acl *acl)
{
    struct acl_iterator iterator = {0};
    struct ace ace;
    while (acl_next(acl, &iterator, &ace)) {
        if ((ace.mask & 0xF0000000U) != 0)
            return true;
    }
    return false;
}

/* Owner and group may stand there, as Windows writes them; they count for nothing. */
static enum err read_dacl(struct reader *reader, struct bytes value, struct acl *ret)
{
    struct sddl_error error = {0};
    struct bytes raw;
    struct descriptor descriptor;
    enum err err = sddl_read(reader->arena, value, reader->domains, &raw, &error);
    if (err != ERR_NONE)
        return refuse_sddl(reader, err, &error);
    err = descriptor_parse(raw, &descriptor);
    if (err != ERR_NONE)
        return refuse(reader, "not a security descriptor", value);
    if (descriptor.dacl_state != ACL_THERE)
        return refuse(reader, "a rule needs a DACL that is not NULL: D:(…)", value);
    if (descriptor.sacl_state != ACL_ABSENT)
        return refuse(reader, "a rule has no SACL", value);
    if (has_generic_rights(&descriptor.dacl))
        return refuse(reader,
                      "generic rights are never mapped: write FA, FR, FW or FX, or the rights themselves",
                      value);
    *ret = descriptor.dacl;
    return ERR_NONE;
}

static enum err read_condition(struct reader *reader, struct bytes value, struct bytes *ret)
{
    struct sddl_error error = {0};
    struct bytes condition;
    enum err err = sddl_read_condition(reader->arena, value, reader->domains, &condition, &error);
    if (err != ERR_NONE)
        return refuse_sddl(reader, err, &error);
    if (condition.size > CENTRAL_CONDITION_MAX)
        return refuse(reader, "a condition longer than 3500 bytes", (struct bytes){0});
    *ret = condition;
    return ERR_NONE;
}

static enum err read_rule_line(struct reader *reader, struct bytes key, struct bytes value)
{
    static const char twice[] = "this line stands there twice";
    struct central_rule *rule = &reader->rules[reader->rule_count - 1];
    if (bytes_equal(key, bytes_of_string("applies_to")))
        return rule->applies_to.size != 0 ? refuse(reader, twice, key)
                                          : read_condition(reader, value, &rule->applies_to);
    if (bytes_equal(key, bytes_of_string("effective")))
        return rule->effective.raw.size != 0 ? refuse(reader, twice, key)
                                             : read_dacl(reader, value, &rule->effective);
    if (bytes_equal(key, bytes_of_string("staged")))
        return rule->staged.raw.size != 0 ? refuse(reader, twice, key)
                                          : read_dacl(reader, value, &rule->staged);
    return refuse(reader, "a rule has applies_to, effective and staged", key);
}

static enum err read_policy_line(struct reader *reader, struct bytes key, struct bytes value)
{
    static const char twice[] = "this line stands there twice";
    struct draft *draft = &reader->drafts[reader->draft_count - 1];
    if (bytes_equal(key, bytes_of_string("name"))) {
        if (draft->name.size != 0)
            return refuse(reader, twice, key);
        if (value.size > CENTRAL_TEXT_NAME_MAX)
            return refuse(reader, "a name longer than 256 bytes", value);
        draft->name = value;
        return ERR_NONE;
    }
    if (!bytes_equal(key, bytes_of_string("rules")))
        return refuse(reader, "a policy has name and rules", key);
    if (draft->rules_line != 0)
        return refuse(reader, twice, key);
    draft->rules = value;
    draft->rules_line = reader->line;
    return ERR_NONE;
}

static enum err read_line(struct reader *reader, struct bytes line)
{
    line = trim(line);
    if (line.size == 0 || line.data[0] == '#' || line.data[0] == ';')
        return ERR_NONE;
    if (line.data[0] == '[')
        return read_section(reader, line);
    if (reader->section == SECTION_REFUSED)
        return ERR_NONE;
    if (reader->section == SECTION_NONE) {
        reader->hopeless = true;
        return refuse(reader, "text before the first section", line);
    }
    if (memchr(line.data, '=', line.size) == NULL)
        return refuse(reader, "a line without =", line);
    struct bytes key = trim(take_until(&line, '='));
    line = trim(line);
    if (line.size == 0)
        return refuse(reader, "nothing behind =", key);
    return reader->section == SECTION_RULE ? read_rule_line(reader, key, line)
                                           : read_policy_line(reader, key, line);
}

static enum err read_lines(struct reader *reader, struct bytes text)
{
    for (size_t at = 0; at < text.size;) {
        if (utf8_next(text, &at) <= 0)
            return refuse(reader, "not UTF-8", (struct bytes){0});
    }
    enum err err = ERR_NONE;
    while (text.size > 0 && err == ERR_NONE) {
        reader->line++;
        err = read_line(reader, take_until(&text, '\n'));
        reader->section_refused |= err != ERR_NONE;
        err = go_on(reader, err);
    }
    if (err == ERR_NONE)
        err = go_on(reader, end_section(reader));
    /* an empty or cut file must not count as "no policies" */
    if (err == ERR_NONE && reader->draft_count == 0 && reader->mistakes->count == 0)
        return refuse(reader, "no policy at all", (struct bytes){0});
    return err;
}

static enum err look_up_rules(struct reader *reader, const struct draft *draft, struct central_policy *policy)
{
    struct bytes rest = draft->rules;
    const struct central_rule **rules =
        arena_alloc_array(reader->arena, CENTRAL_TEXT_LIST_MAX, sizeof(const struct central_rule *));
    if (rules == NULL)
        return ERR_NO_MEMORY;
    reader->line = draft->rules_line;
    while (rest.size > 0) {
        struct bytes name = trim(take_until(&rest, ','));
        const struct central_rule *rule = find_rule(reader, name);
        if (rule == NULL && !reader->rule_refused)
            (void)refuse(reader, "there is no such rule", name);
        if (rule == NULL)
            continue;
        if (policy->rule_count == CENTRAL_TEXT_LIST_MAX)
            return refuse(reader, "more than 64 rules in a policy", name);
        rules[policy->rule_count++] = rule;
    }
    policy->rules = rules;
    return ERR_NONE;
}

static enum err make_policy(struct reader *reader, const struct draft *draft, struct central_policy *ret)
{
    struct central_policy policy = {.sid = sid_of(&draft->sid)};
    if (draft->name.size > 0) {
        policy.name = arena_string(reader->arena, draft->name);
        if (policy.name == NULL)
            return ERR_NO_MEMORY;
    }
    enum err err = look_up_rules(reader, draft, &policy);
    if (err == ERR_NONE)
        *ret = policy;
    return err;
}

static int compare(const void *a, const void *b)
{
    const struct central_policy *left = a;
    const struct central_policy *right = b;
    return central_policy_order(left->sid, right->sid);
}

static enum err make_policies(struct reader *reader, struct central_policies *ret)
{
    struct central_policy *items = arena_alloc_array(reader->arena, reader->draft_count, sizeof *items);
    if (items == NULL)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < reader->draft_count; i++) {
        enum err err = go_on(reader, make_policy(reader, &reader->drafts[i], &items[i]));
        if (err != ERR_NONE)
            return err;
    }
    qsort(items, reader->draft_count, sizeof *items, compare);
    *ret = (struct central_policies){.items = items, .count = reader->draft_count};
    return ERR_NONE;
}

enum err central_text_parse(struct arena *arena, struct bytes file, const struct sddl_domains *domains,
                            struct central_policies *ret, struct central_text_mistakes *ret_mistakes)
{
    struct reader reader = {.arena = arena, .domains = domains, .mistakes = ret_mistakes};
    *ret_mistakes = (struct central_text_mistakes){.count = 0};
    if (file.size > CENTRAL_TEXT_SIZE_MAX)
        return ERR_TOO_LARGE;
    if (file.size >= 3 && memcmp(file.data, "\xEF\xBB\xBF", 3) == 0)
        file = bytes_of(file.data + 3, file.size - 3);
    reader.rules = arena_alloc_array(arena, CENTRAL_TEXT_RULES_MAX, sizeof *reader.rules);
    reader.drafts = arena_alloc_array(arena, CENTRAL_TEXT_POLICIES_MAX, sizeof *reader.drafts);
    if (reader.rules == NULL || reader.drafts == NULL)
        return ERR_NO_MEMORY;
    struct central_policies policies = {.count = 0};
    enum err err = read_lines(&reader, file);
    if (err == ERR_NONE && reader.draft_count > 0)
        err = make_policies(&reader, &policies);
    if (err == ERR_NONE && ret_mistakes->count > 0)
        err = ERR_MALFORMED;
    if (err == ERR_NONE)
        *ret = policies;
    return err;
}
