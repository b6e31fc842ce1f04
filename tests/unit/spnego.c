#include "platform/posix/spnego.h"

#include "support/suite.h"

#include <stdlib.h>

#define KERBEROS "\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"
#define WINDOWS  "\x06\x09\x2a\x86\x48\x82\xf7\x12\x01\x02\x02"
#define IAKERB   "\x06\x06\x2b\x06\x01\x05\x02\x05"
#define NTLM     "\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x0a"
#define NEGOEX   "\x06\x0a\x2b\x06\x01\x04\x01\x82\x37\x02\x02\x1e"
#define SPNEGO   "\x06\x06\x2b\x06\x01\x05\x05\x02"
#define AP_REQ   "\x60\x0d" KERBEROS "\x01\x00" /* as much of one as is looked at: 15 bytes */

#define FILLER "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" /* 60 bytes */
#define THREE  "\x06\x01\x2a\x06\x01\x2a\x06\x01\x2a"                         /* OIDs of nobody */

struct row {
    const char *name;
    const char *token;
    size_t size;
    const char *reason;
};
#define ROW(name_, token_, reason_)                                                                          \
    {                                                                                                        \
        .name = (name_), .token = (token_), .size = sizeof(token_) - 1, .reason = (reason_)                  \
    }

static const struct row first_rows[] = {
    ROW("Kerberos without a token",
        "\x60\x17" SPNEGO "\xa0\x0d\x30\x0b\xa0\x09\x30\x07\x06\x05\x01\x02\x03\x04\x05", "no-kerberos"),
    ROW("Kerberos alone", "\x60\x1b" SPNEGO "\xa0\x11\x30\x0f\xa0\x0d\x30\x0b" KERBEROS, NULL),
    ROW("Kerberos by Windows' number", "\x60\x1b" SPNEGO "\xa0\x11\x30\x0f\xa0\x0d\x30\x0b" WINDOWS, NULL),
    ROW("with its token",
        "\x60\x2e" SPNEGO "\xa0\x24\x30\x22\xa0\x0d\x30\x0b" KERBEROS "\xa2\x11\x04\x0f" AP_REQ, NULL),
    ROW("bytes behind its token",
        "\x60\x2f" SPNEGO "\xa0\x25\x30\x23\xa0\x0d\x30\x0b" KERBEROS "\xa2\x12\x04\x10" AP_REQ "\0",
        "malformed"),
    ROW("bytes behind the octets of its token",
        "\x60\x2f" SPNEGO "\xa0\x25\x30\x23\xa0\x0d\x30\x0b" KERBEROS "\xa2\x12\x04\x0f" AP_REQ "\0",
        "malformed"),
    ROW("NTLM first, its token unread",
        "\x60\x35" SPNEGO "\xa0\x2b\x30\x29\xa0\x19\x30\x17" NTLM KERBEROS "\xa2\x0c\x04\x0aNTLMSSP\0\1\0",
        NULL),
    ROW("NTLM's token behind Kerberos",
        "\x60\x29" SPNEGO "\xa0\x1f\x30\x1d\xa0\x0d\x30\x0b" KERBEROS "\xa2\x0c\x04\x0aNTLMSSP\0\1\0",
        "ntlm"),
    ROW("IAKERB's token behind Kerberos",
        "\x60\x2b" SPNEGO "\xa0\x21\x30\x1f\xa0\x0d\x30\x0b" KERBEROS "\xa2\x0e\x04\x0c\x60\x0a" IAKERB
        "\x05\x01",
        "malformed"),
    ROW("bare AP-REQ behind Kerberos",
        "\x60\x21" SPNEGO "\xa0\x17\x30\x15\xa0\x0d\x30\x0b" KERBEROS "\xa2\x04\x04\x02\x6e\x00",
        "malformed"),
    ROW("another mechanism's token by the number of an AP-REQ",
        "\x60\x2b" SPNEGO "\xa0\x21\x30\x1f\xa0\x0d\x30\x0b" KERBEROS "\xa2\x0e\x04\x0c\x60\x0a" IAKERB
        "\x01\x00",
        "malformed"),
    ROW("sixteen mechanisms",
        "\x60\x48" SPNEGO "\xa0\x3e\x30\x3c\xa0\x3a\x30\x38" THREE THREE THREE THREE THREE KERBEROS, NULL),
    ROW("seventeen mechanisms",
        "\x60\x4b" SPNEGO "\xa0\x41\x30\x3f\xa0\x3d\x30\x3b" THREE THREE THREE THREE THREE
        "\x06\x01\x2a" KERBEROS,
        "malformed"),
    ROW("NTLM alone", "\x60\x1c" SPNEGO "\xa0\x12\x30\x10\xa0\x0e\x30\x0c" NTLM, "ntlm"),
    ROW("NegoEx alone", "\x60\x1c" SPNEGO "\xa0\x12\x30\x10\xa0\x0e\x30\x0c" NEGOEX, "negoex"),
    ROW("NegoEx and NTLM", "\x60\x28" SPNEGO "\xa0\x1e\x30\x1c\xa0\x1a\x30\x18" NEGOEX NTLM, "ntlm"),
    ROW("bare NTLM", "NTLMSSP\0\1\0\0\0", "ntlm"),
    ROW("NTLM framed", "\x60\x0c" NTLM, "ntlm"),
    ROW("NegoEx framed", "\x60\x0c" NEGOEX, "negoex"),
    ROW("IAKERB framed", "\x60\x08" IAKERB, "no-kerberos"),
    ROW("bare Kerberos", AP_REQ, NULL),
    ROW("bare Kerberos by Windows' number", "\x60\x0d" WINDOWS "\x01\x00", "no-kerberos"),
    ROW("Kerberos, not an AP-REQ", "\x60\x0d" KERBEROS "\x02\x00", "malformed"),
    ROW("Kerberos, no token id", "\x60\x0c" KERBEROS "\x01", "malformed"),
    ROW("AP-REQ without a frame", "\x6e\x02\x30\x00", "malformed"),
    ROW("an answer first", "\xa1\x04\x30\x02\xa0\x00", "malformed"),
    ROW("empty offer", "\x60\x10" SPNEGO "\xa0\x06\x30\x04\xa0\x02\x30\x00", "malformed"),
    ROW("no offer", "\x60\x0c" SPNEGO "\xa0\x02\x30\x00", "malformed"),
    ROW("no sequence", "\x60\x0a" SPNEGO "\xa0\x00", "malformed"),
    ROW("nothing within", "\x60\x08" SPNEGO, "malformed"),
    ROW("bytes after", "\x60\x1b" SPNEGO "\xa0\x11\x30\x0f\xa0\x0d\x30\x0b" KERBEROS "\0", "malformed"),
    ROW("cut short", "\x60\x1b" SPNEGO "\xa0\x11\x30\x0f\xa0\x0d\x30\x0b\x06\x09\x2a\x86\x48", "malformed"),
    ROW("indefinite length", "\x60\x80" KERBEROS "\x01\x00\0\0", "malformed"),
    ROW("length longer than it need be", "\x60\x81\x0d" KERBEROS "\x01\x00", "malformed"),
    ROW("a long one", "\x60\x81\x85" KERBEROS "\x01\x00" FILLER FILLER, NULL),
    ROW("length with a nought before it", "\x60\x82\x00\x85" KERBEROS "\x01\x00" FILLER FILLER, "malformed"),
    ROW("length of nine octets", "\x60\x89\1\0\0\0\0\0\0\0\x85" KERBEROS "\x01\x00" FILLER FILLER,
        "malformed"),
    ROW("length beyond the token", "\x60\x84\xff\xff\xff\xff" KERBEROS, "malformed"),
    ROW("fields out of order",
        "\x60\x2e" SPNEGO "\xa0\x24\x30\x22\xa2\x11\x04\x0f" AP_REQ "\xa0\x0d\x30\x0b" KERBEROS, "malformed"),
    ROW("two offers",
        "\x60\x2a" SPNEGO "\xa0\x20\x30\x1e\xa0\x0d\x30\x0b" KERBEROS "\xa0\x0d\x30\x0b" KERBEROS,
        "malformed"),
    ROW("a fifth field", "\x60\x1d" SPNEGO "\xa0\x13\x30\x11\xa0\x0d\x30\x0b" KERBEROS "\xa4\x00",
        "malformed"),
    ROW("not an octet string",
        "\x60\x2e" SPNEGO "\xa0\x24\x30\x22\xa0\x0d\x30\x0b" KERBEROS "\xa2\x11\x03\x0f" AP_REQ, "malformed"),
    ROW("zeros", "\0\0\0\0\0\0\0\0\0\0", "malformed"),
    ROW("nothing", "", "malformed"),
};

static const struct row later_rows[] = {
    ROW("a token", "\xa1\x15\x30\x13\xa2\x11\x04\x0f" AP_REQ, NULL),
    ROW("a MIC alone", "\xa1\x07\x30\x05\xa3\x03\x04\x01\0", NULL),
    ROW("NTLM's token", "\xa1\x10\x30\x0e\xa2\x0c\x04\x0aNTLMSSP\0\1\0", "ntlm"),
    ROW("IAKERB's token", "\xa1\x12\x30\x10\xa2\x0e\x04\x0c\x60\x0a" IAKERB "\x05\x01", "malformed"),
    ROW("another mechanism's token by the number of an AP-REQ",
        "\xa1\x12\x30\x10\xa2\x0e\x04\x0c\x60\x0a" IAKERB "\x01\x00", "malformed"),
    ROW("an offer again", "\x60\x1b" SPNEGO "\xa0\x11\x30\x0f\xa0\x0d\x30\x0b" KERBEROS, "malformed"),
    ROW("bytes after", "\xa1\x07\x30\x05\xa3\x03\x04\x01\0\0", "malformed"),
    ROW("NTLM bare", "NTLMSSP\0\3\0\0\0", "malformed"),
    ROW("nothing", "", "malformed"),
};

static void check_row(const struct row *row, bool first)
{
    const char *reason = spnego_refusal(bytes_of(row->token, row->size), first);
    ck_assert_msg((reason == NULL) == (row->reason == NULL) &&
                      (reason == NULL || strcmp(reason, row->reason) == 0),
                  "%s: %s", row->name, reason != NULL ? reason : "admitted");
}

START_TEST(first_token)
{
    check_row(&first_rows[_i], true);
}
END_TEST

START_TEST(later_token)
{
    check_row(&later_rows[_i], false);
}
END_TEST

/* Every cut of a good token is refused, and none is read past its end (the copy has nothing after it). */
START_TEST(every_cut_is_refused)
{
    const struct row *row = &first_rows[3];
    for (size_t size = 0; size < row->size; size++) {
        uint8_t *copy = malloc(size + 1);
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, row->token, size);
        ck_assert_str_eq(spnego_refusal(bytes_of(copy, size), true), "malformed");
        free(copy);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("spnego");
    TCase *tests = tcase_create("spnego");
    tcase_add_loop_test(tests, first_token, 0, (int)(sizeof first_rows / sizeof first_rows[0]));
    tcase_add_loop_test(tests, later_token, 0, (int)(sizeof later_rows / sizeof later_rows[0]));
    tcase_add_test(tests, every_cut_is_refused);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
