/* SDDL text to bytes and back, each row of the corpora a test. */
#include "engine/sddl.h"
#include "conformance/divergence.h"
#include "support/suite.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS_MAX = 10000, LINE_MAX_SIZE = 1 << 20, ARENA_LIMIT = 1 << 24 };

struct corpus {
    const char *name;
    json_t *rows[ROWS_MAX];
    int count;
};

static struct corpus bytes_corpus = {.name = "sddl_to_bytes.jsonl"};
static struct corpus text_corpus = {.name = "sddl_text.jsonl"};

/* Samba's test harness, which recorded the rows, gave Windows this domain, and the machine had the same SID: the bytes
 * of "O:LA" in the corpus show it. */
#define DOMAIN "S-1-5-21-2457507606-2709100691-398136650"
static struct sid_buffer domain_sid;
static struct sddl_domains domains;

static bool corpus_load(struct corpus *corpus)
{
    const char *path = suite_corpus(corpus->name);
    FILE *file = path == NULL ? NULL : fopen(path, "r");
    char *line = malloc(LINE_MAX_SIZE);
    if (file != NULL && line != NULL)
        while (corpus->count < ROWS_MAX && fgets(line, LINE_MAX_SIZE, file) != NULL)
            corpus->rows[corpus->count++] = json_loads(line, JSON_DECODE_ANY, NULL);
    free(line);
    if (file != NULL)
        (void)fclose(file);
    return corpus->count > 0;
}

static void corpus_free(struct corpus *corpus)
{
    for (int i = 0; i < corpus->count; i++)
        json_decref(corpus->rows[i]);
}

static const char *member(const struct corpus *corpus, int row, const char *name)
{
    return json_string_value(json_object_get(corpus->rows[row], name));
}

static void report(const struct corpus *corpus, int row, const char *reason)
{
    char number[16];
    (void)snprintf(number, sizeof number, "%d", row);
    divergence_judge(corpus->name, number, reason != NULL ? reason : "");
}

static bool has_row(const struct corpus *corpus, const struct divergence *divergence)
{
    char *end = NULL;
    long row = strtol(divergence->row, &end, 10);
    return strcmp(divergence->corpus, corpus->name) != 0 || (*end == '\0' && row >= 0 && row < corpus->count);
}

START_TEST(divergences_name_rows)
{
    const struct divergence *divergence;
    for (size_t i = 0; (divergence = divergence_at(i)) != NULL; i++)
        ck_assert_msg(has_row(&bytes_corpus, divergence) && has_row(&text_corpus, divergence), "no row %s",
                      divergence->row);
}
END_TEST

static struct bytes from_hex(struct arena *arena, const char *hex)
{
    size_t size = strlen(hex) / 2;
    uint8_t *data = arena_alloc(arena, size);
    ck_assert_ptr_nonnull(data);
    for (size_t i = 0; i < size; i++) {
        const char pair[] = {hex[2 * i], hex[2 * i + 1], 0};
        data[i] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return bytes_of(data, size);
}

/* See README: an ACL with free space behind its ACEs was made of object ACEs without GUIDs. */
static bool has_slack(struct bytes bytes)
{
    struct descriptor descriptor;
    struct acl_iterator iterator = {0};
    struct ace ace;
    ck_assert_int_eq(descriptor_parse(bytes, &descriptor), ERR_NONE);
    if (descriptor.dacl_state != ACL_THERE)
        return false;
    while (acl_next(&descriptor.dacl, &iterator, &ace)) {
    }
    return iterator.count != 0 && ACL_HEADER_SIZE + iterator.passed < descriptor.dacl.raw.size;
}

static const char *with_object_types(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, 2 * strlen(text) + 1);
    ck_assert_ptr_nonnull(out);
    size_t size = 0;
    for (size_t i = 0; text[i] != 0; i++) {
        const char *flags_end = text[i] == '(' ? strchr(text + i + 3, ';') : NULL;
        out[size++] = text[i];
        if (flags_end != NULL && strncmp(flags_end, ";;;;", 4) == 0)
            out[size++] = 'O';
    }
    return out;
}

static const char *check_bytes(struct arena *arena, const char *text, struct bytes want)
{
    struct bytes got;
    struct sddl_error error = {0};
    if (has_slack(want))
        text = with_object_types(arena, text);
    if (sddl_read(arena, bytes_of_string(text), &domains, &got, &error) != ERR_NONE)
        return arena_printf(arena, "not read at %zu: %s: %s", error.offset, error.expected, text);
    if (!bytes_equal(got, want))
        return arena_printf(arena, "other bytes: %s", text);
    return NULL;
}

START_TEST(text_to_bytes)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_LIMIT);
    const char *text = member(&bytes_corpus, _i, "sddl");
    const char *hex = member(&bytes_corpus, _i, "hex");
    ck_assert(text != NULL && hex != NULL);
    report(&bytes_corpus, _i, check_bytes(&arena, text, from_hex(&arena, hex)));
}
END_TEST

/* But for the set with the recorders' own spelling the texts are Windows' own, so they must come back. */
static const char *check_written(struct arena *arena, const char *text, struct bytes bytes)
{
    struct descriptor descriptor;
    struct bytes got;
    if (descriptor_parse(bytes, &descriptor) != ERR_NONE)
        return "not parsed";
    if (sddl_write(arena, &descriptor, ALL_SECURITY_INFORMATION, &domains, &got) != ERR_NONE)
        return "not written";
    return strcmp((const char *)got.data, text) == 0 ? NULL
                                                     : arena_printf(arena, "%s", (const char *)got.data);
}

START_TEST(bytes_to_text)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_LIMIT);
    const char *text = member(&bytes_corpus, _i, "sddl");
    const char *hex = member(&bytes_corpus, _i, "hex");
    if (strcmp(member(&bytes_corpus, _i, "set"), "conditional_aces") != 0)
        report(&bytes_corpus, _i, check_written(&arena, text, from_hex(&arena, hex)));
}
END_TEST

static bool must_fail(const char *set)
{
    return strstr(set, "should_fail") != NULL;
}

/* NULL stands for a failure. */
static const char *canonical(struct arena *arena, const char *text)
{
    struct bytes bytes;
    struct bytes written;
    struct sddl_error error;
    struct descriptor descriptor;
    if (sddl_read(arena, bytes_of_string(text), &domains, &bytes, &error) != ERR_NONE)
        return NULL;
    ck_assert_int_eq(descriptor_parse(bytes, &descriptor), ERR_NONE);
    if (sddl_write(arena, &descriptor, ALL_SECURITY_INFORMATION, &domains, &written) != ERR_NONE)
        return NULL;
    return (const char *)written.data;
}

START_TEST(text_to_text)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA_LIMIT);
    const char *in = member(&text_corpus, _i, "in");
    const char *out = member(&text_corpus, _i, "out");
    ck_assert_ptr_nonnull(in);
    const char *got = canonical(&arena, in);
    const char *reason = NULL;
    if (must_fail(member(&text_corpus, _i, "set")))
        reason = got == NULL ? NULL : "read, and must not be";
    else if (got == NULL)
        reason = "not read or not written";
    else if (strcmp(got, out == NULL ? in : out) != 0)
        reason = arena_printf(&arena, "written as %s", got);
    report(&text_corpus, _i, reason);
}
END_TEST

int main(int argc, char **argv)
{
    if (!corpus_load(&bytes_corpus) || !corpus_load(&text_corpus))
        return suite_skip("sddl", "there is no copy of sddl_to_bytes.jsonl and sddl_text.jsonl");
    if (argc != 2 || !divergence_load(argv[1], DIVERGENCE_CORPORA) ||
        sid_parse(bytes_of_string(DOMAIN), &domain_sid) != ERR_NONE)
        return EXIT_FAILURE;
    domains = (struct sddl_domains){
        .machine = sid_of(&domain_sid), .domain = sid_of(&domain_sid), .forest_root = sid_of(&domain_sid)};
    Suite *suite = suite_create("sddl");
    TCase *tests = tcase_create("sddl");
    tcase_add_test(tests, divergences_name_rows);
    tcase_add_loop_test(tests, text_to_bytes, 0, bytes_corpus.count);
    tcase_add_loop_test(tests, bytes_to_text, 0, bytes_corpus.count);
    tcase_add_loop_test(tests, text_to_text, 0, text_corpus.count);
    suite_add_tcase(suite, tests);
    int status = suite_run(suite);
    corpus_free(&bytes_corpus);
    corpus_free(&text_corpus);
    return status;
}
