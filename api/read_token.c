#include "api/read_token.h"

#include "api/names.h"

static const char *const token_members[] = {
    "user",
    "groups",
    "privileges",
    "integrityLevel",
    "mandatoryPolicy",
    "restrictingSids",
    "writeRestricted",
    "claims",
    "deviceGroups",
    "appContainer",
    "type",
    "impersonationLevel",
    NULL,
};

/* What a bare SID means: a group as a logon makes it. */
static const uint32_t group_default = SE_GROUP_MANDATORY | SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;

struct token_reader {
    struct reader *reader;
    size_t sids_left;
};

static void sid_entry(struct reader *reader, const struct place *place, struct sid_and_attributes *ret)
{
    static const char *const members[] = {"sid", "attributes", NULL};
    struct sid_and_attributes entry = {.attributes = group_default};
    if (json_is(place->value, JSON_KIND_OBJECT)) {
        (void)read_object(reader, place, members);
        struct place sid = place_member(place, "sid");
        struct place attributes = place_member(place, "attributes");
        entry.sid = read_sid(reader, &sid);
        if (place_there(&attributes))
            entry.attributes = read_flags(reader, &attributes, "group attribute", &NAMES_GROUP_ATTRIBUTES);
    } else {
        entry.sid = read_sid(reader, place);
    }
    if (entry.sid != NULL && sid_authority(entry.sid) == 16)
        read_fail(reader, place, "is an integrity level: it belongs in integrityLevel");
    /* "Mandatory groups are forced ENABLED when the token is made": reference 3.3 */
    if ((entry.attributes & SE_GROUP_MANDATORY) != 0)
        entry.attributes |= SE_GROUP_ENABLED_BY_DEFAULT | SE_GROUP_ENABLED;
    *ret = entry;
}

static struct sid_list read_sids(struct token_reader *token, const struct place *place)
{
    struct sid_list list = {0};
    struct reader *reader = token->reader;
    if (!place_there(place))
        return list;
    size_t count = read_array(reader, place, token->sids_left);
    if (reader->failed || count == 0)
        return list;
    struct sid_and_attributes *items = arena_alloc_array(reader->arena, count, sizeof *items);
    if (items == NULL) {
        read_out_of_memory(reader);
        return list;
    }
    for (size_t i = 0; i < count && !reader->failed; i++) {
        struct place item = place_item(place, i);
        sid_entry(reader, &item, &items[i]);
    }
    token->sids_left -= count;
    return reader->failed ? list : (struct sid_list){.items = items, .count = count};
}

static void privilege_entry(struct reader *reader, const struct place *place, struct privilege_state *state)
{
    static const char *const members[] = {"name", "attributes", NULL};
    uint32_t attributes = SE_PRIVILEGE_ENABLED;
    struct place name = *place;
    if (json_is(place->value, JSON_KIND_OBJECT)) {
        (void)read_object(reader, place, members);
        struct place flags = place_member(place, "attributes");
        if (place_there(&flags))
            attributes = read_flags(reader, &flags, "privilege attribute", &NAMES_PRIVILEGE_ATTRIBUTES);
        name = place_member(place, "name");
    }
    unsigned luid = read_privilege(reader, &name);
    if (reader->failed)
        return;
    privilege_set bit = privilege_bit(luid);
    if ((state->present & bit) != 0) {
        read_fail(reader, place, "names a privilege that stands here already");
        return;
    }
    state->present |= bit;
    if ((attributes & SE_PRIVILEGE_ENABLED) != 0)
        state->enabled |= bit;
    if ((attributes & SE_PRIVILEGE_ENABLED_BY_DEFAULT) != 0)
        state->enabled_by_default |= bit;
}

static void read_token_privileges(struct reader *reader, const struct place *place, struct token *token)
{
    if (!place_there(place))
        return;
    size_t count = read_array(reader, place, READ_RIGHTS_MAX);
    for (size_t i = 0; i < count; i++) {
        struct place item = place_item(place, i);
        privilege_entry(reader, &item, &token->privileges);
    }
    /* Below High the kernel clears these when it makes a token: reference 3.5 */
    if (token->integrity_level < INTEGRITY_HIGH) {
        token->privileges.enabled &= ~privilege_needs_high_integrity();
        token->privileges.enabled_by_default &= ~privilege_needs_high_integrity();
    }
}

static void read_integrity(struct reader *reader, const struct place *place, struct token *token)
{
    token->integrity_level = INTEGRITY_MEDIUM;
    if (!place_there(place))
        return;
    const struct sid *sid = read_sid(reader, place);
    if (sid == NULL)
        return;
    if (sid_authority(sid) != 16 || sid->sub_authority_count != 1)
        read_fail(reader, place, "is no integrity level: write S-1-16-8192 or an alias such as \"ME\"");
    else
        token->integrity_level = sid_rid(sid);
}

static void read_kind(struct reader *reader, const struct place *place, struct token *token)
{
    struct place type = place_member(place, "type");
    struct place level = place_member(place, "impersonationLevel");
    token->type = TOKEN_IMPERSONATION;
    if (place_there(&type))
        token->type = (enum token_type)read_word(reader, &type, "token type", &NAMES_TOKEN_TYPES);
    token->level = SECURITY_IMPERSONATION;
    if (place_there(&level))
        token->level = (enum impersonation_level)read_word(reader, &level, "impersonation level",
                                                           &NAMES_IMPERSONATION_LEVELS);
    if (token->type == TOKEN_PRIMARY && place_there(&level))
        read_fail(reader, &level, "belongs to impersonation tokens only");
    struct place policy = place_member(place, "mandatoryPolicy");
    token->mandatory_policy = TOKEN_MANDATORY_POLICY_NO_WRITE_UP | TOKEN_MANDATORY_POLICY_NEW_PROCESS_MIN;
    if (place_there(&policy))
        token->mandatory_policy = read_flags(reader, &policy, "mandatory policy", &NAMES_MANDATORY_POLICY);
}

static void read_restriction(struct token_reader *reader, const struct place *place, struct token *token)
{
    struct place sids = place_member(place, "restrictingSids");
    struct place write = place_member(place, "writeRestricted");
    token->restricting_sids = read_sids(reader, &sids);
    token->restricted = token->restricting_sids.count != 0;
    if (place_there(&write))
        token->write_restricted = read_boolean(reader->reader, &write);
    if (token->write_restricted && !token->restricted)
        read_fail(reader->reader, &write, "needs restrictingSids");
}

static void read_app_container(struct token_reader *reader, const struct place *place, struct token *token)
{
    static const char *const members[] = {"package", "capabilities", NULL};
    if (!place_there(place) || !read_object(reader->reader, place, members))
        return;
    struct place package = place_member(place, "package");
    struct place capabilities = place_member(place, "capabilities");
    token->package = read_sid(reader->reader, &package);
    token->capabilities = read_sids(reader, &capabilities);
}

static void read_claim_sets(struct reader *reader, const struct place *place, struct token *token)
{
    static const char *const members[] = {"user", "device", "local", NULL};
    if (!place_there(place) || !read_object(reader, place, members))
        return;
    struct claim_set *const sets[] = {&token->user_claims, &token->device_claims, &token->local_claims};
    for (size_t i = 0; i < 3; i++) {
        struct place set = place_member(place, members[i]);
        if (place_there(&set))
            *sets[i] = read_claims(reader, &set);
    }
}

void read_token(struct reader *reader, const struct place *place, const uint64_t hash_key[2],
                struct token *ret)
{
    struct token_reader lists = {.reader = reader, .sids_left = READ_SIDS_MAX};
    struct token token = {0};
    if (!read_object(reader, place, token_members))
        return;
    struct place user = place_member(place, "user");
    struct place groups = place_member(place, "groups");
    struct place integrity = place_member(place, "integrityLevel");
    struct place privileges = place_member(place, "privileges");
    struct place devices = place_member(place, "deviceGroups");
    struct place claims = place_member(place, "claims");
    struct place container = place_member(place, "appContainer");
    token.user = read_sid(reader, &user);
    token.groups = read_sids(&lists, &groups);
    read_integrity(reader, &integrity, &token);
    read_token_privileges(reader, &privileges, &token);
    read_kind(reader, place, &token);
    read_restriction(&lists, place, &token);
    token.device_groups = read_sids(&lists, &devices);
    read_claim_sets(reader, &claims, &token);
    token.has_device = token.device_groups.count != 0 || token.device_claims.count != 0;
    read_app_container(&lists, &container, &token);
    if (reader->failed)
        return;
    if (token_index(&token, reader->arena, hash_key) != ERR_NONE)
        read_out_of_memory(reader);
    else
        *ret = token;
}
