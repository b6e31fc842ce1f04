#include "support/xpress_build.h"

#include <stdio.h>
#include <stdlib.h>

enum { SYMBOLS = 512, LITERALS = 256, LENGTH_MAX = 15, BLOCK = 65536, WINDOW = 65535, CHAIN = 4096 };

/* A literal is a match of length 0. */
struct item {
    uint8_t literal;
    uint32_t length;
    uint32_t offset;
};

struct writer {
    uint8_t *out;
    size_t size;
    size_t word_at;      /* where the word that is being filled goes */
    size_t next_word_at; /* and the one after it; bytes of lengths come behind both */
    uint32_t word;
    unsigned free_bits;
};

static void *must_alloc(struct arena *arena, size_t size)
{
    void *memory = arena_alloc(arena, size);
    if (memory == NULL) {
        (void)fprintf(stderr, "xpress_build: out of memory\n");
        exit(EXIT_FAILURE);
    }
    return memory;
}

static unsigned top_bit(uint32_t value)
{
    unsigned bit = 0;
    while (value >> (bit + 1) != 0)
        bit++;
    return bit;
}

static unsigned symbol_of(const struct item *item)
{
    if (item->length == 0)
        return item->literal;
    uint32_t length = item->length - 3 > 15 ? 15 : item->length - 3;
    return LITERALS + 16 * top_bit(item->offset) + length;
}

static uint32_t match_length(struct bytes plain, size_t at, size_t end, size_t offset)
{
    uint32_t length = 0;
    while (at + length < end && plain.data[at + length] == plain.data[at + length - offset])
        length++;
    return length;
}

static struct item best_item(struct bytes plain, size_t at, size_t end, bool matches)
{
    struct item best = {.literal = plain.data[at]};
    size_t farthest = at < WINDOW ? at : WINDOW;
    for (size_t offset = 1; matches && offset <= farthest && offset <= CHAIN; offset++) {
        uint32_t length = match_length(plain, at, end, offset);
        if (length >= 3 && length > best.length)
            best = (struct item){.length = length, .offset = (uint32_t)offset};
    }
    return best;
}

/* Lengths of a Huffman code for the counts; false when one is too long. */
static bool huffman_lengths(const uint32_t counts[SYMBOLS], uint8_t lengths[SYMBOLS])
{
    uint32_t weights[2 * SYMBOLS] = {0};
    uint16_t parents[2 * SYMBOLS] = {0};
    memcpy(weights, counts, SYMBOLS * sizeof counts[0]);
    uint16_t nodes = SYMBOLS;
    for (;;) {
        size_t low[2] = {0, 0};
        size_t found = 0;
        for (size_t i = 0; i < nodes; i++) {
            if (weights[i] == 0)
                continue;
            if (found < 1 || weights[i] < weights[low[0]]) {
                low[1] = low[0];
                low[0] = i;
            } else if (found < 2 || weights[i] < weights[low[1]]) {
                low[1] = i;
            }
            found++;
        }
        if (found < 2)
            break;
        weights[nodes] = weights[low[0]] + weights[low[1]];
        weights[low[0]] = weights[low[1]] = 0;
        parents[low[0]] = parents[low[1]] = nodes++;
    }
    for (size_t i = 0; i < SYMBOLS; i++) {
        size_t depth = 0;
        for (size_t at = i; parents[at] != 0; at = parents[at])
            depth++;
        if (depth > LENGTH_MAX)
            return false;
        lengths[i] = (uint8_t)depth;
    }
    return true;
}

static void make_code(uint32_t counts[SYMBOLS], uint8_t lengths[SYMBOLS], uint16_t codes[SYMBOLS])
{
    while (!huffman_lengths(counts, lengths)) {
        for (size_t i = 0; i < SYMBOLS; i++)
            counts[i] = (counts[i] + 1) / 2; /* flatter, so shorter */
    }
    uint16_t code = 0;
    for (size_t length = 1; length <= LENGTH_MAX; length++, code = (uint16_t)(code << 1)) {
        for (size_t i = 0; i < SYMBOLS; i++) {
            if (lengths[i] == length)
                codes[i] = code++;
        }
    }
}

static void put_byte(struct writer *writer, uint32_t byte)
{
    writer->out[writer->size++] = (uint8_t)byte;
}

static void put_word_at(struct writer *writer, size_t at, uint32_t word)
{
    writer->out[at] = (uint8_t)word;
    writer->out[at + 1] = (uint8_t)(word >> 8);
}

static void put_bits(struct writer *writer, uint32_t bits, unsigned count)
{
    for (unsigned i = count; i-- > 0;) {
        if (writer->free_bits == 0) {
            put_word_at(writer, writer->word_at, writer->word);
            writer->word_at = writer->next_word_at;
            writer->next_word_at = writer->size;
            writer->size += 2;
            writer->word = 0;
            writer->free_bits = 16;
        }
        writer->free_bits--;
        writer->word |= (bits >> i & 1) << writer->free_bits;
    }
}

static void put_length(struct writer *writer, uint32_t length)
{
    uint32_t over = length - 3;
    if (over < 15)
        return;
    put_byte(writer, over - 15 < 255 ? over - 15 : 255);
    if (over - 15 < 255)
        return;
    bool wide = over > 0xFFFF;
    put_byte(writer, wide ? 0 : over);
    put_byte(writer, wide ? 0 : over >> 8);
    for (unsigned i = 0; wide && i < 4; i++)
        put_byte(writer, over >> (8 * i));
}

static void put_block(struct writer *writer, const struct item *items, size_t count, bool last)
{
    uint32_t counts[SYMBOLS] = {[LITERALS] =
                                    1}; /* the end of all; in every block, so that a code has two words */
    counts[0] = 1;
    for (size_t i = 0; i < count; i++)
        counts[symbol_of(&items[i])]++;
    uint8_t lengths[SYMBOLS];
    uint16_t codes[SYMBOLS];
    make_code(counts, lengths, codes);
    for (size_t i = 0; i < SYMBOLS; i += 2)
        put_byte(writer, lengths[i] | (uint32_t)lengths[i + 1] << 4);
    writer->word_at = writer->size;
    writer->next_word_at = writer->size + 2;
    writer->size += 4;
    writer->word = 0;
    writer->free_bits = 16;
    for (size_t i = 0; i < count; i++) {
        unsigned symbol = symbol_of(&items[i]);
        put_bits(writer, codes[symbol], lengths[symbol]);
        if (items[i].length != 0) {
            put_length(writer, items[i].length);
            put_bits(writer, items[i].offset, top_bit(items[i].offset));
        }
    }
    if (last)
        put_bits(writer, codes[LITERALS], lengths[LITERALS]);
    put_word_at(writer, writer->word_at, writer->word);
    put_word_at(writer, writer->next_word_at, 0);
}

struct bytes xpress_build(struct arena *arena, struct bytes plain, bool matches)
{
    struct writer writer = {.out = must_alloc(arena, 3 * plain.size + 1024)};
    struct item *items = must_alloc(arena, (plain.size < BLOCK ? plain.size : BLOCK) * sizeof *items);
    size_t at = 0;
    while (at < plain.size) {
        size_t end = plain.size - at > BLOCK ? at + BLOCK : plain.size;
        size_t count = 0;
        while (at < end) {
            items[count] = best_item(plain, at, end, matches);
            at += items[count].length == 0 ? 1 : items[count].length;
            count++;
        }
        put_block(&writer, items, count, at == plain.size);
    }
    return bytes_of(writer.out, writer.size);
}
