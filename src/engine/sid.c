#include "engine/sid.h"

#include "base/decimal.h"

#include <stdio.h>

#define AUTHORITY_MAX UINT64_C(0xFFFFFFFFFFFF)

/* The bytes of a constant SID: authority below 256, then the sub-authorities as U32 arguments. */
#define U32(n)                                                                                               \
    (uint8_t)((n)&0xFF), (uint8_t)((n) >> 8 & 0xFF), (uint8_t)((n) >> 16 & 0xFF), (uint8_t)((n) >> 24)
#define SID_1(name, authority, a)                                                                            \
    static const uint8_t name##_bytes[] = {SID_REVISION, 1, 0, 0, 0, 0, 0, (authority), U32(a)};             \
    const struct sid *const name = (const struct sid *)name##_bytes
#define SID_2(name, authority, a, b)                                                                         \
    static const uint8_t name##_bytes[] = {SID_REVISION, 2, 0, 0, 0, 0, 0, (authority), U32(a), U32(b)};     \
    const struct sid *const name = (const struct sid *)name##_bytes

SID_1(SID_EVERYONE, 1, 0);
SID_1(SID_OWNER_RIGHTS, 3, 4);
SID_1(SID_NETWORK, 5, 2);
SID_1(SID_SERVICE, 5, 6);
SID_1(SID_ANONYMOUS, 5, 7);
SID_1(SID_PRINCIPAL_SELF, 5, 10);
SID_1(SID_AUTHENTICATED_USERS, 5, 11);
SID_1(SID_THIS_ORGANIZATION, 5, 15);
SID_1(SID_LOCAL_SYSTEM, 5, 18);
SID_1(SID_OTHER_ORGANIZATION, 5, 1000);
SID_1(SID_BUILTIN, 5, 32);
SID_2(SID_ADMINISTRATORS, 5, 32, 544);
SID_2(SID_USERS, 5, 32, 545);
SID_2(SID_GUESTS, 5, 32, 546);
SID_2(SID_ALL_APP_PACKAGES, 15, 2, 1);
SID_2(SID_ALL_RESTRICTED_APP_PACKAGES, 15, 2, 2);

enum err sid_view(struct bytes input, const struct sid **ret)
{
    if (sid_checked_size(input) == 0)
        return ERR_INVALID_SID;
    *ret = (const struct sid *)input.data;
    return ERR_NONE;
}

uint64_t sid_authority(const struct sid *sid)
{
    uint64_t authority = 0;
    for (size_t i = 0; i < sizeof sid->identifier_authority; i++)
        authority = authority << 8 | sid->identifier_authority[i];
    return authority;
}

uint32_t sid_rid(const struct sid *sid)
{
    return sid->sub_authority_count == 0 ? 0 : sid_sub_authority(sid, sid->sub_authority_count - 1U);
}

enum err sid_make(struct sid_buffer *ret, uint64_t authority, const uint32_t *sub_authorities, size_t count)
{
    if (count > SID_SUB_AUTHORITIES_MAX || authority > AUTHORITY_MAX)
        return ERR_INVALID_SID;
    struct sid_buffer sid = {{SID_REVISION, (uint8_t)count}};
    for (size_t i = 0; i < 6; i++)
        sid.bytes[2 + i] = (uint8_t)(authority >> (40 - 8 * i));
    for (size_t i = 0; i < count; i++)
        le32_store(sid.bytes + SID_SIZE_MIN + 4 * i, sub_authorities[i]);
    *ret = sid;
    return ERR_NONE;
}

enum err sid_append(struct sid_buffer *ret, const struct sid *domain, uint32_t rid)
{
    if (domain->sub_authority_count >= SID_SUB_AUTHORITIES_MAX)
        return ERR_INVALID_SID;
    struct sid_buffer sid = {{0}};
    size_t size = sid_size(domain);
    memcpy(sid.bytes, domain, size);
    sid.bytes[1]++;
    le32_store(sid.bytes + size, rid);
    *ret = sid;
    return ERR_NONE;
}

void sid_copy(struct sid_buffer *ret, const struct sid *sid)
{
    memmove(ret->bytes, sid, sid_size(sid));
}

bool sid_in_domain(const struct sid *sid, const struct sid *domain)
{
    size_t size = sid_size(domain);
    return sid->sub_authority_count == domain->sub_authority_count + 1 && sid->revision == domain->revision &&
           memcmp(sid->identifier_authority, domain->identifier_authority, size - 2) == 0;
}

/* Reads the text of one SID. */
struct reader {
    struct bytes text;
    size_t at;
    bool all_hex; /* the revision was hex, so every number is: reference 2.2 */
};

static int reader_peek(const struct reader *reader, size_t ahead)
{
    return reader->at + ahead < reader->text.size ? reader->text.data[reader->at + ahead] : -1;
}

static bool reader_take(struct reader *reader, int c)
{
    if (reader_peek(reader, 0) != c)
        return false;
    reader->at++;
    return true;
}

/* "O:S-1-2-0x200D:" is S-1-2-512 and then a DACL: a digit with a ':' behind it belongs to what follows. */
static int reader_digit(const struct reader *reader, unsigned base)
{
    int c = reader_peek(reader, 0);
    int value = -1;
    if (c >= '0' && c <= '9')
        value = c - '0';
    else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
        value = (c | 0x20) - 'a' + 10;
    return value >= 0 && (unsigned)value < base && reader_peek(reader, 1) != ':' ? value : -1;
}

/* '-' and a number, which stops at `max`; *ret_hex says whether it was written with 0x. */
static bool reader_number(struct reader *reader, uint64_t max, uint64_t *ret, bool *ret_hex)
{
    if (!reader_take(reader, '-'))
        return false;
    while (reader_take(reader, ' ')) {
    }
    unsigned base = reader->all_hex ? 16 : 10;
    *ret_hex = reader_peek(reader, 0) == '0' && (reader_peek(reader, 1) | 0x20) == 'x';
    if (*ret_hex) {
        base = 16;
        reader->at += 2;
    } else if (!reader->all_hex && reader_peek(reader, 0) == '0') {
        base = 8;
    }
    uint64_t number = 0;
    size_t start = reader->at;
    for (int digit = reader_digit(reader, base); digit >= 0; digit = reader_digit(reader, base)) {
        reader->at++;
        number = number > (max - (unsigned)digit) / base ? max : number * base + (unsigned)digit;
    }
    *ret = number;
    return reader->at > start;
}

enum err sid_read(struct bytes text, struct sid_buffer *ret, size_t *ret_used)
{
    struct reader reader = {.text = text, .at = 0, .all_hex = false};
    uint64_t number = 0;
    uint64_t authority = 0;
    bool hex = false;
    if (!reader_take(&reader, 'S') && !reader_take(&reader, 's'))
        return ERR_INVALID_SID;
    if (!reader_number(&reader, UINT32_MAX, &number, &reader.all_hex) || number != SID_REVISION)
        return ERR_INVALID_SID;
    if (!reader_number(&reader, AUTHORITY_MAX + 1, &authority, &hex) || authority > AUTHORITY_MAX)
        return ERR_INVALID_SID;
    uint32_t sub_authorities[SID_SUB_AUTHORITIES_MAX];
    size_t count = 0;
    while (reader_peek(&reader, 0) == '-') {
        if (count == SID_SUB_AUTHORITIES_MAX || !reader_number(&reader, UINT32_MAX, &number, &hex))
            return ERR_INVALID_SID;
        sub_authorities[count++] = (uint32_t)number;
    }
    if (count == 0)
        return ERR_INVALID_SID;
    *ret_used = reader.at;
    return sid_make(ret, authority, sub_authorities, count);
}

enum err sid_parse(struct bytes text, struct sid_buffer *ret)
{
    struct sid_buffer sid;
    size_t used = 0;
    enum err err = sid_read(text, &sid, &used);
    if (err != ERR_NONE)
        return err;
    if (used != text.size)
        return ERR_INVALID_SID;
    *ret = sid;
    return ERR_NONE;
}

static size_t put_digits(char *ret, size_t length, uint64_t number)
{
    ret[length] = '-';
    return length + 1 + decimal_format(number, ret + length + 1);
}

size_t sid_format(const struct sid *sid, char ret[SID_TEXT_MAX])
{
    uint64_t authority = sid_authority(sid);
    size_t length = sizeof "S-1" - 1;
    memcpy(ret, "S-1", length);
    if (authority <= UINT32_MAX)
        length = put_digits(ret, length, authority);
    else
        length +=
            (size_t)snprintf(ret + length, SID_TEXT_MAX - length, "-0x%llX", (unsigned long long)authority);
    for (size_t i = 0; i < sid->sub_authority_count; i++)
        length = put_digits(ret, length, sid_sub_authority(sid, i));
    ret[length] = '\0';
    return length;
}
