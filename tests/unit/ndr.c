#include "platform/posix/ndr.h"
#include "support/ndr_build.h"
#include "support/suite.h"

enum { ARENA = 1 << 20 };

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))
#define FILLERS     "\xcc\xcc\xcc\xcc"

static const struct {
    const char *what;
    const char *data;
    size_t size;
    enum err err;
} headers[] = {
    {"an empty object", "\x01\x10\x08\x00" FILLERS "\0\0\0\0\0\0\0\0", 16, ERR_NONE},
    {"8 bytes", "\x01\x10\x08\x00" FILLERS "\x08\0\0\0\0\0\0\0abcdefgh", 24, ERR_NONE},
    {"fillers do not matter",
     "\x01\x10\x08\x00"
     "abcd"
     "\x08\0\0\0"
     "efgh"
     "abcdefgh",
     24, ERR_NONE},
    {"padding outside", "\x01\x10\x08\x00" FILLERS "\x08\0\0\0\0\0\0\0abcdefgh\0\0\0\0\0\0\0", 31, ERR_NONE},
    {"more than padding outside", "\x01\x10\x08\x00" FILLERS "\x08\0\0\0\0\0\0\0abcdefgh\0\0\0\0\0\0\0\0", 32,
     ERR_MALFORMED},
    {"one byte too few", "\x01\x10\x08\x00" FILLERS "\x08\0\0\0\0\0\0\0abcdefg", 23, ERR_MALFORMED},
    {"an absurd size", "\x01\x10\x08\x00" FILLERS "\xff\xff\xff\xff\0\0\0\0abcdefgh", 24, ERR_MALFORMED},
    {"half a header", "\x01\x10\x08\x00" FILLERS "\0\0\0\0\0\0\0", 15, ERR_MALFORMED},
    {"nothing", "", 0, ERR_MALFORMED},
    {"version 2", "\x02\x10\x08\x00" FILLERS "\0\0\0\0\0\0\0\0", 16, ERR_MALFORMED},
    {"big-endian", "\x01\x00\x08\x00" FILLERS "\0\0\0\0\0\0\0\0", 16, ERR_MALFORMED},
    {"another header size", "\x01\x10\x10\x00" FILLERS "\0\0\0\0\0\0\0\0", 16, ERR_MALFORMED},
};

START_TEST(header_row)
{
    struct ndr ndr;
    ck_assert_msg(ndr_open(bytes_of(headers[_i].data, headers[_i].size), &ndr) == headers[_i].err, "%s",
                  headers[_i].what);
}
END_TEST

/* An object of bytes; the size is filled up as a sender does. */
static struct ndr object(struct arena *arena, const void *data, size_t size)
{
    struct ndr_build build;
    ndr_build_init(&build, arena);
    ndr_build_raw(&build, data, size);
    struct ndr ndr;
    ck_assert_int_eq(ndr_open(ndr_build_serialized(&build), &ndr), ERR_NONE);
    return ndr;
}

START_TEST(numbers_are_aligned)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct ndr_build build;
    ndr_build_init(&build, &arena);
    ndr_build_raw(&build, "\x55", 1);
    ndr_build_u16(&build, 0x1234);
    ndr_build_u32(&build, 0x56789abc);
    ndr_build_u16(&build, 0x4321);
    ndr_build_u64(&build, UINT64_C(0x0123456789abcdef));
    ndr_build_pointer(&build, false);
    ndr_build_pointer(&build, true);
    struct ndr ndr;
    ck_assert_int_eq(ndr_open(ndr_build_serialized(&build), &ndr), ERR_NONE);
    ndr_skip(&ndr, 1);
    ck_assert_uint_eq(ndr_u16(&ndr), 0x1234);
    ck_assert_uint_eq(ndr_u32(&ndr), 0x56789abc);
    ck_assert_uint_eq(ndr_u16(&ndr), 0x4321);
    ck_assert_uint_eq(ndr_u64(&ndr), UINT64_C(0x0123456789abcdef));
    ck_assert(!ndr_pointer(&ndr));
    ck_assert(ndr_pointer(&ndr));
    ck_assert_int_eq(ndr_finish(&ndr), ERR_NONE);
    ck_assert_uint_eq(ndr_u32(&ndr), 0);
    ck_assert_int_eq(ndr_error(&ndr), ERR_MALFORMED);
}
END_TEST

START_TEST(leftovers)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct ndr ndr = object(&arena, "abcdefghijklmnop", 16);
    (void)ndr_u64(&ndr);
    ck_assert_int_eq(ndr_finish(&ndr), ERR_MALFORMED);
    ndr_skip(&ndr, 1);
    ck_assert_int_eq(ndr_finish(&ndr), ERR_NONE);
}
END_TEST

START_TEST(first_failure_counts)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct ndr ndr = object(&arena, "abcdefgh", 8);
    ndr_fail(&ndr, ERR_TOO_LARGE);
    ndr_fail(&ndr, ERR_MALFORMED);
    ck_assert_int_eq(ndr_error(&ndr), ERR_TOO_LARGE);
    ck_assert_uint_eq(ndr_u32(&ndr), 0);
    ndr = object(&arena, "abcdefgh", 8);
    ndr_skip(&ndr, 9);
    ndr_fail(&ndr, ERR_TOO_LARGE);
    ck_assert_int_eq(ndr_finish(&ndr), ERR_MALFORMED);
}
END_TEST

/* count, referent, then the deferred part; elements of 4 bytes. The object is padded to 8 behind them. */
static const struct {
    const char *what;
    const char *data;
    size_t size;
    size_t count;
    enum err err;
} arrays[] = {
    {"none", "\0\0\0\0\0\0\0\0", 8, 0, ERR_NONE},
    {"present and empty", "\0\0\0\0\x04\0\2\0\0\0\0\0", 12, 0, ERR_NONE},
    {"two", "\2\0\0\0\x04\0\2\0\2\0\0\0aaaabbbb", 20, 2, ERR_NONE},
    {"any referent", "\2\0\0\0\x01\0\0\0\2\0\0\0aaaabbbb", 20, 2, ERR_NONE},
    {"a count without a pointer", "\2\0\0\0\0\0\0\0\2\0\0\0aaaabbbb", 20, 0, ERR_MALFORMED},
    {"fewer than announced", "\2\0\0\0\x04\0\2\0\1\0\0\0aaaabbbb", 20, 0, ERR_MALFORMED},
    {"more than announced", "\1\0\0\0\x04\0\2\0\2\0\0\0aaaabbbb", 20, 0, ERR_MALFORMED},
    {"announced none", "\0\0\0\0\x04\0\2\0\1\0\0\0aaaa", 16, 0, ERR_MALFORMED},
    {"more than there is room for", "\4\0\0\0\x04\0\2\0\4\0\0\0aaaabbbbcccc", 24, 0, ERR_MALFORMED},
    {"an absurd count",
     "\xff\xff\xff\xff\x04\0\2\0\xff\xff\xff\xff"
     "aaaabbbb",
     20, 0, ERR_MALFORMED},
    {"a count that overflows 32 bits",
     "\1\0\0\x40\x04\0\2\0\1\0\0\x40"
     "aaaabbbb",
     20, 0, ERR_MALFORMED},
    {"no count", "\1\0\0\0\x04\0\2\0", 8, 0, ERR_MALFORMED},
};

START_TEST(array_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct ndr ndr = object(&arena, arrays[_i].data, arrays[_i].size);
    struct ndr_array array = ndr_array(&ndr);
    ck_assert_msg(ndr_array_begin(&ndr, array, 4) == arrays[_i].count, "%s", arrays[_i].what);
    ck_assert_msg(ndr_error(&ndr) == arrays[_i].err, "%s", arrays[_i].what);
}
END_TEST

#define NO_TEXT ((size_t)-1)

static const struct {
    const char *what;
    const char *data;
    size_t size;
    size_t text; /* bytes, NO_TEXT on failure */
} strings[] = {
    {"NULL", "\0\0\0\0\0\0\0\0", 8, 0},
    {"NULL with room", "\0\0\4\0\0\0\0\0", 8, 0},
    {"empty", "\0\0\0\0\4\0\2\0\0\0\0\0\0\0\0\0\0\0\0\0", 20, 0},
    {"two letters", "\4\0\4\0\4\0\2\0\2\0\0\0\0\0\0\0\2\0\0\0a\0b\0", 24, 4},
    {"room for a NUL", "\4\0\6\0\4\0\2\0\3\0\0\0\0\0\0\0\2\0\0\0a\0b\0", 24, 4},
    {"text but no pointer", "\4\0\4\0\0\0\0\0\2\0\0\0\0\0\0\0\2\0\0\0a\0b\0", 24, NO_TEXT},
    {"a size, but neither pointer nor text", "\4\0\4\0\0\0\0\0", 8, NO_TEXT},
    {"an odd size", "\3\0\4\0\4\0\2\0\2\0\0\0\0\0\0\0\2\0\0\0a\0b\0", 24, NO_TEXT},
    {"larger than its room", "\4\0\2\0\4\0\2\0\2\0\0\0\0\0\0\0\2\0\0\0a\0b\0", 24, NO_TEXT},
    {"another room", "\4\0\6\0\4\0\2\0\2\0\0\0\0\0\0\0\2\0\0\0a\0b\0", 24, NO_TEXT},
    {"another count", "\4\0\4\0\4\0\2\0\2\0\0\0\0\0\0\0\1\0\0\0a\0b\0", 24, NO_TEXT},
    {"an offset", "\4\0\4\0\4\0\2\0\2\0\0\0\1\0\0\0\2\0\0\0a\0b\0", 24, NO_TEXT},
    {"a count above its room", "\6\0\6\0\4\0\2\0\3\0\0\0\0\0\0\0\4\0\0\0a\0b\0c\0d\0", 28, NO_TEXT},
    {"past the end", "\xf0\0\xf0\0\4\0\2\0\x78\0\0\0\0\0\0\0\x78\0\0\0a\0b\0", 24, NO_TEXT},
    {"a count that overflows",
     "\4\0\4\0\4\0\2\0\2\0\0\x80\0\0\0\0\2\0\0\x80"
     "a\0b\0",
     24, NO_TEXT},
};

START_TEST(string_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct ndr ndr = object(&arena, strings[_i].data, strings[_i].size);
    struct bytes text = ndr_string_text(&ndr, ndr_string(&ndr));
    bool sound = strings[_i].text != NO_TEXT;
    ck_assert_msg((ndr_finish(&ndr) == ERR_NONE) == sound, "%s", strings[_i].what);
    ck_assert_msg(text.size == (sound ? strings[_i].text : 0), "%s", strings[_i].what);
}
END_TEST

static const struct {
    const char *what;
    const char *data;
    size_t size;
    size_t text;
} wide_texts[] = {
    {"two letters", "\3\0\0\0\0\0\0\0\3\0\0\0a\0b\0\0\0", 18, 4},
    {"more room", "\x09\0\0\0\0\0\0\0\3\0\0\0a\0b\0\0\0", 18, 4},
    {"less room", "\2\0\0\0\0\0\0\0\3\0\0\0a\0b\0\0\0", 18, NO_TEXT},
    {"no NUL", "\2\0\0\0\0\0\0\0\2\0\0\0a\0b\0", 16, NO_TEXT},
    {"two NULs", "\4\0\0\0\0\0\0\0\4\0\0\0a\0b\0\0\0\0\0", 20, NO_TEXT},
    {"a NUL inside", "\4\0\0\0\0\0\0\0\4\0\0\0a\0\0\0b\0\0\0", 20, NO_TEXT},
    {"empty", "\1\0\0\0\0\0\0\0\1\0\0\0\0\0", 14, 0},
    {"not even a NUL", "\0\0\0\0\0\0\0\0\0\0\0\0", 12, NO_TEXT},
    {"an offset", "\4\0\0\0\1\0\0\0\3\0\0\0a\0b\0\0\0", 18, NO_TEXT},
    {"past the end", "\x30\0\0\0\0\0\0\0\x30\0\0\0a\0b\0\0\0", 18, NO_TEXT},
};

START_TEST(wide_text_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct ndr ndr = object(&arena, wide_texts[_i].data, wide_texts[_i].size);
    struct bytes text = ndr_wide_text(&ndr);
    bool sound = wide_texts[_i].text != NO_TEXT;
    ck_assert_msg((ndr_finish(&ndr) == ERR_NONE) == sound, "%s", wide_texts[_i].what);
    ck_assert_msg(text.size == (sound ? wide_texts[_i].text : 0), "%s", wide_texts[_i].what);
}
END_TEST

static const struct {
    const char *what;
    const char *data;
    size_t size;
    bool sound;
} sids[] = {
    {"S-1-5-18", "\1\0\0\0\1\1\0\0\0\0\0\5\x12\0\0\0", 16, true},
    {"no sub-authority", "\0\0\0\0\1\0\0\0\0\0\0\5", 12, true},
    {"revision 2", "\1\0\0\0\2\1\0\0\0\0\0\5\x12\0\0\0", 16, false},
    {"fewer than its conformance", "\2\0\0\0\1\1\0\0\0\0\0\5\x12\0\0\0\0\0\0\0", 20, false},
    {"more than its conformance", "\1\0\0\0\1\2\0\0\0\0\0\5\x12\0\0\0\0\0\0\0", 20, false},
    {"past the end", "\3\0\0\0\1\3\0\0\0\0\0\5\x12\0\0\0", 16, false},
    {"16 sub-authorities",
     "\x10\0\0\0\1\x10\0\0\0\0\0\5aaaabbbbccccddddeeeeffffgggghhhhiiiijjjjkkkkllllmmmmnnnnoooopppp", 76,
     false},
    {"15 sub-authorities",
     "\x0f\0\0\0\1\x0f\0\0\0\0\0\5aaaabbbbccccddddeeeeffffgggghhhhiiiijjjjkkkkllllmmmmnnnnoooo", 72, true},
    {"an absurd conformance", "\xff\xff\xff\xff\1\1\0\0\0\0\0\5\x12\0\0\0", 16, false},
};

START_TEST(sid_row)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    struct ndr ndr = object(&arena, sids[_i].data, sids[_i].size);
    const struct sid *sid = ndr_sid(&ndr);
    ck_assert_msg((ndr_finish(&ndr) == ERR_NONE) == sids[_i].sound, "%s", sids[_i].what);
    ck_assert_msg((sid != NULL) == sids[_i].sound, "%s", sids[_i].what);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ndr");
    TCase *tests = tcase_create("ndr");
    tcase_add_loop_test(tests, header_row, 0, COUNT(headers));
    tcase_add_test(tests, numbers_are_aligned);
    tcase_add_test(tests, leftovers);
    tcase_add_test(tests, first_failure_counts);
    tcase_add_loop_test(tests, array_row, 0, COUNT(arrays));
    tcase_add_loop_test(tests, string_row, 0, COUNT(strings));
    tcase_add_loop_test(tests, wide_text_row, 0, COUNT(wide_texts));
    tcase_add_loop_test(tests, sid_row, 0, COUNT(sids));
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
