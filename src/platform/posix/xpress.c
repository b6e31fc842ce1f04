#include "platform/posix/xpress.h"

enum {
    SYMBOLS = 512, /* 256 literals, then 16 match lengths for each of 16 widths of the offset */
    MATCH_FIRST = 256,
    CODE_LENGTH_MAX = 15,
    TABLE_SIZE = SYMBOLS / 2, /* four bits for the length of each symbol's code */
    BLOCK_SIZE = 65536,       /* a new table comes after as many bytes of output */
    MATCH_LENGTH_MIN = 3,
    MATCH_LENGTH_LONG = 15,
};

/* A canonical code: the symbols in the order of their codes, and how many codes of each length there are. */
struct code {
    uint16_t counts[CODE_LENGTH_MAX + 1];
    uint16_t symbols[SYMBOLS];
};

/* Bits come in 16-bit words, the first bit on top; bytes of long lengths stand between the words. [MS-XCA] 2.2.4 */
struct stream {
    struct cursor cursor;
    uint32_t bits;
    int spare; /* bits held beyond the 16 that are always there */
};

static uint8_t code_length(struct bytes table, size_t symbol)
{
    uint8_t pair = table.data[symbol / 2];
    return symbol % 2 == 0 ? pair & 0xF : pair >> 4;
}

/* false unless the lengths make a complete prefix code. */
static bool code_build(struct code *code, struct bytes table)
{
    memset(code->counts, 0, sizeof code->counts);
    for (size_t symbol = 0; symbol < SYMBOLS; symbol++)
        code->counts[code_length(table, symbol)]++;
    uint16_t places[CODE_LENGTH_MAX + 1] = {0};
    uint32_t room = 1;
    for (size_t length = 1; length <= CODE_LENGTH_MAX; length++) {
        room *= 2;
        if (code->counts[length] > room)
            return false;
        room -= code->counts[length];
        places[length] = (uint16_t)(length == 1 ? 0 : places[length - 1] + code->counts[length - 1]);
    }
    if (room != 0)
        return false;
    for (size_t symbol = 0; symbol < SYMBOLS; symbol++) {
        uint8_t length = code_length(table, symbol);
        if (length != 0)
            code->symbols[places[length]++] = (uint16_t)symbol;
    }
    return true;
}

static void stream_start(struct stream *stream)
{
    uint32_t first = cursor_u16(&stream->cursor);
    stream->bits = first << 16 | cursor_u16(&stream->cursor);
    stream->spare = 16;
}

static void stream_drop(struct stream *stream, unsigned count)
{
    stream->bits <<= count;
    stream->spare -= (int)count;
    if (stream->spare < 0) {
        stream->bits |= (uint32_t)cursor_u16(&stream->cursor) << -stream->spare;
        stream->spare += 16;
    }
}

static uint16_t stream_symbol(struct stream *stream, const struct code *code)
{
    uint32_t first = 0;
    size_t place = 0;
    for (unsigned length = 1; length <= CODE_LENGTH_MAX; length++) {
        uint32_t word = stream->bits >> (32 - length);
        uint32_t count = code->counts[length];
        if (word - first < count) {
            stream_drop(stream, length);
            return code->symbols[place + (word - first)];
        }
        place += count;
        first = (first + count) << 1;
    }
    stream->cursor.failed = true; /* a complete code has no such word */
    return 0;
}

/* The bytes of a length that does not fit the symbol. */
static size_t stream_long_length(struct stream *stream)
{
    size_t length = cursor_u8(&stream->cursor);
    if (length < UINT8_MAX)
        return length + MATCH_LENGTH_LONG;
    length = cursor_u16(&stream->cursor);
    if (length == 0)
        length = cursor_u32(&stream->cursor);
    if (length < MATCH_LENGTH_LONG)
        stream->cursor.failed = true;
    return length;
}

static bool match_copy(struct stream *stream, uint16_t symbol, uint8_t *plain, size_t size, size_t *at)
{
    size_t length = symbol % 16U;
    unsigned offset_width = (symbol - MATCH_FIRST) / 16U;
    if (length == MATCH_LENGTH_LONG)
        length = stream_long_length(stream);
    length += MATCH_LENGTH_MIN;
    size_t offset = (size_t)1 << offset_width;
    if (offset_width != 0)
        offset += stream->bits >> (32 - offset_width);
    stream_drop(stream, offset_width);
    if (stream->cursor.failed || offset > *at || length > size - *at)
        return false;
    for (size_t end = *at + length; *at < end; (*at)++)
        plain[*at] = plain[*at - offset]; /* one by one: the two may overlap */
    return true;
}

/* One table and what it codes for, until `end` is reached. */
static bool block_decompress(struct stream *stream, uint8_t *plain, size_t size, size_t *at)
{
    struct code code;
    struct bytes table = cursor_take(&stream->cursor, TABLE_SIZE);
    if (table.data == NULL || !code_build(&code, table))
        return false;
    stream_start(stream);
    size_t end = size - *at > BLOCK_SIZE ? *at + BLOCK_SIZE : size;
    while (*at < end) {
        uint16_t symbol = stream_symbol(stream, &code);
        if (stream->cursor.failed)
            return false;
        if (symbol < MATCH_FIRST)
            plain[(*at)++] = (uint8_t)symbol;
        else if (!match_copy(stream, symbol, plain, size, at))
            return false;
    }
    return true;
}

enum err xpress_huffman_decompress(struct bytes compressed, uint8_t *ret_plain, size_t size)
{
    struct stream stream = {.cursor = cursor_of(compressed)};
    size_t at = 0;
    while (at < size) {
        if (!block_decompress(&stream, ret_plain, size, &at))
            return ERR_MALFORMED;
    }
    return ERR_NONE;
}
