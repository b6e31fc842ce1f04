/* The access checks, as Windows is asked them and as its answers are read. */
#include "platform/access.h"
#include "support/decide_row.h"
#include "support/suite.h"
#include "windows/double.h"

#include <stdio.h>

#define REST        " sd=0180 map=120089/120116/1200a0/1f01ff room="
#define ROOM        "788\n"
#define PLAIN(room) "AccessCheck token=77 desired=1" REST room
#define LISTED      "types=3(0 61)(1 62)(1 63)"
#define TYPED(self) "AccessCheckByType token=77 desired=1 self=" self " "
#define RESULTS     "AccessCheckByTypeResultList token=77 desired=1 self=none " LISTED REST ROOM

/* What was asked, what Windows said, and what that means. */
static const struct row {
    const char *what;
    const char *self;
    const char *list;
    bool result_list;
    struct double_script said;
    const char *record;
    enum err err;
    bool allowed;
    uint32_t granted;
    enum err reason;
    const char *nodes; /* "granted allowed" of each */
} rows[] = {
    {"granted",
     NULL,
     "",
     false,
     {.done = TRUE, .granted = {3}, .status = TRUE, .privileges = 0x100},
     PLAIN(ROOM),
     ERR_NONE,
     true,
     3,
     ERR_NONE,
     ""},
    {"refused, with a mask that means nothing",
     NULL,
     "",
     false,
     {.done = TRUE, .granted = {3}, .code = ERROR_ACCESS_DENIED},
     PLAIN(ROOM),
     ERR_NONE,
     false,
     0,
     ERR_ACCESS_DENIED,
     ""},
    {"refused for a privilege",
     NULL,
     "",
     false,
     {.done = TRUE, .code = ERROR_PRIVILEGE_NOT_HELD},
     PLAIN(ROOM),
     ERR_NONE,
     false,
     0,
     ERR_PRIVILEGE_NOT_HELD,
     ""},
    {"FALSE with an output set to TRUE",
     NULL,
     "",
     false,
     {.done = FALSE, .code = ERROR_INVALID_SECURITY_DESCR, .granted = {1}, .status = TRUE},
     PLAIN(ROOM),
     ERR_INVALID_SECURITY_DESCR,
     false,
     0,
     ERR_ACCESS_DENIED,
     ""},
    {"FALSE and no error",
     NULL,
     "",
     false,
     {.done = FALSE, .granted = {1}, .status = TRUE},
     PLAIN(ROOM),
     ERR_FAILED,
     false,
     0,
     ERR_ACCESS_DENIED,
     ""},
    {"granted, but not what was asked for",
     NULL,
     "",
     false,
     {.done = TRUE, .granted = {2}, .status = TRUE},
     PLAIN(ROOM),
     ERR_FAILED,
     false,
     0,
     ERR_ACCESS_DENIED,
     ""},
    {"a buffer too small",
     NULL,
     "",
     false,
     {.done = TRUE, .granted = {1}, .status = TRUE, .size_wanted = 1000},
     PLAIN(ROOM) PLAIN("1000\n"),
     ERR_NONE,
     true,
     1,
     ERR_NONE,
     ""},
    {"a buffer too small, and no word of how large",
     NULL,
     "",
     false,
     {.done = TRUE, .granted = {1}, .status = TRUE, .size_wanted = 3000, .size_stays = true},
     PLAIN(ROOM) PLAIN("1576\n") PLAIN("3152\n"),
     ERR_NONE,
     true,
     1,
     ERR_NONE,
     ""},
    {"a buffer that no size is enough for",
     NULL,
     "",
     false,
     {.done = TRUE, .granted = {1}, .status = TRUE, .size_wanted = 1 << 20},
     PLAIN(ROOM),
     ERR_TOO_LARGE,
     false,
     0,
     ERR_ACCESS_DENIED,
     ""},
    {"as many privileges as there is room for",
     NULL,
     "",
     false,
     {.done = TRUE, .granted = {1}, .status = TRUE, .privileges = 1, .privileges_claimed = 65},
     PLAIN(ROOM),
     ERR_NONE,
     true,
     1,
     ERR_NONE,
     ""},
    {"more privileges than there is room for",
     NULL,
     "",
     false,
     {.done = TRUE, .granted = {1}, .status = TRUE, .privileges_claimed = 66},
     PLAIN(ROOM),
     ERR_FAILED,
     false,
     0,
     ERR_ACCESS_DENIED,
     ""},
    {"a principal self",
     "S-1-5-21-1-2-3-1105",
     "",
     false,
     {.done = TRUE, .granted = {1}, .status = TRUE},
     TYPED("S-1-5-21-1-2-3-1105") "types=0" REST ROOM,
     ERR_NONE,
     true,
     1,
     ERR_NONE,
     ""},
    {"a list, one answer",
     NULL,
     "0a 1b 1c",
     false,
     {.done = TRUE, .granted = {1, 1, 1}, .status = TRUE},
     TYPED("none") LISTED REST ROOM,
     ERR_NONE,
     true,
     1,
     ERR_NONE,
     "0- 0- 0- "},
    {"a list, FALSE with TRUE, as Wine says",
     NULL,
     "0a 1b 1c",
     false,
     {.done = FALSE, .code = ERROR_CALL_NOT_IMPLEMENTED, .granted = {1}, .status = TRUE},
     TYPED("none") LISTED REST ROOM,
     ERR_FAILED,
     false,
     0,
     ERR_ACCESS_DENIED,
     "0- 0- 0- "},
    {"a result list",
     NULL,
     "0a 1b 1c",
     true,
     {.done = TRUE,
      .granted = {0, 3, 2},
      .statuses = {ERROR_ACCESS_DENIED, 0, ERROR_ACCESS_DENIED},
      .status = TRUE},
     RESULTS,
     ERR_NONE,
     false,
     0,
     ERR_ACCESS_DENIED,
     "0- 3+ 2- "},
    {"a result list, all granted",
     NULL,
     "0a 1b 1c",
     true,
     {.done = TRUE, .granted = {1, 1, 1}},
     RESULTS,
     ERR_NONE,
     true,
     1,
     ERR_NONE,
     "1+ 1+ 1+ "},
    {"a result list that fails",
     NULL,
     "0a 1b 1c",
     true,
     {.done = FALSE, .code = ERROR_INVALID_PARAMETER, .granted = {1, 1, 1}},
     RESULTS,
     ERR_INVALID_PARAMETER,
     false,
     0,
     ERR_ACCESS_DENIED,
     "0- 0- 0- "},
    {"a result list that contradicts itself",
     NULL,
     "0a 1b 1c",
     true,
     {.done = TRUE, .granted = {1, 1, 0}},
     RESULTS,
     ERR_FAILED,
     false,
     0,
     ERR_ACCESS_DENIED,
     "0- 0- 0- "},
    {"a result list without the privilege",
     NULL,
     "0a 1b 1c",
     true,
     {.done = TRUE,
      .statuses = {ERROR_PRIVILEGE_NOT_HELD, ERROR_PRIVILEGE_NOT_HELD, ERROR_PRIVILEGE_NOT_HELD}},
     RESULTS,
     ERR_NONE,
     false,
     0,
     ERR_PRIVILEGE_NOT_HELD,
     "0- 0- 0- "},
};

static void ask(const struct row *row, const struct descriptor *descriptor, struct double_stage *stage)
{
    struct object_node nodes[DECIDE_ROW_NODES_MAX];
    struct sid_buffer self;
    struct access_answer answer = {.allowed = true};
    char text[256] = "";
    struct access_request request = {.descriptor = descriptor,
                                     .desired = 1,
                                     .mapping = {0x120089, 0x120116, 0x1200A0, 0x1F01FF},
                                     .nodes = nodes,
                                     .node_count = decide_row_nodes(row->list, nodes),
                                     .result_list = row->result_list};
    for (size_t i = 0; i < request.node_count; i++)
        nodes[i].allowed = true; /* of an earlier check */
    if (row->self != NULL) {
        ck_assert_int_eq(sid_parse(bytes_of_string(row->self), &self), ERR_NONE);
        request.principal_self = sid_of(&self);
    }
    ck_assert_int_eq(platform_access_check(&stage->token, &request, &answer), row->err);
    ck_assert_str_eq(double_record, row->record);
    ck_assert_int_eq(answer.allowed, row->allowed);
    ck_assert_uint_eq(answer.granted, row->granted);
    ck_assert_int_eq(answer.reason, row->reason);
    ck_assert_uint_eq(answer.privileges_used, row->err == ERR_NONE ? row->said.privileges : 0);
    for (size_t i = 0; i < request.node_count; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%x%c ", nodes[i].granted,
                       nodes[i].allowed ? '+' : '-');
    ck_assert_str_eq(text, row->nodes);
}

static void describe(struct arena *arena, const char *sddl, struct descriptor *ret)
{
    struct bytes bytes;
    struct sddl_error error;
    ck_assert_int_eq(sddl_read(arena, bytes_of_string(sddl), NULL, &bytes, &error), ERR_NONE);
    ck_assert_int_eq(descriptor_parse(bytes, ret), ERR_NONE);
}

START_TEST(access_row)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct descriptor descriptor;
    const struct row *row = &rows[_i];
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script = row->said;
    double_stage_init(&stage);
    describe(&arena, "O:BAG:BAD:(A;;0x3;;;WD)", &descriptor);
    ask(row, &descriptor, &stage);
    double_stage_done(&stage);
}
END_TEST

/* A yes to whatever there is, and there is nothing: Windows says no there, so this is none of its answers. */
START_TEST(nothing_is_granted)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct descriptor descriptor;
    struct object_node nodes[DECIDE_ROW_NODES_MAX];
    struct access_answer answer = {.allowed = true};
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script = (struct double_script){.done = TRUE, .status = TRUE, .granted = {1}};
    double_stage_init(&stage);
    describe(&arena, "O:BAG:BAD:", &descriptor);
    struct access_request request = {.descriptor = &descriptor, .desired = RIGHT_MAXIMUM_ALLOWED};
    ck_assert_int_eq(platform_access_check(&stage.token, &request, &answer), ERR_NONE);
    ck_assert(answer.allowed);
    double_script.granted[0] = 0;
    ck_assert_int_eq(platform_access_check(&stage.token, &request, &answer), ERR_FAILED);
    ck_assert(!answer.allowed);
    request.nodes = nodes;
    request.node_count = decide_row_nodes("0a 1b 1c", nodes);
    request.result_list = true;
    double_script = (struct double_script){.done = TRUE, .granted = {1, 1, 0}};
    ck_assert_int_eq(platform_access_check(&stage.token, &request, &answer), ERR_FAILED);
    ck_assert(!answer.allowed && !nodes[0].allowed && !nodes[2].allowed);
    double_stage_done(&stage);
}
END_TEST

/* Whom the engine would let in and the system does not, and that nothing but the log says so. */
static const struct {
    bool shadow;
    const char *sddl;
    DWORD granted;
    unsigned checked;
    const char *log;    /* how it begins */
    privilege_set used; /* as the system says */
} shadows[] = {
    {true, "O:BAG:BAD:(A;;0x1;;;S-1-5-21-1-2-3-1104)", 0, 1,
     "shadow-check-differs user=S-1-5-21-1-2-3-1104 desired=1 ", 0},
    {true, "O:BAG:BAD:", 1, 1, "shadow-check-differs ", 0},
    {true, "O:BAG:BAD:", 0, 1, "", 0},
    {false, "O:BAG:BAD:", 1, 0, "", 0},
    /* the system's policies are not the engine's to know */
    {true, "O:BAG:BAD:S:(SP;;;;;S-1-17-1)", 1, 0, "", 0},
    {true, "O:BAG:BAD:(A;;0x1;;;S-1-5-21-1-2-3-1104)", 1, 1, "", 0},
    {true, "O:BAG:BAD:(A;;0x1;;;S-1-5-21-1-2-3-1104)", 1, 1, "shadow-check-differs ", 1 << SE_SECURITY},
    {true, "O:BAG:BAD:", 0, 1, "shadow-check-differs ", 1 << SE_TAKE_OWNERSHIP},
};

START_TEST(shadow_row)
{
    AUTO_ARENA arena;
    struct double_stage stage;
    struct descriptor descriptor;
    struct access_answer answer = {.allowed = true};
    arena_init(&arena, 1 << 20);
    double_reset();
    double_script = (struct double_script){.done = TRUE,
                                           .code = ERROR_ACCESS_DENIED,
                                           .granted = {shadows[_i].granted},
                                           .privileges = shadows[_i].used,
                                           .status = shadows[_i].granted != 0};
    double_stage_init(&stage);
    stage.platform.settings.shadow_check = shadows[_i].shadow;
    describe(&arena, shadows[_i].sddl, &descriptor);
    const struct access_request request = {.descriptor = &descriptor, .desired = 1};
    ck_assert_int_eq(platform_access_check(&stage.token, &request, &answer), ERR_NONE);
    ck_assert_int_eq(answer.allowed, shadows[_i].granted != 0);
    ck_assert_msg(strncmp(double_log, shadows[_i].log, strlen(shadows[_i].log)) == 0, "%s", double_log);
    ck_assert_int_eq(double_log[0] == 0, shadows[_i].log[0] == 0);
    if (shadows[_i].used == 1 << SE_SECURITY)
        ck_assert_ptr_nonnull(strstr(double_log, " systemPrivileges=256 enginePrivileges=0 "));
    struct platform_figures figures;
    platform_figures(&stage.platform, &figures);
    ck_assert_int_eq(figures.shadowed, shadows[_i].shadow);
    ck_assert_uint_eq(figures.shadow_differing, shadows[_i].log[0] != 0);
    ck_assert_uint_eq(figures.shadow_checked, shadows[_i].checked);
    double_stage_done(&stage);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-access");
    TCase *tcase = tcase_create("access");
    tcase_add_loop_test(tcase, access_row, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(tcase, nothing_is_granted);
    tcase_add_loop_test(tcase, shadow_row, 0, sizeof shadows / sizeof shadows[0]);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
