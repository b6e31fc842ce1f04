#include "platform/posix/pac_claims.h"

#include "platform/posix/ndr.h"
#include "platform/posix/xpress.h"

enum {
    COMPRESSION_NONE = 0,
    COMPRESSION_XPRESS_HUFF = 4,

    SOURCE_AD = 1,
    SOURCE_CERTIFICATE = 2,

    CLAIMS_ARRAY_SIZE = 12, /* source, count, pointer */
    CLAIM_ENTRY_SIZE = 16,  /* pointer, type, the type again as the union's tag, count, pointer */
    NUMBER_SIZE = 8,
    POINTER_SIZE = 4,
};

/* A CLAIM_ENTRY before its pointers are followed. */
struct entry {
    bool has_name;
    uint16_t type;
    struct ndr_array values;
};

struct reader {
    struct ndr ndr;
    struct arena *arena;
    struct claim *claims;
    size_t count;
    size_t values_left;
};

static struct entry read_entry(struct ndr *ndr)
{
    struct entry entry = {.has_name = ndr_pointer(ndr), .type = ndr_u16(ndr)};
    uint16_t tag = ndr_u16(ndr);
    entry.values = ndr_array(ndr);
    bool known = entry.type == CLAIM_INT64 || entry.type == CLAIM_UINT64 || entry.type == CLAIM_STRING ||
                 entry.type == CLAIM_BOOLEAN;
    /* ValueCount is at least 1, [MS-ADTS] 2.2.18.4 to 2.2.18.6 */
    if (!entry.has_name || !known || tag != entry.type || entry.values.count == 0)
        ndr_fail(ndr, ERR_MALFORMED);
    return entry;
}

static void read_numbers(struct ndr *ndr, enum claim_type type, struct claim_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        values[i].number = ndr_u64(ndr);
        if (type == CLAIM_BOOLEAN && values[i].number > 1)
            ndr_fail(ndr, ERR_MALFORMED);
    }
}

static void read_strings(struct ndr *ndr, struct claim_value *values, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!ndr_pointer(ndr))
            ndr_fail(ndr, ERR_MALFORMED);
    }
    for (size_t i = 0; i < count; i++)
        values[i].data = ndr_wide_text(ndr);
}

static enum err read_values(struct reader *reader, struct entry entry, struct claim *claim)
{
    bool strings = entry.type == CLAIM_STRING;
    size_t count = ndr_array_begin(&reader->ndr, entry.values, strings ? POINTER_SIZE : NUMBER_SIZE);
    if (count > reader->values_left)
        return ERR_TOO_LARGE;
    reader->values_left -= count;
    struct claim_value *values = arena_alloc_array(reader->arena, count, sizeof *values);
    if (values == NULL)
        return ERR_NO_MEMORY;
    if (strings)
        read_strings(&reader->ndr, values, count);
    else
        read_numbers(&reader->ndr, claim->type, values, count);
    claim->values = values;
    claim->value_count = count;
    return ndr_error(&reader->ndr);
}

/* The deferred part of one CLAIMS_ARRAY: all entries, then what each of them points to. */
static enum err read_entries(struct reader *reader, struct ndr_array array)
{
    size_t count = ndr_array_begin(&reader->ndr, array, CLAIM_ENTRY_SIZE);
    struct entry *entries = arena_alloc_array(reader->arena, count, sizeof *entries);
    if (entries == NULL)
        return ERR_NO_MEMORY;
    for (size_t i = 0; i < count; i++)
        entries[i] = read_entry(&reader->ndr);
    enum err err = ndr_error(&reader->ndr);
    for (size_t i = 0; i < count && err == ERR_NONE; i++) {
        struct claim *claim = &reader->claims[reader->count++];
        claim->name = ndr_wide_text(&reader->ndr);
        if (claim->name.size == 0)
            ndr_fail(&reader->ndr, ERR_MALFORMED);
        claim->type = (enum claim_type)entries[i].type;
        err = read_values(reader, entries[i], claim);
    }
    return err;
}

/* The CLAIMS_ARRAYs themselves, so that the number of all claims is known, and within bounds, before one is read. */
static enum err read_arrays(struct reader *reader, struct ndr_array *arrays, size_t count)
{
    struct ndr *ndr = &reader->ndr;
    size_t total = 0;
    for (size_t i = 0; i < count; i++) {
        uint16_t source = ndr_u16(ndr);
        arrays[i] = ndr_array(ndr);
        if ((source != SOURCE_AD && source != SOURCE_CERTIFICATE) ||
            arrays[i].count > cursor_left(&ndr->cursor) / CLAIM_ENTRY_SIZE)
            ndr_fail(ndr, ERR_MALFORMED);
        total += ndr->cursor.failed ? 0 : arrays[i].count;
    }
    if (ndr_error(ndr) != ERR_NONE)
        return ndr_error(ndr);
    if (total > PAC_CLAIMS_MAX)
        return ERR_TOO_LARGE;
    reader->claims = arena_alloc_array(reader->arena, total, sizeof *reader->claims);
    return reader->claims == NULL ? ERR_NO_MEMORY : ERR_NONE;
}

/* CLAIMS_SET, [MS-ADTS] 2.2.18.3 */
static enum err read_set(struct reader *reader)
{
    struct ndr *ndr = &reader->ndr;
    if (!ndr_pointer(ndr))
        return ndr_finish(ndr);
    struct ndr_array outer = ndr_array(ndr);
    (void)ndr_u16(ndr); /* usReservedType */
    struct ndr_array reserved = ndr_array(ndr);
    size_t count = ndr_array_begin(ndr, outer, CLAIMS_ARRAY_SIZE);
    if (count > PAC_CLAIMS_MAX)
        return ERR_TOO_LARGE;
    struct ndr_array *arrays = arena_alloc_array(reader->arena, count, sizeof *arrays);
    if (arrays == NULL)
        return ERR_NO_MEMORY;
    enum err err = read_arrays(reader, arrays, count);
    for (size_t i = 0; i < count && err == ERR_NONE; i++)
        err = read_entries(reader, arrays[i]);
    if (err != ERR_NONE)
        return err;
    ndr_skip(ndr, ndr_array_begin(ndr, reserved, 1));
    return ndr_finish(ndr);
}

/* CLAIMS_SET_METADATA, [MS-ADTS] 2.2.18.2; ERR_NONE with *ret empty when there is no set. */
struct metadata {
    struct bytes set;
    uint16_t compression;
    uint32_t plain_size;
};

static enum err read_metadata(struct bytes input, struct metadata *ret)
{
    struct ndr ndr;
    enum err err = ndr_open(input, &ndr);
    if (err != ERR_NONE)
        return err;
    if (!ndr_pointer(&ndr))
        return ndr_finish(&ndr);
    struct metadata metadata = {0};
    struct ndr_array set = ndr_array(&ndr);
    metadata.compression = ndr_u16(&ndr);
    metadata.plain_size = ndr_u32(&ndr);
    (void)ndr_u16(&ndr); /* usReservedType */
    struct ndr_array reserved = ndr_array(&ndr);
    metadata.set = cursor_take(&ndr.cursor, ndr_array_begin(&ndr, set, 1));
    ndr_skip(&ndr, ndr_array_begin(&ndr, reserved, 1));
    err = ndr_finish(&ndr);
    if (err == ERR_NONE)
        *ret = metadata;
    return err;
}

/* The CLAIMS_SET as it was before compression; what it borrows lives as long as the arena. */
static enum err expand(struct arena *arena, const struct metadata *metadata, struct bytes *ret)
{
    if (metadata->plain_size > PAC_CLAIMS_BYTES_MAX)
        return ERR_TOO_LARGE;
    if (metadata->compression == COMPRESSION_NONE) {
        *ret = metadata->set;
        return metadata->plain_size == metadata->set.size ? ERR_NONE : ERR_MALFORMED;
    }
    /* Active Directory writes no other: LZNT1 and plain XPRESS exist in the enumeration alone. [MS-ADTS] 2.2.18.1.3 */
    if (metadata->compression != COMPRESSION_XPRESS_HUFF)
        return ERR_MALFORMED;
    uint8_t *plain = arena_alloc(arena, metadata->plain_size);
    if (plain == NULL)
        return ERR_NO_MEMORY;
    enum err err = xpress_huffman_decompress(metadata->set, plain, metadata->plain_size);
    if (err == ERR_NONE)
        *ret = bytes_of(plain, metadata->plain_size);
    return err;
}

enum err pac_claims_decode(struct arena *arena, struct bytes input, struct claim_set *ret)
{
    struct metadata metadata = {0};
    enum err err = input.size == 0 ? ERR_NONE : read_metadata(input, &metadata);
    if (err != ERR_NONE)
        return err;
    struct reader reader = {.arena = arena, .values_left = PAC_CLAIM_VALUES_MAX};
    if (metadata.set.size != 0) {
        struct bytes set = {0};
        err = expand(arena, &metadata, &set);
        if (err == ERR_NONE)
            err = ndr_open(set, &reader.ndr);
        if (err == ERR_NONE)
            err = read_set(&reader);
    } else if (metadata.plain_size != 0) {
        err = ERR_MALFORMED;
    }
    if (err == ERR_NONE)
        *ret = (struct claim_set){.claims = reader.claims, .count = reader.count};
    return err;
}
