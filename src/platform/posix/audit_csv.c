#include "platform/posix/audit_csv.h"

#include "platform/posix/lines.h"

enum {
    MACHINE_NAME,
    POLICY_TARGET,
    SUBCATEGORY,
    SUBCATEGORY_GUID,
    INCLUSION,
    EXCLUSION,
    SETTING_VALUE,
    COLUMNS
};

static const char *const header[COLUMNS] = {"Machine Name",     "Policy Target",     "Subcategory",
                                            "Subcategory GUID", "Inclusion Setting", "Exclusion Setting",
                                            "Setting Value"};

struct reader {
    struct arena *arena;
    struct audit_overrides *overrides;
    struct notes *notes;
    unsigned line;
    bool headed;  /* the header was there */
    bool refused; /* a row has a mistake; what follows is read to tell more of them */
};

static void note(struct reader *reader, const char *text, struct bytes name)
{
    notes_add(reader->notes, reader->arena, (struct note){.line = reader->line, .text = text}, name);
}

static enum err refuse(struct reader *reader, const char *text, struct bytes name)
{
    notes_add(reader->notes, reader->arena,
              (struct note){.line = reader->line, .refused = true, .text = text}, name);
    return ERR_MALFORMED;
}

/* The values of a line; returns how many it has, of which no more than COLUMNS are kept. */
static size_t split(struct bytes line, struct bytes ret[COLUMNS])
{
    size_t count = 0;
    bool more = true;
    while (more) {
        const size_t size = line.size;
        struct bytes item = lines_take_until(&line, ',');
        more = item.size < size; /* a comma followed */
        if (count < COLUMNS)
            ret[count] = lines_unquote(item);
        count++;
    }
    return count;
}

static enum err read_header(struct reader *reader, const struct bytes values[COLUMNS], size_t count)
{
    bool same = count == COLUMNS;
    for (size_t i = 0; i < COLUMNS && same; i++)
        same = bytes_equal_ignoring_case(values[i], bytes_of_string(header[i]));
    reader->headed = same;
    return same ? ERR_NONE
                : refuse(reader,
                         "not the header of an audit.csv: Machine Name, Policy Target, … Setting Value",
                         values[0]);
}

/* For the whole system. Rows that say the same twice are harmless; of two that differ nobody knows which counts. */
static enum err read_setting(struct reader *reader, const struct bytes values[COLUMNS])
{
    struct audit_overrides *overrides = reader->overrides;
    enum audit_subcategory subcategory = AUDIT_SUBCATEGORIES;
    unsigned value = 0;
    unsigned on = 0;
    bool known = false;
    enum err err = audit_subcategory_find(values[SUBCATEGORY_GUID], &subcategory, &known);
    if (err == ERR_MALFORMED)
        return refuse(reader, "not the GUID of a subcategory", values[SUBCATEGORY_GUID]);
    if (audit_value_parse(values[SETTING_VALUE], &value, &on) != ERR_NONE)
        return refuse(reader,
                      "a Setting Value is 0 (unchanged), 1 (success), 2 (failure), 3 (both) or 4 (none)",
                      values[SETTING_VALUE]);
    if (err != ERR_NONE) {
        if (!known)
            note(reader, "an unknown subcategory was left out", values[SUBCATEGORY_GUID]);
        return ERR_NONE;
    }
    if (value == 0) {
        note(reader, "a Setting Value of 0 leaves the subcategory as it is; 4 turns it off",
             values[SUBCATEGORY]);
        return ERR_NONE;
    }
    if (overrides->listed[subcategory] && overrides->on[subcategory] != on)
        return refuse(reader, "this subcategory is listed twice with different values", values[SUBCATEGORY]);
    overrides->on[subcategory] = (uint8_t)on;
    overrides->listed[subcategory] = true;
    return ERR_NONE;
}

static bool begins_with(struct bytes text, const char *prefix)
{
    const size_t size = strlen(prefix);
    return text.size >= size && bytes_equal_ignoring_case(bytes_of(text.data, size), bytes_of_string(prefix));
}

static bool ends_with(struct bytes text, const char *suffix)
{
    const size_t size = strlen(suffix);
    return text.size >= size &&
           bytes_equal_ignoring_case(bytes_from(text, text.size - size), bytes_of_string(suffix));
}

/* Options and global SACLs, [MS-GPAC] 2.2.2 and 2.2.3; `auditpol /backup` writes all of them, also those that are not set. */
static enum err pass_over(struct reader *reader, const struct bytes values[COLUMNS], const char *text)
{
    const struct bytes value = values[SETTING_VALUE];
    if (value.size != 0 && !bytes_equal(value, bytes_of_string("0")))
        note(reader, text, values[SUBCATEGORY]);
    return ERR_NONE;
}

static enum err read_row(struct reader *reader, const struct bytes values[COLUMNS], size_t count)
{
    const struct bytes target = values[POLICY_TARGET];
    if (count < COLUMNS)
        return refuse(reader, "a row without all seven columns", values[0]);
    if (begins_with(values[SUBCATEGORY], "Option:"))
        return pass_over(reader, values, "audit options are not applied");
    if (ends_with(values[SUBCATEGORY], "GlobalSacl")) /* whose SDDL may hold commas */
        return pass_over(reader, values, "global SACLs are not applied");
    if (count > COLUMNS)
        return refuse(reader, "a row with more than seven columns", values[0]);
    if (bytes_equal_ignoring_case(target, bytes_of_string("System")))
        return read_setting(reader, values);
    if (begins_with(target, "S-1-") || begins_with(target, "{S-1-")) {
        note(reader, "settings for a user are not applied", target);
        return ERR_NONE;
    }
    return refuse(reader, "a Policy Target is System or a SID", target);
}

static enum err read_lines(struct reader *reader, struct bytes text)
{
    struct bytes line = {0};
    enum err err = ERR_NONE;
    while (err == ERR_NONE && lines_next(&text, &line)) {
        struct bytes values[COLUMNS] = {{0}};
        reader->line++;
        if (lines_trim(line).size == 0)
            continue;
        const size_t count = split(line, values);
        err = reader->headed ? read_row(reader, values, count) : read_header(reader, values, count);
        if (err == ERR_MALFORMED && reader->headed) {
            reader->refused = true;
            err = ERR_NONE;
        }
    }
    return err == ERR_NONE && reader->refused ? ERR_MALFORMED : err;
}

enum err audit_csv_parse(struct arena *arena, struct bytes file, struct audit_overrides *ret,
                         struct notes *ret_notes)
{
    struct audit_overrides overrides = {0};
    struct reader reader = {.arena = arena, .overrides = &overrides, .notes = ret_notes};
    struct bytes text = {0};
    const char *why = NULL;
    *ret_notes = (struct notes){0};
    if (file.size > AUDIT_CSV_SIZE_MAX)
        return ERR_TOO_LARGE;
    enum err err = lines_decode(arena, file, &text, &why);
    if (why != NULL)
        return refuse(&reader, why, (struct bytes){0});
    if (err == ERR_NONE)
        err = read_lines(&reader, text);
    if (err == ERR_NONE && !reader.headed)
        err = refuse(&reader, "no header: this is no audit.csv", (struct bytes){0});
    if (err != ERR_NONE)
        return err;
    *ret = overrides;
    return ERR_NONE;
}
