#include "platform/posix/template.h"

#include "platform/posix/lines.h"

enum section {
    SECTION_NONE,
    SECTION_OTHER,
    SECTION_RIGHTS,
    SECTION_GROUPS,
    SECTION_AUDIT,
    SECTION_REGISTRY,
    SECTION_VERSION
};

struct reader {
    struct arena *arena;
    const struct template_names *names;
    struct template *template;
    struct notes *notes;
    unsigned line;
    enum section section;
    bool versioned;      /* [Version] was there */
    bool refused;        /* a line has a mistake; what follows is read to tell more of them */
    bool hopeless;       /* another file altogether, of which every line would be a mistake */
    bool advanced;       /* [Event Audit] does not count */
    unsigned categories; /* a bit for each audit_category that was listed */
    size_t holder_room;
    size_t member_room;
    size_t replaced_room;
};

static void note(struct reader *reader, bool refused, const char *text, struct bytes name)
{
    notes_add(reader->notes, reader->arena,
              (struct note){.line = reader->line, .refused = refused, .text = text}, name);
}

static enum err refuse(struct reader *reader, const char *text, struct bytes name)
{
    note(reader, true, text, name);
    return ERR_MALFORMED;
}

/* Past a mistake, of which there is a note. What is read is refused in the end all the same. */
static enum err go_on(struct reader *reader, enum err err)
{
    if (err != ERR_MALFORMED || reader->hopeless)
        return err;
    reader->refused = true;
    return ERR_NONE;
}

/* Room for one more; the arena keeps the smaller arrays that were outgrown, together as large as the last. */
static void *grown(struct arena *arena, void *items, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return items;
    size_t larger = *room == 0 ? 16 : *room * 2;
    void *copy = arena_alloc_array(arena, larger, size);
    if (copy == NULL)
        return NULL;
    if (count > 0)
        memcpy(copy, items, count * size);
    *room = larger;
    return copy;
}

static bool full(const struct template *template)
{
    return template->holder_count + template->member_count >= TEMPLATE_ITEMS_MAX;
}

static enum err add_holder(struct reader *reader, unsigned right, const struct sid *sid)
{
    struct template *template = reader->template;
    if (full(template))
        return ERR_TOO_LARGE;
    struct template_holder *holders = grown(reader->arena, template->holders, template->holder_count,
                                            &reader->holder_room, sizeof *holders);
    if (holders == NULL)
        return ERR_NO_MEMORY;
    holders[template->holder_count++] = (struct template_holder){.sid = sid, .right = right};
    template->holders = holders;
    return ERR_NONE;
}

static enum err add_member(struct reader *reader, const struct sid *group, const struct sid *member)
{
    struct template *template = reader->template;
    if (full(template))
        return ERR_TOO_LARGE;
    struct template_member *members = grown(reader->arena, template->members, template->member_count,
                                            &reader->member_room, sizeof *members);
    if (members == NULL)
        return ERR_NO_MEMORY;
    members[template->member_count++] = (struct template_member){.group = group, .member = member};
    template->members = members;
    return ERR_NONE;
}

static enum err add_replaced(struct reader *reader, const struct sid *group, struct bytes key)
{
    struct template *template = reader->template;
    if (template->replaced_count >= TEMPLATE_GROUPS_MAX)
        return ERR_TOO_LARGE;
    for (size_t i = 0; i < template->replaced_count; i++) {
        if (sid_equal(template->replaced[i], group))
            return refuse(reader, "the members of this group are listed twice", key);
    }
    const struct sid **replaced = grown(reader->arena, (void *)template->replaced, template->replaced_count,
                                        &reader->replaced_room, sizeof(const struct sid *));
    if (replaced == NULL)
        return ERR_NO_MEMORY;
    replaced[template->replaced_count++] = group;
    template->replaced = replaced;
    return ERR_NONE;
}

/* `*SID` or a name. ERR_NONE_MAPPED for a name that nobody has. */
static enum err read_account(struct reader *reader, struct bytes item, const struct sid **ret)
{
    struct sid_buffer sid;
    enum err err = ERR_NONE_MAPPED;
    if (item.size > 0 && item.data[0] == '*') {
        if (sid_parse(bytes_of(item.data + 1, item.size - 1), &sid) != ERR_NONE)
            return refuse(reader, "not a SID", item);
        err = ERR_NONE;
    } else if (item.size <= TEMPLATE_NAME_MAX) {
        err = reader->names->find(reader->names->context, item, &sid);
    }
    if (err != ERR_NONE)
        return err;
    const struct sid *copy = arena_copy(reader->arena, &sid, sid_size(sid_of(&sid)));
    if (copy == NULL)
        return ERR_NO_MEMORY;
    *ret = copy;
    return ERR_NONE;
}

static enum err read_holder(struct reader *reader, unsigned right, struct bytes item)
{
    const struct sid *sid = NULL;
    enum err err = read_account(reader, item, &sid);
    if (err == ERR_NONE)
        return add_holder(reader, right, sid);
    if (err != ERR_NONE_MAPPED)
        return err;
    /* Without this holder the deny right would let somebody in whom it should keep out. */
    if (right_denies(right))
        return refuse(reader, "a deny right names an account without a SID here: write *S-1-… instead", item);
    note(reader, false, "an account without a SID here was left out: write *S-1-… instead", item);
    return ERR_NONE;
}

/* A right of a Windows to come is left out; what may be a deny right in disguise is not. */
static enum err read_unknown_right(struct reader *reader, struct bytes key)
{
    struct bytes denies = bytes_of_string("SeDeny");
    if (key.size >= denies.size && bytes_equal_ignoring_case(bytes_of(key.data, denies.size), denies))
        return refuse(reader, "there is no such deny right", key);
    bool letters = key.size > 0;
    for (size_t i = 0; i < key.size && letters; i++)
        letters = (key.data[i] | 0x20) >= 'a' && (key.data[i] | 0x20) <= 'z';
    if (!letters)
        return refuse(reader, "not the name of a right", key);
    note(reader, false, "an unknown right was left out", key);
    return ERR_NONE;
}

static enum err read_right(struct reader *reader, struct bytes key, struct bytes value)
{
    unsigned right = 0;
    if (right_by_name(key, &right) != ERR_NONE)
        return read_unknown_right(reader, key);
    if ((reader->template->listed & right_bit(right)) != 0)
        return refuse(reader, "this right is listed twice", key);
    reader->template->listed |= right_bit(right);
    enum err err = ERR_NONE;
    while (value.size > 0 && err == ERR_NONE) {
        struct bytes item = lines_unquote(lines_take_until(&value, ','));
        if (item.size > 0)
            err = go_on(reader, read_holder(reader, right, item));
    }
    return err;
}

static bool take_suffix(struct bytes *key, const char *suffix)
{
    size_t size = strlen(suffix);
    if (key->size <= size ||
        !bytes_equal_ignoring_case(bytes_of(key->data + key->size - size, size), bytes_of(suffix, size)))
        return false;
    key->size -= size;
    return true;
}

/* A member that is left out may be one whom a deny ACE for the group should stop, so a name in doubt refuses the whole. */
static enum err read_group_account(struct reader *reader, struct bytes item, const struct sid **ret)
{
    enum err err = read_account(reader, item, ret);
    if (err != ERR_NONE_MAPPED)
        return err;
    return refuse(reader, "a group membership names an account without a SID here: write *S-1-… instead",
                  item);
}

static enum err read_group(struct reader *reader, struct bytes key, struct bytes value)
{
    struct bytes name = key;
    bool members = take_suffix(&name, "__Members");
    if (!members && !take_suffix(&name, "__Memberof"))
        return refuse(reader, "neither __Members nor __Memberof", key);
    const struct sid *subject = NULL;
    enum err err = read_group_account(reader, lines_unquote(name), &subject);
    if (err == ERR_NONE && members)
        err = add_replaced(reader, subject, key);
    while (value.size > 0 && err == ERR_NONE) {
        struct bytes item = lines_unquote(lines_take_until(&value, ','));
        const struct sid *other = NULL;
        if (item.size == 0)
            continue;
        err = go_on(reader, read_group_account(reader, item, &other));
        if (err == ERR_NONE && other != NULL)
            err = members ? add_member(reader, subject, other) : add_member(reader, other, subject);
    }
    return err;
}

/* Events that are left out by mistake are missed only when it is too late, so a value in doubt refuses the whole. */
static enum err read_category(struct reader *reader, struct bytes key, struct bytes value)
{
    enum audit_category category = AUDIT_CATEGORIES;
    unsigned number = 0;
    unsigned on = 0;
    if (audit_category_find(key, &category) != ERR_NONE) {
        note(reader, false, "an unknown category of events was left out", key);
        return ERR_NONE;
    }
    if ((reader->categories & 1U << category) != 0)
        return refuse(reader, "this category of events is listed twice", key);
    if (audit_value_parse(lines_unquote(value), &number, &on) != ERR_NONE)
        return refuse(
            reader, "a category of events is 0 (none), 1 (success), 2 (failure), 3 (both) or 4 (none)", key);
    reader->categories |= 1U << category;
    audit_overrides_list(&reader->template->audit, category, on);
    return ERR_NONE;
}

/* Where subcategories are to decide, Windows leaves [Event Audit] alone. */
static enum err read_registry(struct reader *reader, struct bytes key, struct bytes value)
{
    struct bytes name =
        bytes_of_string("MACHINE\\System\\CurrentControlSet\\Control\\Lsa\\SCENoApplyLegacyAuditPolicy");
    if (bytes_equal_ignoring_case(lines_unquote(key), name))
        reader->advanced = bytes_equal(lines_trim(value), bytes_of_string("4,1"));
    return ERR_NONE;
}

static const struct {
    const char *name;
    enum err (*read)(struct reader *reader, struct bytes key, struct bytes value);
} sections[] = {
    [SECTION_RIGHTS] = {"Privilege Rights", read_right},
    [SECTION_GROUPS] = {"Group Membership", read_group},
    [SECTION_AUDIT] = {"Event Audit", read_category},
    [SECTION_REGISTRY] = {"Registry Values", read_registry},
    [SECTION_VERSION] = {"Version", NULL},
};

static enum err read_section(struct reader *reader, struct bytes line)
{
    reader->section = SECTION_OTHER;
    if (line.data[line.size - 1] != ']')
        return refuse(reader, "a section without its closing bracket", line);
    struct bytes name = lines_trim(bytes_of(line.data + 1, line.size - 2));
    for (unsigned i = SECTION_RIGHTS; i <= SECTION_VERSION; i++) {
        if (bytes_equal_ignoring_case(name, bytes_of_string(sections[i].name)))
            reader->section = (enum section)i;
    }
    if (reader->section == SECTION_VERSION)
        reader->versioned = true;
    return ERR_NONE;
}

static enum err read_line(struct reader *reader, struct bytes line)
{
    line = lines_trim(lines_take_until(&line, ';')); /* the rest is a comment */
    if (line.size == 0)
        return ERR_NONE;
    if (line.data[0] == '[')
        return read_section(reader, line);
    if (reader->section == SECTION_NONE) {
        reader->hopeless = true;
        return refuse(reader, "text before the first section: this is no security template", line);
    }
    if (sections[reader->section].read == NULL)
        return ERR_NONE;
    if (memchr(line.data, '=', line.size) == NULL)
        return reader->section == SECTION_REGISTRY ? ERR_NONE : refuse(reader, "a line without =", line);
    struct bytes key = lines_trim(lines_take_until(&line, '='));
    return sections[reader->section].read(reader, key, line);
}

static enum err read_lines(struct reader *reader, struct bytes text)
{
    struct bytes line = {0};
    enum err err = ERR_NONE;
    while (err == ERR_NONE && lines_next(&text, &line)) {
        reader->line++;
        err = go_on(reader, read_line(reader, line));
    }
    return err == ERR_NONE && reader->refused ? ERR_MALFORMED : err;
}

enum err template_parse(struct arena *arena, struct bytes file, const struct template_names *names,
                        struct template *ret, struct notes *ret_notes)
{
    struct template template = {0};
    struct reader reader = {.arena = arena, .names = names, .template = &template, .notes = ret_notes};
    struct bytes text = {0};
    *ret_notes = (struct notes){0};
    if (file.size > TEMPLATE_SIZE_MAX)
        return ERR_TOO_LARGE;
    const char *why = NULL;
    enum err err = lines_decode(arena, file, &text, &why);
    if (why != NULL)
        return refuse(&reader, why, (struct bytes){0});
    if (err == ERR_NONE)
        err = read_lines(&reader, text);
    if (err != ERR_NONE)
        return err;
    /* An empty or cut file must not count as "all defaults": that could take deny rights away. */
    if (reader.section == SECTION_NONE)
        return refuse(&reader, "no section at all: this is no security template", (struct bytes){0});
    if (reader.advanced && reader.categories != 0) {
        note(&reader, false, "[Event Audit] does not count: SCENoApplyLegacyAuditPolicy is set",
             (struct bytes){0});
        template.audit = (struct audit_overrides){0};
    }
    if (!reader.versioned)
        note(&reader, false, "no [Version] section: the file may be incomplete", (struct bytes){0});
    *ret = template;
    return ERR_NONE;
}
