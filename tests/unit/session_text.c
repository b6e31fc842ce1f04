/* session_text: tokens, their keyed hash, cookies, and whose page a request comes from. */
#include "http/session_cookie.h"
#include "http/session_key.h"
#include "support/suite.h"

static const struct {
    const char *header;
    bool secure;
    enum session_cookie_found found;
    const char *text;
} cookie_rows[] = {
    {"", false, SESSION_COOKIE_NONE, ""},
    {"ntokend=abc", false, SESSION_COOKIE_ONE, "abc"},
    {"ntokend=", false, SESSION_COOKIE_ONE, ""},
    {"a=b; ntokend=abc; c=d", false, SESSION_COOKIE_ONE, "abc"},
    {"a=b;ntokend=abc;c=d", false, SESSION_COOKIE_ONE, "abc"},
    {" ntokend=abc", false, SESSION_COOKIE_ONE, "abc"},
    {"ntokend=abc=", false, SESSION_COOKIE_ONE, "abc="},
    {"ntokend=\"abc\"", false, SESSION_COOKIE_ONE, "\"abc\""},
    {"ntokend=a; ntokend=b", false, SESSION_COOKIE_TWICE, ""},
    {"ntokend=a; ntokend=a", false, SESSION_COOKIE_TWICE, ""},
    {"ntokend", false, SESSION_COOKIE_NONE, ""},
    {"xntokend=a", false, SESSION_COOKIE_NONE, ""},
    {"ntokendx=a", false, SESSION_COOKIE_NONE, ""},
    {"Ntokend=a", false, SESSION_COOKIE_NONE, ""}, /* names of cookies have their case */
    {"a=ntokend=b", false, SESSION_COOKIE_NONE, ""},
    {"__Host-ntokend=a", false, SESSION_COOKIE_NONE, ""},
    {"__Host-ntokend=a", true, SESSION_COOKIE_ONE, "a"},
    {"ntokend=a", true, SESSION_COOKIE_NONE, ""}, /* under TLS only what a host itself set */
    {";;; ;", false, SESSION_COOKIE_NONE, ""},
};

START_TEST(cookie_row)
{
    struct bytes text = {0};
    enum session_cookie_found found =
        session_cookie_find(cookie_rows[_i].header, cookie_rows[_i].secure, &text);
    ck_assert_int_eq(found, cookie_rows[_i].found);
    if (found == SESSION_COOKIE_ONE)
        ck_assert(bytes_equal(text, bytes_of_string(cookie_rows[_i].text)));
}
END_TEST

START_TEST(cookies_are_written)
{
    AUTO_ARENA arena;
    arena_init(&arena, 10000);
    ck_assert_str_eq(session_cookie_format(&arena, "abc", false, 60),
                     "ntokend=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict");
    ck_assert_str_eq(session_cookie_format(&arena, "abc", true, 60),
                     "__Host-ntokend=abc; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure");
    ck_assert_str_eq(session_cookie_format(&arena, "", false, 0),
                     "ntokend=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
}
END_TEST

/* 256 bits as 43 letters of the alphabet for URLs, the last of which has two bits that are zero. */
START_TEST(tokens_are_text)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    bool seen[64] = {false};
    bool varies[SESSION_TOKEN_SIZE] = {false};
    for (int i = 0; i < 500; i++) {
        char text[SESSION_TOKEN_MAX];
        char other[SESSION_TOKEN_MAX];
        ck_assert_int_eq(session_key_token(text), ERR_NONE);
        ck_assert_int_eq(session_key_token(other), ERR_NONE);
        ck_assert_uint_eq(strlen(text), SESSION_TOKEN_SIZE);
        ck_assert_uint_eq(strspn(text, alphabet), SESSION_TOKEN_SIZE);
        ck_assert_str_ne(text, other);
        for (size_t at = 0; at < SESSION_TOKEN_SIZE; at++) {
            seen[strchr(alphabet, text[at]) - alphabet] = true;
            varies[at] |= text[at] != other[at];
        }
        ck_assert_int_eq((strchr(alphabet, text[SESSION_TOKEN_SIZE - 1]) - alphabet) % 4, 0);
    }
    for (size_t i = 0; i < 64; i++)
        ck_assert_msg(seen[i], "%c never came", alphabet[i]);
    for (size_t at = 0; at < SESSION_TOKEN_SIZE; at++)
        ck_assert_msg(varies[at], "letter %zu is always the same", at);
}
END_TEST

/* Two tables have two keys, so a hash of one means nothing to the other. */
START_TEST(the_hash_has_a_key)
{
    struct session_key *one = NULL;
    struct session_key *two = NULL;
    struct session_hash a;
    struct session_hash b;
    ck_assert_int_eq(session_key_new(&one), ERR_NONE);
    ck_assert_int_eq(session_key_new(&two), ERR_NONE);
    session_key_hash(one, bytes_of_string("token"), &a);
    session_key_hash(one, bytes_of_string("token"), &b);
    ck_assert(session_key_equal(&a, &b));
    session_key_hash(two, bytes_of_string("token"), &b);
    ck_assert(!session_key_equal(&a, &b));
    session_key_hash(one, bytes_of_string("tokem"), &b);
    ck_assert(!session_key_equal(&a, &b));
    for (size_t i = 0; i < SESSION_HASH_SIZE; i++) {
        b = a;
        b.bytes[i] ^= 1;
        ck_assert(!session_key_equal(&a, &b));
    }
    session_key_free(one);
    session_key_free(two);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("session_text");
    TCase *tests = tcase_create("session_text");
    tcase_add_loop_test(tests, cookie_row, 0, (int)(sizeof cookie_rows / sizeof cookie_rows[0]));
    tcase_add_test(tests, cookies_are_written);
    tcase_add_test(tests, tokens_are_text);
    tcase_add_test(tests, the_hash_has_a_key);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
