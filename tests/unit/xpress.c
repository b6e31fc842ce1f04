#include "platform/posix/xpress.h"
#include "support/suite.h"
#include "support/xpress_build.h"

#include <stdlib.h>

enum { TABLE = 256, ARENA = 64 << 20 };

/* Code lengths, then the bytes behind the table. */
struct packed {
    uint8_t data[TABLE + 64];
    size_t size;
};

static void set_length(struct packed *packed, unsigned symbol, uint8_t length)
{
    packed->data[symbol / 2] |= (uint8_t)(symbol % 2 == 0 ? length : length << 4);
}

static void append(struct packed *packed, const void *data, size_t size)
{
    ck_assert_uint_le(size, sizeof packed->data - packed->size);
    memcpy(packed->data + packed->size, data, size);
    packed->size += size;
}

/* [MS-XCA] 3.2, first example: 26 literals and the end, 5 bits for a to v and 4 for the others. */
static struct packed alphabet(void)
{
    struct packed packed = {.size = TABLE};
    for (unsigned symbol = 'a'; symbol <= 'z'; symbol++)
        set_length(&packed, symbol, symbol <= 'v' ? 5 : 4);
    set_length(&packed, 256, 4);
    append(&packed, "\xd8\x52\x3e\xd7\x94\x11\x5b\xe9\x19\x5f\xf9\xd6\x7c\xdf\x8d\x04\x00\x00\x00\x00", 20);
    return packed;
}

/* [MS-XCA] 3.2, second example: three literals and one match of 297 bytes, 3 back. */
static struct packed hundred_abc(void)
{
    struct packed packed = {.size = TABLE};
    set_length(&packed, 'a', 3);
    set_length(&packed, 'b', 3);
    set_length(&packed, 'c', 2);
    set_length(&packed, 256, 2);
    set_length(&packed, 256 + 16 + 15, 2);
    append(&packed, "\xa8\xdc\x00\x00\xff\x26\x01", 7);
    return packed;
}

START_TEST(specification_literals)
{
    struct packed packed = alphabet();
    uint8_t plain[26];
    struct bytes input = bytes_of(packed.data, packed.size);
    ck_assert_int_eq(xpress_huffman_decompress(input, plain, sizeof plain), ERR_NONE);
    ck_assert(bytes_equal(bytes_of(plain, sizeof plain), bytes_of_string("abcdefghijklmnopqrstuvwxyz")));
    /* One more byte would have to be the end symbol's match, which has a sense: 3 times the byte before it. */
    uint8_t more[27];
    ck_assert_int_eq(xpress_huffman_decompress(input, more, sizeof more), ERR_MALFORMED);
}
END_TEST

START_TEST(specification_match)
{
    struct packed packed = hundred_abc();
    uint8_t plain[300];
    ck_assert_int_eq(xpress_huffman_decompress(bytes_of(packed.data, packed.size), plain, sizeof plain),
                     ERR_NONE);
    for (size_t i = 0; i < sizeof plain; i++)
        ck_assert_int_eq(plain[i], "abc"[i % 3]);
}
END_TEST

/* What the second example becomes when it is spoilt. */
static const struct {
    const char *what;
    size_t at;
    uint8_t byte;
    size_t size;  /* of the input; 0: as it is */
    size_t plain; /* 0: 300 */
} spoilt[] = {
    {"no input", 0, 0, 1, 0},
    {"a short table", 0, 0, 255, 0},
    {"no words", 0, 0, 256, 0},
    {"one word", 0, 0, 258, 0},
    {"no length byte", 0, 0, 260, 0},
    {"no length word", 0, 0, 261, 0},
    {"half a length word", 0, 0, 262, 0},
    {"too many codes", 0, 0x11, 0, 0},
    {"too few codes", 143, 0, 0, 0},
    {"no codes but one", 128, 0, 0, 0},
    {"a match past the end", 261, 0x27, 0, 0},
    {"a long length below 15", 261, 0x0e, 0, 0}, /* its upper byte is 1, so the row below has the rest */
    {"less room than the match", 0, 0, 0, 299},
    {"room for more", 0, 0, 0, 400},
    {"a match before the start", 257, 0x80, 0, 0}, /* begins with the match */
};

START_TEST(spoilt_row)
{
    struct packed packed = hundred_abc();
    if (spoilt[_i].at != 0 || spoilt[_i].byte != 0)
        packed.data[spoilt[_i].at] = spoilt[_i].byte;
    struct bytes input = bytes_of(packed.data, spoilt[_i].size != 0 ? spoilt[_i].size : packed.size);
    uint8_t plain[400];
    size_t size = spoilt[_i].plain != 0 ? spoilt[_i].plain : 300;
    ck_assert_msg(xpress_huffman_decompress(input, plain, size) == ERR_MALFORMED, "%s", spoilt[_i].what);
}
END_TEST

static const struct {
    const char *tail; /* instead of ff 26 01 */
    size_t tail_size;
    size_t plain;
    enum err err;
} length_rows[] = {
    {"\x00", 1, 3 + 18, ERR_NONE},
    {"\x00", 1, 3 + 19, ERR_MALFORMED},
    {"\xfe", 1, 3 + 272, ERR_NONE},
    {"\xff\x0f\x00", 3, 3 + 18, ERR_NONE},
    {"\xff\x0e\x00", 3, 3 + 17, ERR_MALFORMED}, /* below 15: it would have needed no bytes */
    {"\xff\x00\x00\x26\x01\x00\x00", 7, 300, ERR_NONE},
    {"\xff\x00\x00\x0e\x00\x00\x00", 7, 3 + 17, ERR_MALFORMED},
    {"\xff\x00\x00\xff\xff\xff\xff", 7, 300, ERR_MALFORMED},
    {"\xff\x00\x00\x26\x01\x00", 6, 300, ERR_MALFORMED},
};

START_TEST(length_row)
{
    struct packed packed = hundred_abc();
    packed.size -= 3;
    append(&packed, length_rows[_i].tail, length_rows[_i].tail_size);
    uint8_t plain[300];
    ck_assert_int_eq(
        xpress_huffman_decompress(bytes_of(packed.data, packed.size), plain, length_rows[_i].plain),
        length_rows[_i].err);
}
END_TEST

START_TEST(nothing_is_nothing)
{
    ck_assert_int_eq(xpress_huffman_decompress((struct bytes){0}, NULL, 0), ERR_NONE);
}
END_TEST

/* What a compressor of our own writes: sizes around a block, texts that repeat more or less. */
static const struct {
    size_t size;
    unsigned letters; /* how many different bytes */
    bool matches;
} round_trips[] = {
    {1, 1, false},     {1, 1, true},     {2, 2, true},      {300, 3, true},     {300, 256, false},
    {5000, 1, true},   {5000, 4, true},  {5000, 256, true}, {65535, 16, false}, {65536, 16, false},
    {65537, 2, false}, {65536, 1, true}, {65537, 1, true},  {140000, 1, true},  {140000, 200, false},
};

static void fill(uint8_t *plain, size_t size, unsigned letters)
{
    uint32_t state = 12345;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525U + 1013904223U;
        plain[i] = (uint8_t)((state >> 16) % letters);
        if (letters > 100 && i % 3 == 0)
            plain[i] = 7; /* some symbols are far more frequent than others */
    }
}

START_TEST(round_trip)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    size_t size = round_trips[_i].size;
    uint8_t *plain = arena_alloc(&arena, size);
    uint8_t *back = arena_alloc(&arena, size);
    ck_assert(plain != NULL && back != NULL);
    fill(plain, size, round_trips[_i].letters);
    struct bytes packed = xpress_build(&arena, bytes_of(plain, size), round_trips[_i].matches);
    ck_assert_int_eq(xpress_huffman_decompress(packed, back, size), ERR_NONE);
    ck_assert_mem_eq(plain, back, size);
}
END_TEST

/* Every truncation fails or gives the same bytes; no flipped bit leads outside the buffers (the sanitizers watch). */
START_TEST(damage)
{
    AUTO_ARENA arena;
    arena_init(&arena, ARENA);
    enum { SIZE = 600 };
    uint8_t plain[SIZE];
    fill(plain, SIZE, 5);
    struct bytes packed = xpress_build(&arena, bytes_of(plain, SIZE), true);
    uint8_t *back = malloc(SIZE);
    uint8_t *copy = malloc(packed.size);
    ck_assert(back != NULL && copy != NULL);
    for (size_t size = 0; size < packed.size; size++) {
        memcpy(copy, packed.data, size);
        if (xpress_huffman_decompress(bytes_of(copy, size), back, SIZE) == ERR_NONE)
            ck_assert_mem_eq(plain, back, SIZE);
    }
    size_t sound = 0;
    for (size_t bit = 0; bit < 8 * packed.size; bit++) {
        memcpy(copy, packed.data, packed.size);
        copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
        sound += xpress_huffman_decompress(bytes_of(copy, packed.size), back, SIZE) == ERR_NONE;
    }
    ck_assert_uint_lt(sound, 8 * packed.size);
    free(back);
    free(copy);
}
END_TEST

#define COUNT(rows) ((int)(sizeof(rows) / sizeof((rows)[0])))

int main(void)
{
    Suite *suite = suite_create("xpress");
    TCase *tests = tcase_create("xpress");
    tcase_add_test(tests, specification_literals);
    tcase_add_test(tests, specification_match);
    tcase_add_loop_test(tests, spoilt_row, 0, COUNT(spoilt));
    tcase_add_loop_test(tests, length_row, 0, COUNT(length_rows));
    tcase_add_test(tests, nothing_is_nothing);
    tcase_add_loop_test(tests, round_trip, 0, COUNT(round_trips));
    tcase_add_test(tests, damage);
    suite_add_tcase(suite, tests);
    return suite_run(suite);
}
