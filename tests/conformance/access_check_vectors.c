/* The answers that Windows gave to access checks, each a test of its own: access_check_vectors.json of the corpora. One
 * that is named in `divergences` must differ. */
#include "conformance/corpus_access.h"
#include "conformance/divergence.h"
#include "support/suite.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#define CORPUS "access_check_vectors.json"

static json_t *vectors;

/* One check made from a vector, and its answer. */
struct trial {
    struct corpus_case asked;
    struct access_answer answer;
    enum err err;
    char why[200]; /* it differs; empty when it does not */
};

static void differ(struct trial *trial, const char *what, size_t node, uint32_t got)
{
    (void)snprintf(trial->why, sizeof trial->why, "%s of node %zu: 0x%" PRIx32, what, node, got);
}

/* `granted`, and `status`: booleans for one answer, Win32 codes of each node for a result list. */
static void compare_results(struct trial *trial, const json_t *expect)
{
    const json_t *granted = json_object_get(expect, "granted");
    const json_t *status = json_object_get(expect, "status");
    bool list = trial->asked.request.result_list;
    if (json_array_size(granted) != (list ? trial->asked.request.node_count : 1))
        differ(trial, "count", 0, 0);
    for (size_t i = 0; i < json_array_size(granted) && trial->why[0] == '\0'; i++) {
        uint32_t mask = list ? trial->asked.nodes[i].granted : trial->answer.granted;
        bool allowed = list ? trial->asked.nodes[i].allowed : trial->answer.allowed;
        const json_t *state = json_array_get(status, i);
        if (mask != corpus_mask(json_array_get(granted, i)))
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
    AUTO_ARENA arena;
    const json_t *json = json_array_get(vectors, (size_t)_i);
    struct trial trial = {0};
    arena_init(&arena, 1000000);
    if (corpus_access_read(json_object_get(json, "request"), &arena, &trial.asked)) {
        trial.err = decide_access(&trial.asked.token, &trial.asked.request, &trial.answer);
        compare(&trial, json_object_get(json, "expect"));
    }
    divergence_judge(CORPUS, corpus_text(json, "id"),
                     trial.asked.why[0] != '\0' ? trial.asked.why : trial.why);
}
END_TEST

static bool is_vector(const char *id)
{
    for (size_t i = 0; i < json_array_size(vectors); i++) {
        if (strcmp(corpus_text(json_array_get(vectors, i), "id"), id) == 0)
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
    if (vectors == NULL || argc != 2 || !divergence_load(argv[1], DIVERGENCE_CORPORA)) {
        fprintf(stderr, "usage: access_check_vectors DIVERGENCES\n");
        json_decref(root);
        return EXIT_FAILURE;
    }
    Suite *suite = suite_create("access_check_vectors");
    TCase *names = tcase_create("divergences");
    tcase_add_test(names, divergences_name_vectors);
    suite_add_tcase(suite, names);
    for (int i = 0; i < (int)json_array_size(vectors); i++) {
        TCase *tests = tcase_create(corpus_text(json_array_get(vectors, (size_t)i), "id"));
        tcase_add_loop_test(tests, vector, i, i + 1);
        suite_add_tcase(suite, tests);
    }
    int status = suite_run(suite);
    json_decref(root);
    return status;
}
