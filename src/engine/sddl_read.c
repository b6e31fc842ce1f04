#include "engine/sddl_internal.h"

/* One control flag, or the mark of a NULL ACL. Reference 2.1. */
static const struct {
    const char *word;
    uint16_t dacl;
    uint16_t sacl;
    bool null;
} control_words[] = {
    {"NO_ACCESS_CONTROL", 0, 0, true},
    {"P", SE_DACL_PROTECTED, SE_SACL_PROTECTED, false},
    {"AR", SE_DACL_AUTO_INHERIT_REQ, SE_SACL_AUTO_INHERIT_REQ, false},
    {"AI", SE_DACL_AUTO_INHERITED, SE_SACL_AUTO_INHERITED, false},
};

/* Upper case only. */
static bool take_control_word(struct sddl_reader *reader, size_t *ret_index)
{
    for (size_t i = 0; i < sizeof control_words / sizeof control_words[0]; i++) {
        size_t size = strlen(control_words[i].word);
        if (size > reader->text.size - reader->at ||
            memcmp(reader->text.data + reader->at, control_words[i].word, size) != 0)
            continue;
        reader->at += size;
        *ret_index = i;
        return true;
    }
    return false;
}

static enum err read_control(struct sddl_reader *reader, bool is_sacl, uint16_t *control, bool *ret_null)
{
    size_t word = 0;
    unsigned bits = is_sacl ? SE_SACL_PRESENT : SE_DACL_PRESENT;
    *ret_null = false;
    sddl_reader_skip_blanks(reader);
    while (take_control_word(reader, &word)) {
        bits |= is_sacl ? control_words[word].sacl : control_words[word].dacl;
        *ret_null = *ret_null || control_words[word].null;
        sddl_reader_skip_blanks(reader);
    }
    *control = (uint16_t)(*control | bits);
    return ERR_NONE;
}

/* Room for the most that the rest of the text can become: an integer takes 10 bytes for the two characters of "1,". */
static enum err acl_init(struct sddl_reader *reader, bool is_sacl, struct sddl_acl *acl)
{
    size_t limit = ACL_HEADER_SIZE + 8 * (reader->text.size - reader->at);
    if (limit > ACL_SIZE_MAX + 1)
        limit = ACL_SIZE_MAX + 1;
    *acl = (struct sddl_acl){.is_sacl = is_sacl,
                             .bytes = {.data = arena_alloc(reader->arena, limit), .limit = limit}};
    if (acl->bytes.data == NULL)
        return ERR_NO_MEMORY;
    acl->bytes.size = ACL_HEADER_SIZE;
    return ERR_NONE;
}

/* Zeros of the arena lie behind the last ACE, so the slack needs no writing, only room. */
static enum err acl_finish(struct sddl_reader *reader, struct sddl_acl *acl, struct bytes *ret)
{
    size_t size = acl->bytes.size + acl->slack;
    if (acl->slack > acl->bytes.limit - acl->bytes.size)
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "a smaller ACL");
    uint8_t *data = acl->bytes.data;
    data[0] = acl->has_object_ace ? ACL_REVISION_DS : ACL_REVISION;
    le16_store(data + 2, (uint16_t)size);
    le16_store(data + 4, acl->ace_count);
    *ret = bytes_of(data, size);
    return ERR_NONE;
}

static enum err read_acl(struct sddl_reader *reader, bool is_sacl, uint16_t *control, struct bytes *ret)
{
    struct sddl_acl acl;
    bool null = false;
    enum err err = read_control(reader, is_sacl, control, &null);
    if (err != ERR_NONE || null)
        return err; /* an ACE behind NO_ACCESS_CONTROL is no component, and fails as one */
    err = acl_init(reader, is_sacl, &acl);
    while (err == ERR_NONE && sddl_reader_peek(reader, 0) == '(') {
        err = sddl_read_ace(reader, &acl);
        sddl_reader_skip_blanks(reader);
    }
    return err == ERR_NONE ? acl_finish(reader, &acl, ret) : err;
}

struct components {
    struct descriptor_parts parts;
    struct sid_buffer owner;
    struct sid_buffer group;
};

static enum err read_component(struct sddl_reader *reader, int letter, struct components *components)
{
    struct descriptor_parts *parts = &components->parts;
    enum err err = ERR_FAILED;
    switch (letter) {
    case 'O':
        err = sddl_reader_sid(reader, ERR_INVALID_SID, &components->owner);
        parts->owner = sid_of(&components->owner);
        return err;
    case 'G':
        err = sddl_reader_sid(reader, ERR_INVALID_SID, &components->group);
        parts->group = sid_of(&components->group);
        return err;
    case 'D':
        return read_acl(reader, false, &parts->control, &parts->dacl);
    default:
        return read_acl(reader, true, &parts->control, &parts->sacl);
    }
}

/* Components in any order, each once. */
static enum err read_components(struct sddl_reader *reader, struct components *components)
{
    static const char letters[] = "OGDS";
    bool seen[sizeof letters] = {false};
    sddl_reader_skip_blanks(reader);
    while (reader->at < reader->text.size) {
        int letter = sddl_reader_peek(reader, 0);
        const char *found = letter > 0 ? strchr(letters, letter) : NULL;
        if (found == NULL || sddl_reader_peek(reader, 1) != ':' || seen[found - letters])
            return sddl_reader_fail(reader, reader->at == 0 ? ERR_INVALID_PARAMETER : ERR_INVALID_ACL,
                                    "O:, G:, D: or S:, each once");
        seen[found - letters] = true;
        reader->at += 2;
        enum err err = read_component(reader, letter, components);
        if (err != ERR_NONE)
            return err;
        sddl_reader_skip_blanks(reader);
    }
    return ERR_NONE;
}

enum err sddl_read(struct arena *arena, struct bytes text, const struct sddl_domains *domains,
                   struct bytes *ret, struct sddl_error *ret_error)
{
    struct sddl_reader reader = {.text = text, .arena = arena, .domains = domains};
    struct components components = {0};
    enum err err = read_components(&reader, &components);
    if (err == ERR_NONE)
        return descriptor_build(arena, &components.parts, ret);
    if (err != ERR_NO_MEMORY)
        *ret_error = reader.error;
    return err;
}
