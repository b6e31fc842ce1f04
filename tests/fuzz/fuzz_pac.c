#include "fuzz/fuzz.h"
#include "support/pac_pack.h"

enum { ARENA = 16 << 20 };

/* Reads every byte of every result, so that a sanitizer sees what points nowhere. */
static size_t sum(struct bytes bytes)
{
    size_t total = 0;
    for (size_t i = 0; i < bytes.size; i++)
        total += bytes.data[i];
    return total;
}

static void walk_sid(const struct sid *sid)
{
    const struct sid *again = NULL;
    FUZZ_ASSERT(sid_view(bytes_of(sid, sid_size(sid)), &again) == ERR_NONE && again == sid);
    FUZZ_ASSERT(sum(bytes_of(sid, sid_size(sid))) != 0);
}

static size_t walk_list(struct sid_list list)
{
    for (size_t i = 0; i < list.count; i++)
        walk_sid(list.items[i].sid);
    return list.count;
}

static void walk_claims(struct claim_set set)
{
    FUZZ_ASSERT(set.count <= PAC_CLAIMS_MAX);
    size_t values = 0;
    for (size_t i = 0; i < set.count; i++) {
        const struct claim *claim = &set.claims[i];
        FUZZ_ASSERT(claim->name.size != 0 && claim->name.size % 2 == 0);
        FUZZ_ASSERT(claim->value_count != 0);
        (void)sum(claim->name);
        for (size_t j = 0; j < claim->value_count; j++) {
            FUZZ_ASSERT((claim->values[j].data.data != NULL) == (claim->type == CLAIM_STRING));
            FUZZ_ASSERT(claim->type != CLAIM_BOOLEAN || claim->values[j].number <= 1);
            (void)sum(claim->values[j].data);
        }
        values += claim->value_count;
    }
    FUZZ_ASSERT(values <= PAC_CLAIM_VALUES_MAX);
}

static void walk(const struct pac_identity *identity, const struct pac_buffers *buffers)
{
    walk_sid(identity->user);
    walk_sid(identity->logon_domain);
    size_t sids = walk_list(identity->groups) + walk_list(identity->extra_sids) +
                  walk_list(identity->resource_groups) + walk_list(identity->device_groups) +
                  walk_list(identity->device_extra_sids);
    FUZZ_ASSERT(sids <=
                PAC_SIDS_MAX + 3); /* two primary groups and the device itself are no group of a list */
    walk_claims(identity->user_claims);
    walk_claims(identity->device_claims);
    const char *texts[] = {identity->account_name, identity->domain_name, identity->upn,
                           identity->dns_domain};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        FUZZ_ASSERT(texts[i] == NULL || strlen(texts[i]) != 0);
    if (buffers->requestor_sid.data != NULL)
        FUZZ_ASSERT(bytes_equal(buffers->requestor_sid, bytes_of(identity->user, sid_size(identity->user))));
}

/* The input: the buffers as tests/support/pac_pack.h writes them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct pac_buffers buffers = pac_unpack(bytes_of(data, size));
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct pac_identity identity;
    if (pac_decode(&arena, &buffers, &identity) == ERR_NONE)
        walk(&identity, &buffers);
    return 0;
}
