/* The settings of the event log. */
#include "config.h"
#include "support/folder.h"
#include "support/suite.h"

#include <stdlib.h>

static const struct route_table table = {.routes = NULL, .count = 0};
static struct folder folder;

static void make_folder(void)
{
    folder_make(&folder);
}

static void remove_folder(void)
{
    folder_remove(&folder);
}

/* `option` as the only one besides --check, when there is one. Mistakes are freed by the caller. */
static enum err read_options(const char *option, bool check, struct config *ret, char **ret_mistakes)
{
    char program[] = "ntokend";
    char look[] = "--check";
    char *argv[4] = {program};
    int argc = 1;
    size_t size = 0;
    char *copy = option != NULL ? strdup(option) : NULL;
    FILE *errors = open_memstream(ret_mistakes, &size);
    ck_assert_ptr_nonnull(errors);
    if (check)
        argv[argc++] = look;
    if (copy != NULL)
        argv[argc++] = copy;
    enum err err = config_read(argc, argv, &table, errors, ret);
    ck_assert_int_eq(fclose(errors), 0);
    free(copy);
    return err;
}

static const struct {
    const char *option;
    const char *mistake; /* its beginning, behind "command line: " */
} wrong_rows[] = {
    {"--audit=/var/log/audit.db", "audit: is no URL of an event log"},
    {"--audit=mysql://host/log", "audit: is no URL of an event log"},
    {"--audit=", "audit: is empty"},
    {"--audit-policy=open", "audit-policy: is not known; write fail_closed, overwrite or drop"},
    {"--audit-retention-days=36501", "audit-retention-days: is out of range"},
    {"--audit-retention-days=-1", "audit-retention-days: is out of range"},
    {"--audit-retention-bytes=1k", "audit-retention-bytes: is out of range"},
    {"--audit-queue=4095", "audit-queue: is out of range"},
    {"--audit-queue=1048577", "audit-queue: is out of range"},
    {"--audit-csv=/nonexistent/audit.csv", "audit-csv: /nonexistent/audit.csv cannot be read"},
    {"--audit-privilege=perhaps", "audit-privilege: is not known; write \"no\" or \"yes\""},
};

START_TEST(wrong_row)
{
    static const char prefix[] = "command line: ";
    struct config config;
    char *mistakes = NULL;
    ck_assert_int_eq(read_options(wrong_rows[_i].option, false, &config, &mistakes), ERR_INVALID_PARAMETER);
    const char *expected = wrong_rows[_i].mistake;
    ck_assert_msg(strncmp(mistakes, prefix, strlen(prefix)) == 0 &&
                      strncmp(mistakes + strlen(prefix), expected, strlen(expected)) == 0,
                  "%s", mistakes);
    free(mistakes);
    config_done(&config);
}
END_TEST

static const struct {
    const char *option;
    enum event_store_policy policy;
    uint64_t retention_s;
    uint64_t retention_bytes;
    size_t queue;
    bool privilege;
} right_rows[] = {
    {NULL, EVENT_FAIL_CLOSED, 0, 0, 16384, true},
    {"--audit-policy=fail_closed", EVENT_FAIL_CLOSED, 0, 0, 16384, true},
    {"--audit-policy=overwrite", EVENT_OVERWRITE, 0, 0, 16384, true},
    {"--audit-policy=drop", EVENT_DROP, 0, 0, 16384, true},
    {"--audit-retention-days=36500", EVENT_FAIL_CLOSED, UINT64_C(36500) * 86400, 0, 16384, true},
    {"--audit-retention-bytes=8589934592", EVENT_FAIL_CLOSED, 0, UINT64_C(8589934592), 16384, true},
    {"--audit-queue=4096", EVENT_FAIL_CLOSED, 0, 0, 4096, true},
    {"--audit-privilege=no", EVENT_FAIL_CLOSED, 0, 0, 16384, false},
    {"--audit-privilege=yes", EVENT_FAIL_CLOSED, 0, 0, 16384, true},
};

START_TEST(right_row)
{
    struct config config;
    char *mistakes = NULL;
    ck_assert_int_eq(unsetenv("STATE_DIRECTORY"), 0);
    ck_assert_int_eq(read_options(right_rows[_i].option, false, &config, &mistakes), ERR_NONE);
    const struct audit_settings *audit = &config.platform.audit;
    ck_assert_ptr_null(audit->store.url);
    ck_assert_ptr_null(audit->subcategories);
    ck_assert_int_eq(audit->store.policy, right_rows[_i].policy);
    ck_assert_uint_eq(audit->store.retention_s, right_rows[_i].retention_s);
    ck_assert_uint_eq(audit->store.retention_bytes, right_rows[_i].retention_bytes);
    ck_assert_uint_eq(audit->store.queue_max, right_rows[_i].queue);
    ck_assert(audit->privilege == right_rows[_i].privilege);
    free(mistakes);
    config_done(&config);
}
END_TEST

/* Where the log and the replay cache are: the keys win over systemd's folder, of which the first counts. */
static const struct {
    const char *option;
    const char *folder; /* NULL: not set */
    const char *url;    /* NULL: there is no log */
    const char *replays;
} place_rows[] = {
    {NULL, NULL, NULL, NULL},
    {NULL, "", NULL, NULL},
    {NULL, "var/lib/ntokend", NULL, NULL},
    {NULL, "/var/lib/ntokend", "sqlite:/var/lib/ntokend/audit.db", "/var/lib/ntokend/replay_cache"},
    {NULL, "/var/lib/ntokend:/var/lib/other", "sqlite:/var/lib/ntokend/audit.db",
     "/var/lib/ntokend/replay_cache"},
    {"--audit=sqlite:/tmp/x.db", "/var/lib/ntokend", "sqlite:/tmp/x.db", "/var/lib/ntokend/replay_cache"},
    {"--replay-cache=/x", "/var/lib/ntokend", "sqlite:/var/lib/ntokend/audit.db", "/x"},
    {"--audit=sqlite:/tmp/x.db", NULL, "sqlite:/tmp/x.db", NULL},
};

START_TEST(place_row)
{
    struct config config;
    char *mistakes = NULL;
    if (place_rows[_i].folder == NULL)
        ck_assert_int_eq(unsetenv("STATE_DIRECTORY"), 0);
    else
        ck_assert_int_eq(setenv("STATE_DIRECTORY", place_rows[_i].folder, 1), 0);
    ck_assert_int_eq(read_options(place_rows[_i].option, false, &config, &mistakes), ERR_NONE);
    ck_assert_pstr_eq(config.platform.audit.store.url, place_rows[_i].url);
    ck_assert_pstr_eq(config.platform.replay_cache, place_rows[_i].replays);
    free(mistakes);
    config_done(&config);
}
END_TEST

/* A batch whose events the queue cannot hold would be refused however often it came. */
static const struct {
    const char *option;
    const char *folder;
    bool right;
} batch_rows[] = {
    {"--batch-max=4096", "/var/lib/ntokend", true},
    {"--batch-max=4097", "/var/lib/ntokend", false},
    {"--batch-max=4097", "", true}, /* no log */
    {"--audit-queue=4096", "/var/lib/ntokend", true},
};

START_TEST(batch_row)
{
    struct config config;
    char *mistakes = NULL;
    ck_assert_int_eq(setenv("STATE_DIRECTORY", batch_rows[_i].folder, 1), 0);
    enum err err = read_options(batch_rows[_i].option, false, &config, &mistakes);
    ck_assert_int_eq(err, batch_rows[_i].right ? ERR_NONE : ERR_INVALID_PARAMETER);
    ck_assert((strstr(mistakes, "audit_queue: has no room") == NULL) == batch_rows[_i].right);
    free(mistakes);
    config_done(&config);
}
END_TEST

static void put_file(const char *name, const char *text)
{
    char path[FOLDER_PATH_SIZE + 32];
    (void)snprintf(path, sizeof path, "%s/%s", folder.path, name);
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_ge(fputs(text, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* What --check says of a log that cannot be. @ is the folder. */
static const struct {
    const char *url;
    const char *mistake; /* NULL: none */
} check_rows[] = {
    {"sqlite:", "names no file"},
    {"sqlite:/nonexistent/audit.db", "is in a folder where no file can be created"},
    {"sqlite:@/text.db", "is not an event log of ntokend"},
    {"sqlite:@/new.db", NULL},
    {"sqlite:@/old.db", NULL},
};

START_TEST(check_row)
{
    struct config config;
    char *mistakes = NULL;
    char url[FOLDER_PATH_SIZE + 64];
    char option[FOLDER_PATH_SIZE + 96];
    char old[FOLDER_PATH_SIZE + 64];
    const char *problem = NULL;
    ck_assert_int_eq(setenv("KRB5_KTNAME", "/nonexistent/keytab", 1), 0);
    AUTO_ARENA arena;
    struct event_store *store = NULL;
    arena_init(&arena, 1 << 16);
    put_file("text.db", "This is a text, and a long one too, so that nobody takes it for a database.");
    (void)snprintf(old, sizeof old, "sqlite:%s/old.db", folder.path);
    const struct event_store_settings settings = {.url = old, .queue_max = 1};
    ck_assert_int_eq(event_store_open(&settings, &arena, &store, &problem), ERR_NONE);
    const size_t head = strcspn(check_rows[_i].url, "@");
    const bool placed = check_rows[_i].url[head] == '@';
    (void)snprintf(url, sizeof url, "%.*s%s%s", (int)head, check_rows[_i].url, placed ? folder.path : "",
                   placed ? check_rows[_i].url + head + 1 : "");
    (void)snprintf(option, sizeof option, "--audit=%s", url);
    const enum err err = read_options(option, true, &config, &mistakes);
    const char *mistake = strstr(mistakes, ": audit: ");
    ck_assert_int_eq(err, ERR_INVALID_PARAMETER); /* there is no keytab either */
    ck_assert((mistake == NULL) == (check_rows[_i].mistake == NULL));
    if (check_rows[_i].mistake != NULL)
        ck_assert_msg(strstr(mistake, check_rows[_i].mistake) != NULL, "%s", mistakes);
    (void)snprintf(old, sizeof old, "%s/new.db", folder.path);
    ck_assert_ptr_null(fopen(old, "re")); /* looking made nothing */
    event_store_close(store);
    free(mistakes);
    config_done(&config);
}
END_TEST

#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

int main(void)
{
    Suite *suite = suite_create("config_audit");
    TCase *rows = tcase_create("rows");
    tcase_add_checked_fixture(rows, make_folder, remove_folder);
    tcase_add_loop_test(rows, wrong_row, 0, ROWS(wrong_rows));
    tcase_add_loop_test(rows, right_row, 0, ROWS(right_rows));
    tcase_add_loop_test(rows, place_row, 0, ROWS(place_rows));
    tcase_add_loop_test(rows, batch_row, 0, ROWS(batch_rows));
    tcase_add_loop_test(rows, check_row, 0, ROWS(check_rows));
    suite_add_tcase(suite, rows);
    return suite_run(suite);
}
