#include "oracle/case.h"

/* An ACE under construction. What does not fit is left out; ACEs are made so that all does. */
struct pen {
    struct case_ace *ace;
};

static void put(struct pen *pen, const void *data, size_t size)
{
    if (size > CASE_ACE_SIZE - (size_t)pen->ace->size)
        return;
    memcpy(pen->ace->bytes + pen->ace->size, data, size);
    pen->ace->size = (uint16_t)(pen->ace->size + size);
}

static void put_u32(struct pen *pen, uint32_t value)
{
    uint8_t wire[4];
    le32_store(wire, value);
    put(pen, wire, sizeof wire);
}

static struct pen begin(struct case_ace *ace, uint8_t type, uint8_t flags)
{
    struct pen pen = {.ace = ace};
    ace->size = 0;
    put(&pen, (const uint8_t[]){type, flags, 0, 0}, 4);
    return pen;
}

/* Padded to a multiple of 4. */
static void end(struct pen *pen)
{
    static const uint8_t zeros[3];
    put(pen, zeros, (4 - pen->ace->size % 4U) % 4);
    le16_store(pen->ace->bytes + 2, pen->ace->size);
}

static uint32_t make_mask(struct chance *chance)
{
    static const uint32_t bits[] = {1,       2,          4,         8,        0x10,       0x20,      0x80,
                                    0x10000, 0x20000,    0x40000,   0x80000,  0x100000,   0x1F01FF,  0x120089,
                                    0xF003F, 0x01000000, 0x2000000, 0x400000, 0x10000000, 0x80000000};
    static const unsigned weights[] = {14, 14, 10, 10, 8, 6, 6, 6, 10, 8, 8, 6, 14, 8, 6, 3, 1, 1, 1, 1};
    uint32_t mask = 0;
    for (unsigned i = chance_below(chance, 6); i > 0; i--)
        mask |= bits[chance_weighted(chance, weights, sizeof bits / sizeof *bits)];
    return mask;
}

static uint8_t make_flags(struct chance *chance)
{
    unsigned flags = chance_percent(chance, 20) ? chance_below(chance, 256) & ~(unsigned)ACE_INHERIT_ONLY : 0;
    return (uint8_t)(flags | (chance_percent(chance, 10) ? ACE_INHERIT_ONLY : 0));
}

static void put_guids(struct pen *pen, struct chance *chance)
{
    uint32_t present = chance_percent(chance, 75) ? ACE_OBJECT_TYPE_PRESENT : 0;
    present |= chance_percent(chance, 15) ? ACE_INHERITED_OBJECT_TYPE_PRESENT : 0;
    present |= chance_percent(chance, 2) ? 0x80 : 0;
    put_u32(pen, present);
    for (uint32_t bit = 1; bit <= 2; bit <<= 1) {
        struct guid guid = {.bytes = {(uint8_t)chance_below(chance, 12)}};
        if ((present & bit) != 0)
            put(pen, &guid, sizeof guid);
    }
}

static void put_condition(struct pen *pen, struct chance *chance)
{
    size_t space = CASE_ACE_SIZE - 4 - (size_t)pen->ace->size;
    size_t size = make_condition(chance, pen->ace->bytes + pen->ace->size, space);
    pen->ace->size = (uint16_t)(pen->ace->size + size);
}

static void make_plain(struct chance *chance, struct pen *pen, const struct sid *sid)
{
    if (pen->ace->bytes[0] == ACE_ACCESS_ALLOWED_COMPOUND) {
        const struct sid *server = make_sid(chance);
        put_u32(pen, 1);
        put(pen, server, sid_size(server));
    }
    put(pen, sid, sid_size(sid));
    if (chance_percent(chance, 2))
        put_u32(pen, 0x78747261); /* slack that looks like a condition */
}

/* Any type that fits in a DACL, and some that do not belong there. */
static void make_dacl_ace(struct chance *chance, struct case_ace *ret)
{
    static const uint8_t types[] = {0, 1, 5, 6, 9, 10, 11, 12, 4, 0x16, 0xFF, 2, 3, 7, 0x0D, 0x11};
    static const unsigned weights[] = {28, 14, 13, 8, 13, 8, 5, 4, 4, 1, 1, 1, 1, 1, 1, 1};
    uint8_t type = types[chance_weighted(chance, weights, sizeof types)];
    struct pen pen = begin(ret, type, make_flags(chance));
    unsigned class = ace_class(type);
    put_u32(&pen, make_mask(chance));
    if (class == 0) {
        end(&pen);
        return;
    }
    if ((class & ACE_CLASS_OBJECT) != 0)
        put_guids(&pen, chance);
    make_plain(chance, &pen, make_sid(chance));
    if ((class & ACE_CLASS_CALLBACK) != 0)
        put_condition(&pen, chance);
    end(&pen);
}

static void put_rid_sid(struct pen *pen, uint8_t authority, const uint32_t *rids, unsigned count)
{
    uint8_t wire[8] = {SID_REVISION, (uint8_t)count, 0, 0, 0, 0, 0, authority};
    put(pen, wire, sizeof wire);
    for (unsigned i = 0; i < count; i++)
        put_u32(pen, rids[i]);
}

static void make_label(struct chance *chance, struct case_ace *ret)
{
    static const uint32_t levels[] = {0, 0x1000, 0x2000, 0x2100, 0x3000, 0x4000};
    struct pen pen = begin(ret, ACE_SYSTEM_MANDATORY_LABEL, make_flags(chance));
    put_u32(&pen, chance_below(chance, 8) | (chance_percent(chance, 5) ? make_mask(chance) : 0));
    bool odd = chance_percent(chance, 3);
    uint32_t rids[2] = {levels[chance_below(chance, 6)], 1};
    put_rid_sid(&pen, odd && chance_percent(chance, 50) ? 5 : 16, rids, odd ? 2 : 1);
    end(&pen);
}

static void make_trust(struct chance *chance, struct case_ace *ret)
{
    struct pen pen = begin(ret, ACE_SYSTEM_PROCESS_TRUST_LABEL, make_flags(chance));
    uint32_t rids[2] = {chance_below(chance, 3) * 512, 1024U << chance_below(chance, 4)};
    put_u32(&pen, make_mask(chance));
    put_rid_sid(&pen, chance_percent(chance, 3) ? 5 : 19, rids, chance_percent(chance, 3) ? 1 : 2);
    end(&pen);
}

static void make_filter(struct chance *chance, struct case_ace *ret)
{
    struct pen pen = begin(ret, ACE_SYSTEM_ACCESS_FILTER, make_flags(chance));
    put_u32(&pen, make_mask(chance));
    put(&pen, SID_EVERYONE, sid_size(SID_EVERYONE));
    put_condition(&pen, chance);
    end(&pen);
}

static void make_attribute(struct chance *chance, struct case_ace *ret)
{
    struct pen pen = begin(ret, ACE_SYSTEM_RESOURCE_ATTRIBUTE, make_flags(chance));
    put_u32(&pen, 0);
    put(&pen, SID_EVERYONE, sid_size(SID_EVERYONE));
    ret->size = (uint16_t)(ret->size + make_resource_attribute(chance, ret->bytes + ret->size,
                                                               CASE_ACE_SIZE - 4 - (size_t)ret->size));
    end(&pen);
}

/* S-1-17-1, which is known, and seldom another. */
static void make_policy_ace(struct chance *chance, struct case_ace *ret)
{
    struct pen pen = begin(ret, ACE_SYSTEM_SCOPED_POLICY_ID, make_flags(chance));
    const uint32_t rid = chance_percent(chance, 80) ? 1 : 2;
    put_u32(&pen, 0);
    put_rid_sid(&pen, 17, &rid, 1);
    end(&pen);
}

/* Audits, and seldom alarms; most want one outcome or both. */
static void make_audit(struct chance *chance, struct case_ace *ret)
{
    static const uint8_t types[] = {0x02, 0x07, 0x0D, 0x0F, 0x03, 0x08, 0x0E, 0x10};
    static const unsigned weights[] = {30, 30, 25, 15, 2, 2, 2, 2};
    const uint8_t type = types[chance_weighted(chance, weights, sizeof types)];
    const bool all = chance_percent(chance, 15);
    const unsigned outcomes = (all ? 3 : chance_below(chance, 4)) << 6;
    struct pen pen = begin(ret, type, (uint8_t)(make_flags(chance) | outcomes));
    put_u32(&pen, all ? 0x1FFFFF : make_mask(chance));
    if ((ace_class(type) & ACE_CLASS_OBJECT) != 0)
        put_guids(&pen, chance);
    make_plain(chance, &pen, make_sid(chance));
    if ((ace_class(type) & ACE_CLASS_CALLBACK) != 0)
        put_condition(&pen, chance);
    end(&pen);
}

static void make_sacl_ace(struct chance *chance, struct case_ace *ret)
{
    static const unsigned weights[] = {20, 8, 8, 48, 8, 48, 8};
    switch (chance_weighted(chance, weights, 7)) {
    case 0:
        make_label(chance, ret);
        break;
    case 1:
        make_trust(chance, ret);
        break;
    case 2:
        make_filter(chance, ret);
        break;
    case 3:
        make_attribute(chance, ret);
        break;
    case 4:
        make_policy_ace(chance, ret);
        break;
    case 5:
        make_audit(chance, ret);
        break;
    default:
        make_dacl_ace(chance, ret);
        break;
    }
}

static enum acl_state make_state(struct chance *chance, unsigned there)
{
    if (chance_percent(chance, there))
        return ACL_THERE;
    return chance_percent(chance, 50) ? ACL_NULL : ACL_ABSENT;
}

static void make_dacl(struct chance *chance, struct case_acl *ret)
{
    ret->count = chance_percent(chance, 3) ? 0 : 1 + chance_below(chance, CASE_ACES_MAX);
    for (unsigned i = 0; i < ret->count; i++)
        make_dacl_ace(chance, &ret->aces[i]);
}

static void make_rules(struct chance *chance, struct access_case *ret)
{
    ret->rule_count = chance_below(chance, CASE_RULES_MAX + 1);
    for (unsigned i = 0; i < ret->rule_count; i++) {
        struct case_rule *rule = &ret->rules[i];
        rule->dacl.state = ACL_THERE;
        make_dacl(chance, &rule->dacl);
        if (chance_percent(chance, 60))
            rule->condition_size = make_condition(chance, rule->condition, CASE_CONDITION_SIZE);
    }
}

void make_acls(struct chance *chance, struct access_case *ret)
{
    ret->dacl.state = make_state(chance, 92);
    if (ret->dacl.state == ACL_THERE)
        make_dacl(chance, &ret->dacl);
    ret->sacl.state = make_state(chance, 60);
    if (ret->sacl.state == ACL_THERE)
        ret->sacl.count = chance_below(chance, CASE_ACES_MAX / 2);
    for (unsigned i = 0; i < ret->sacl.count; i++)
        make_sacl_ace(chance, &ret->sacl.aces[i]);
    make_rules(chance, ret);
}

static void make_user_ace(struct chance *chance, uint8_t type, uint8_t flags, struct case_ace *ret)
{
    struct pen pen = begin(ret, type, flags);
    put_u32(&pen, 1);
    put(&pen, case_user(), sid_size(case_user()));
    if ((ace_class(type) & ACE_CLASS_CALLBACK) != 0)
        put_condition(&pen, chance);
    end(&pen);
}

void make_acls_of_a_condition(struct chance *chance, struct access_case *ret)
{
    bool deny = chance_percent(chance, 50);
    ret->dacl.state = ACL_THERE;
    ret->dacl.count = deny ? 2 : 1;
    make_user_ace(chance, deny ? ACE_ACCESS_DENIED_CALLBACK : ACE_ACCESS_ALLOWED_CALLBACK, 0,
                  &ret->dacl.aces[0]);
    make_user_ace(chance, ACE_ACCESS_ALLOWED, 0, &ret->dacl.aces[1]);
    ret->sacl.state = ACL_THERE;
    ret->sacl.count = chance_below(chance, CASE_ACES_MAX / 2);
    for (unsigned i = 0; i < ret->sacl.count; i++)
        make_attribute(chance, &ret->sacl.aces[i]);
    if (chance_percent(chance, 30))
        make_user_ace(chance, ACE_SYSTEM_AUDIT_CALLBACK, ACE_SUCCESSFUL_ACCESS | ACE_FAILED_ACCESS,
                      &ret->sacl.aces[ret->sacl.count++]);
}

/* Of one right or some, of the whole or of a node. */
static void make_small_ace(struct chance *chance, uint8_t type, uint8_t flags, struct case_ace *ret)
{
    struct pen pen = begin(ret, type, flags);
    put_u32(&pen, (1 + chance_below(chance, 7)) | (chance_percent(chance, 3) ? RIGHT_MAXIMUM_ALLOWED : 0));
    if ((ace_class(type) & ACE_CLASS_OBJECT) != 0)
        put_guids(&pen, chance);
    put(&pen, case_user(), sid_size(case_user()));
    end(&pen);
}

void make_acls_of_audits(struct chance *chance, struct access_case *ret)
{
    static const uint8_t types[] = {ACE_ACCESS_ALLOWED, ACE_ACCESS_ALLOWED_OBJECT, ACE_ACCESS_ALLOWED_OBJECT,
                                    ACE_ACCESS_DENIED_OBJECT};
    ret->dacl.state = ret->sacl.state = ACL_THERE;
    ret->dacl.count = 1 + chance_below(chance, 4);
    for (unsigned i = 0; i < ret->dacl.count; i++)
        make_small_ace(chance, types[chance_below(chance, 4)], 0, &ret->dacl.aces[i]);
    ret->sacl.count = 1 + chance_below(chance, 3);
    for (unsigned i = 0; i < ret->sacl.count; i++) {
        const unsigned outcomes = (1 + chance_below(chance, 3)) << 6;
        make_small_ace(chance, chance_percent(chance, 30) ? ACE_SYSTEM_AUDIT : ACE_SYSTEM_AUDIT_OBJECT,
                       (uint8_t)outcomes, &ret->sacl.aces[i]);
    }
}
