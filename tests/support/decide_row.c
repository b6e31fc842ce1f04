#include "support/decide_row.h"

#include "engine/audit.h"
#include "engine/sddl.h"
#include "support/condition_text.h"
#include "support/token_text.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

struct guid decide_row_guid(char letter)
{
    struct guid guid = {0};
    guid.bytes[GUID_SIZE - 1] = (uint8_t)letter;
    return guid;
}

size_t decide_row_nodes(const char *text, struct object_node nodes[DECIDE_ROW_NODES_MAX])
{
    size_t count = 0;
    for (const char *at = text; *at != '\0'; at += at[2] == ' ' ? 3 : 2) {
        ck_assert_uint_lt(count, DECIDE_ROW_NODES_MAX);
        nodes[count++] =
            (struct object_node){.level = (uint16_t)(at[0] - '0'), .guid = decide_row_guid(at[1])};
    }
    return count;
}

static void read_descriptor(struct arena *arena, const char *sddl, struct descriptor *ret)
{
    const struct sddl_domains none = {0};
    struct sddl_error error = {0};
    struct bytes raw;
    enum err err = sddl_read(arena, bytes_of_string(sddl), &none, &raw, &error);
    ck_assert_msg(err == ERR_NONE, "%s: at %zu expected %s", sddl, error.offset, error.expected);
    ck_assert_int_eq(descriptor_parse(raw, ret), ERR_NONE);
}

/* Auditing changes no answer. */
static void check_audit(const struct decide_row *row, const struct token *token,
                        const struct access_request *request, const struct access_answer *answer)
{
    const char *expected = request->result_list ? row->audit_list : row->audit;
    struct object_node before[DECIDE_ROW_NODES_MAX];
    struct audit_answer audit = {.success = false};
    if (expected == NULL)
        return;
    if (request->node_count != 0)
        memcpy(before, request->nodes, request->node_count * sizeof *before);
    ck_assert_int_eq(audit_decide(token, request, answer, &audit), ERR_NONE);
    ck_assert_msg(audit.success == (strchr(expected, 'S') != NULL), "%s: audits success", row->what);
    ck_assert_msg(audit.failure == (strchr(expected, 'F') != NULL), "%s: audits failure", row->what);
    if (request->node_count != 0)
        ck_assert_mem_eq(before, request->nodes, request->node_count * sizeof *before);
}

static void check_answer(const struct decide_row *row, const struct token *token,
                         const struct access_request *request)
{
    struct access_answer answer = {.allowed = true, .granted = 1};
    enum err err = decide_access(token, request, &answer);
    ck_assert_msg(err == row->err, "%s: error %s", row->what, err_win32_name(err));
    enum err reason = row->granted != 0         ? ERR_NONE
                      : row->reason != ERR_NONE ? row->reason
                                                : ERR_ACCESS_DENIED;
    ck_assert_msg(answer.granted == row->granted, "%s: granted 0x%x", row->what, answer.granted);
    ck_assert_msg(answer.allowed == (row->granted != 0), "%s: allowed", row->what);
    ck_assert_msg(answer.reason == reason, "%s: reason %s", row->what, err_win32_name(answer.reason));
    ck_assert_msg(answer.privileges_used == row->used, "%s: privileges", row->what);
    if (err == ERR_NONE)
        check_audit(row, token, request, &answer);
}

static void check_results(const struct decide_row *row, const struct access_request *request)
{
    char results[1000] = "";
    size_t used = 0;
    for (size_t i = 0; i < request->node_count; i++)
        used += (size_t)snprintf(results + used, sizeof results - used, "%s%x%c", i == 0 ? "" : " ",
                                 request->nodes[i].granted, request->nodes[i].allowed ? '+' : '-');
    ck_assert_msg(strcmp(results, row->results) == 0, "%s: %s", row->what, results);
}

static const struct token *read_token(struct arena *arena, const struct decide_row *row)
{
    struct token *token = token_text_read(arena, row->token);
    if (row->user_claims != NULL)
        token->user_claims = condition_text_claims(arena, row->user_claims);
    if (row->device_claims != NULL)
        token->device_claims = condition_text_claims(arena, row->device_claims);
    if (row->local_claims != NULL)
        token->local_claims = condition_text_claims(arena, row->local_claims);
    return token;
}

void decide_row_prepare(const struct decide_row *row, struct arena *arena, struct decide_case *ret)
{
    static const struct generic_mapping file = {0x120089, 0x120116, 0x1200A0, 0x1F01FF};
    *ret = (struct decide_case){0};
    if (row->descriptor != NULL)
        ret->descriptor = *row->descriptor;
    else
        read_descriptor(arena, row->sddl, &ret->descriptor);
    ret->token = read_token(arena, row);
    ret->request = (struct access_request){
        .descriptor = &ret->descriptor,
        .desired = row->desired,
        .policies = row->policies,
        .mapping = row->mapping != NULL ? *row->mapping : file,
        .principal_self = row->self != NULL ? token_text_sid(arena, bytes_of_string(row->self)) : NULL,
        .nodes = row->list != NULL ? ret->nodes : NULL,
        .node_count = row->list != NULL ? decide_row_nodes(row->list, ret->nodes) : 0,
        .result_list =
            row->list != NULL && row->list[0] == '\0'}; /* a list of nothing is no list elsewhere */
}

void decide_row_check(const struct decide_row *row)
{
    struct decide_case ready;
    AUTO_ARENA arena;
    arena_init(&arena, 10000000);
    decide_row_prepare(row, &arena, &ready);
    check_answer(row, ready.token, &ready.request);
    if (row->results == NULL)
        return;
    for (size_t i = 0; i < ready.request.node_count; i++)
        ck_assert_msg(!ready.nodes[i].allowed && ready.nodes[i].granted == 0, "%s: one answer only",
                      row->what);
    ready.request.result_list = true;
    check_answer(row, ready.token, &ready.request);
    check_results(row, &ready.request);
}
