#include "platform/posix/template.h"
#include "base/utf16.h"
#include "support/sids.h"
#include "support/suite.h"

#define V "[Version]\r\nsignature=\"$CHICAGO$\"\r\nRevision=1\r\n"
#define R "[Privilege Rights]\r\n"
#define G "[Group Membership]\r\n"
#define E "[Event Audit]\r\n"
#define L                                                                                                    \
    "[Registry Values]\r\nMACHINE\\System\\CurrentControlSet\\Control\\Lsa\\SCENoApplyLegacyAuditPolicy="
#define A "S-1-5-32-544"
#define B "S-1-5-32-551"

/* Knows "Alice" in either case and CORP\Bob. */
static enum err find_name(const void *context, struct bytes name, struct sid_buffer *ret)
{
    (void)context;
    if (bytes_equal_ignoring_case(name, bytes_of_string("alice")))
        return sid_parse(bytes_of_string("S-1-5-21-1-2-3-1104"), ret);
    if (bytes_equal_ignoring_case(name, bytes_of_string("corp\\bob")))
        return sid_parse(bytes_of_string("S-1-5-21-1-2-3-1105"), ret);
    if (bytes_equal(name, bytes_of_string("broken")))
        return ERR_IO;
    return ERR_NONE_MAPPED;
}

static const struct template_names names = {.find = find_name};

/* The SIDs of what the template says, between blanks, in its order: holders of `right`. */
static const char *holders_of(struct arena *arena, const struct template *template, unsigned right)
{
    const char *text = "";
    for (size_t i = 0; i < template->holder_count; i++) {
        char sid[SID_TEXT_MAX];
        if (template->holders[i].right != right)
            continue;
        (void)sid_format(template->holders[i].sid, sid);
        text = arena_printf(arena, "%s%s%s", text, *text != '\0' ? " " : "", sid);
        ck_assert_ptr_nonnull(text);
    }
    return text;
}

static const char *members_of(struct arena *arena, const struct template *template)
{
    const char *text = "";
    for (size_t i = 0; i < template->member_count; i++) {
        char group[SID_TEXT_MAX];
        char member[SID_TEXT_MAX];
        (void)sid_format(template->members[i].group, group);
        (void)sid_format(template->members[i].member, member);
        text = arena_printf(arena, "%s%s%s<%s", text, *text != '\0' ? " " : "", group, member);
        ck_assert_ptr_nonnull(text);
    }
    return text;
}

/* What is read. `right` and `holders`: one right of it. */
static const struct {
    const char *text;
    unsigned right;
    bool listed;
    const char *holders;
    const char *members;
    size_t replaced;
    size_t notes;
} good_rows[] = {
    {V R "SeBackupPrivilege = *" A ",*" B "\r\n", 17, true, A " " B, "", 0, 0},
    {V R "SeBackupPrivilege = *" A ",*" B "\n", 17, true, A " " B, "", 0, 0},
    {V R "SeBackupPrivilege=*" A, 17, true, A, "", 0, 0}, /* no end of line */
    {"\xEF\xBB\xBF" V R "SeBackupPrivilege=*" A, 17, true, A, "", 0, 0},
    {V R " \tSeBackupPrivilege\t= *" A " , *" B " \r\n", 17, true, A " " B, "", 0, 0},
    {V "[pRIVILEGE rights]\nsebackupprivilege=*" A, 17, true, A, "", 0, 0},
    {V "[ Privilege Rights ]\nSeBackupPrivilege=*" A, 17, true, A, "", 0, 0},
    {R "SeBackupPrivilege=*" A "\r\n" V, 17, true, A, "", 0, 0}, /* secedit puts it last */
    {V R "SeBackupPrivilege=\r\n", 17, true, "", "", 0, 0},      /* nobody */
    {V R "SeBackupPrivilege=,, ,*" A ",\r\n", 17, true, A, "", 0, 0},
    {V R "SeRestorePrivilege=*" A, 17, false, "", "", 0, 0},
    {V R "SeNetworkLogonRight=*S-1-1-0", RIGHT_NETWORK_LOGON, true, "S-1-1-0", "", 0, 0},
    {V R "SeDenyNetworkLogonRight=*S-1-1-0", RIGHT_DENY_NETWORK_LOGON, true, "S-1-1-0", "", 0, 0},
    {V R "SeDenyRemoteInteractiveLogonRight=*S-1-1-0", RIGHT_DENY_REMOTE_INTERACTIVE_LOGON, true, "S-1-1-0",
     "", 0, 0},
    {V R "SeBackupPrivilege=ALICE,CORP\\bob", 17, true, "S-1-5-21-1-2-3-1104 S-1-5-21-1-2-3-1105", "", 0, 0},
    {V R "SeBackupPrivilege=\"alice\"", 17, true, "S-1-5-21-1-2-3-1104", "", 0, 0},
    {V R "SeBackupPrivilege=\"a,b\",*" A, 17, true, A, "", 0, 1}, /* one name with a comma in it */
    {V R "SeBackupPrivilege=nobody,*" A, 17, true, A, "", 0, 1},  /* left out, and said so */
    {V R "SeFuturePrivilege=*" A, 17, false, "", "", 0, 1},
    {V R "; SeBackupPrivilege=*" A "\r\nSeRestorePrivilege=*" A " ; all", 18, true, A, "", 0, 0},
    {V "[Registry Values]\r\nMACHINE\\X=4,1\r\nnonsense\r\n[Other]\nA\n" R "SeBackupPrivilege=*" A, 17, true,
     A, "", 0, 0},
    {V E "AuditSystemEvents = 0\r\nauditobjectaccess = \"3\"\r\n", 17, false, "", "", 0, 0},
    {V E "AuditTomorrow = 3\r\n", 17, false, "", "", 0, 1}, /* left out, and said so */
    {V E "AuditLogonEvents = 0\r\n" L "4,1\r\n", 17, false, "", "", 0, 1},
    {V E L "4,1\r\n", 17, false, "", "", 0, 0},
    {V "[Unicode]\r\nUnicode=yes\r\n[System Access]\r\nMinimumPasswordAge = 1\r\n", 17, false, "", "", 0, 0},
    {R "SeBackupPrivilege=*" A, 17, true, A, "", 0, 1}, /* no [Version] */
    {V R "SeBackupPrivilege=*" A "\r\n" G "\r\n" R "SeRestorePrivilege=*" B, 18, true, B, "", 0, 0},
    {V G "*" A "__Members = *" B ",alice\r\n", 17, false, "", A "<" B " " A "<S-1-5-21-1-2-3-1104", 1, 0},
    {V G "*" A "__members =\r\n", 17, false, "", "", 1, 0},
    {V G "*" A "__Memberof =\r\n", 17, false, "", "", 0, 0},
    {V G "alice__MEMBEROF = *" A ",*" B "\r\n", 17, false, "",
     A "<S-1-5-21-1-2-3-1104 " B "<S-1-5-21-1-2-3-1104", 0, 0},
    {V G "*" A "__Memberof =\r\n*" A "__Members =\r\n*" B "__Members=\r\n", 17, false, "", "", 2, 0},
    {V "[Group Membership]", 17, false, "", "", 0, 0},
};

static void check_good(struct arena *arena, struct bytes file, int row)
{
    struct template template = {0};
    struct notes notes;
    ck_assert_int_eq(template_parse(arena, file, &names, &template, &notes), ERR_NONE);
    ck_assert(((template.listed & right_bit(good_rows[row].right)) != 0) == good_rows[row].listed);
    ck_assert_str_eq(holders_of(arena, &template, good_rows[row].right), good_rows[row].holders);
    ck_assert_str_eq(members_of(arena, &template), good_rows[row].members);
    ck_assert_uint_eq(template.replaced_count, good_rows[row].replaced);
    ck_assert_uint_eq(notes.count, good_rows[row].notes);
    for (size_t i = 0; i < notes.count; i++)
        ck_assert(!notes.items[i].refused);
}

/* In UTF-8, and in UTF-16LE with its mark. */
START_TEST(good_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct bytes text = bytes_of_string(good_rows[_i].text);
    check_good(&arena, text, _i);
    struct bytes wide = {0};
    ck_assert_int_eq(utf16_from_utf8(&arena, text, &wide), ERR_NONE);
    if (text.data[0] != 0xEF) { /* the row that has the UTF-8 mark is UTF-16's mark in UTF-16 already */
        uint8_t *marked = arena_alloc(&arena, wide.size + 2);
        ck_assert_ptr_nonnull(marked);
        marked[0] = 0xFF;
        marked[1] = 0xFE;
        memcpy(marked + 2, wide.data, wide.size);
        wide = bytes_of(marked, wide.size + 2);
    }
    check_good(&arena, wide, _i);
}
END_TEST

/* What is refused, with the line and what is named there. */
static const struct {
    const char *text;
    size_t size; /* 0: up to the NUL */
    unsigned line;
    const char *name; /* NULL for none */
} bad_rows[] = {
    {"", 0, 0, NULL},
    {"\r\n\r\n", 0, 2, NULL},
    {"; only words\n", 0, 1, NULL},
    {"hello\n" V, 0, 1, "hello"},
    {"SeBackupPrivilege=*" A, 0, 1, "SeBackupPrivilege=*" A},
    {V R "SeDenyNetworkLogonRight=nobody\r\n", 0, 5, "nobody"},
    {V R "SeDenyNetworkLogonRight=*" A ",nobody\r\n", 0, 5, "nobody"},
    {V R "SeDenyInteractiveLogonRight=nobody\r\n", 0, 5, "nobody"},
    {V R "sedenynetworklogonright=nobody\r\n", 0, 5, "nobody"},
    {V R "SeDenyNetworkLogonRigth=*" A, 0, 5, "SeDenyNetworkLogonRigth"},
    {V R "\"SeDenyNetworkLogonRight\"=*" A, 0, 5, "\"SeDenyNetworkLogonRight\""},
    {V R "Se DenyNetworkLogonRight=*" A, 0, 5, "Se DenyNetworkLogonRight"},
    {V R "=*" A, 0, 5, NULL},
    {V R "SeBackupPrivilege=*S-1\r\n", 0, 5, "*S-1"},
    {V R "SeBackupPrivilege=*S-2-5-32-544\r\n", 0, 5, "*S-2-5-32-544"},
    {V R "SeBackupPrivilege=*" A "x\r\n", 0, 5, "*" A "x"},
    {V R "SeBackupPrivilege=*\r\n", 0, 5, "*"},
    {V R "SeBackupPrivilege=*" A "\r\nSEBACKUPPRIVILEGE=\r\n", 0, 6, "SEBACKUPPRIVILEGE"},
    {V R "SeBackupPrivilege=\r\n" V R "SeBackupPrivilege=\r\n", 0, 10, "SeBackupPrivilege"},
    {V R "SeMachineAccountPrivilege=\r\nSeUnsolicitedInputPrivilege=\r\n", 0, 6,
     "SeUnsolicitedInputPrivilege"},
    {V R "SeBackupPrivilege\r\n", 0, 5, "SeBackupPrivilege"},
    {V "[Privilege Rights\r\n", 0, 4, "[Privilege Rights"},
    {V "[\r\n", 0, 4, "["},
    {V G "*" A "__Members=nobody\r\n", 0, 5, "nobody"},
    {V G "nobody__Members=*" A "\r\n", 0, 5, "nobody"},
    {V G "*" A "=*" B "\r\n", 0, 5, "*" A},
    {V G "__Members=*" B "\r\n", 0, 5, "__Members"},
    {V G "*" A "__Members=\r\n*S-1-5-0x20-544__Members=*" B "\r\n", 0, 6, "*S-1-5-0x20-544__Members"},
    {V E "AuditLogonEvents = 5\r\n", 0, 5, "AuditLogonEvents"},
    {V E "AuditLogonEvents =\r\n", 0, 5, "AuditLogonEvents"},
    {V E "AuditLogonEvents = 0x1\r\n", 0, 5, "AuditLogonEvents"},
    {V E "AuditLogonEvents = Success\r\n", 0, 5, "AuditLogonEvents"},
    {V E "AuditSystemEvents = 1\r\nAUDITSYSTEMEVENTS = 1\r\n", 0, 6, "AUDITSYSTEMEVENTS"},
    {V E "AuditLogonEvents\r\n", 0, 5, "AuditLogonEvents"},
    {V E "AuditLogonEvents = 5\r\n" L "4,1\r\n", 0, 5, "AuditLogonEvents"},
    {V R "SeBackupPrivilege=\xE4lice", 0, 0, NULL}, /* Latin-1 */
    {V R "Se\0BackupPrivilege=", sizeof(V R "Se\0BackupPrivilege=") - 1, 0, NULL},
    {"[\0V\0e\0r\0s\0i\0o\0n\0]\0", 18, 0, NULL}, /* UTF-16 without its mark */
    {"\xFE\xFF\0[\0V\0]", 8, 0, NULL},            /* UTF-16BE */
    {"\xFF\xFE[\0V\0]", 7, 0, NULL},              /* half a unit */
    {"\xFF\xFE\0\xD8[\0", 6, 0, NULL},            /* half a pair */
    {"\xFF\xFE", 2, 0, NULL},
    {"\xEF\xBB\xBF", 3, 0, NULL},
};

/* All in one go: lines that are wrong, and accounts that nobody has. */
START_TEST(every_mistake)
{
    static const char text[] =
        V R "SeDenyNetworkLogonRight = *S-9, *S-1-1-0, nobody\nno equals sign\n"
            "SeBackupPrivilege = *S-1-1-0\nSeBackupPrivilege = *S-1-1-0\n[half\nskipped\n" G
            "*S-9__Members = *S-1-1-0\n*S-1-5-32-551__Member = x\n"
            "*S-1-5-32-551__Members = *S-9, *S-8\n";
    static const char *const names_told[] = {"*S-9",  "nobody", "no equals sign",        "SeBackupPrivilege",
                                             "[half", "*S-9",   "*S-1-5-32-551__Member", "*S-9",
                                             "*S-8"};
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct template template = {.holder_count = 77};
    struct notes notes;
    ck_assert_int_eq(template_parse(&arena, bytes_of_string(text), &names, &template, &notes), ERR_MALFORMED);
    ck_assert_uint_eq(template.holder_count, 77);
    ck_assert_uint_eq(notes.count, sizeof names_told / sizeof names_told[0]);
    for (size_t i = 0; i < notes.count; i++) {
        ck_assert(notes.items[i].refused);
        ck_assert_str_eq(notes.items[i].name, names_told[i]);
        ck_assert(i == 0 || notes.items[i].line >= notes.items[i - 1].line);
    }
}
END_TEST

START_TEST(bad_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct template template = {.holder_count = 77};
    struct notes notes;
    size_t size = bad_rows[_i].size != 0 ? bad_rows[_i].size : strlen(bad_rows[_i].text);
    ck_assert_int_eq(template_parse(&arena, bytes_of(bad_rows[_i].text, size), &names, &template, &notes),
                     ERR_MALFORMED);
    ck_assert_uint_eq(template.holder_count, 77);
    ck_assert_uint_ge(notes.count, 1);
    const struct note *last = &notes.items[notes.count - 1];
    ck_assert(last->refused);
    ck_assert_ptr_nonnull(last->text);
    ck_assert_uint_eq(last->line, bad_rows[_i].line);
    ck_assert((last->name == NULL) == (bad_rows[_i].name == NULL));
    if (last->name != NULL)
        ck_assert_str_eq(last->name, bad_rows[_i].name);
}
END_TEST

/* Many times the same, between a head and a tail. */
static struct bytes repeat(struct arena *arena, const char *head, const char *text, size_t times,
                           const char *tail)
{
    size_t size = strlen(text);
    size_t at = strlen(head);
    char *all = arena_alloc(arena, at + size * times + strlen(tail) + 1);
    ck_assert_ptr_nonnull(all);
    memcpy(all, head, at + 1);
    for (size_t i = 0; i < times; i++, at += size)
        memcpy(all + at, text, size + 1);
    memcpy(all + at, tail, strlen(tail) + 1);
    return bytes_of(all, at + strlen(tail));
}

static const struct {
    const char *head;
    const char *text;
    size_t times;
    const char *tail;
    enum err err;
} large_rows[] = {
    {V R "SeBackupPrivilege=", "*S-1-1-0,", TEMPLATE_ITEMS_MAX, "", ERR_NONE},
    {V R "SeBackupPrivilege=", "*S-1-1-0,", TEMPLATE_ITEMS_MAX + 1, "", ERR_TOO_LARGE},
    {V G "*S-1-5-32-544__Members=", "*S-1-1-0,", TEMPLATE_ITEMS_MAX + 1, "", ERR_TOO_LARGE},
    {V, " ", TEMPLATE_SIZE_MAX - sizeof V + 1, "", ERR_NONE},
    {V, " ", TEMPLATE_SIZE_MAX - sizeof V + 2, "", ERR_TOO_LARGE},
    {V R, "SeA=\n", 5000, "", ERR_NONE},
    {V R, "SeA=\n", 5000, "SeDenyNetworkLogonRight=nobody", ERR_MALFORMED},
    {V R "SeBackupPrivilege=broken", "", 1, "", ERR_IO},
};

START_TEST(large_row)
{
    AUTO_ARENA text;
    AUTO_ARENA arena;
    arena_init(&text, 1 << 24);
    arena_init(&arena, TEMPLATE_MEMORY_MAX);
    struct template template = {0};
    struct notes notes;
    struct bytes file =
        repeat(&text, large_rows[_i].head, large_rows[_i].text, large_rows[_i].times, large_rows[_i].tail);
    ck_assert_int_eq(template_parse(&arena, file, &names, &template, &notes), large_rows[_i].err);
    /* however many notes there are, the one that refuses is among them */
    if (large_rows[_i].err == ERR_MALFORMED) {
        ck_assert_uint_eq(notes.count, NOTES_MAX);
        ck_assert_uint_eq(notes.left_out, 5000 - (NOTES_MAX - 1));
        ck_assert(notes.items[NOTES_MAX - 1].refused);
    }
}
END_TEST

START_TEST(no_memory)
{
    static const char text[] = V R "SeBackupPrivilege=*" A ",*" B "\r\n" G "*" A "__Members=*" B "\r\n";
    enum err err = ERR_NO_MEMORY;
    for (size_t limit = 0; err != ERR_NONE; limit += 8) {
        AUTO_ARENA arena;
        arena_init(&arena, limit);
        struct template template = {0};
        struct notes notes;
        err = template_parse(&arena, bytes_of_string(text), &names, &template, &notes);
        ck_assert(err == ERR_NONE || err == ERR_NO_MEMORY);
        ck_assert_uint_lt(limit, 1 << 16);
    }
}
END_TEST

#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

int main(void)
{
    Suite *suite = suite_create("template");
    TCase *tests = tcase_create("template");
    tcase_add_loop_test(tests, good_row, 0, ROWS(good_rows));
    tcase_add_test(tests, every_mistake);
    tcase_add_loop_test(tests, bad_row, 0, ROWS(bad_rows));
    tcase_add_loop_test(tests, large_row, 0, ROWS(large_rows));
    tcase_add_test(tests, no_memory);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
