#include "platform/posix/token_pack.h"

#include <stdalign.h>
#include <stdlib.h>

/* The same walk over a token is made twice: without memory it measures, then it copies. */
struct packer {
    uint8_t *memory; /* zeroed, aligned for any type; NULL: only measure */
    size_t used;
};

/* Room for `count` items; NULL while only measuring. The sums cannot overflow: all this is in memory already. */
static void *room(struct packer *packer, size_t count, size_t size, size_t alignment)
{
    packer->used = (packer->used + alignment - 1) / alignment * alignment;
    void *start = packer->memory != NULL ? packer->memory + packer->used : NULL;
    packer->used += count * size;
    return start;
}

static void *pack_bytes(struct packer *packer, const void *data, size_t size, size_t alignment)
{
    void *copy = room(packer, size, 1, alignment);
    if (copy != NULL && size != 0)
        memcpy(copy, data, size);
    return copy;
}

/* NULL stays NULL. */
static const struct sid *pack_sid(struct packer *packer, const struct sid *sid)
{
    return sid != NULL ? pack_bytes(packer, sid, sid_size(sid), alignof(struct sid)) : NULL;
}

static const char *pack_string(struct packer *packer, const char *text)
{
    return text != NULL ? pack_bytes(packer, text, strlen(text) + 1, 1) : NULL;
}

static struct bytes pack_text(struct packer *packer, struct bytes text)
{
    return bytes_of(pack_bytes(packer, text.data, text.size, 1), text.size);
}

static struct sid_list pack_list(struct packer *packer, struct sid_list list)
{
    struct sid_and_attributes *items =
        pack_bytes(packer, list.items, list.count * sizeof *items, alignof(struct sid_and_attributes));
    for (size_t i = 0; i < list.count; i++) {
        const struct sid *sid = pack_sid(packer, list.items[i].sid);
        if (items != NULL)
            items[i].sid = sid;
    }
    return (struct sid_list){.items = items, .count = list.count};
}

static const struct claim_value *pack_values(struct packer *packer, const struct claim *claim)
{
    const size_t count = claim->value_count;
    struct claim_value *values =
        pack_bytes(packer, claim->values, count * sizeof *values, alignof(struct claim_value));
    for (size_t i = 0; i < count; i++) {
        struct bytes data = pack_text(packer, claim->values[i].data);
        if (values != NULL)
            values[i].data = data;
    }
    return values;
}

static struct claim_set pack_claims(struct packer *packer, struct claim_set set)
{
    struct claim *claims = pack_bytes(packer, set.claims, set.count * sizeof *claims, alignof(struct claim));
    for (size_t i = 0; i < set.count; i++) {
        struct bytes name = pack_text(packer, set.claims[i].name);
        const struct claim_value *values = pack_values(packer, &set.claims[i]);
        if (claims != NULL) {
            claims[i].name = name;
            claims[i].values = values;
        }
    }
    return (struct claim_set){.claims = claims, .count = set.count};
}

/* All that a struct token points at, but for the index. */
static void pack_token(struct packer *packer, const struct token *token, struct token *ret)
{
    *ret = *token;
    ret->membership = (struct membership){0};
    ret->user_claims = pack_claims(packer, token->user_claims);
    ret->device_claims = pack_claims(packer, token->device_claims);
    ret->local_claims = pack_claims(packer, token->local_claims);
    ret->groups = pack_list(packer, token->groups);
    ret->restricting_sids = pack_list(packer, token->restricting_sids);
    ret->device_groups = pack_list(packer, token->device_groups);
    ret->capabilities = pack_list(packer, token->capabilities);
    ret->user = pack_sid(packer, token->user);
    ret->package = pack_sid(packer, token->package);
    ret->trust = pack_sid(packer, token->trust);
}

static void pack_details(struct packer *packer, const struct token_details *details,
                         struct token_details *ret)
{
    *ret = *details;
    ret->account_name = pack_string(packer, details->account_name);
    ret->domain_name = pack_string(packer, details->domain_name);
    ret->upn = pack_string(packer, details->upn);
    ret->principal = pack_string(packer, details->principal);
    ret->authentication = pack_string(packer, details->authentication);
}

/* Returns the memory for the index: first of all, since it is what checks read. */
static void *pack(struct packer *packer, const struct token *view, const struct token_details *details,
                  struct token *ret_view, struct token_details *ret_details)
{
    void *index = room(packer, token_index_size(view), 1, alignof(max_align_t));
    pack_token(packer, view, ret_view);
    pack_details(packer, details, ret_details);
    return index;
}

size_t token_pack_size(const struct token *view, const struct token_details *details)
{
    struct packer packer = {0};
    struct token packed_view;
    struct token_details packed_details;
    if (token_index_size(view) == 0)
        return 0;
    (void)pack(&packer, view, details, &packed_view, &packed_details);
    return packer.used;
}

enum err token_pack(struct platform *platform, const struct token *view, const struct token_details *details,
                    const uint64_t key[2], struct platform_token **ret)
{
    size_t size = token_pack_size(view, details);
    if (size == 0)
        return ERR_NO_MEMORY;
    struct platform_token *token = malloc(sizeof *token);
    struct token_storage *storage = calloc(1, sizeof *storage + size);
    if (token == NULL || storage == NULL) {
        free(token);
        free(storage);
        return ERR_NO_MEMORY;
    }
    struct packer packer = {.memory = (uint8_t *)storage->memory};
    void *index = pack(&packer, view, details, &token->view, &storage->details);
    token_index_at(&token->view, index, key);
    atomic_init(&storage->references, 1);
    storage->platform = platform;
    token->storage = storage;
    *ret = token;
    return ERR_NONE;
}
