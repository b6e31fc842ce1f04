#include "platform/posix/audit_csv.h"
#include "base/utf16.h"
#include "support/suite.h"

#define H                                                                                                    \
    "Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value\r\n"
#define G(id)      "{0CCE92" id "-69AE-11D9-BED3-505054503030}"
#define S(id, on)  ",System,Audit Something," G(id) ",Success,," on "\r\n"
#define NOBODYS_ID "{11111111-2222-3333-4444-555555555555}"
#define NOTHING    "..............."

/* What is read: of each subcategory in the order of the enum its setting, or a dot when it is not listed. */
static const struct {
    const char *text;
    const char *listed;
    size_t notes;
} good_rows[] = {
    {H S("15", "1"), "1..............", 0},
    {H S("1B", "1"), ".1.............", 0},
    {H S("49", "1"), "..1............", 0},
    {H S("1D", "1"), "...1...........", 0},
    {H S("1E", "1"), "....1..........", 0},
    {H S("1F", "1"), ".....1.........", 0},
    {H S("20", "1"), "......1........", 0},
    {H S("27", "1"), ".......1.......", 0},
    {H S("23", "1"), "........1......", 0},
    {H S("46", "1"), ".........1.....", 0},
    {H S("3B", "1"), "..........1....", 0},
    {H S("28", "1"), "...........1...", 0},
    {H S("29", "1"), "............1..", 0},
    {H S("31", "1"), ".............1.", 0},
    {H S("4A", "1"), "..............1", 0},
    {H S("15", "2") S("1B", "3") S("49", "4"), "230............", 0},
    {H, NOTHING, 0},
    {H S("15", "0"), NOTHING, 1}, /* unchanged */
    {H S("15", "3") S("15", "3"), "3..............", 0},
    {H S("15", "3") S("15", "0"), "3..............", 1},
    {H S("2B", "3") S("10", "3"), NOTHING, 0}, /* of Windows, but not written here */
    {H S("4B", "3") S("0F", "3"), NOTHING, 2}, /* of no Windows that is known */
    {H ",System,X," NOBODYS_ID ",,,3\r\n", NOTHING, 1},
    {H "PC,System,Anmelden,{0cce9215-69ae-11d9-bed3-505054503030},Erfolg,,3\r\n", "3..............", 0},
    {H "PC,SYSTEM,,0cce9215-69ae-11d9-bed3-505054503030,,,3\n", "3..............", 0},
    {H " PC , System , Logon , " G("15") " , Failure , , 2 ", "2..............", 0},
    {H "\"PC\",\"System\",\"Logon, and more\",\"" G("15") "\",\"\",\"\",\"2\"", "2..............", 0},
    {H "\r\n \t\r\n" S("15", "2") "\r\n", "2..............", 0},
    {"\r\n" H S("15", "2"), "2..............", 0},
    {"MACHINE NAME,policy target,SubCategory,subcategory guid,inclusion setting,exclusion setting,setting value\n",
     NOTHING, 0},
    {H "PC,S-1-5-21-1-2-3-1104,Logon," G("15") ",Success,,1\r\n", NOTHING, 1},
    {H "PC,{S-1-5-21-1-2-3-1104},Logon," G("15") ",Success,,1\r\n", NOTHING, 1},
    {H "PC,,Option:CrashOnAuditFail,,Disabled,,0\r\nPC,,FileGlobalSacl,,,,\r\n", NOTHING, 0},
    {H "PC,,Option:AuditBaseObjects,,Enabled,,1\r\n", NOTHING, 1},
    {H "PC,,RegistryGlobalSacl,,,,\"S:(AU;SAFA;KA;;;WD)\"\r\n", NOTHING, 1},
    {H "PC,,FileGlobalSacl,,,,S:(XU;SAFA;FA;;;WD;(@USER.a Any_of {1,2}))\r\n", NOTHING, 1},
};

static void check_good(struct arena *arena, struct bytes file, int row)
{
    struct audit_overrides overrides = {.listed = {true}};
    struct notes notes;
    char listed[AUDIT_SUBCATEGORIES + 1] = "";
    ck_assert_int_eq(audit_csv_parse(arena, file, &overrides, &notes), ERR_NONE);
    for (unsigned i = 0; i < AUDIT_SUBCATEGORIES; i++)
        listed[i] = "0123."[overrides.listed[i] ? overrides.on[i] : 4];
    ck_assert_str_eq(listed, good_rows[row].listed);
    ck_assert_uint_eq(notes.count, good_rows[row].notes);
    for (size_t i = 0; i < notes.count; i++)
        ck_assert(!notes.items[i].refused && notes.items[i].line != 0);
}

/* In UTF-8 with its mark and without, and in UTF-16LE with its mark. */
START_TEST(good_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    const char *text = good_rows[_i].text;
    struct bytes wide = {0};
    check_good(&arena, bytes_of_string(text), _i);
    check_good(&arena, bytes_of_string(arena_printf(&arena, "\xEF\xBB\xBF%s", text)), _i);
    const char *marked = arena_printf(&arena, "\xEF\xBB\xBF%s", text);
    ck_assert_int_eq(utf16_from_utf8(&arena, bytes_of_string(marked), &wide), ERR_NONE);
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
    {S("15", "3"), 0, 1, NULL},
    {"[Version]\r\n", 0, 1, "[Version]"},
    {"Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting\r\n", 0, 1,
     "Machine Name"},
    {"Machine Name,Policy Target,Subcategory,Subcategory GUID,Inclusion Setting,Exclusion Setting,Setting Value,\r\n",
     0, 1, "Machine Name"},
    {"Machine Name,Policy Target,Subcategory,GUID,Inclusion Setting,Exclusion Setting,Setting Value\r\n", 0,
     1, "Machine Name"},
    {H "PC,System,Logon," G("15") ",Success,\r\n", 0, 2, "PC"},
    {H "PC,System,Logon," G("15") ",Success,,1,\r\n", 0, 2, "PC"},
    {H "PC,System,Logon," G("15"), 0, 2, "PC"}, /* cut off */
    {H "\r\n" S("15", "5"), 0, 3, "5"},
    {H S("15", ""), 0, 2, NULL},
    {H S("15", "01"), 0, 2, "01"},
    {H S("15", "-1"), 0, 2, "-1"},
    {H S("15", "Success"), 0, 2, "Success"},
    {H S("2B", "16"), 0, 2, "16"}, /* of others too: the file is not what it seems */
    {H S("15", "1") S("15", "2"), 0, 3, "Audit Something"},
    {H S("15", "4") S("15", "1"), 0, 3, "Audit Something"},
    {H ",System,Logon,,Success,,1\r\n", 0, 2, NULL},
    {H ",System,Logon,Logon,Success,,1\r\n", 0, 2, "Logon"},
    {H ",System,Logon,{" G("15") "},Success,,1\r\n", 0, 2, "{" G("15") "}"},
    {H ",System,Logon,{0CCE9215-69AE-11D9-BED3-50505450303},Success,,1\r\n", 0, 2,
     "{0CCE9215-69AE-11D9-BED3-50505450303}"},
    {H ",Systme,Logon," G("15") ",Success,,1\r\n", 0, 2, "Systme"},
    {H ",,Logon," G("15") ",Success,,1\r\n", 0, 2, NULL},
    {H ",\"System,Logon," G("15") ",Success,,1\r\n", 0, 2, NULL}, /* an open quote */
    {H ",System,B\xE4r," G("15") ",Success,,1\r\n", 0, 0, NULL},  /* Latin-1 */
    {"M\0a\0c\0h\0", 8, 0, NULL},                                 /* UTF-16 without its mark */
    {"\xFF\xFEM\0a", 5, 0, NULL},                                 /* half a unit */
};

START_TEST(bad_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct audit_overrides overrides = {.listed = {true}};
    struct notes notes;
    size_t size = bad_rows[_i].size != 0 ? bad_rows[_i].size : strlen(bad_rows[_i].text);
    ck_assert_int_eq(audit_csv_parse(&arena, bytes_of(bad_rows[_i].text, size), &overrides, &notes),
                     ERR_MALFORMED);
    ck_assert(overrides.listed[0] && !overrides.listed[1]);
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

START_TEST(every_mistake)
{
    static const char text[] =
        H S("15", "5") S("15", "1") ",Systme,Logon," G("15") ",Success,,1\r\n" S("15", "2");
    static const unsigned lines[] = {2, 4, 5};
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 20);
    struct audit_overrides overrides = {.listed = {true}};
    struct notes notes;
    ck_assert_int_eq(audit_csv_parse(&arena, bytes_of_string(text), &overrides, &notes), ERR_MALFORMED);
    ck_assert(overrides.listed[0] && !overrides.listed[1]);
    ck_assert_uint_eq(notes.count, sizeof lines / sizeof lines[0]);
    for (size_t i = 0; i < notes.count; i++)
        ck_assert(notes.items[i].refused && notes.items[i].line == lines[i]);
}
END_TEST

/* A header and blanks, up to that many bytes. */
START_TEST(size)
{
    AUTO_ARENA arena;
    struct audit_overrides overrides;
    struct notes notes;
    arena_init(&arena, AUDIT_CSV_MEMORY_MAX);
    char *file = arena_alloc(&arena, AUDIT_CSV_SIZE_MAX + 1);
    ck_assert_ptr_nonnull(file);
    memset(file, ' ', AUDIT_CSV_SIZE_MAX + 1);
    memcpy(file, H, sizeof H - 1);
    ck_assert_int_eq(audit_csv_parse(&arena, bytes_of(file, AUDIT_CSV_SIZE_MAX), &overrides, &notes),
                     ERR_NONE);
    ck_assert_int_eq(audit_csv_parse(&arena, bytes_of(file, AUDIT_CSV_SIZE_MAX + 1), &overrides, &notes),
                     ERR_TOO_LARGE);
}
END_TEST

/* However many notes there are, the one that refuses is among them. */
START_TEST(many_notes)
{
    AUTO_ARENA arena;
    struct audit_overrides overrides;
    struct notes notes;
    const char *text = H;
    arena_init(&arena, AUDIT_CSV_MEMORY_MAX);
    for (unsigned i = 0; i < 2 * NOTES_MAX; i++) {
        text = arena_printf(&arena, "%s" S("15", "0"), text);
        ck_assert_ptr_nonnull(text);
    }
    text = arena_printf(&arena, "%snonsense", text);
    ck_assert_ptr_nonnull(text);
    ck_assert_int_eq(audit_csv_parse(&arena, bytes_of_string(text), &overrides, &notes), ERR_MALFORMED);
    ck_assert_uint_eq(notes.count, NOTES_MAX);
    ck_assert_uint_eq(notes.left_out, 2 * NOTES_MAX - (NOTES_MAX - 1));
    ck_assert(notes.items[NOTES_MAX - 1].refused);
}
END_TEST

#define ROWS(rows) (int)(sizeof(rows) / sizeof(rows)[0])

int main(void)
{
    Suite *suite = suite_create("audit_csv");
    TCase *tests = tcase_create("audit_csv");
    tcase_add_loop_test(tests, good_row, 0, ROWS(good_rows));
    tcase_add_test(tests, every_mistake);
    tcase_add_loop_test(tests, bad_row, 0, ROWS(bad_rows));
    tcase_add_test(tests, size);
    tcase_add_test(tests, many_notes);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
