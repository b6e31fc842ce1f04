/* Access checks of the corpora, read from their JSON. */
#include "conformance/corpus_access.h"

#include "base/utf16.h"
#include "engine/sddl.h"
#include "support/token_text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

const char *corpus_text(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

uint32_t corpus_mask(const json_t *value)
{
    const char *text = json_string_value(value);
    ck_assert_ptr_nonnull(text);
    char *end = NULL;
    unsigned long mask = strtoul(text, &end, 16);
    ck_assert(*text != '\0' && *end == '\0' && mask <= UINT32_MAX);
    return (uint32_t)mask;
}

static const struct sid *sid_at(struct corpus_case *trial, const json_t *value)
{
    const char *text = json_string_value(value);
    ck_assert_ptr_nonnull(text);
    return token_text_sid(trial->arena, bytes_of_string(text));
}

static struct sid_list read_groups(struct corpus_case *trial, const json_t *rows)
{
    size_t count = json_array_size(rows);
    struct sid_and_attributes *items = arena_alloc_array(trial->arena, count, sizeof *items);
    ck_assert_ptr_nonnull(items);
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        items[i].sid = sid_at(trial, json_array_get(row, 0));
        items[i].attributes = (uint32_t)json_integer_value(json_array_get(row, 1));
    }
    return (struct sid_list){.items = items, .count = count};
}

/* {"name": [number, …], …} */
static struct claim_set read_claims(struct corpus_case *trial, const json_t *json)
{
    size_t count = json_object_size(json);
    struct claim *claims = arena_alloc_array(trial->arena, count, sizeof *claims);
    ck_assert_ptr_nonnull(claims);
    size_t at = 0;
    const char *name;
    json_t *list;
    json_object_foreach ((json_t *)(uintptr_t)json, name, list) {
        struct claim_value *values = arena_alloc_array(trial->arena, json_array_size(list), sizeof *values);
        ck_assert_ptr_nonnull(values);
        claims[at] =
            (struct claim){.type = CLAIM_INT64, .values = values, .value_count = json_array_size(list)};
        ck_assert_int_eq(utf16_from_utf8(trial->arena, bytes_of_string(name), &claims[at++].name), ERR_NONE);
        for (size_t i = 0; i < json_array_size(list); i++) {
            ck_assert(json_is_integer(json_array_get(list, i)));
            values[i].number = (uint64_t)json_integer_value(json_array_get(list, i));
        }
    }
    return (struct claim_set){.claims = claims, .count = count};
}

static void read_token(struct corpus_case *trial, const json_t *json)
{
    static const uint64_t key[2] = {1, 2};
    const json_t *level = json_object_get(json, "level");
    ck_assert_msg(json_array_size(json_object_get(json, "privileges")) == 0, "privileges are not read yet");
    trial->token = (struct token){
        .type = strcmp(corpus_text(json, "type"), "primary") == 0 ? TOKEN_PRIMARY : TOKEN_IMPERSONATION,
        .level = level != NULL ? (enum impersonation_level)json_integer_value(level) : SECURITY_IMPERSONATION,
        .user = sid_at(trial, json_object_get(json, "user")),
        .groups = read_groups(trial, json_object_get(json, "groups")),
        .user_claims = read_claims(trial, json_object_get(json, "user_claims")),
        .device_claims = read_claims(trial, json_object_get(json, "device_claims")),
        .integrity_level = sid_rid(sid_at(trial, json_object_get(json, "il"))),
        .mandatory_policy = (uint32_t)json_integer_value(json_object_get(json, "policy"))};
    ck_assert_int_eq(token_index(&trial->token, trial->arena, key), ERR_NONE);
}

static struct generic_mapping mapping_of(const char *name)
{
    static const struct generic_mapping one_bit_each = {1, 2, 4, 8};
    static const struct generic_mapping zero;
    const struct securable *type =
        securable_find(bytes_of_string(strcmp(name, "key") == 0 ? "registry-key" : name));
    if (type != NULL)
        return type->mapping;
    ck_assert_msg(strcmp(name, "1248") == 0 || strcmp(name, "zero") == 0, "mapping %s", name);
    return strcmp(name, "1248") == 0 ? one_bit_each : zero;
}

static void read_nodes(struct corpus_case *trial, const json_t *list)
{
    size_t count = json_array_size(list);
    ck_assert_uint_le(count, CORPUS_NODES_MAX);
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(list, i);
        const char *guid = json_string_value(json_array_get(row, 1));
        ck_assert_ptr_nonnull(guid);
        trial->nodes[i].level = (uint16_t)json_integer_value(json_array_get(row, 0));
        ck_assert_int_eq(guid_parse(bytes_of_string(guid), &trial->nodes[i].guid), ERR_NONE);
    }
    trial->request.nodes = count != 0 ? trial->nodes : NULL;
    trial->request.node_count = count;
}

/* false, and why, when the descriptor cannot be read. */
static bool read_request(struct corpus_case *trial, const json_t *json)
{
    const struct sddl_domains none = {0};
    struct sddl_error error = {0};
    struct bytes raw;
    enum err err = sddl_read(trial->arena, bytes_of_string(corpus_text(json, "sd")), &none, &raw, &error);
    if (err != ERR_NONE) {
        (void)snprintf(trial->why, sizeof trial->why, "SDDL: at %zu expected %s", error.offset,
                       error.expected);
        return false;
    }
    ck_assert_int_eq(descriptor_parse(raw, &trial->descriptor), ERR_NONE);
    const json_t *self = json_object_get(json, "self");
    trial->request = (struct access_request){
        .descriptor = &trial->descriptor,
        .desired = corpus_mask(json_object_get(json, "desired")),
        .mapping = mapping_of(corpus_text(json, "mapping")),
        .principal_self = self != NULL ? sid_at(trial, self) : NULL,
        .result_list = strcmp(corpus_text(json, "api"), "AccessCheckByTypeResultList") == 0};
    read_nodes(trial, json_object_get(json, "object_list"));
    return true;
}

bool corpus_access_read(const json_t *request, struct arena *arena, struct corpus_case *ret)
{
    *ret = (struct corpus_case){.arena = arena};
    if (!read_request(ret, request))
        return false;
    read_token(ret, json_object_get(request, "token"));
    return true;
}
