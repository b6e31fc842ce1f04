/* What GetTokenInformation says of a token: every class that Wine has not, and answers that are too short or point elsewhere. */
#include "platform/windows/snapshot.h"
#include "support/suite.h"
#include "windows/double.h"

enum { ANSWER_SIZE = 512, SIDS_AT = 256, TRUST_LEVEL = 41, LESS_PRIVILEGED = 46 };

/* A class and the SIDs that its answer names, in a list, or alone, or a number. */
static const struct said {
    TOKEN_INFORMATION_CLASS class;
    enum { LIST, ONE, ALONE, NUMBER } kind;
    const char *sids[3];
    DWORD attributes;
    uint32_t number;
} all[] = {
    {TokenUser, ONE, {"S-1-5-21-1-2-3-1104"}, SE_GROUP_USE_FOR_DENY_ONLY, 0},
    {TokenIntegrityLevel, ONE, {"S-1-16-4096"}, SE_GROUP_INTEGRITY, 0},
    {TokenMandatoryPolicy, NUMBER, {NULL}, 0, 3},
    {TokenGroups, LIST, {"S-1-1-0", "S-1-5-2"}, 7, 0},
    {TokenRestrictedSids, LIST, {"S-1-5-12", "S-1-5-33"}, 7, 0},
    {TokenAppContainerSid, ALONE, {"S-1-15-2-1-2-3-4-5-6-7"}, 0, 0},
    {TokenCapabilities, LIST, {"S-1-15-3-1"}, 4, 0},
    {(TOKEN_INFORMATION_CLASS)LESS_PRIVILEGED, NUMBER, {NULL}, 0, 1},
    {(TOKEN_INFORMATION_CLASS)TRUST_LEVEL, ALONE, {"S-1-19-512-4096"}, 0, 0},
    {TokenDeviceGroups, LIST, {"S-1-5-21-1-2-3-515"}, 7, 0},
};

/* How the answer of one class is spoilt. */
static struct {
    TOKEN_INFORMATION_CLASS class;
    enum { SOUND, UNKNOWN, DENIED, CUT, ELSEWHERE, COUNT, NOWHERE } how;
} spoilt;

static PSID place(uint8_t answer[ANSWER_SIZE], size_t *used, const char *text)
{
    struct sid_buffer sid;
    ck_assert_int_eq(sid_parse(bytes_of_string(text), &sid), ERR_NONE);
    PSID at = answer + *used;
    memcpy(at, sid.bytes, sid_size(sid_of(&sid)));
    *used += (sid_size(sid_of(&sid)) + 7) / 8 * 8;
    return spoilt.how == ELSEWHERE ? answer + ANSWER_SIZE : at;
}

static void write_list(const struct said *said, uint8_t *answer)
{
    TOKEN_GROUPS *groups = (TOKEN_GROUPS *)(void *)answer;
    SID_AND_ATTRIBUTES *items = groups->Groups;
    size_t used = SIDS_AT;
    for (size_t i = 0; i < 3 && said->sids[i] != NULL; i++)
        items[groups->GroupCount++] =
            (SID_AND_ATTRIBUTES){place(answer, &used, said->sids[i]), said->attributes};
    if (spoilt.how == COUNT)
        groups->GroupCount = 1000;
}

static DWORD write_answer(const struct said *said, uint8_t *answer)
{
    size_t used = SIDS_AT;
    SID_AND_ATTRIBUTES one = {NULL, said->attributes};
    memset(answer, 0, ANSWER_SIZE);
    if (said->kind == NUMBER) {
        memcpy(answer, &said->number, sizeof said->number);
        return sizeof said->number;
    }
    if (said->kind == LIST)
        write_list(said, answer);
    else if (spoilt.how != NOWHERE)
        one.Sid = place(answer, &used, said->sids[0]);
    if (said->kind == ONE)
        memcpy(answer, &one, sizeof one);
    else if (said->kind == ALONE)
        memcpy(answer, &one.Sid, sizeof(PSID));
    return ANSWER_SIZE;
}

static BOOL refuse(DWORD code)
{
    SetLastError(code);
    return FALSE;
}

/* The two classes with structures of their own. */
static BOOL tell_rest(TOKEN_INFORMATION_CLASS class, void *buffer, DWORD *used)
{
    const TOKEN_STATISTICS statistics = {.TokenType = TokenImpersonation,
                                         .ImpersonationLevel = SecurityIdentification,
                                         .AuthenticationId = {.LowPart = 2, .HighPart = 1}};
    const TOKEN_ACCESS_INFORMATION access = {.Flags = 0x8};
    const TOKEN_PRIVILEGES privileges = {.PrivilegeCount = 0};
    const void *answer = class == TokenStatistics          ? (const void *)&statistics
                         : class == TokenAccessInformation ? (const void *)&access
                         : class == TokenPrivileges        ? (const void *)&privileges
                                                           : NULL;
    *used = class == TokenStatistics   ? sizeof statistics
            : class == TokenPrivileges ? sizeof privileges
                                       : sizeof access;
    if (answer == NULL)
        return refuse(ERROR_INVALID_PARAMETER);
    memcpy(buffer, answer, *used);
    return TRUE;
}

static BOOL WINAPI tell(HANDLE token, TOKEN_INFORMATION_CLASS class, LPVOID buffer, DWORD size, PDWORD used)
{
    const bool is_spoilt = spoilt.class == class;
    (void)token;
    ck_assert_uint_ge(size, ANSWER_SIZE);
    if (is_spoilt && (spoilt.how == UNKNOWN || spoilt.how == DENIED))
        return refuse(spoilt.how == UNKNOWN ? ERROR_INVALID_PARAMETER : ERROR_ACCESS_DENIED);
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (all[i].class != class)
            continue;
        const int how = spoilt.how;
        spoilt.how = is_spoilt ? spoilt.how : SOUND;
        *used = write_answer(&all[i], buffer);
        if (spoilt.how == CUT)
            *used = 2;
        spoilt.how = how;
        return TRUE;
    }
    return tell_rest(class, buffer, used);
}

static enum err take(struct arena *arena, struct token *ret)
{
    struct system system;
    uint64_t logon_id = 0;
    double_system(&system);
    system.GetTokenInformation = tell;
    system.GetLastError = GetLastError;
    const enum err err = snapshot_take(&system, NULL, arena, ret, &logon_id);
    ck_assert(err != ERR_NONE || logon_id == 0x100000002);
    return err;
}

static void check_sid(const struct sid *sid, const char *expected)
{
    char text[SID_TEXT_MAX] = "none";
    if (sid != NULL)
        (void)sid_format(sid, text);
    ck_assert_str_eq(text, expected);
}

START_TEST(everything)
{
    AUTO_ARENA arena;
    struct token token;
    arena_init(&arena, 64 << 20);
    spoilt.how = SOUND;
    ck_assert_int_eq(take(&arena, &token), ERR_NONE);
    ck_assert(token.type == TOKEN_IMPERSONATION && token.level == SECURITY_IDENTIFICATION);
    check_sid(token.user, "S-1-5-21-1-2-3-1104");
    ck_assert(token.user_deny_only);
    ck_assert_uint_eq(token.integrity_level, INTEGRITY_LOW);
    ck_assert_uint_eq(token.mandatory_policy, 3);
    ck_assert_uint_eq(token.groups.count, 2);
    ck_assert_uint_eq(token.restricting_sids.count, 2);
    check_sid(token.restricting_sids.items[1].sid, "S-1-5-33");
    ck_assert(token.restricted && token.write_restricted);
    check_sid(token.package, "S-1-15-2-1-2-3-4-5-6-7");
    ck_assert_uint_eq(token.capabilities.count, 1);
    ck_assert_uint_eq(token.capabilities.items[0].attributes, SE_GROUP_ENABLED);
    ck_assert(token.less_privileged_app_container);
    check_sid(token.trust, "S-1-19-512-4096");
    ck_assert(token.has_device);
    check_sid(token.device_groups.items[0].sid, "S-1-5-21-1-2-3-515");
}
END_TEST

/* A token that is not what it is said to be is none: no class may be read by halves. */
static const struct row {
    TOKEN_INFORMATION_CLASS class;
    int how;
    enum err err;
} rows[] = {
    {TokenUser, UNKNOWN, ERR_NOT_SUPPORTED},
    {TokenUser, CUT, ERR_MALFORMED},
    {TokenUser, ELSEWHERE, ERR_MALFORMED},
    {TokenUser, NOWHERE, ERR_MALFORMED},
    {TokenGroups, UNKNOWN, ERR_NOT_SUPPORTED},
    {TokenGroups, DENIED, ERR_ACCESS_DENIED},
    {TokenGroups, COUNT, ERR_MALFORMED},
    {TokenGroups, ELSEWHERE, ERR_MALFORMED},
    {TokenGroups, CUT, ERR_MALFORMED},
    {TokenRestrictedSids, DENIED, ERR_ACCESS_DENIED},
    {TokenRestrictedSids, COUNT, ERR_MALFORMED},
    {TokenRestrictedSids, CUT, ERR_MALFORMED},
    {TokenRestrictedSids, UNKNOWN, ERR_NONE}, /* Wine */
    {TokenIntegrityLevel, UNKNOWN, ERR_NOT_SUPPORTED},
    {TokenIntegrityLevel, NOWHERE, ERR_MALFORMED},
    {TokenMandatoryPolicy, CUT, ERR_MALFORMED},
    {TokenMandatoryPolicy, UNKNOWN, ERR_NONE},
    {TokenAppContainerSid, NOWHERE, ERR_NONE},
    {TokenAppContainerSid, UNKNOWN, ERR_NONE},
    {TokenAppContainerSid, ELSEWHERE, ERR_MALFORMED},
    {TokenAppContainerSid, DENIED, ERR_ACCESS_DENIED},
    {TokenCapabilities, COUNT, ERR_MALFORMED},
    {(TOKEN_INFORMATION_CLASS)LESS_PRIVILEGED, UNKNOWN, ERR_NONE},
    {(TOKEN_INFORMATION_CLASS)TRUST_LEVEL, NOWHERE, ERR_NONE},
    {TokenDeviceGroups, ELSEWHERE, ERR_MALFORMED},
    {TokenDeviceGroups, UNKNOWN, ERR_NONE},
};

START_TEST(spoilt_row)
{
    AUTO_ARENA arena;
    struct token token = {.integrity_level = 99};
    arena_init(&arena, 64 << 20);
    spoilt.class = rows[_i].class;
    spoilt.how = rows[_i].how;
    ck_assert_int_eq(take(&arena, &token), rows[_i].err);
    ck_assert_int_eq(token.integrity_level == 99, rows[_i].err != ERR_NONE);
    if (rows[_i].class == TokenAppContainerSid)
        ck_assert_ptr_null(token.package);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("windows-snapshot");
    TCase *tcase = tcase_create("snapshot");
    tcase_add_test(tcase, everything);
    tcase_add_loop_test(tcase, spoilt_row, 0, sizeof rows / sizeof rows[0]);
    suite_add_tcase(suite, tcase);
    return suite_run(suite);
}
