/* The answers that Windows gave to access checks, each a test of its own: access_check_vectors.json of the corpora. One
 * that is named in `divergences` must differ. */
#include "base/utf16.h"
#include "conformance/divergence.h"
#include "engine/decide.h"
#include "engine/sddl.h"
#include "support/suite.h"
#include "support/token_text.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { NODES_MAX = 32 };
#define CORPUS "access_check_vectors.json"

static json_t *vectors;

/* One check made from a vector, and its answer. */
struct trial {
    struct arena arena;
    struct token token;
    struct descriptor descriptor;
    struct object_node nodes[NODES_MAX];
    struct access_request request;
    struct access_answer answer;
    enum err err;
    char why[200]; /* it differs; empty when it does not */
};

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? text : "";
}

static uint32_t mask_of(const json_t *value)
{
    const char *text = json_string_value(value);
    ck_assert_ptr_nonnull(text);
    char *end = NULL;
    unsigned long mask = strtoul(text, &end, 16);
    ck_assert(*text != '\0' && *end == '\0' && mask <= UINT32_MAX);
    return (uint32_t)mask;
}

static const struct sid *sid_at(struct trial *trial, const json_t *value)
{
    const char *text = json_string_value(value);
    ck_assert_ptr_nonnull(text);
    return token_text_sid(&trial->arena, bytes_of_string(text));
}

static struct sid_list read_groups(struct trial *trial, const json_t *rows)
{
    size_t count = json_array_size(rows);
    struct sid_and_attributes *items = arena_alloc_array(&trial->arena, count, sizeof *items);
    ck_assert_ptr_nonnull(items);
    for (size_t i = 0; i < count; i++) {
        const json_t *row = json_array_get(rows, i);
        items[i].sid = sid_at(trial, json_array_get(row, 0));
        items[i].attributes = (uint32_t)json_integer_value(json_array_get(row, 1));
    }
    return (struct sid_list){.items = items, .count = count};
}

/* {"name": [number, …], …} */
static struct claim_set read_claims(struct trial *trial, const json_t *json)
{
    size_t count = json_object_size(json);
    struct claim *claims = arena_alloc_array(&trial->arena, count, sizeof *claims);
    ck_assert_ptr_nonnull(claims);
    size_t at = 0;
    const char *name;
    json_t *list;
    json_object_foreach ((json_t *)(uintptr_t)json, name, list) {
        struct claim_value *values = arena_alloc_array(&trial->arena, json_array_size(list), sizeof *values);
        ck_assert_ptr_nonnull(values);
        claims[at] =
            (struct claim){.type = CLAIM_INT64, .values = values, .value_count = json_array_size(list)};
        ck_assert_int_eq(utf16_from_utf8(&trial->arena, bytes_of_string(name), &claims[at++].name), ERR_NONE);
        for (size_t i = 0; i < json_array_size(list); i++) {
            ck_assert(json_is_integer(json_array_get(list, i)));
            values[i].number = (uint64_t)json_integer_value(json_array_get(list, i));
        }
    }
    return (struct claim_set){.claims = claims, .count = count};
}

static void read_token(struct trial *trial, const json_t *json)
{
    static const uint64_t key[2] = {1, 2};
    const json_t *level = json_object_get(json, "level");
    ck_assert_msg(json_array_size(json_object_get(json, "privileges")) == 0, "privileges are not read yet");
    trial->token = (struct token){
        .type = strcmp(text_of(json, "type"), "primary") == 0 ? TOKEN_PRIMARY : TOKEN_IMPERSONATION,
        .level = level != NULL ? (enum impersonation_level)json_integer_value(level) : SECURITY_IMPERSONATION,
        .user = sid_at(trial, json_object_get(json, "user")),
        .groups = read_groups(trial, json_object_get(json, "groups")),
        .user_claims = read_claims(trial, json_object_get(json, "user_claims")),
        .device_claims = read_claims(trial, json_object_get(json, "device_claims")),
        .integrity_level = sid_rid(sid_at(trial, json_object_get(json, "il"))),
        .mandatory_policy = (uint32_t)json_integer_value(json_object_get(json, "policy"))};
    ck_assert_int_eq(token_index(&trial->token, &trial->arena, key), ERR_NONE);
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

static void read_nodes(struct trial *trial, const json_t *list)
{
    size_t count = json_array_size(list);
    ck_assert_uint_le(count, NODES_MAX);
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
static bool read_request(struct trial *trial, const json_t *json)
{
    const struct sddl_domains none = {0};
    struct sddl_error error = {0};
    struct bytes raw;
    enum err err = sddl_read(&trial->arena, bytes_of_string(text_of(json, "sd")), &none, &raw, &error);
    if (err != ERR_NONE) {
        (void)snprintf(trial->why, sizeof trial->why, "SDDL: at %zu expected %s", error.offset,
                       error.expected);
        return false;
    }
    ck_assert_int_eq(descriptor_parse(raw, &trial->descriptor), ERR_NONE);
    const json_t *self = json_object_get(json, "self");
    trial->request = (struct access_request){
        .descriptor = &trial->descriptor,
        .desired = mask_of(json_object_get(json, "desired")),
        .mapping = mapping_of(text_of(json, "mapping")),
        .principal_self = self != NULL ? sid_at(trial, self) : NULL,
        .result_list = strcmp(text_of(json, "api"), "AccessCheckByTypeResultList") == 0};
    read_nodes(trial, json_object_get(json, "object_list"));
    return true;
}

static void differ(struct trial *trial, const char *what, size_t node, uint32_t got)
{
    (void)snprintf(trial->why, sizeof trial->why, "%s of node %zu: 0x%" PRIx32, what, node, got);
}

/* `granted`, and `status`: booleans for one answer, Win32 codes of each node for a result list. */
static void compare_results(struct trial *trial, const json_t *expect)
{
    const json_t *granted = json_object_get(expect, "granted");
    const json_t *status = json_object_get(expect, "status");
    bool list = trial->request.result_list;
    if (json_array_size(granted) != (list ? trial->request.node_count : 1))
        differ(trial, "count", 0, 0);
    for (size_t i = 0; i < json_array_size(granted) && trial->why[0] == '\0'; i++) {
        uint32_t mask = list ? trial->nodes[i].granted : trial->answer.granted;
        bool allowed = list ? trial->nodes[i].allowed : trial->answer.allowed;
        const json_t *state = json_array_get(status, i);
        if (mask != mask_of(json_array_get(granted, i)))
            differ(trial, "granted", i, mask);
        if (state != NULL &&
            allowed != (json_is_boolean(state) ? json_is_true(state) : json_integer_value(state) == 0))
            differ(trial, "status", i, allowed);
    }
}

static void compare(struct trial *trial, const json_t *expect)
{
    const json_t *error = json_object_get(expect, "error");
    bool answered = json_is_true(json_object_get(expect, "ret"));
    uint32_t code = err_win32(trial->err != ERR_NONE ? trial->err : trial->answer.reason);
    if (answered != (trial->err == ERR_NONE))
        differ(trial, "error", 0, err_win32(trial->err));
    else if (error != NULL && json_integer_value(error) != (json_int_t)code)
        differ(trial, "error", 0, code);
    else if (answered)
        compare_results(trial, expect);
}

START_TEST(vector)
{
    const json_t *json = json_array_get(vectors, (size_t)_i);
    const json_t *request = json_object_get(json, "request");
    struct trial trial = {0};
    arena_init(&trial.arena, 1000000);
    if (read_request(&trial, request)) {
        read_token(&trial, json_object_get(request, "token"));
        trial.err = decide_access(&trial.token, &trial.request, &trial.answer);
        compare(&trial, json_object_get(json, "expect"));
    }
    arena_done(&trial.arena);
    divergence_judge(CORPUS, text_of(json, "id"), trial.why);
}
END_TEST

static bool is_vector(const char *id)
{
    for (size_t i = 0; i < json_array_size(vectors); i++) {
        if (strcmp(text_of(json_array_get(vectors, i), "id"), id) == 0)
            return true;
    }
    return false;
}

START_TEST(divergences_name_vectors)
{
    const struct divergence *divergence;
    for (size_t i = 0; (divergence = divergence_at(i)) != NULL; i++)
        ck_assert_msg(strcmp(divergence->corpus, CORPUS) != 0 || is_vector(divergence->row),
                      "there is no vector '%s'", divergence->row);
    ck_assert_uint_gt(json_array_size(vectors), 0);
}
END_TEST

int main(int argc, char **argv)
{
    const char *path = suite_corpus(CORPUS);
    if (path == NULL)
        return suite_skip("access_check_vectors", "there is no copy of " CORPUS);
    json_t *root = json_load_file(path, 0, NULL);
    vectors = json_object_get(root, "vectors");
    if (vectors == NULL || argc != 2 || !divergence_load(argv[1])) {
        fprintf(stderr, "usage: access_check_vectors DIVERGENCES\n");
        json_decref(root);
        return EXIT_FAILURE;
    }
    Suite *suite = suite_create("access_check_vectors");
    TCase *names = tcase_create("divergences");
    tcase_add_test(names, divergences_name_vectors);
    suite_add_tcase(suite, names);
    for (int i = 0; i < (int)json_array_size(vectors); i++) {
        TCase *tests = tcase_create(text_of(json_array_get(vectors, (size_t)i), "id"));
        tcase_add_loop_test(tests, vector, i, i + 1);
        suite_add_tcase(suite, tests);
    }
    int status = suite_run(suite);
    json_decref(root);
    return status;
}
