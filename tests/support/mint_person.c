#include "support/mint_person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ATTRIBUTES_USUAL = 7 }; /* mandatory, enabled by default, enabled */

static bool read_number(const char *text, uint64_t *ret)
{
    char *end = NULL;
    *ret = strtoull(text, &end, 0);
    return *text != '\0' && *end == '\0';
}

/* VALUE or VALUE:ATTRIBUTES */
static bool split_attributes(char *text, uint32_t *ret)
{
    uint64_t attributes = ATTRIBUTES_USUAL;
    char *colon = strchr(text, ':');
    if (colon != NULL) {
        *colon = '\0';
        if (!read_number(colon + 1, &attributes))
            return false;
    }
    *ret = (uint32_t)attributes;
    return true;
}

static bool add_group(struct pac_build_group *list, size_t *count, char *text)
{
    uint32_t attributes = 0;
    uint64_t rid = 0;
    if (*count == PERSON_LIST_MAX || !split_attributes(text, &attributes) || !read_number(text, &rid))
        return false;
    list[(*count)++] = (struct pac_build_group){(uint32_t)rid, attributes};
    return true;
}

static bool take_rid(uint32_t *rid, char *value)
{
    uint64_t number = 0;
    bool good = read_number(value, &number) && number <= UINT32_MAX;
    *rid = (uint32_t)number;
    return good;
}

static bool take_domain_sid(struct mint_person *person, char *value)
{
    person->pac.domain_sid = value;
    return true;
}

static bool take_domain_name(struct mint_person *person, char *value)
{
    person->pac.domain_name = value;
    return true;
}

static bool take_user_rid(struct mint_person *person, char *value)
{
    return take_rid(&person->pac.user_rid, value);
}

static bool take_primary_group(struct mint_person *person, char *value)
{
    return take_rid(&person->pac.primary_group_rid, value);
}

static bool take_group(struct mint_person *person, char *value)
{
    person->pac.groups = person->groups;
    return add_group(person->groups, &person->pac.group_count, value);
}

static bool take_extra_sid(struct mint_person *person, char *value)
{
    uint32_t attributes = 0;
    size_t *count = &person->pac.extra_sid_count;
    if (*count == PERSON_LIST_MAX || !split_attributes(value, &attributes))
        return false;
    person->extra_sids[(*count)++] = (struct pac_build_sid){value, attributes};
    person->pac.extra_sids = person->extra_sids;
    return true;
}

static bool take_resource_domain(struct mint_person *person, char *value)
{
    person->pac.resource_domain_sid = value;
    return true;
}

static bool take_resource_group(struct mint_person *person, char *value)
{
    person->pac.resource_groups = person->resource_groups;
    return add_group(person->resource_groups, &person->pac.resource_group_count, value);
}

static bool take_upn(struct mint_person *person, char *value)
{
    person->pac.upn = value;
    return true;
}

static bool take_dns_domain(struct mint_person *person, char *value)
{
    person->pac.dns_domain = value;
    return true;
}

static bool take_device_rid(struct mint_person *person, char *value)
{
    person->pac.device = &person->device;
    return take_rid(&person->device.rid, value);
}

static bool take_device_group(struct mint_person *person, char *value)
{
    person->device.groups = person->device_groups;
    return add_group(person->device_groups, &person->device.group_count, value);
}

static bool read_type(const char *text, enum claim_type *ret)
{
    static const struct {
        const char *name;
        enum claim_type type;
    } types[] = {
        {"string", CLAIM_STRING}, {"int", CLAIM_INT64}, {"uint", CLAIM_UINT64}, {"bool", CLAIM_BOOLEAN}};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        *ret = types[i].type;
        if (strcmp(text, types[i].name) == 0)
            return true;
    }
    return false;
}

/* NAME=TYPE:VALUE,VALUE… The values live until the end of the process. */
static bool add_claim(struct person_claims *claims, char *text)
{
    struct pac_build_claim claim = {.name = text};
    char *equals = strchr(text, '=');
    char *colon = equals != NULL ? strchr(equals, ':') : NULL;
    uint64_t *numbers = calloc(PERSON_VALUES_MAX, sizeof *numbers);
    const char **strings = calloc(PERSON_VALUES_MAX, sizeof *strings);
    if (colon == NULL || numbers == NULL || strings == NULL || claims->set.count == PERSON_CLAIMS_MAX)
        goto refuse;
    *equals = *colon = '\0';
    if (!read_type(equals + 1, &claim.type))
        goto refuse;
    char *rest = colon + 1;
    for (char *value; claim.count < PERSON_VALUES_MAX && (value = strsep(&rest, ",")) != NULL;
         claim.count++) {
        strings[claim.count] = value;
        numbers[claim.count] = strtoull(value, NULL, 0);
    }
    claim.numbers = numbers;
    claim.strings = strings;
    claims->items[claims->set.count++] = claim;
    claims->set.claims = claims->items;
    claims->set.compression = PAC_BUILD_MATCHES;
    return true;
refuse:
    free(numbers);
    free(strings);
    return false;
}

static bool take_claim(struct mint_person *person, char *value)
{
    person->pac.client_claims = &person->client_claims.set;
    return add_claim(&person->client_claims, value);
}

static bool take_device_claim(struct mint_person *person, char *value)
{
    person->pac.device_claims = &person->device_claims.set;
    return add_claim(&person->device_claims, value);
}

static const struct {
    const char *name;
    bool (*take)(struct mint_person *person, char *value);
    const char *words;
} rows[] = {
    {"domain-sid", take_domain_sid, "SID: with it the PAC has a LOGON_INFO and a requestor SID"},
    {"domain", take_domain_name, "NetBIOS name (MINT)"},
    {"rid", take_user_rid, "the user's RID (1104)"},
    {"primary-group", take_primary_group, "RID (513)"},
    {"group", take_group, "RID[:ATTRIBUTES], repeatable"},
    {"extra-sid", take_extra_sid, "SID[:ATTRIBUTES], repeatable"},
    {"resource-domain", take_resource_domain, "SID of the resource groups' domain"},
    {"resource-group", take_resource_group, "RID[:ATTRIBUTES], repeatable"},
    {"upn", take_upn, "adds an UPN_DNS_INFO"},
    {"dns-domain", take_dns_domain, "for it (MINT.TEST)"},
    {"claim", take_claim, "NAME=string|int|uint|bool:VALUE,VALUE, repeatable"},
    {"device-rid", take_device_rid, "RID: adds a PAC_DEVICE_INFO"},
    {"device-group", take_device_group, "RID[:ATTRIBUTES], repeatable"},
    {"device-claim", take_device_claim, "as --claim"},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

size_t mint_person_options(struct option *ret)
{
    for (int i = 0; i < ROWS; i++)
        ret[i] = (struct option){rows[i].name, required_argument, NULL, PERSON_OPTION_FIRST + i};
    return ROWS;
}

void mint_person_usage(void)
{
    for (size_t i = 0; i < ROWS; i++)
        (void)fprintf(stderr, "  --%-18s %s\n", rows[i].name, rows[i].words);
}

bool mint_person_take(struct mint_person *person, int option, char *value)
{
    int row = option - PERSON_OPTION_FIRST;
    return row >= 0 && row < ROWS && rows[row].take(person, value);
}

size_t mint_person_buffers(struct mint_person *person, const char *user, struct arena *arena,
                           struct mint_buffer ret[PERSON_BUFFERS])
{
    struct pac_build *pac = &person->pac;
    if (pac->domain_sid == NULL)
        return 0;
    pac->account_name = user;
    pac->domain_name = pac->domain_name != NULL ? pac->domain_name : "MINT";
    pac->dns_domain = pac->dns_domain != NULL ? pac->dns_domain : "MINT.TEST";
    pac->user_rid = pac->user_rid != 0 ? pac->user_rid : 1104;
    pac->primary_group_rid = pac->primary_group_rid != 0 ? pac->primary_group_rid : 513;
    (void)snprintf(person->user_sid, sizeof person->user_sid, "%s-%u", pac->domain_sid, pac->user_rid);
    pac->requestor_sid = person->user_sid;
    person->device.domain_sid = pac->domain_sid;
    person->device.primary_group_rid = 515;
    struct pac_buffers built = pac_build(arena, pac);
    const struct mint_buffer all[PERSON_BUFFERS] = {
        {PAC_BUILD_LOGON_INFO, built.logon_info},       {PAC_BUILD_UPN_DNS_INFO, built.upn_dns_info},
        {PAC_BUILD_CLIENT_CLAIMS, built.client_claims}, {PAC_BUILD_DEVICE_INFO, built.device_info},
        {PAC_BUILD_DEVICE_CLAIMS, built.device_claims}, {PAC_BUILD_REQUESTOR, built.requestor_sid},
    };
    size_t count = 0;
    for (size_t i = 0; i < PERSON_BUFFERS; i++)
        if (all[i].data.data != NULL)
            ret[count++] = all[i];
    return count;
}
