/* What GSSAPI says of a PAC is needed and not enough: here it is a double that says what each row has it say, as libkrb5 1.21 does of a
 * PAC whose signature is wrong. */
#include "platform/posix/pac_fetch.h"

#include "support/folder.h"
#include "support/mint.h"
#include "support/suite.h"

#include <gssapi/gssapi_ext.h>
#include <stdlib.h>

#define COUNT(array) (int)(sizeof(array) / sizeof(array)[0])

enum { AUTHTIME = 1700000000, KEYS = 3, SERVER_CHECKSUM = 6, KDC_CHECKSUM = 7, KEY_USAGE = 17 };

/* What the double answers. */
static struct {
    OM_uint32 major;
    int authenticated;
    int complete;
    int more;
    bool listed; /* there is a PAC among the name's attributes */
    bool inquire_fails;
    struct der pac;
} said;

/* NOLINTBEGIN(readability-non-const-parameter): GSSAPI's own signatures */
OM_uint32 gss_get_name_attribute(OM_uint32 *minor, gss_name_t name, gss_buffer_t attribute,
                                 int *authenticated, int *complete, gss_buffer_t value, gss_buffer_t display,
                                 int *more)
{
    (void)name;
    (void)display;
    ck_assert(attribute->length == strlen("urn:mspac:") && memcmp(attribute->value, "urn:mspac:", 10) == 0);
    *minor = 0;
    *authenticated = said.authenticated;
    *complete = said.complete;
    *more = said.more;
    if (said.pac.size != 0) {
        value->value = malloc(said.pac.size); /* gss_release_buffer frees it */
        ck_assert_ptr_nonnull(value->value);
        memcpy(value->value, said.pac.data, said.pac.size);
    }
    value->length = said.pac.size;
    return said.major;
}

OM_uint32 gss_inquire_name(OM_uint32 *minor, gss_name_t name, int *is_mechanism_name, gss_OID *mechanism,
                           gss_buffer_set_t *attributes)
{
    gss_buffer_desc one = {.length = 20, .value = (char[]){"urn:mspac:logon-info"}};
    (void)name;
    (void)mechanism;
    *is_mechanism_name = 1;
    if (said.inquire_fails)
        return GSS_S_FAILURE;
    return said.listed ? gss_add_buffer_set_member(minor, &one, attributes) : GSS_S_COMPLETE;
}
/* NOLINTEND(readability-non-const-parameter) */

static struct {
    struct folder folder;
    struct mint *mint;
    krb5_context k5;
    krb5_principal client;
    krb5_keyblock keys[KEYS]; /* the service's is the last */
} world;

static void setup(void)
{
    folder_make(&world.folder);
    world.mint = mint_open(world.folder.path);
    world.k5 = mint_krb5(world.mint);
    mint_must(world.k5, krb5_parse_name(world.k5, "alice@" MINT_REALM, &world.client), "krb5_parse_name");
    const krb5_enctype enctypes[KEYS] = {ENCTYPE_AES128_CTS_HMAC_SHA1_96, ENCTYPE_AES256_CTS_HMAC_SHA1_96,
                                         ENCTYPE_AES256_CTS_HMAC_SHA1_96};
    for (size_t i = 0; i < KEYS; i++)
        mint_must(world.k5, krb5_c_make_random_key(world.k5, enctypes[i], &world.keys[i]), "a key");
}

static void teardown(void)
{
    for (size_t i = 0; i < KEYS; i++)
        krb5_free_keyblock_contents(world.k5, &world.keys[i]);
    krb5_free_principal(world.k5, world.client);
    mint_close(world.mint);
    folder_remove(&world.folder);
}

enum what { NO_PAC, WITHOUT_LOGON, WITH_LOGON, LOGON_TWICE };

/* A buffer's own entry in the header of a PAC: type, size, offset. [MS-PAC] 2.4 */
static uint8_t *entry_of(uint32_t type)
{
    uint8_t *entry = said.pac.data + 8;
    while (le32_load(entry) != type)
        entry += 16;
    return entry;
}

static uint8_t *signature_of(uint32_t type)
{
    return said.pac.data + le64_load(entry_of(type) + 8) + 4;
}

/* Makes the second buffer one of the same type as the first, and signs that, as a KDC could and libkrb5 does not. */
static void double_logon(void)
{
    enum { SIGNATURE = 12, ANOTHER_TYPE = 20 };
    le32_store(entry_of(ANOTHER_TYPE), 1);
    memset(signature_of(SERVER_CHECKSUM), 0, SIGNATURE);
    memset(signature_of(KDC_CHECKSUM), 0, SIGNATURE);
    const krb5_data all = mint_data(der_bytes(&said.pac));
    krb5_checksum sum = {0};
    mint_must(world.k5,
              krb5_c_make_checksum(world.k5, CKSUMTYPE_HMAC_SHA1_96_AES256, &world.keys[KEYS - 1], KEY_USAGE,
                                   &all, &sum),
              "krb5_c_make_checksum");
    ck_assert_uint_eq(sum.length, SIGNATURE);
    memcpy(signature_of(SERVER_CHECKSUM), sum.contents, SIGNATURE);
    krb5_free_checksum_contents(world.k5, &sum);
}

static void say_pac(enum what what, enum mint_flaw flaw)
{
    static const struct mint_buffer items[] = {{1, {(const uint8_t *)"logon", 5}},
                                               {20, {(const uint8_t *)"other", 5}}};
    const struct mint_pac how = {.k5 = world.k5,
                                 .client = world.client,
                                 .service_key = &world.keys[KEYS - 1],
                                 .authtime = AUTHTIME,
                                 .flaw = flaw};
    const struct mint_buffers buffers = {.items = what == WITHOUT_LOGON ? items + 1 : items,
                                         .count = what == LOGON_TWICE ? 2 : 1};
    said.pac = (struct der){0};
    if (what != NO_PAC)
        mint_pac_bytes(&how, &buffers, &said.pac);
    if (what == LOGON_TWICE)
        double_logon();
}

static const struct {
    const char *name;
    enum what what;
    enum mint_flaw flaw;
    OM_uint32 major;
    int authenticated;
    int complete;
    int more;
    bool listed;
    bool inquire_fails;
    size_t keys; /* of them the first; the last one is the service's */
    const char *client;
    krb5_timestamp authtime;
    enum err err;
    bool has_pac;
} rows[] = {
#define ALICE "alice@" MINT_REALM
#define SAID  GSS_S_COMPLETE, 1, 1, 0, true, false
#define OURS  KEYS, ALICE, AUTHTIME
    {"sound", WITH_LOGON, MINT_SOUND, SAID, OURS, ERR_NONE, true},
    {"without a logon", WITHOUT_LOGON, MINT_SOUND, SAID, OURS, ERR_NONE, false},
    {"none", NO_PAC, MINT_SOUND, GSS_S_UNAVAILABLE, 0, 0, 0, false, false, OURS, ERR_NONE, false},
    {"none that counts", NO_PAC, MINT_SOUND, GSS_S_UNAVAILABLE, 0, 0, 0, true, false, OURS, ERR_ACCESS_DENIED,
     false},
    {"nobody knows", NO_PAC, MINT_SOUND, GSS_S_UNAVAILABLE, 0, 0, 0, false, true, OURS, ERR_ACCESS_DENIED,
     false},
    {"not authenticated", WITH_LOGON, MINT_SOUND, GSS_S_COMPLETE, 0, 1, 0, false, false, OURS,
     ERR_ACCESS_DENIED, false},
    {"not complete", WITH_LOGON, MINT_SOUND, GSS_S_COMPLETE, 1, 0, 0, false, false, OURS, ERR_ACCESS_DENIED,
     false},
    {"one of several", WITH_LOGON, MINT_SOUND, GSS_S_COMPLETE, 1, 1, 1, false, false, OURS, ERR_ACCESS_DENIED,
     false},
    {"no answer", WITH_LOGON, MINT_SOUND, GSS_S_FAILURE, 1, 1, 0, false, false, OURS, ERR_ACCESS_DENIED,
     false},
    /* GSSAPI vouches for each of these */
    {"altered", WITH_LOGON, MINT_ALTERED_PAC, SAID, OURS, ERR_ACCESS_DENIED, false},
    {"unsigned", WITH_LOGON, MINT_UNSIGNED_PAC, SAID, OURS, ERR_ACCESS_DENIED, false},
    {"signed by another", WITH_LOGON, MINT_OTHER_KEY_PAC, SAID, OURS, ERR_ACCESS_DENIED, false},
    {"another's name", WITH_LOGON, MINT_OTHER_NAME_PAC, SAID, OURS, ERR_ACCESS_DENIED, false},
    {"another logon", WITH_LOGON, MINT_OTHER_TIME_PAC, SAID, OURS, ERR_ACCESS_DENIED, false},
    {"truncated", WITH_LOGON, MINT_TRUNCATED_PAC, SAID, OURS, ERR_ACCESS_DENIED, false},
    {"altered, without a logon", WITHOUT_LOGON, MINT_ALTERED_PAC, SAID, OURS, ERR_ACCESS_DENIED, false},
    {"no bytes", NO_PAC, MINT_SOUND, SAID, OURS, ERR_ACCESS_DENIED, false},
    {"two logons", LOGON_TWICE, MINT_SOUND, SAID, OURS, ERR_ACCESS_DENIED, false},
    {"no keys", WITH_LOGON, MINT_SOUND, SAID, 0, ALICE, AUTHTIME, ERR_ACCESS_DENIED, false},
    {"other keys", WITH_LOGON, MINT_SOUND, SAID, KEYS - 1, ALICE, AUTHTIME, ERR_ACCESS_DENIED, false},
    {"a ticket of another", WITH_LOGON, MINT_SOUND, SAID, KEYS, "bob@" MINT_REALM, AUTHTIME,
     ERR_ACCESS_DENIED, false},
    {"a ticket of another time", WITH_LOGON, MINT_SOUND, SAID, KEYS, ALICE, AUTHTIME + 1, ERR_ACCESS_DENIED,
     false},
    {"a ticket of nobody", WITH_LOGON, MINT_SOUND, SAID, KEYS, "alice@@", AUTHTIME, ERR_ACCESS_DENIED, false},
};

START_TEST(row)
{
    AUTO_ARENA arena;
    arena_init(&arena, 1 << 16);
    struct pac_keys keys = {.keys = world.keys, .count = rows[_i].keys};
    const struct pac_ticket ticket = {.client = rows[_i].client, .authtime = rows[_i].authtime};
    struct pac_buffers buffers = {0};
    bool has_pac = false;
    said.major = rows[_i].major;
    said.authenticated = rows[_i].authenticated;
    said.complete = rows[_i].complete;
    said.more = rows[_i].more;
    said.listed = rows[_i].listed;
    said.inquire_fails = rows[_i].inquire_fails;
    say_pac(rows[_i].what, rows[_i].flaw);
    const enum err err = pac_fetch(world.k5, NULL, &keys, &ticket, &arena, &has_pac, &buffers);
    ck_assert_msg(err == rows[_i].err, "%s: %s", rows[_i].name, err_text(err));
    ck_assert_msg(has_pac == rows[_i].has_pac, "%s", rows[_i].name);
    ck_assert_msg((buffers.logon_info.data != NULL) == has_pac, "%s", rows[_i].name);
    if (has_pac)
        ck_assert(bytes_equal(buffers.logon_info, bytes_of("logon", 5)));
    der_done(&said.pac);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pac_fetch");
    TCase *tests = tcase_create("pac_fetch");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, row, 0, COUNT(rows));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
