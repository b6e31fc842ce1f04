#include "engine/sddl_condition.h"

/* What the fields of one ACE say. Reference 2.3. */
struct fields {
    const struct sddl_ace_type *type;
    uint8_t flags;
    uint32_t mask;
    bool has_object_type;
    bool has_inherited_object_type;
    struct guid object_type;
    struct guid inherited_object_type;
    struct sid_buffer sid;
};

static bool is_letter(int c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static enum err separator(struct sddl_reader *reader)
{
    if (!sddl_reader_take(reader, ';'))
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "';' and the next field of the ACE");
    return ERR_NONE;
}

static enum err read_type(struct sddl_reader *reader, bool is_sacl, struct fields *fields)
{
    sddl_reader_skip_blanks(reader);
    struct bytes name = bytes_of(reader->text.data + reader->at, 0);
    while (name.size < 3 && is_letter(sddl_reader_peek(reader, name.size)))
        name.size++;
    fields->type = sddl_type_named(name);
    if (fields->type == NULL)
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "an ACE type such as A, D, OA or AU");
    if (is_sacl == (fields->type->information == DACL_SECURITY_INFORMATION))
        return sddl_reader_fail(reader, ERR_INVALID_ACL,
                                is_sacl ? "an ACE type of a SACL" : "an ACE type of a DACL");
    reader->at += name.size;
    return separator(reader);
}

static enum err read_flags(struct sddl_reader *reader, struct fields *fields)
{
    const struct sddl_codes *codes = sddl_flags_of(fields->type->type);
    sddl_reader_skip_blanks(reader);
    while (is_letter(sddl_reader_peek(reader, 0)) && is_letter(sddl_reader_peek(reader, 1))) {
        const struct sddl_code *code = sddl_code_named(codes, bytes_of(reader->text.data + reader->at, 2));
        if (code == NULL)
            return sddl_reader_fail(reader, ERR_INVALID_ACL, "an ACE flag such as OI, CI, IO or ID");
        fields->flags |= (uint8_t)code->value;
        reader->at += 2;
    }
    return separator(reader);
}

/* Like strtoul of Windows: optional sign, octal, decimal or hex, stops at 0xFFFFFFFF, and is negated only then. */
static enum err read_number(struct sddl_reader *reader, uint32_t *ret)
{
    bool negative = sddl_reader_take(reader, '-');
    if (!negative)
        (void)sddl_reader_take(reader, '+');
    unsigned base = 10;
    if (sddl_reader_peek(reader, 0) == '0' && (sddl_reader_peek(reader, 1) | 0x20) == 'x') {
        base = 16;
        reader->at += 2;
    } else if (sddl_reader_peek(reader, 0) == '0') {
        base = 8;
    }
    uint64_t number = 0;
    size_t start = reader->at;
    for (int digit = sddl_digit_value(sddl_reader_peek(reader, 0), base); digit >= 0;
         digit = sddl_digit_value(sddl_reader_peek(reader, 0), base)) {
        number = number * base + (unsigned)digit;
        if (number > UINT32_MAX)
            number = UINT32_MAX;
        reader->at++;
    }
    if (reader->at == start || sddl_digit_value(sddl_reader_peek(reader, 0), 10) >= 0)
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "a digit of the access mask");
    *ret = negative ? 0 - (uint32_t)number : (uint32_t)number;
    return ERR_NONE;
}

static enum err read_right(struct sddl_reader *reader, uint8_t type, uint32_t *ret)
{
    struct bytes name = bytes_of(reader->text.data + reader->at, 2);
    const struct sddl_code *code = NULL;
    if (is_letter(sddl_reader_peek(reader, 0)) && is_letter(sddl_reader_peek(reader, 1))) {
        const unsigned first = sddl_capital(name.data[0]);
        if (type == ACE_SYSTEM_MANDATORY_LABEL)
            code = sddl_code_named(&SDDL_LABEL_RIGHTS, name);
        else if (first == 'F' || first == 'K') /* the groups, and nothing else */
            code = sddl_code_named(&SDDL_RIGHT_GROUPS, name);
        else
            code = sddl_code_named(&SDDL_RIGHTS, name);
    }
    if (code == NULL)
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "a right such as GA, FR or 0x1200a9");
    reader->at += 2;
    *ret = code->value;
    return ERR_NONE;
}

/* Windows takes codes and numbers mixed ("GR0x1"), with blanks before each, but not behind the last. */
static enum err read_rights(struct sddl_reader *reader, struct fields *fields)
{
    sddl_reader_skip_blanks(reader);
    while (sddl_reader_peek(reader, 0) != ';') {
        uint32_t mask = 0;
        enum err err = is_letter(sddl_reader_peek(reader, 0)) ? read_right(reader, fields->type->type, &mask)
                                                              : read_number(reader, &mask);
        if (err != ERR_NONE)
            return err;
        fields->mask |= mask;
        if (sddl_reader_peek(reader, 0) == ';')
            break;
        sddl_reader_skip_blanks(reader);
        if (sddl_reader_peek(reader, 0) == ';')
            return sddl_reader_fail(reader, ERR_INVALID_ACL, "a right, or no blank before ';'");
    }
    return separator(reader);
}

/* Blanks may stand in an empty field only. */
static enum err read_guid(struct sddl_reader *reader, const struct fields *fields, struct guid *ret,
                          bool *ret_is_there)
{
    if (sddl_reader_peek(reader, 0) == ' ')
        sddl_reader_skip_blanks(reader);
    else if (sddl_reader_peek(reader, 0) != ';') {
        if ((ace_class(fields->type->type) & ACE_CLASS_OBJECT) == 0)
            return sddl_reader_fail(reader, ERR_INVALID_ACL, "no GUID: the ACE type is not an object type");
        size_t left = reader->text.size - reader->at;
        size_t size = left < GUID_TEXT_MAX - 1 ? left : GUID_TEXT_MAX - 1;
        if (guid_parse(bytes_of(reader->text.data + reader->at, size), ret) != ERR_NONE)
            return sddl_reader_fail(reader, ERR_INVALID_STRING_UUID,
                                    "a GUID, 8-4-4-4-12 hex digits without braces");
        *ret_is_there = true;
        reader->at += size;
    }
    return separator(reader);
}

/* Blanks may follow an alias, but not S-1-…: reference 2.2. */
static enum err read_sid(struct sddl_reader *reader, struct fields *fields)
{
    sddl_reader_skip_blanks(reader);
    bool is_alias = sddl_reader_peek(reader, 1) != '-';
    size_t start = reader->at;
    enum err err = sddl_reader_sid(reader, ERR_INVALID_ACL, &fields->sid);
    if (err != ERR_NONE)
        return err;
    if (!sddl_type_holds(fields->type->type, sid_of(&fields->sid))) {
        reader->at = start;
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "a SID of the kind that the ACE type holds");
    }
    if (is_alias)
        sddl_reader_skip_blanks(reader);
    return ERR_NONE;
}

static enum err read_fields(struct sddl_reader *reader, bool is_sacl, struct fields *fields)
{
    enum err err = read_type(reader, is_sacl, fields);
    if (err == ERR_NONE)
        err = read_flags(reader, fields);
    if (err == ERR_NONE)
        err = read_rights(reader, fields);
    if (err == ERR_NONE)
        err = read_guid(reader, fields, &fields->object_type, &fields->has_object_type);
    if (err == ERR_NONE)
        err = read_guid(reader, fields, &fields->inherited_object_type, &fields->has_inherited_object_type);
    if (err == ERR_NONE)
        err = read_sid(reader, fields);
    return err;
}

/* An object ACE without GUIDs is stored as its plain type; Windows still counts the four bytes of its Flags in AclSize
 * and leaves the ACL at the revision of object ACEs. Seen in the bytes that it makes of OA and OD. */
static uint8_t stored_type(const struct fields *fields, struct sddl_acl *acl)
{
    uint8_t type = fields->type->type;
    unsigned class = ace_class(type);
    if ((class & ACE_CLASS_OBJECT) == 0)
        return type;
    acl->has_object_ace = true;
    if (fields->has_object_type || fields->has_inherited_object_type || (class & ACE_CLASS_CALLBACK) != 0)
        return type;
    acl->slack += 4;
    return (uint8_t)(type - ACE_ACCESS_ALLOWED_OBJECT + ACE_ACCESS_ALLOWED);
}

static void put_ace(const struct fields *fields, uint8_t type, struct sddl_bytes *bytes)
{
    uint8_t head[] = {type, fields->flags, 0, 0 /* AceSize, known at the end */, 0, 0, 0, 0};
    le32_store(head + 4, fields->mask);
    sddl_bytes_put(bytes, head, sizeof head);
    if ((ace_class(type) & ACE_CLASS_OBJECT) != 0) {
        unsigned present = (fields->has_object_type ? ACE_OBJECT_TYPE_PRESENT : 0U) |
                           (fields->has_inherited_object_type ? ACE_INHERITED_OBJECT_TYPE_PRESENT : 0U);
        sddl_bytes_put_number(bytes, present, 4);
        if (fields->has_object_type)
            sddl_bytes_put(bytes, &fields->object_type, GUID_SIZE);
        if (fields->has_inherited_object_type)
            sddl_bytes_put(bytes, &fields->inherited_object_type, GUID_SIZE);
    }
    sddl_bytes_put(bytes, fields->sid.bytes, sid_size(sid_of(&fields->sid)));
}

/* What follows the SID: a condition, a resource attribute, or nothing. AceSize is a multiple of 4. */
static enum err read_application_data(struct sddl_reader *reader, uint8_t type, struct sddl_bytes *bytes)
{
    bool is_callback = (ace_class(type) & ACE_CLASS_CALLBACK) != 0;
    if (!is_callback && type != ACE_SYSTEM_RESOURCE_ATTRIBUTE)
        return ERR_NONE;
    enum err err = separator(reader);
    if (err == ERR_NONE)
        err = is_callback ? sddl_condition_read(reader, bytes) : sddl_attribute_read(reader, bytes);
    sddl_reader_skip_white(reader);
    while (bytes->size % 4 != 0 && !bytes->full)
        sddl_bytes_put_number(bytes, 0, 1);
    return err;
}

enum err sddl_read_ace(struct sddl_reader *reader, struct sddl_acl *acl)
{
    struct fields fields = {0};
    size_t opened = reader->at;
    if (!sddl_reader_take(reader, '('))
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "'(' and an ACE");
    enum err err = read_fields(reader, acl->is_sacl, &fields);
    if (err != ERR_NONE)
        return err;
    size_t start = acl->bytes.size;
    put_ace(&fields, stored_type(&fields, acl), &acl->bytes);
    err = read_application_data(reader, fields.type->type, &acl->bytes);
    if (err != ERR_NONE)
        return err;
    if (!sddl_reader_take(reader, ')'))
        return sddl_reader_fail(reader, ERR_INVALID_ACL, "')' at the end of the ACE");
    if (acl->bytes.full || acl->bytes.size + acl->slack > ACL_SIZE_MAX || acl->ace_count == UINT16_MAX) {
        reader->at = opened;
        return sddl_reader_fail(reader, ERR_INVALID_ACL,
                                "no further ACE: the ACL is larger than 65535 bytes");
    }
    le16_store(acl->bytes.data + start + 2, (uint16_t)(acl->bytes.size - start));
    acl->ace_count++;
    return ERR_NONE;
}
