#include "engine/rights.h"
#include "support/suite.h"

#define COUNT(rows) (int)(sizeof(rows) / sizeof(rows)[0])

/* Reference 3.12, every type. */
static const struct {
    const char *name;
    struct generic_mapping mapping;
} mapping_rows[] = {
    {"file", {0x120089, 0x120116, 0x1200A0, 0x1F01FF}},
    {"directory", {0x120089, 0x120116, 0x1200A0, 0x1F01FF}},
    {"named-pipe", {0x120089, 0x120116, 0x1200A0, 0x1F01FF}},
    {"device", {0x120089, 0x120116, 0x1200A0, 0x1F01FF}},
    {"registry-key", {0x20019, 0x20006, 0x20019, 0xF003F}},
    {"service", {0x2008D, 0x20002, 0x20170, 0xF01FF}},
    {"service-manager", {0x20014, 0x20022, 0x20009, 0xF003F}},
    {"process", {0x20410, 0x20BEA, 0x121001, 0x1FFFFF}},
    {"thread", {0x20048, 0x20437, 0x121800, 0x1FFFFF}},
    {"token", {0x2001A, 0x201E0, 0x20005, 0xF01FF}},
    {"event", {0x20001, 0x20002, 0x120000, 0x1F0003}},
    {"mutex", {0x20001, 0x20000, 0x120000, 0x1F0001}},
    {"semaphore", {0x20001, 0x20002, 0x120000, 0x1F0003}},
    {"timer", {0x20001, 0x20002, 0x120000, 0x1F0003}},
    {"section", {0x20005, 0x20002, 0x20008, 0xF001F}},
    {"job", {0x20004, 0x2000B, 0x120000, 0x1F001F}},
    {"object-directory", {0x20003, 0x2000C, 0x20003, 0xF000F}},
    {"symbolic-link", {0x20001, 0x20000, 0x20001, 0xF0001}},
    {"io-completion", {0x20001, 0x20002, 0x120000, 0x1F0003}},
    {"window-station", {0x20303, 0x2001C, 0x20060, 0xF037F}},
    {"desktop", {0x20041, 0x200BE, 0x20100, 0xF01FF}},
    {"ds-object", {0x20094, 0x20028, 0x20004, 0xF01FF}},
    {"printer", {0x20008, 0x20008, 0x20008, 0xF000C}},
    {"print-server", {0x20002, 0x20003, 0x20002, 0xF0003}},
    {"print-job", {0x20020, 0x20010, 0x20010, 0xF0030}},
    {"sam-server", {0x20010, 0x2000E, 0x20021, 0xF003F}},
    {"sam-domain", {0x20084, 0x2047A, 0x20301, 0xF07FF}},
    {"sam-group", {0x20010, 0x2000E, 0x20001, 0xF001F}},
    {"sam-alias", {0x20004, 0x20013, 0x20008, 0xF001F}},
    {"sam-user", {0x2031A, 0x20044, 0x20041, 0xF07FF}},
    {"lsa-policy", {0x20006, 0x207F8, 0x20801, 0xF0FFF}},
    {"lsa-account", {0x20001, 0x2000E, 0x20000, 0xF000F}},
    {"lsa-secret", {0x20002, 0x20001, 0x20000, 0xF0003}},
    {"lsa-trusted-domain", {0x20001, 0x20014, 0x2000A, 0xF007F}},
};

START_TEST(mapping_row)
{
    const struct securable *type = securable_find(bytes_of_string(mapping_rows[_i].name));
    ck_assert_ptr_nonnull(type);
    ck_assert_mem_eq(&type->mapping, &mapping_rows[_i].mapping, sizeof type->mapping);
    ck_assert_uint_eq(generic_map(&type->mapping, RIGHT_GENERIC_READ), type->mapping.read);
    ck_assert_uint_eq(generic_map(&type->mapping, RIGHT_GENERIC_MASK | RIGHT_MAXIMUM_ALLOWED),
                      type->mapping.read | type->mapping.write | type->mapping.execute | type->mapping.all |
                          RIGHT_MAXIMUM_ALLOWED);
}
END_TEST

/* Reference 5.5: what events call bit 0 of each type's own rights; and 5.4, whose events tell of it. */
static const struct {
    const char *name;
    enum audited_as audited_as;
    uint16_t first_message;
} audited_rows[] = {
    {"file", AUDITED_AS_FILE, 4416},
    {"directory", AUDITED_AS_FILE, 4416},
    {"named-pipe", AUDITED_AS_FILE, 4416},
    {"device", AUDITED_AS_KERNEL, 4352},
    {"registry-key", AUDITED_AS_REGISTRY, 4432},
    {"service", AUDITED_AS_OTHER, 7184},
    {"service-manager", AUDITED_AS_OTHER, 7168},
    {"process", AUDITED_AS_KERNEL, 4480},
    {"thread", AUDITED_AS_KERNEL, 4560},
    {"token", AUDITED_AS_KERNEL, 4592},
    {"event", AUDITED_AS_KERNEL, 4384},
    {"mutex", AUDITED_AS_KERNEL, 4448},
    {"semaphore", AUDITED_AS_KERNEL, 4528},
    {"timer", AUDITED_AS_KERNEL, 4576},
    {"section", AUDITED_AS_KERNEL, 4512},
    {"job", AUDITED_AS_KERNEL, 5136},
    {"object-directory", AUDITED_AS_KERNEL, 4368},
    {"symbolic-link", AUDITED_AS_KERNEL, 4544},
    {"io-completion", AUDITED_AS_KERNEL, 4864},
    {"window-station", AUDITED_AS_KERNEL, 6656},
    {"desktop", AUDITED_AS_KERNEL, 6672},
    {"ds-object", AUDITED_AS_DIRECTORY, 7680},
    {"printer", AUDITED_AS_OTHER, 6928},
    {"print-server", AUDITED_AS_OTHER, 6912},
    {"print-job", AUDITED_AS_OTHER, 6944},
    {"sam-server", AUDITED_AS_SAM, 5376},
    {"sam-domain", AUDITED_AS_SAM, 5392},
    {"sam-group", AUDITED_AS_SAM, 5408},
    {"sam-alias", AUDITED_AS_SAM, 5424},
    {"sam-user", AUDITED_AS_SAM, 5440},
    {"lsa-policy", AUDITED_AS_SAM, 5632},
    {"lsa-account", AUDITED_AS_SAM, 5680},
    {"lsa-secret", AUDITED_AS_SAM, 5648},
    {"lsa-trusted-domain", AUDITED_AS_SAM, 5664},
};

START_TEST(audited_row)
{
    const struct securable *type = securable_find(bytes_of_string(audited_rows[_i].name));
    ck_assert_ptr_nonnull(type);
    ck_assert_int_eq(type->audited_as, audited_rows[_i].audited_as);
    ck_assert_uint_eq(type->first_message, audited_rows[_i].first_message);
    ck_assert_int_eq(COUNT(audited_rows), COUNT(mapping_rows));
}
END_TEST

/* Each name is found again, single bits stand before combinations, and no name is listed twice. */
START_TEST(names_are_sound)
{
    size_t count = 0;
    const struct securable *type = &securable_all(&count)[_i];
    ck_assert_uint_eq(count, (size_t)COUNT(mapping_rows));
    uint32_t seen = 0;
    for (size_t i = 0; i < type->right_count; i++) {
        uint32_t mask = 0;
        ck_assert_int_eq(right_find(type, bytes_of_string(type->rights[i].name), &mask), ERR_NONE);
        ck_assert_uint_eq(mask, type->rights[i].mask);
        ck_assert_uint_ne(mask, 0);
        seen |= mask;
    }
    const char *names[32];
    uint32_t unnamed = 0;
    (void)right_names(type, type->mapping.all & seen & 0xFFFF, names, &unnamed);
    ck_assert_str_ne(type->title, "");
    if (strcmp(type->name, "process") != 0 && strcmp(type->name, "thread") != 0)
        ck_assert_uint_eq(unnamed, 0);
}
END_TEST

static const struct {
    const char *type;
    const char *name;
    uint32_t mask; /* 0: ERR_NOT_FOUND */
} name_rows[] = {
    {"file", "FILE_READ_DATA", 0x1},
    {"file", "FILE_GENERIC_READ", 0x120089},
    {"file", "FILE_ALL_ACCESS", 0x1F01FF},
    {"file", "WRITE_DAC", 0x40000},
    {"file", "GENERIC_ALL", 0x10000000},
    {"file", "KEY_READ", 0},
    {"file", "file_read_data", 0},
    {"file", "FILE_READ", 0},
    {"file", "FA", 0},
    {"file", "", 0},
    {"directory", "FILE_TRAVERSE", 0x20},
    {"registry-key", "KEY_QUERY_VALUE", 0x1},
    {"service", "SERVICE_START", 0x10},
    {"ds-object", "ADS_RIGHT_DS_READ_PROP", 0x10},
    {"ds-object", "ACTRL_DS_READ_PROP", 0x10},
    {"ds-object", "ADS_RIGHT_ACTRL_DS_LIST", 0x4},
    {"printer", "PRINTER_ACCESS_USE", 0x8},
    {"token", "TOKEN_QUERY", 0x8},
    {"process", "PROCESS_TERMINATE", 0x1},
    {"sam-user", "USER_CHANGE_PASSWORD", 0x40},
    {"lsa-policy", "POLICY_LOOKUP_NAMES", 0x800},
    {NULL, "DELETE", 0x10000},
    {NULL, "MAXIMUM_ALLOWED", 0x2000000},
    {NULL, "FILE_READ_DATA", 0},
};

START_TEST(name_row)
{
    const struct securable *type =
        name_rows[_i].type == NULL ? NULL : securable_find(bytes_of_string(name_rows[_i].type));
    uint32_t mask = 0;
    enum err err = right_find(type, bytes_of_string(name_rows[_i].name), &mask);
    ck_assert_int_eq(err, name_rows[_i].mask == 0 ? ERR_NOT_FOUND : ERR_NONE);
    ck_assert_uint_eq(mask, name_rows[_i].mask);
}
END_TEST

START_TEST(masks_are_named)
{
    const char *names[32];
    uint32_t unnamed = 0;
    const struct securable *file = securable_find(bytes_of_string("file"));
    ck_assert_uint_eq(right_names(file, 0x80140201, names, &unnamed), 4);
    ck_assert_str_eq(names[0], "FILE_READ_DATA");
    ck_assert_str_eq(names[1], "WRITE_DAC");
    ck_assert_str_eq(names[2], "SYNCHRONIZE");
    ck_assert_str_eq(names[3], "GENERIC_READ");
    ck_assert_uint_eq(unnamed, 0x200);
    ck_assert_uint_eq(right_names(NULL, 0x10001, names, &unnamed), 1);
    ck_assert_uint_eq(unnamed, 1);
    ck_assert_uint_eq(right_names(NULL, 0, names, &unnamed), 0);
    ck_assert_uint_eq(unnamed, 0);
}
END_TEST

START_TEST(unknown_types_are_not_found)
{
    ck_assert_ptr_null(securable_find(bytes_of_string("File")));
    ck_assert_ptr_null(securable_find(bytes_of_string("fil")));
    ck_assert_ptr_null(securable_find(bytes_of_string("")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rights");
    TCase *tests = tcase_create("rights");
    tcase_add_loop_test(tests, mapping_row, 0, COUNT(mapping_rows));
    tcase_add_loop_test(tests, audited_row, 0, COUNT(audited_rows));
    tcase_add_loop_test(tests, names_are_sound, 0, COUNT(mapping_rows));
    tcase_add_loop_test(tests, name_row, 0, COUNT(name_rows));
    tcase_add_test(tests, masks_are_named);
    tcase_add_test(tests, unknown_types_are_not_found);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
